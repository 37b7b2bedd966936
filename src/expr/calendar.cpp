// SPDX-License-Identifier: Apache-2.0
#include "calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;
constexpr std::int64_t k_second = 1'000'000;
constexpr std::int64_t k_day = 86'400 * k_second;
constexpr std::int64_t k_max_time = (838 * 3600 + 59 * 60 + 59) * k_second;
constexpr std::array<std::string_view, 20> k_units = {"MICROSECOND",
                                                      "SECOND",
                                                      "MINUTE",
                                                      "HOUR",
                                                      "DAY",
                                                      "WEEK",
                                                      "MONTH",
                                                      "QUARTER",
                                                      "YEAR",
                                                      "SECOND_MICROSECOND",
                                                      "MINUTE_MICROSECOND",
                                                      "MINUTE_SECOND",
                                                      "HOUR_MICROSECOND",
                                                      "HOUR_SECOND",
                                                      "HOUR_MINUTE",
                                                      "DAY_MICROSECOND",
                                                      "DAY_SECOND",
                                                      "DAY_MINUTE",
                                                      "DAY_HOUR",
                                                      "YEAR_MONTH"};

std::string fraction_text(const Temporal& t) {
  if (t.loose || t.digits < 0) return t.micro != 0 ? fmt::format(".{:06}", t.micro) : std::string();
  if (t.digits <= 0) return {};
  return "." + fmt::format("{:06}", t.micro).substr(0, static_cast<std::size_t>(t.digits));
}

std::int64_t clock_micros(const Temporal& t) {
  return (std::int64_t{t.hour} * 3600 + t.minute * 60 + t.second) * k_second + t.micro;
}

void set_clock(Temporal& t, std::int64_t micros) {
  t.micro = static_cast<int>(micros % k_second);
  const std::int64_t seconds = micros / k_second;
  t.second = static_cast<int>(seconds % 60);
  t.minute = static_cast<int>(seconds / 60 % 60);
  t.hour = static_cast<int>(seconds / 3600);
}

std::optional<Parsed> add_months(Parsed start, std::int64_t months) {
  constexpr std::int64_t k_limit = 120'000;
  if (std::abs(months) > k_limit) return std::nullopt;
  Temporal& t = start.when;
  const std::int64_t total = std::int64_t{t.year} * 12 + t.month - 1 + months;
  if (total < 0 || total >= k_limit) return std::nullopt;
  t.year = static_cast<int>(total / 12);
  t.month = static_cast<int>(total % 12) + 1;
  t.day = std::min(t.day, days_in_month(t.year, t.month));
  return start;
}

std::optional<Parsed> add_clock(Parsed start, Unit unit, std::int64_t days, std::int64_t micros) {
  constexpr std::int64_t k_limit = 4'000'000;
  if (std::abs(days) > k_limit) return std::nullopt;
  const std::int64_t sum = total_micros(start.kind, start.when) + days * k_day + micros;
  Parsed out = start;
  if (start.kind == Kind::time) {
    if (std::abs(sum) > k_max_time) return std::nullopt;
    out.when = time_from_micros(sum);
  } else {
    if (sum < k_day || sum >= (day_number(9999, 12, 31) + 1) * k_day) return std::nullopt;
    out.when = from_micros(sum);
    if (has_clock(unit)) out.kind = Kind::datetime;
  }
  out.when.digits = start.when.digits;
  return out;
}

}  // namespace

std::optional<Unit> parse_unit(std::string_view name) {
  constexpr std::string_view k_prefix = "SQL_TSI_";
  if (base::starts_with_ignore_case(name, k_prefix)) name.remove_prefix(k_prefix.size());
  for (std::size_t i = 0; i < k_units.size(); ++i) {
    if (base::equal_ignore_case(name, k_units[i])) return static_cast<Unit>(i);
  }
  return std::nullopt;
}

bool leap_year(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_in_month(int year, int month) {
  constexpr std::array<int, 12> k_days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12) return 31;
  return month == 2 && leap_year(year) ? 29 : k_days[static_cast<std::size_t>(month - 1)];
}

// Era arithmetic of the proleptic Gregorian calendar with years that start in March.
std::int64_t day_number(int year, int month, int day) {
  const std::int64_t y = std::int64_t{year} - (month <= 2 ? 1 : 0) + 400;
  const std::int64_t era_year = y % 400;
  const std::int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t in_era = era_year * 365 + era_year / 4 - era_year / 100 + in_year;
  // The server counts a year 0 without a leap day.
  const int shift = year == 0 && month <= 2 ? 1 : 0;
  return (y / 400) * 146'097 + in_era - 146'097 + 61 - 1 + shift;
}

int weekday(const Temporal& t) {
  return static_cast<int>((day_number(t.year, t.month, t.day) + 5) % 7);
}

int day_of_year(const Temporal& t) {
  return static_cast<int>(day_number(t.year, t.month, t.day) - day_number(t.year, 1, 1)) + 1;
}

