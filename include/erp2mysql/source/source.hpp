// SPDX-License-Identifier: Apache-2.0
// The source seam: an ERP platform as a translator. (window arguments, page token) → request,
// response → verdict, response → page. It opens no socket, never sleeps and logs nothing; paging,
// retry and limits are decided by the reader with the facts in PlatformSpec.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/data/flow.hpp"
#include "erp2mysql/http/transport.hpp"
#include "erp2mysql/job/job.hpp"

namespace erp2mysql::source {

/// What is known about a platform; limits and maxima are its documented ones.
struct PlatformSpec {
  std::string_view name;
  std::string_view summary;
  std::string_view page_field;  // request argument that carries the page number
  std::string_view size_field;
  std::int64_t default_page_size = 50;
  std::int64_t max_page_size = 100;
  std::vector<std::string_view> from_fields;  // arguments that carry the window's start
  std::vector<std::string_view> to_fields;
  std::optional<base::Millis> max_window;   // longest stretch one request may ask for
  base::Zone zone;                          // zone of times without an offset on the wire
  base::Millis resolution{1000};            // finest step of its time arguments
  std::vector<job::RateLimit> rate_limits;  // per app key and API
  bool reverse_paging = true;               // totals allow reading from the last page
};

class Source {
 public:
  virtual ~Source() = default;
  virtual const PlatformSpec& spec() const = 0;

  /// The request for one page. `arguments` are the job's evaluated ones; page fields in them are
  /// replaced. `clock` is real time, for the signature. Pure: same input, same bytes.
  virtual http::Request build(const data::Arguments& arguments, const data::PageToken& token,
                              base::Instant clock) const = 0;
  /// Pure. Errors that the platform hides in HTTP 200 are seen here.
  virtual http::Verdict judge(const http::Response& response) const = 0;
  /// Pure; only for answers judged ok. Throws base::Error{protocol} when the list is missing.
  virtual data::Page read(std::string body) const = 0;
  /// Key of the budget that limits calls: platform, app key and API.
  virtual std::string rate_key() const = 0;
  /// The text that is signed, secret masked; for explain.
  virtual std::string signed_text(const data::Arguments& arguments, const data::PageToken& token,
                                  base::Instant clock) const = 0;
};

/// One registered platform.
struct Registration {
  std::string_view name;
  const PlatformSpec& (*spec)();
  std::unique_ptr<Source> (*create)(const job::Source& source, std::int64_t page_size);
};
/// The one explicit list. A new ERP is one file under erp/ and one line here.
const std::vector<Registration>& registry();
const Registration* find_platform(std::string_view name);

}  // namespace erp2mysql::source
