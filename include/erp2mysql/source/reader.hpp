// SPDX-License-Identifier: Apache-2.0
// The page loop of one window: the only caller of the transport on this floor. It finds every
// record even while the source changes (reliability.md section 3): totals are read first, pages
// from the last to the first, the total again, and the whole scan again when it moved.
// It knows no ERP and no row; records are handed to a sink page by page.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_set>

#include "erp2mysql/source/source.hpp"

namespace erp2mysql::source {

struct ReadOptions {
  enum class Paging { reverse, forward };
  Paging paging = Paging::reverse;
  std::int64_t page_size = 50;
  base::Millis page_delay{0};
  int max_scans = 3;
  int empty_page_tries = 3;
  std::int64_t max_pages = 1'000'000;
};

/// What reading a window cost and found, in records.
struct ReadCounts {
  std::uint64_t pages = 0;
  std::uint64_t records = 0;   // returned by the API, repeats included
  std::uint64_t expected = 0;  // total told by the last scan, 0 when none
  std::uint64_t distinct = 0;  // different records of the last scan
  std::uint64_t scans = 0;
};

class Reader {
 public:
  /// Takes a page; may throw, which ends the window. Called in reading order.
  using Sink = std::function<void(const data::Page&)>;
  /// Identity of a record for counting: equal for two copies of the same record.
  using Identity = std::function<std::uint64_t(const data::Node&)>;

  /// Borrows everything; not thread safe.
  Reader(const Source& source, http::Transport& transport, base::Clock& clock, ReadOptions options,
         Identity identity);

  /// Reads all records of the window described by `arguments`. Throws base::Error with the page
  /// in its place. Memory: eight bytes per record of the window.
  ReadCounts read(const data::Arguments& arguments, const Sink& sink);

 private:
  data::Page fetch(std::int64_t page);
  data::Page fetch_inside(std::int64_t page);
  void take(std::int64_t number, const data::Page& page);
  bool scan_reverse();
  bool scan_forward();
  bool settled(std::optional<std::int64_t> before, std::optional<std::int64_t> after);
  void refuse_repeat(std::int64_t number, std::vector<std::uint64_t> ids);

  const Source& source_;
  http::Transport& transport_;
  base::Clock& clock_;
  ReadOptions options_;
  Identity identity_;
  const data::Arguments* arguments_ = nullptr;
  const Sink* sink_ = nullptr;
  ReadCounts counts_;
  std::unordered_set<std::uint64_t> seen_;
  std::vector<std::uint64_t> last_page_;
};

}  // namespace erp2mysql::source
