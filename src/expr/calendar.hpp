// SPDX-License-Identifier: Apache-2.0
// Calendar arithmetic and the reading of dates and times from text and numbers, as MySQL does it.
// It refuses to know the clock, a time zone, and any format string.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "item.hpp"

namespace erp2mysql::expr {

enum class Unit { microsecond, second, minute, hour, day, week, month, quarter, year };
std::optional<Unit> parse_unit(std::string_view name);

bool leap_year(int year);
int days_in_month(int year, int month);
/// Days since 0000-01-01 as TO_DAYS counts them.
std::int64_t day_number(int year, int month, int day);
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
  Item::Kind kind;
  Temporal when;
};
/// Whether days and months of zero are let through (the functions that only take parts).
enum class ZeroParts { refuse, allow };

/// A date or datetime from anything; nothing when it is none. NULL gives nothing too.
std::optional<Parsed> to_calendar(const Item& item, ZeroParts zero = ZeroParts::refuse);
/// A time span (of a datetime: its clock time).
std::optional<Temporal> to_time(const Item& item);

std::string temporal_text(Item::Kind kind, const Temporal& t);
/// 20240305, 20240305150809[.fraction], 150809[.fraction]
Decimal temporal_number(Item::Kind kind, const Temporal& t);
/// Microseconds since 0000-01-01 (of a time: since 00:00:00), for comparing and subtracting.
std::int64_t total_micros(Item::Kind kind, const Temporal& t);
Temporal from_micros(std::int64_t micros);
Temporal time_from_micros(std::int64_t micros);

/// `amount` counts units (of microseconds for `second` and `microsecond`). Nothing when the result
/// leaves the years 0 to 9999.
std::optional<Parsed> add_interval(Parsed start, Unit unit, std::int64_t amount);

}  // namespace erp2mysql::expr
