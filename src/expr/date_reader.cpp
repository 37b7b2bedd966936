// SPDX-License-Identifier: Apache-2.0
// Dates and times out of text, by the letters of STR_TO_DATE. It refuses to know zones and clocks.
#include <algorithm>

#include "erp2mysql/base/text.hpp"
#include "temporal_kit.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;
constexpr std::string_view k_clock_letters = "HISThfiklprs";
constexpr std::string_view k_date_letters = "MVUXYWabcdejmvuxyw";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Reads a text by a format, field by field.
class DateReader {
 public:
  explicit DateReader(std::string_view text) : text_(text) {}

  bool run(std::string_view format) {
    if (!fields(format)) return false;
    if (at_ < text_.size() && text_.find_first_not_of(" \t\n\r\v\f", at_) != std::string_view::npos)
      warn_truncated("datetime", text_);
    return finish();
  }
  const Temporal& when() const { return t_; }

 private:
  bool fields(std::string_view format) {
    for (std::size_t i = 0; i < format.size(); ++i) {
      if (at_ >= text_.size()) return true;
      if (format[i] == '%' && i + 1 < format.size()) {
        if (!directive(format[++i])) return false;
      } else if (format[i] != ' ') {
        skip();
        if (at_ >= text_.size()) return true;
        if (text_[at_++] != format[i]) return false;
      }
    }
    return true;
  }

  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  bool number(int& out, std::size_t most) {
    std::size_t count = 0;
    out = 0;
    for (; count < most && at_ < text_.size() && is_digit(text_[at_]); ++count)
      out = out * 10 + (text_[at_++] - '0');
    return count > 0;
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

  bool year(int& out, std::size_t digits) {
    const std::size_t start = at_;
    if (!number(out, digits)) return false;
    if (at_ - start <= 2) out += out < 70 ? 2000 : 1900;
    return true;
  }

  bool fraction() {
    int unit = 100'000;
    const std::size_t start = at_;
    for (; at_ < text_.size() && is_digit(text_[at_]) && unit > 0; unit /= 10)
      t_.micro += (text_[at_++] - '0') * unit;
    return at_ > start;
  }

  bool half() {
    const int found = word(std::array<std::string_view, 2>{"AM", "PM"}, 2);
    if (found == 0 || !twelve_) return false;
    afternoon_ = found == 2;
    return true;
  }

  template <class Test>
  bool pass_over(Test test) {
    while (at_ < text_.size() && test(text_[at_])) ++at_;
    return true;
  }

  bool week(char letter) {
    sunday_ = letter == 'U' || letter == 'V';
    strict_week_ = letter == 'V' || letter == 'v';
    if (!number(week_, 2)) return false;
    return week_ <= 53 && (week_ > 0 || !strict_week_);
  }

  bool week_day(char letter) {
    if (letter == 'w') {
      if (!number(week_day_, 1) || week_day_ > 6) return false;
      if (week_day_ == 0) week_day_ = 7;
      return true;
    }
    week_day_ = word(k_day_names, letter == 'a' ? 3 : 20);
    return week_day_ > 0;
  }

  bool directive(char letter) {
    constexpr std::size_t k_all = 20;
    skip();
    if (at_ >= text_.size()) return true;
    switch (letter) {
      case 'Y': return year(t_.year, 4);
      case 'y': return year(t_.year, 2);
      case 'm':
      case 'c': return number(t_.month, 2);
      case 'd':
      case 'e': return number(t_.day, 2);
      case 'D': return number(t_.day, 2) && (at_ = std::min(at_ + 2, text_.size())) > 0;
      case 'M': return (t_.month = word(k_month_names, k_all)) > 0;
      case 'b': return (t_.month = word(k_month_names, 3)) > 0;
      case 'W':
      case 'a':
      case 'w': return week_day(letter);
      case 'j': return number(day_of_year_, 3);
      case 'U':
      case 'u':
      case 'V':
      case 'v': return week(letter);
      case 'X':
      case 'x': week_sunday_year_ = letter == 'X'; return year(week_year_, 4);
      case 'H':
      case 'k': return number(t_.hour, 2);
      case 'h':
      case 'I':
      case 'l': twelve_ = true; return number(t_.hour, 2) && t_.hour >= 1 && t_.hour <= 12;
      case 'i': return number(t_.minute, 2);
      case 's':
      case 'S': return number(t_.second, 2);
      case 'f': return fraction();
      case 'p': return half();
      case 'T': return fields("%H:%i:%S");
      case 'r': return fields("%I:%i:%S %p");
      case '.':
        return pass_over([](char c) { return !is_letter(c) && !is_digit(c) && c != ' ' && c > 0; });
      case '@': return pass_over(is_letter);
      case '#': return pass_over(is_digit);
      default: return false;
    }
  }

  // The day of a week number and a week day.
  bool from_week() {
    if (strict_week_ ? week_year_ < 0 || week_sunday_year_ != sunday_ : week_year_ >= 0)
      return false;
    const int year = strict_week_ ? week_year_ : t_.year;
    std::int64_t days = day_number(year, 1, 1);
    Temporal first;
    first.year = year;
    first.month = first.day = 1;
    int begins = weekday(first);
    if (sunday_) {
      begins = (begins + 1) % 7;
      days += (begins == 0 ? 0 : 7) - begins + (week_ - 1) * 7 + week_day_ % 7;
    } else {
      days += (begins <= 3 ? 0 : 7) - begins + (week_ - 1) * 7 + (week_day_ - 1);
    }
    return set_day(days);
  }

  bool set_day(std::int64_t number) {
    const auto day = number > 0 ? day_of(number) : std::nullopt;
    if (!day) return false;
    t_.year = day->year;
    t_.month = day->month;
    t_.day = day->day;
    return true;
  }

  bool finish() {
    if (twelve_) t_.hour = t_.hour % 12 + (afternoon_ ? 12 : 0);
    if (day_of_year_ > 0 && !set_day(day_number(t_.year, 1, 1) + day_of_year_ - 1)) return false;
    if (week_ >= 0 && week_day_ > 0 && !from_week()) return false;
    return t_.month <= 12 && t_.day <= 31 && t_.hour <= 23 && t_.minute <= 59 && t_.second <= 59;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Temporal t_;
  bool twelve_ = false;
  bool afternoon_ = false;
  bool sunday_ = false;
  bool strict_week_ = false;
  bool week_sunday_year_ = false;
  int day_of_year_ = 0;
  int week_ = -1;
  int week_day_ = 0;
  int week_year_ = -1;
};

}  // namespace

Type type_of_format(std::string_view format) {
  bool date = false;
  bool clock = false;
  bool fraction = false;
  for (std::size_t i = 0; i + 1 < format.size(); ++i) {
    if (format[i] != '%') continue;
    const char c = format[++i];
    fraction = fraction || c == 'f';
    clock = clock || k_clock_letters.find(c) != std::string_view::npos;
    date = date || k_date_letters.find(c) != std::string_view::npos;
  }
  if (clock && !date) return Type::of(Kind::time, fraction ? 6 : 0);
  if (date && !clock) return Type::of(Kind::date);
  return Type::of(Kind::datetime, fraction ? 6 : 0);
}

Item read_by_format(const std::string& text, const std::string& format) {
  const Type type = type_of_format(format);
  DateReader reader(text);
  if (!reader.run(format)) {
    warn(k_bad_string, "Incorrect datetime value for function str_to_date");
    return Item::null();
  }
  Temporal t = reader.when();
  t.digits = type.decimals;
  if (type.kind == Kind::time) {
    if (t.year != 0 || t.month != 0) return Item::null();
  } else if (!valid_date(t, ZeroParts::refuse)) {
    warn(k_bad_string, "Incorrect datetime value for function str_to_date");
    return Item::null();
  }
  return Item::of_temporal(type.kind, t);
}

}  // namespace erp2mysql::expr
