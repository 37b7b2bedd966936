// SPDX-License-Identifier: Apache-2.0
#include "civil_time.hpp"

#include <chrono>
#include <ctime>

namespace mock {
namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

void append_digits(std::string& out, unsigned value, int width) {
  char buffer[8];
  for (int i = width - 1; i >= 0; --i) {
    buffer[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(buffer, static_cast<std::size_t>(width));
}

}  // namespace

std::optional<std::int64_t> parse_time(std::string_view text) {
  using namespace std::chrono;
  if (text.size() != 19 && text.size() != 10) return std::nullopt;
  const auto y = digits(text, 0, 4), m = digits(text, 5, 2), d = digits(text, 8, 2);
  if (!y || !m || !d || text[4] != '-' || text[7] != '-') return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)},
                            day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  std::int64_t seconds = sys_days{date}.time_since_epoch().count() * std::int64_t{86400};
  if (text.size() == 10) return seconds;
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!hour || !minute || !second || text[10] != ' ' || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return seconds + *hour * 3600 + *minute * 60 + *second;
}

void append_time(std::string& out, std::int64_t seconds) {
  using namespace std::chrono;
  const std::int64_t day_number = seconds >= 0 ? seconds / 86400 : -((-seconds + 86399) / 86400);
  const auto in_day = static_cast<unsigned>(seconds - day_number * 86400);
  const year_month_day date{sys_days{days{static_cast<int>(day_number)}}};
  append_digits(out, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_digits(out, static_cast<unsigned>(date.day()), 2);
  out += ' ';
  append_digits(out, in_day / 3600, 2);
  out += ':';
  append_digits(out, in_day / 60 % 60, 2);
  out += ':';
  append_digits(out, in_day % 60, 2);
}

std::string format_time(std::int64_t seconds) {
  std::string out;
  append_time(out, seconds);
  return out;
}

std::int64_t steady_milliseconds() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

std::int64_t platform_now() { return static_cast<std::int64_t>(std::time(nullptr)) + 8 * 3600; }

}  // namespace mock
