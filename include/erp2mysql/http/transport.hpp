// SPDX-License-Identifier: Apache-2.0
// The HTTP seam: one question to a peer and its answer. It knows no ERP: what an answer means is
// decided by the judge that comes with the question. Real transport, throttle, retry and the
// in-memory twin all implement this one interface and wrap each other.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/base/error.hpp"

namespace erp2mysql::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "POST";
  std::string url;
  Headers headers;
  std::string body;
};

struct Response {
  int status = 0;
  Headers headers;
  std::string body;  // decoded

  /// Value of the first header of that name (case-insensitive), empty when there is none.
  std::string_view header(std::string_view name) const;
};

/// What to do with an answer. `error` tells the reason of everything but `ok`.
struct Verdict {
  enum class Action { ok, retry, slow_down, sign_in, quota_used_up, permanent };
  Action action = Action::ok;
  std::optional<base::Millis> wait;  // what the peer asked for
  std::optional<base::Error> error;
  bool clock = false;    // the peer complains about our time
  bool too_big = false;  // a request for less time may be answered

  static Verdict good() { return {}; }
};

/// The peer cannot answer a request of this extent; one for less time may work. Thrown in place of
/// the error that says so, with its kind.
class TooBig : public base::Error {
 public:
  /// `certain`: the peer said so. Else it may as well be out of order.
  TooBig(const base::Error& reason, bool certain) : Error(reason), certain_(certain) {}
  bool certain() const { return certain_; }

 private:
  bool certain_;
};

/// One question. `build` is called for every attempt, so that time stamps and signatures are
/// fresh; it must be pure but for the clock. `judge` may take the body of the response.
struct Ask {
  std::function<Request()> build;
  std::function<Verdict(Response&)> judge;
  /// Never sent twice: a lost answer may have taken effect (a token was renewed).
  bool once = false;
};

class Transport {
 public:
  virtual ~Transport() = default;
  /// May block. Returns an answer that was received completely, whatever it says; wrappers that
  /// judge return only answers judged `ok`, without the body if the judge took it. Throws
  /// base::Error: `temporary` for what a later attempt may cure, other kinds for what it will not;
  /// TooBig where less at a time may help. Not thread safe.
  virtual Response send(const Ask& ask) = 0;
};

/// The verdict on the HTTP status alone (reference: reliability.md 2.2): ok for 200, else retry,
/// slow_down (429, 503 with their Retry-After), sign_in (401) or permanent.
Verdict judge_status(const Response& response);

/// "Sun, 06 Nov 1994 08:49:37 GMT", the form of the Date header; nothing for any other text.
std::optional<base::Instant> parse_http_date(std::string_view text);

/// application/x-www-form-urlencoded encoding of one name or value (blank becomes '+').
std::string url_encode(std::string_view text);
/// name=value&name=value
std::string form_encode(const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace erp2mysql::http
