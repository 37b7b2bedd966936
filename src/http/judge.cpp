// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/base/time.hpp"
#include "erp2mysql/http/markup.hpp"
#include "erp2mysql/http/transport.hpp"
#include "url.hpp"

namespace erp2mysql::http {
namespace {

using base::Error;
using base::ErrorKind;
using base::Millis;
using Action = Verdict::Action;

// A peer that asks for more is asked again by a later run anyway.
constexpr Millis k_longest_wait = std::chrono::hours(24 * 7);

std::optional<Millis> retry_after(const Response& response) {
  const auto text = base::trim(response.header("Retry-After"));
  if (text.empty()) return {};
  if (text.find_first_not_of("0123456789") == std::string_view::npos) {
    const auto wait = base::parse_duration(std::string(text) + "s");
    return std::min(wait.value_or(k_longest_wait), k_longest_wait);
  }
  const auto until = parse_http_date(text);
  if (!until) return {};
  // The peer's own clock is the one its date was made with.
  const auto date = parse_http_date(base::trim(response.header("Date")));
  const auto now = date ? *date : base::system_clock().now();
  return std::clamp(*until - now, Millis(0), k_longest_wait);
}

Verdict verdict(Action action, ErrorKind kind, std::string message, std::string_view hint = {}) {
  Verdict out;
  out.action = action;
  out.error = Error(kind, std::move(message));
  if (!hint.empty()) out.error->hint(hint);
  return out;
}

Verdict busy(const Response& response, Action action) {
  auto out = verdict(action, ErrorKind::temporary, fmt::format("HTTP status {}", response.status));
  out.too_big = response.status == 504 || response.status == 524;  // no answer in time
  out.wait = retry_after(response);
  return out;
}

Verdict redirect(const Response& response) {
  const auto location = response.header("Location");
  const auto target = location.find("://") == std::string_view::npos
                          ? std::string("another path of the same host")
                          : host_of(location);
  return verdict(Action::permanent, ErrorKind::source,
                 fmt::format("HTTP status {}: redirected to {}, which is not followed",
                             response.status, location.empty() ? "nowhere" : target),
                 "set base_url to the final address");
}

Verdict refused(int status) {
  const auto text = fmt::format("HTTP status {}", status);
  switch (status) {
    case 401:
      return verdict(Action::sign_in, ErrorKind::credentials, text, "check the connection's keys");
    case 403:
      return verdict(Action::permanent, ErrorKind::credentials, text,
                     "check the rights of the app and the platform's list of allowed addresses");
    case 407: return verdict(Action::permanent, ErrorKind::source, text + " from a proxy");
    case 413:
    case 414:
    case 431:
      return verdict(Action::permanent, ErrorKind::source, text + ": the request is too large",
                     "lower the page size or the window");
    // A login page of the network, not the peer's word: a later run may get through.
    case 511:
      return verdict(Action::permanent, ErrorKind::temporary, text + ": the network wants a login");
    default: break;
  }
  return verdict(Action::permanent, status < 400 ? ErrorKind::protocol : ErrorKind::source, text,
                 "check base_url and the name of the api");
}

}  // namespace

std::optional<base::Instant> parse_http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> k_months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || !text.ends_with(" GMT") || text.substr(3, 2) != ", ")
    return std::nullopt;
  const auto* const month = std::find(k_months.begin(), k_months.end(), text.substr(8, 3));
  if (month == k_months.end()) return std::nullopt;
  return base::parse_datetime(
      fmt::format("{}-{:02}-{} {}Z", text.substr(12, 4), month - k_months.begin() + 1,
                  text.substr(5, 2), text.substr(17, 8)),
      base::Zone());
}

std::string_view Response::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (base::equal_ignore_case(key, name)) return value;
  }
  return {};
}

Verdict judge_status(const Response& response) {
  const int status = response.status;
  if (status == 200) return Verdict::good();
  if (status == 429 || status == 503) return busy(response, Action::slow_down);
  static constexpr std::array k_retry{408, 409, 421, 423, 425, 500, 502, 504, 507, 509,
                                      520, 521, 522, 523, 524, 525, 526, 527, 529, 530};
  if (std::find(k_retry.begin(), k_retry.end(), status) != k_retry.end()) {
    return busy(response, Action::retry);
  }
  if (status >= 300 && status < 400) return redirect(response);
  return refused(status);
}

std::string url_encode(std::string_view text) {
  static constexpr std::string_view k_digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '-' || c == '_' || c == '.' || c == '*';
    const auto byte = static_cast<std::uint8_t>(c);
    if (plain) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += {'%', k_digits[byte >> 4], k_digits[byte & 15]};
    }
  }
  return out;
}

std::string form_encode(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out += url_encode(name) + '=' + url_encode(value);
  }
  return out;
}

Markup markup_of(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  body = base::trim(body.substr(0, 4096));
  if (!body.starts_with('<')) return Markup::none;
  const bool html = base::starts_with_ignore_case(body, "<html") ||
                    base::starts_with_ignore_case(body, "<!doctype html");
  return html ? Markup::html : Markup::xml;
}

}  // namespace erp2mysql::http
