// SPDX-License-Identifier: Apache-2.0
// The source seam: an ERP platform as a translator. (window arguments, page token) → request,
// response → verdict and page. It opens no socket, never sleeps and logs nothing; paging,
// retry, signing in and limits are decided elsewhere with the facts in PlatformSpec.
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

/// How the pages of a window are reached.
enum class Paging {
  numbers,  // any page by its number, so the last one can be read first
  forward,  // numbers, but only in rising order
  cursor,   // each page tells the token of the next one
};

/// What is known about one API of a platform, with the job's `source.read` on top. Limits and
/// maxima are the documented ones. Paths walk the answer from its root ("result.data.goods"); a
/// text on the way that holds JSON is parsed.
struct PlatformSpec {
  std::string page_field;  // request argument that carries the page number; may be empty
  std::string size_field;
  std::int64_t first_page = 1;  // what the platform calls its first page
  std::int64_t default_page_size = 50;
  std::int64_t max_page_size = 100;
  Paging paging = Paging::numbers;
  std::string cursor_field;  // request argument of the cursor
  std::string cursor_start;  // its value for the first page
  std::string list;          // path of the records
  std::string total;         // path of their number in the whole window; empty: never told
  std::string cursor_path;   // the answer tells the next cursor, or
  std::string cursor_key;    // it is the largest value of this field of the records
  std::vector<std::string> from_fields;  // arguments that carry the window's start
  std::vector<std::string> to_fields;
  bool one_sided = false;                   // a request may have only one of its bounds
  std::optional<base::Millis> max_window;   // longest stretch one request may ask for
  std::optional<std::int64_t> max_pages;    // deepest page
  base::Zone zone;                          // zone of times without an offset on the wire
  base::Millis resolution{1000};            // finest step of its time arguments
  std::vector<job::RateLimit> rate_limits;  // per app key and API
};

/// What a sign-in gave. All texts are secret.
struct Session {
  std::string token;
  std::string refresh;  // renews the token; empty when the platform has none
  std::string cookies;  // as the Cookie header wants them
  bool operator==(const Session&) const = default;
};

/// When and as whom a request is made.
struct Moment {
  Moment(base::Instant at, Session who = {}) : clock(at), session(std::move(who)) {}  // NOLINT
  base::Instant clock;  // real time, corrected to the peer's clock; for signatures
  Session session;
};

/// How a platform is signed in to. Pure like the source itself.
class SignIn {
 public:
  virtual ~SignIn() = default;
  /// What the job brings along; without a token the first request must sign in.
  virtual Session given() const { return {}; }
  virtual http::Request request(const Session& old, base::Instant clock) const = 0;
  virtual http::Verdict judge(const http::Response& response) const = 0;
  /// Only for answers judged ok. Throws base::Error{protocol}.
  virtual Session accept(const http::Response& response) const = 0;
  /// The request uses up what it renews: it must never be sent twice, one process at a time may
  /// send it, and what it gives must be kept. Then the name under which to keep it; else empty.
  virtual std::string kept_as() const { return {}; }
};

/// A moment that a request names as its bound.
struct Bound {
  bool upper = false;
  base::Instant at;
};

/// A mistake or hazard that is known without asking the platform.
struct Finding {
  std::string pointer;  // JSON pointer in the job file
  std::string message;
  std::string hint;
  bool warning = false;
};

/// What an answer means and, when all is well, its records.
struct Reading {
  http::Verdict verdict;
  data::Page page;  // of an answer judged ok
};

class Source {
 public:
  virtual ~Source() = default;
  virtual const PlatformSpec& spec() const = 0;

  /// The request for one page. `arguments` are the job's evaluated ones; page fields in them are
  /// replaced. Pure: same input, same bytes.
  virtual http::Request build(const data::Arguments& arguments, const data::PageToken& token,
                              const Moment& moment) const = 0;
  /// Pure. Errors that the platform hides in HTTP 200 are seen here. Throws base::Error when an
  /// answer judged ok holds no records that could be read. One step, since an answer is parsed
  /// once.
  virtual Reading interpret(http::Response response) const = 0;
  /// Key of the budget that limits calls: platform, app key and API.
  virtual std::string rate_key() const = 0;
  /// The text that is signed, secret masked; for explain. Empty when nothing is.
  virtual std::string signed_text(const data::Arguments& arguments, const data::PageToken& token,
                                  const Moment& moment) const = 0;
  /// Times that the request names as bounds, in the order of the request. Throws
  /// base::Error{config} when a bound is no time.
  virtual std::vector<Bound> bounds(const data::Arguments& arguments) const = 0;
  /// Null when every request stands for itself.
  virtual const SignIn* sign_in() const { return nullptr; }
  virtual std::vector<Finding> check() const { return {}; }
};

/// One registered platform.
struct Registration {
  std::string_view name;
  std::string_view summary;
  /// Facts on the job's API, without its `source.read`.
  PlatformSpec (*facts)(const job::Source& source);
  std::unique_ptr<Source> (*create)(const job::Source& source, PlatformSpec spec,
                                    std::int64_t page_size);
};
/// The one explicit list. A new ERP is one file under erp/ and one line in registry.cpp.
const std::vector<const Registration*>& registry();
const Registration* find_platform(std::string_view name);

/// The facts with the job's `source.read` laid over them.
PlatformSpec spec_of(const Registration& platform, const job::Source& source);
std::unique_ptr<Source> make_source(const Registration& platform, const job::Source& source,
                                    std::int64_t page_size);

}  // namespace erp2mysql::source
