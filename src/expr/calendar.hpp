// SPDX-License-Identifier: Apache-2.0
// Calendar arithmetic and the reading of dates and times from text and numbers, as MySQL does it.
// It refuses to know the clock, a time zone, and any format string.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "item.hpp"

namespace erp2mysql::expr {

enum class Unit {
  microsecond,
  second,
  minute,
  hour,
  day,
  week,
  month,
  quarter,
  year,
  second_microsecond,
  minute_microsecond,
  minute_second,
  hour_microsecond,
  hour_second,
  hour_minute,
  day_microsecond,
  day_second,
  day_minute,
  day_hour,
  year_month
};
std::optional<Unit> parse_unit(std::string_view name);
/// Whether a unit, or its smallest part, counts less than a day; or microseconds.
bool has_clock(Unit unit);
bool has_micros(Unit unit);

bool leap_year(int year);
int days_in_month(int year, int month);
/// Days since 0000-01-01 as TO_DAYS counts them.
std::int64_t day_number(int year, int month, int day);
/// The day of that number: nothing outside of the years 0 to 9999.
std::optional<Temporal> day_of(std::int64_t number);
/// 0 is Monday.
int weekday(const Temporal& t);
int day_of_year(const Temporal& t);

struct Week {
  int year;
  int week;
};
/// WEEK() modes: `monday` starts the week, `iso_year` counts into the neighbour year (1–53 instead
/// of 0–53), `first_weekday` makes the first full week number one.
Week week_of(const Temporal& t, bool monday, bool iso_year, bool first_weekday);

struct Parsed {
  Item::Kind kind = Item::Kind::date;
  Temporal when;
  std::optional<int> offset;  // minutes east of Greenwich, when the text named them
};
/// Whether days and months of zero are let through (the functions that only take parts).
enum class ZeroParts { refuse, allow };

/// A date or datetime; nothing when it is none. A text leaves a warning when something follows.
std::optional<Parsed> read_datetime(std::string_view text, ZeroParts zero = ZeroParts::refuse);
std::optional<Parsed> number_to_datetime(const Decimal& number, ZeroParts zero);
/// A time span (of a datetime: its clock time).
std::optional<Temporal> read_time(std::string_view text);
std::optional<Temporal> number_to_time(const Decimal& number);
/// A date or datetime from anything but a time of day. NULL gives nothing.
std::optional<Parsed> to_calendar(const Item& item, ZeroParts zero = ZeroParts::refuse);
std::optional<Temporal> to_time(const Item& item);
/// DATE'…', TIME'…' and TIMESTAMP'…'.
std::optional<Item> read_literal(Item::Kind kind, std::string_view text);
bool valid_date(const Temporal& t, ZeroParts zero);

std::string temporal_text(Item::Kind kind, const Temporal& t);
/// 20240305, 20240305150809[.fraction], 150809[.fraction]
Decimal temporal_number(Item::Kind kind, const Temporal& t);
/// Rounds to so many fraction digits; the carry may reach the year.
Temporal round_fraction(Item::Kind kind, const Temporal& t, int digits);
/// Microseconds since 0000-01-01 (of a time: since 00:00:00), for comparing and subtracting.
std::int64_t total_micros(Item::Kind kind, const Temporal& t);
Temporal from_micros(std::int64_t micros);
Temporal time_from_micros(std::int64_t micros);

/// What `INTERVAL … unit` adds: months, or days and microseconds.
struct Interval {
  std::int64_t months = 0;
  std::int64_t days = 0;
  std::int64_t micros = 0;
};
std::optional<Interval> read_interval(const Item& amount, Unit unit);
/// Nothing when the result leaves the years 0 to 9999.
std::optional<Parsed> add_interval(Parsed start, Unit unit, Interval amount, bool backwards);

}  // namespace erp2mysql::expr
