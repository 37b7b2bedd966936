// SPDX-License-Identifier: Apache-2.0
// Dates and times as text, by the letters of DATE_FORMAT. It refuses to know zones and clocks.
#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "erp2mysql/base/text.hpp"
#include "families.hpp"
#include "kit.hpp"
#include "temporal_kit.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

// By hand: fmt takes longer for two digits than all the rest of DATE_FORMAT.
std::string two(int n) {
  if (n < 0 || n > 99) return fmt::format("{:02}", n);
  return {static_cast<char>('0' + n / 10), static_cast<char>('0' + n % 10)};
}
std::string four(int n) {
  return n < 0 || n > 9999 ? fmt::format("{:04}", n) : two(n / 100) + two(n % 100);
}
int twelve(int hour) { return (hour + 11) % 12 + 1; }
std::string half(int hour) { return hour % 24 < 12 ? "AM" : "PM"; }

std::string ordinal(int day) {
  constexpr std::array<std::string_view, 4> k_endings = {"th", "st", "nd", "rd"};
  const bool teen = day >= 11 && day <= 13;
  const int last = day % 10;
  return fmt::format("{}{}", day, k_endings[teen || last > 3 ? 0 : static_cast<std::size_t>(last)]);
}

std::string clock_letter(char letter, const Temporal& t) {
  switch (letter) {
    case 'H': return two(t.hour);
    case 'k': return std::to_string(t.hour);
    case 'h':
    case 'I': return two(twelve(t.hour));
    case 'l': return std::to_string(twelve(t.hour));
    case 'i': return two(t.minute);
    case 's':
    case 'S': return two(t.second);
    case 'f': return fmt::format("{:06}", t.micro);
    case 'p': return half(t.hour);
    case 'r':
      return fmt::format("{:02}:{:02}:{:02} {}", twelve(t.hour), t.minute, t.second, half(t.hour));
    case 'T': return fmt::format("{:02}:{:02}:{:02}", t.hour, t.minute, t.second);
    default: return std::string(1, letter);
  }
}

// Nothing: the letter has no answer for a date with a zero month or day.
std::optional<std::string> day_letter(char letter, const Temporal& t) {
  if (t.month == 0 || (t.day == 0 && letter != 'M' && letter != 'b')) return std::nullopt;
  const auto month = k_month_names[static_cast<std::size_t>(t.month - 1)];
  const auto day = k_day_names[static_cast<std::size_t>(weekday(t))];
  switch (letter) {
    case 'M': return std::string(month);
    case 'b': return std::string(month.substr(0, 3));
    case 'W': return std::string(day);
    case 'a': return std::string(day.substr(0, 3));
    case 'w': return std::to_string((weekday(t) + 1) % 7);
    case 'j': return fmt::format("{:03}", day_of_year(t));
    case 'U': return two(week_of(t, false, false, true).week);
    case 'u': return two(week_of(t, true, false, false).week);
    case 'V': return two(week_of(t, false, true, true).week);
    case 'v': return two(week_of(t, true, true, false).week);
    case 'X': return four(week_of(t, false, true, true).year);
    default: return four(week_of(t, true, true, false).year);
  }
}

std::optional<std::string> letter_text(char letter, const Temporal& t) {
  switch (letter) {
    case 'Y': return four(t.year);
    case 'y': return two(t.year % 100);
    case 'm': return two(t.month);
    case 'c': return std::to_string(t.month);
    case 'd': return two(t.day);
    case 'e': return std::to_string(t.day);
    case 'D': return ordinal(t.day);
    default: break;
  }
  if (std::string_view("MbWawjUuVvXx").find(letter) != std::string_view::npos)
    return day_letter(letter, t);
  return clock_letter(letter, t);
}

Item format_date(const Call& call) {
  const auto when = calendar_of(call[0], call.context(), ZeroParts::allow);
  return when ? format_calendar(*when, call.text(1)) : Item::null();
}

Item format_time(const Call& call) {
  const auto time = to_time(call[0]);
  return time ? format_calendar({Kind::time, *time, {}}, call.text(1)) : Item::null();
}

Item read_date(const Call& call) { return read_by_format(call.text(0), call.text(1)); }
Type read_type(const Call& call) {
  const Item format = call.eval(1);
  return format.is_null() ? Type::of(Kind::datetime) : type_of_format(to_text(format));
}

}  // namespace

Item format_calendar(const Parsed& when, const std::string& format) {
  if (format.empty()) return Item::null();
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out += format[i];
      continue;
    }
    const auto part = letter_text(format[++i], when.when);
    if (!part) return Item::null();
    out += *part;
    check_size(out.size());
  }
  const bool negative = when.kind == Kind::time && when.when.negative;
  return Item::of_text((negative ? "-" : "") + out);
}

const std::vector<Function>& date_text_functions() {
  static const std::vector<Function> k_functions = {
      {{"DATE_FORMAT", 2, 2, "date, format", "A date as a text.",
        "DATE_FORMAT('2024-03-05','%Y年%c月%e日')"},
       format_date,
       kit::plain},
      {{"TIME_FORMAT", 2, 2, "time, format", "A time as a text.",
        "TIME_FORMAT('10:11:12','%H.%i')"},
       format_time,
       kit::plain},
      {{"STR_TO_DATE", 2, 2, "text, format", "A date out of a text.",
        "STR_TO_DATE('05/03/2024','%d/%m/%Y')"},
       read_date,
       read_type},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
