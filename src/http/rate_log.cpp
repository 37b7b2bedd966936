// SPDX-License-Identifier: Apache-2.0
// What a rate limiter remembers, as one line of text.
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "erp2mysql/http/rate_limiter.hpp"

namespace erp2mysql::http {
namespace {

using base::Millis;

constexpr std::string_view k_magic = "erp2mysql-rate-1";
// Slots given ahead reach this far at most; anything later is from another life of the clock.
constexpr std::int64_t k_furthest_ms = 3600 * 1000;

// A thousand stamps are read and written for every request, so both go straight over the text.
bool read_number(std::string_view& text, std::int64_t& out) {
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc() || end == text.data() + text.size() || *end != ' ') return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  return true;
}

}  // namespace

// One line: magic, life, slowdown in thousandths, last throttling, stamps …, "end".
RateLog read_rate_log(std::string_view text, std::string_view life, Millis now) {
  const std::string head = fmt::format("{} {} ", k_magic, life);
  if (!text.starts_with(head)) return {};
  text.remove_prefix(head.size());
  RateLog log;
  std::int64_t slowdown = 0;
  if (!read_number(text, slowdown) || slowdown < 1000 || slowdown > 16000) return {};
  const std::int64_t latest = now.count() + k_furthest_ms;
  if (!read_number(text, log.throttled_at) || log.throttled_at > latest) return {};
  log.slowdown = static_cast<double>(slowdown) / 1000;
  std::int64_t last = 0;
  while (text != "end\n") {
    std::int64_t stamp = 0;
    if (!read_number(text, stamp) || stamp < last || stamp > latest) return {};
    log.stamps.push_back(last = stamp);
  }
  return log;
}

std::string rate_log_text(const RateLog& log, std::string_view life) {
  auto text =
      fmt::format("{} {} {} {}", k_magic, life,
                  static_cast<std::int64_t>(std::lround(log.slowdown * 1000)), log.throttled_at);
  for (const auto stamp : log.stamps) {
    const fmt::format_int number(stamp);
    text += ' ';
    text.append(number.data(), number.size());
  }
  return text + " end\n";
}

}  // namespace erp2mysql::http
