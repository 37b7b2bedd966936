// SPDX-License-Identifier: Apache-2.0
// The letters of DATE_FORMAT and STR_TO_DATE. It refuses to know zones and clocks.
#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "erp2mysql/base/text.hpp"
#include "tree.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

constexpr std::array<std::string_view, 12> k_months = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> k_days = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                    "Friday", "Saturday", "Sunday"};

std::string two(int n) { return fmt::format("{:02}", n); }
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
  const auto month = k_months[static_cast<std::size_t>(t.month - 1)];
  const auto day = k_days[static_cast<std::size_t>(weekday(t))];
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
    case 'X': return fmt::format("{:04}", week_of(t, false, true, true).year);
    default: return fmt::format("{:04}", week_of(t, true, true, false).year);
  }
}

std::optional<std::string> letter_text(char letter, const Temporal& t) {
  switch (letter) {
    case 'Y': return fmt::format("{:04}", t.year);
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

/// Reads a text by a format, field by field.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : text_(text) {}

  bool run(std::string_view format) {
    for (std::size_t i = 0; i < format.size(); ++i) {
      if (format[i] == ' ') {
        skip();
      } else if (format[i] != '%' || i + 1 == format.size()) {
        if (!literal(format[i])) return false;
      } else if (!directive(format[++i])) {
        return false;
      }
    }
    return finish();
  }
  Kind kind() const { return !clock_ ? Kind::date : (date_ ? Kind::datetime : Kind::time); }
  const Temporal& when() const { return t_; }

  /// Letters a format names even when the text ends before them decide the type of the result.
  void scan(std::string_view format) {
    for (std::size_t i = 0; i + 1 < format.size(); ++i) {
      if (format[i] != '%') continue;
      const char c = format[++i];
      if (std::string_view("HkhIlisSfrTp").find(c) != std::string_view::npos)
        clock_ = true;
      else if (std::string_view("YymcdeDMbj").find(c) != std::string_view::npos)
        date_ = true;
      else if (std::string_view("Wa").find(c) == std::string_view::npos)
        fail(fmt::format("STR_TO_DATE with the letter %{} is not supported by this version", c));
      if (c == 'f') t_.digits = 6;
    }
  }

 private:
  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool literal(char c) {
    skip();
    if (at_ == text_.size()) return true;
    return text_[at_++] == c;
  }

  bool number(int& out, std::size_t most, int low, int high) {
    std::size_t count = 0;
    out = 0;
    for (; count < most && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++count) {
      out = out * 10 + (text_[at_++] - '0');
    }
    return count > 0 && out >= low && out <= high;
  }

  template <std::size_t N>
  int word(const std::array<std::string_view, N>& words, std::size_t length) {
    for (std::size_t i = 0; i < N; ++i) {
      const auto word = words[i].substr(0, length);
      if (!base::starts_with_ignore_case(text_.substr(at_), word)) continue;
      at_ += word.size();
      return static_cast<int>(i) + 1;
    }
    return 0;
  }

  bool year(std::size_t digits) {
    const std::size_t start = at_;
    if (!number(t_.year, digits, 0, 9999)) return false;
    if (at_ - start <= 2) t_.year += t_.year < 70 ? 2000 : 1900;
    return true;
  }

  bool fraction() {
    int unit = 100'000;
    const std::size_t start = at_;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && unit > 0; unit /= 10) {
      t_.micro += (text_[at_++] - '0') * unit;
    }
    return at_ > start;
  }

  bool several(std::string_view format) {
    for (const char c : format) {
      if (c == ' ') continue;
      if (c == ':' ? !literal(c) : !directive(c)) return false;
    }
    return true;
  }

  bool directive(char letter) {
    constexpr std::size_t k_all = 20;
    skip();
    if (at_ == text_.size()) return true;
    switch (letter) {
      case 'Y': return year(4);
      case 'y': return year(2);
      case 'm':
      case 'c': return number(t_.month, 2, 0, 12);
      case 'd':
      case 'e': return number(t_.day, 2, 0, 31);
      case 'D': return number(t_.day, 2, 0, 31) && (at_ = std::min(at_ + 2, text_.size())) > 0;
      case 'M': return (t_.month = word(k_months, k_all)) > 0;
      case 'b': return (t_.month = word(k_months, 3)) > 0;
      case 'W': return word(k_days, k_all) > 0;
      case 'a': return word(k_days, 3) > 0;
      case 'j': return number(day_of_year_, 3, 1, 366);
      case 'H':
      case 'k': return number(t_.hour, 2, 0, 23);
      case 'h':
      case 'I':
      case 'l': twelve_ = true; return number(t_.hour, 2, 1, 12);
      case 'i': return number(t_.minute, 2, 0, 59);
      case 's':
      case 'S': return number(t_.second, 2, 0, 59);
      case 'f': return fraction();
      case 'p': return (half_ = word(std::array<std::string_view, 2>{"AM", "PM"}, 2)) > 0;
      case 'T': return several("H:i:s");
      default: return several("h:i:s p");
    }
  }

  bool finish() {
    if (half_ > 0 && !twelve_) return false;
    if (twelve_) t_.hour = t_.hour % 12 + (half_ == 2 ? 12 : 0);
    if (day_of_year_ > 0) {
      const Temporal day =
          from_micros((day_number(t_.year, 1, 1) + day_of_year_ - 1) * 86'400'000'000);
      t_.year = day.year;
      t_.month = day.month;
      t_.day = day.day;
    }
    if (!date_) return clock_;
    return t_.month > 0 && t_.day > 0 && t_.day <= days_in_month(t_.year, t_.month);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Temporal t_;
  bool date_ = false;
  bool clock_ = false;
  bool twelve_ = false;
  int half_ = 0;
  int day_of_year_ = 0;
};

}  // namespace

Item format_when(const Item& when, const Item& format) {
  if (format.is_null()) return format;
  const auto parsed = when.kind == Kind::time ? std::optional(Parsed{Kind::time, when.when})
                                              : to_calendar(when, ZeroParts::allow);
  const std::string text = to_text(format);
  if (!parsed || text.empty()) return Item::null();
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const auto part = letter_text(text[++i], parsed->when);
    if (!part) return Item::null();
    out += *part;
  }
  return Item::of_text(std::move(out));
}

Item format_date(const Arguments& a) { return format_when(a[0], a[1]); }

Item read_date(const Arguments& a) {
  const Item text = a[0];
  const Item format = a[1];
  if (text.is_null() || format.is_null()) return Item::null();
  const std::string content = to_text(text);
  const std::string letters = to_text(format);
  DateReader reader(content);
  reader.scan(letters);
  return reader.run(letters) ? Item::of_temporal(reader.kind(), reader.when()) : Item::null();
}

}  // namespace erp2mysql::expr