Week week_of(const Temporal& t, bool monday, bool iso_year, bool first_weekday) {
  Temporal first = t;
  first.month = first.day = 1;
  const auto start_of = [&](const Temporal& day) {
    return monday ? weekday(day) : (weekday(day) + 1) % 7;
  };
  const std::int64_t today = day_number(t.year, t.month, t.day);
  std::int64_t new_year = day_number(t.year, 1, 1);
  int start = start_of(first);
  Week out{t.year, 0};
  const auto partial = [&] { return first_weekday ? start != 0 : start >= 4; };
  bool count_back = iso_year;
  if (t.month == 1 && t.day <= 7 - start) {
    if (!count_back && partial()) return out;
    if (count_back && partial()) {
      --out.year;
      const int length = leap_year(out.year) ? 366 : 365;
      new_year -= length;
      start = (start + 53 * 7 - length) % 7;
    }
  }
  const std::int64_t days =
      partial() ? today - (new_year + (7 - start)) : today - (new_year - start);
  if (count_back && days >= 52 * 7) {
    const int next = (start + (leap_year(out.year) ? 366 : 365)) % 7;
    if (first_weekday ? next == 0 : next < 4) return {out.year + 1, 1};
  }
  out.week = static_cast<int>(days / 7) + 1;
  return out;
}

std::string temporal_text(Kind kind, const Temporal& t) {
  if (kind == Kind::time) {
    return fmt::format("{}{:02}:{:02}:{:02}{}", t.negative ? "-" : "", t.hour, t.minute, t.second,
                       fraction_text(t));
  }
  const auto date = fmt::format("{:04}-{:02}-{:02}", t.year, t.month, t.day);
  if (kind == Kind::date) return date;
  return fmt::format("{} {:02}:{:02}:{:02}{}", date, t.hour, t.minute, t.second, fraction_text(t));
}

Decimal temporal_number(Kind kind, const Temporal& t) {
  const std::int64_t date = std::int64_t{t.year} * 10'000 + t.month * 100 + t.day;
  if (kind == Kind::date) return {mpz_class(static_cast<long>(date)), 0};
  std::int64_t whole = std::int64_t{t.hour} * 10'000 + t.minute * 100 + t.second;
  if (kind == Kind::datetime) whole += date * 1'000'000;
  Decimal out{mpz_class(static_cast<long>(whole)) * power_of_ten(6) + t.micro, 6};
  if (t.negative) out.digits = -out.digits;
  return out.truncated(t.digits < 0 ? (t.micro != 0 ? 6 : 0) : t.digits);
}

std::int64_t total_micros(Kind kind, const Temporal& t) {
  if (kind == Kind::time) return t.negative ? -clock_micros(t) : clock_micros(t);
  return day_number(t.year, t.month, t.day) * k_day + clock_micros(t);
}

Temporal time_from_micros(std::int64_t micros) {
  Temporal out;
  out.negative = micros < 0;
  set_clock(out, std::min(std::abs(micros), k_max_time));
  return out;
}

Temporal from_micros(std::int64_t micros) {
  Temporal out;
  set_clock(out, micros % k_day);
  constexpr std::int64_t k_leap_day = 60;  // none in the server's year 0
  const std::int64_t number = micros / k_day;
  const std::int64_t z = (number < k_leap_day ? number - 1 : number) - 60 + 146'097;
  const std::int64_t in_era = z % 146'097;
  const std::int64_t era_year = (in_era - in_era / 1460 + in_era / 36'524 - in_era / 146'096) / 365;
  const std::int64_t in_year = in_era - (365 * era_year + era_year / 4 - era_year / 100);
  const std::int64_t shifted = (5 * in_year + 2) / 153;
  out.day = static_cast<int>(in_year - (153 * shifted + 2) / 5 + 1);
  out.month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  out.year = static_cast<int>(era_year + z / 146'097 * 400 - 400 + (out.month <= 2 ? 1 : 0));
  return out;
}

Temporal round_fraction(Kind kind, const Temporal& t, int digits) {
  std::int64_t unit = k_second;
  for (int i = 0; i < digits; ++i) unit /= 10;
  Temporal out = t;
  out.digits = digits;
  const std::int64_t rest = t.micro % unit;
  if (kind == Kind::date || rest == 0) return out;
  const std::int64_t moved = t.micro - rest + (rest * 2 >= unit ? unit : 0);
  if (moved < k_second) {
    out.micro = static_cast<int>(moved);
    if (kind == Kind::time && total_micros(kind, out) == 0) out.negative = false;
    return out;
  }
  out.micro = 0;
  const std::int64_t total = total_micros(kind, out) + (t.negative ? -k_second : k_second);
  if (kind == Kind::time) {
    out = time_from_micros(total);
  } else if (t.month != 0 && t.day != 0) {
    out = from_micros(total);
  } else {
    out = t;
    out.micro = 0;
  }
  out.digits = digits;
  return out;
}

std::optional<Temporal> day_of(std::int64_t number) {
  if (number < 0 || number > day_number(9999, 12, 31)) return std::nullopt;
  return from_micros(number * k_day);
}

bool has_micros(Unit unit) {
  return unit == Unit::microsecond || unit == Unit::second_microsecond ||
         unit == Unit::minute_microsecond || unit == Unit::hour_microsecond ||
         unit == Unit::day_microsecond;
}

bool has_clock(Unit unit) {
  return unit <= Unit::hour || (unit >= Unit::second_microsecond && unit != Unit::year_month);
}

std::optional<Parsed> add_interval(Parsed start, Unit unit, Interval amount, bool backwards) {
  const int sign = backwards ? -1 : 1;
  if (unit == Unit::month || unit == Unit::quarter || unit == Unit::year ||
      unit == Unit::year_month) {
    if (start.kind == Kind::time) return std::nullopt;
    return add_months(start, sign * amount.months);
  }
  return add_clock(start, unit, sign * amount.days, sign * amount.micros);
}

}  // namespace erp2mysql::expr
