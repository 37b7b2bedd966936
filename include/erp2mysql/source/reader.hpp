// SPDX-License-Identifier: Apache-2.0
// The page loop of one window. It finds every record even while the source changes
// (reliability.md section 3): the total is read first, then pages from the last to the first, the
// total again, and the whole scan again when it moved; where no total is told the last page is
// searched forwards before. It knows no ERP and no row; records go to a sink page by page.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "erp2mysql/data/seen.hpp"
#include "erp2mysql/source/client.hpp"

namespace erp2mysql::source {

struct ReadOptions {
  /// reverse: pages by number from the last one; forward: in rising order; cursor: each page
  /// tells the token of the next.
  enum class Paging { reverse, forward, cursor };
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
  /// Takes a page, its ids filled in; may throw, which ends the window. Called in reading order.
  using Sink = std::function<void(const data::Page&)>;
  /// Identity of a record: equal keys for two copies of the same record. Asked once per copy.
  using Identity = std::function<data::RecordId(const data::Node&)>;

  /// Borrows everything; not thread safe.
  Reader(Client& client, base::Clock& clock, ReadOptions options, Identity identity);

  /// Reads all records of the window described by `arguments`. Throws base::Error with the page
  /// in its place. Memory: some thirty bytes per record of the window.
  ReadCounts read(const data::Arguments& arguments, const Sink& sink);

 private:
  data::Page fetch(const data::PageToken& token);
  data::Page fetch_inside(const data::PageToken& token);
  data::Page fetch_open(const data::PageToken& token);
  static std::vector<std::uint64_t> keys_of(const data::Page& page);
  void take(std::int64_t number, data::Page page);
  bool scan_once();
  bool scan_reverse();
  bool scan_there_and_back(data::Page first);
  bool scan_forward();
  bool scan_cursor();
  void down_to_second(std::int64_t last);
  bool owed(std::optional<std::int64_t> total, std::int64_t most) const;
  bool ends_the_cursor(const data::Page& page, const std::string& cursor, std::int64_t most) const;
  std::int64_t size_of(const data::Page& page) const;
  bool full(const data::Page& page) const;
  void check_pages(std::int64_t pages) const;
  bool settled(std::optional<std::int64_t> before, std::optional<std::int64_t> after);
  void refuse_repeat(std::int64_t number, std::vector<std::uint64_t> ids);

  Client& client_;
  base::Clock& clock_;
  ReadOptions options_;
  Identity identity_;
  const data::Arguments* arguments_ = nullptr;
  const Sink* sink_ = nullptr;
  ReadCounts counts_;
  data::SeenRecords seen_;  // of all scans
  std::vector<std::uint64_t> last_page_;
};

}  // namespace erp2mysql::source
