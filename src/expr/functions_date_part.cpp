// SPDX-License-Identifier: Apache-2.0
// Parts of dates and times, and whole dates out of parts.
#include <algorithm>
#include <array>

#include "families.hpp"
#include "kit.hpp"
#include "temporal_kit.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

std::optional<Temporal> fuzzy(const Call& call) {
  const auto parsed = calendar_of(call[0], call.context(), ZeroParts::allow);
  return parsed ? std::optional(parsed->when) : std::nullopt;
}
std::optional<Temporal> whole_date(const Call& call) {
  const auto parsed = calendar_of(call[0], call.context());
  return parsed ? std::optional(parsed->when) : std::nullopt;
}

template <class Part>
Item part(const std::optional<Temporal>& t, Part take) {
  return t ? Item::of_integer(take(*t)) : Item::null();
}

Item year(const Call& c) {
  return part(fuzzy(c), [](const Temporal& t) { return t.year; });
}
Item month(const Call& c) {
  return part(fuzzy(c), [](const Temporal& t) { return t.month; });
}
Item day(const Call& c) {
  return part(fuzzy(c), [](const Temporal& t) { return t.day; });
}
Item quarter(const Call& c) {
  return part(fuzzy(c), [](const Temporal& t) { return (t.month + 2) / 3; });
}
Item day_of_week(const Call& c) {
  return part(whole_date(c), [](const Temporal& t) { return (weekday(t) + 1) % 7 + 1; });
}
Item weekday_(const Call& c) { return part(whole_date(c), weekday); }
Item day_of_year_(const Call& c) { return part(whole_date(c), day_of_year); }

Item hour(const Call& c) {
  return part(to_time(c[0]), [](const Temporal& t) { return t.hour; });
}
Item minute(const Call& c) {
  return part(to_time(c[0]), [](const Temporal& t) { return t.minute; });
}
Item second(const Call& c) {
  return part(to_time(c[0]), [](const Temporal& t) { return t.second; });
}
Item micro(const Call& c) {
  return part(to_time(c[0]), [](const Temporal& t) { return t.micro; });
}

Week week_by_mode(const Temporal& t, std::int64_t mode, bool with_year) {
  auto bits = static_cast<unsigned>(mode & 7);
  const bool monday = (bits & 1) != 0;
  if (!monday) bits ^= 4;
  return week_of(t, monday, with_year || (bits & 2) != 0, (bits & 4) != 0);
}

Item week(const Call& call) {
  const auto t = whole_date(call);
  const std::int64_t mode = call.size() > 1 ? call.integer(1) : 0;
  return t ? Item::of_integer(week_by_mode(*t, mode, false).week) : Item::null();
}
Item week_of_year(const Call& call) {
  const auto t = whole_date(call);
  return t ? Item::of_integer(week_by_mode(*t, 3, false).week) : Item::null();
}
Item year_week(const Call& call) {
  const auto t = whole_date(call);
  if (!t) return Item::null();
  const auto out = week_by_mode(*t, call.size() > 1 ? call.integer(1) : 0, true);
  return Item::of_integer(out.year * 100 + out.week);
}

Item day_name(const Call& call) {
  const auto t = whole_date(call);
  return t ? Item::of_text(std::string(k_day_names[static_cast<std::size_t>(weekday(*t))]))
           : Item::null();
}
Item month_name(const Call& call) {
  const auto t = fuzzy(call);
  if (!t || t->month == 0) return Item::null();
  return Item::of_text(std::string(k_month_names[static_cast<std::size_t>(t->month - 1)]));
}

Item last_day(const Call& call) {
  const auto parsed = calendar_of(call[0], call.context(), ZeroParts::allow);
  if (!parsed || parsed->when.month == 0) return Item::null();
  Temporal t = parsed->when;
  t.day = days_in_month(t.year, t.month);
  return Item::of_temporal(Kind::date, t);
}

// ---- EXTRACT

std::int64_t clock_part(const Temporal& t, Unit unit, std::int64_t day) {
  const std::int64_t clock = t.hour * 10'000 + t.minute * 100 + t.second;
  switch (unit) {
    case Unit::hour: return t.hour;
    case Unit::minute: return t.minute;
    case Unit::second: return t.second;
    case Unit::microsecond: return t.micro;
    case Unit::hour_minute: return t.hour * 100 + t.minute;
    case Unit::hour_second: return clock;
    case Unit::hour_microsecond: return clock * 1'000'000 + t.micro;
    case Unit::minute_second: return t.minute * 100 + t.second;
    case Unit::minute_microsecond:
      return (t.minute * 100 + t.second) * std::int64_t{1'000'000} + t.micro;
    case Unit::second_microsecond: return t.second * std::int64_t{1'000'000} + t.micro;
    case Unit::day_hour: return day * 100 + t.hour;
    case Unit::day_minute: return day * 10'000 + t.hour * 100 + t.minute;
    case Unit::day_second: return day * 1'000'000 + clock;
    default: return (day * 1'000'000 + clock) * 1'000'000 + t.micro;
  }
}

Item extract(const Call& call) {
  const Unit unit = call.node().unit;
  const bool date = unit == Unit::day || unit == Unit::week || unit == Unit::month ||
                    unit == Unit::quarter || unit == Unit::year || unit == Unit::year_month;
  if (!date) {
    const bool number = call[0].is_number();
    const bool marks = call[0].is_text() && call[0].text.find(':') != std::string::npos;
    auto when = number || (call[0].is_text() && !marks) ? calendar_of(call[0], call.context())
                                                        : time_or_datetime(call[0]);
    if (!when && call[0].is_text() && date_fields(call[0].text)[1] > 12) {
      if (const auto time = to_time(call[0])) when = Parsed{Kind::time, *time, {}};
    }
    if (!when) return Item::null();
    const bool of_day = unit >= Unit::day_microsecond && unit <= Unit::day_hour;
    const Temporal& t = when->when;
    const std::int64_t out = clock_part(t, unit, of_day ? t.day : 0);
    return Item::of_integer(t.negative ? -out : out);
  }
  const auto t = fuzzy(call);
  if (!t) return Item::null();
  switch (unit) {
    case Unit::day: return Item::of_integer(t->day);
    case Unit::month: return Item::of_integer(t->month);
    case Unit::quarter: return Item::of_integer((t->month + 2) / 3);
    case Unit::year: return Item::of_integer(t->year);
    case Unit::week: return Item::of_integer(week_by_mode(*t, 0, false).week);
    default: return Item::of_integer(t->year * 100 + t->month);
  }
}

// ---- days and seconds

Item to_days(const Call& call) {
  const auto t = whole_date(call);
  return t ? Item::of_integer(day_number(t->year, t->month, t->day)) : Item::null();
}
Item to_seconds(const Call& call) {
  const auto parsed = calendar_of(call[0], call.context());
  if (!parsed) return Item::null();
  return Item::of_integer(total_micros(Kind::datetime, parsed->when) / 1'000'000);
}
Item from_days(const Call& call) {
  const std::int64_t number = call.integer(0);
  if (number < 1 || number > 3'652'424) return Item::null();
  const auto day = day_of(number);
  return day ? Item::of_temporal(Kind::date, *day) : Item::null();
}
Item make_date(const Call& call) {
  std::int64_t year = call.integer(0);
  const std::int64_t day = call.integer(1);
  if (year < 0 || year > 9999 || day <= 0 || day > 4'000'000) return Item::null();
  if (year < 70)
    year += 2000;
  else if (year < 100)
    year += 1900;
  const auto out = day_of(day_number(static_cast<int>(year), 1, 1) + day - 1);
  return out ? Item::of_temporal(Kind::date, *out) : Item::null();
}

// ---- periods YYYYMM: the server counts months without a sign and lets them wrap

std::uint64_t full_year(std::uint64_t year) {
  if (year < 70) return year + 2000;
  return year < 100 ? year + 1900 : year;
}

std::optional<std::int64_t> months_of(std::int64_t period) {
  if (period <= 0) return std::nullopt;
  const std::int64_t month = period % 100;
  if (month < 1 || month > 12) return std::nullopt;
  return static_cast<std::int64_t>(full_year(static_cast<std::uint64_t>(period / 100))) * 12 +
         month - 1;
}
Item period_add(const Call& call) {
  const auto start = months_of(call.integer(0));
  if (!start) fail(k_wrong_arguments, "Incorrect arguments to period_add");
  const auto months =
      static_cast<std::uint64_t>(*start) + static_cast<std::uint64_t>(call.integer(1));
  if (months == 0) return Item::of_integer(0);
  const auto out = full_year(months / 12) * 100 + months % 12 + 1;
  return Item::of_integer(static_cast<std::int64_t>(out));
}
Item period_diff(const Call& call) {
  const auto a = months_of(call.integer(0));
  const auto b = months_of(call.integer(1));
  if (!a || !b) fail(k_wrong_arguments, "Incorrect arguments to period_diff");
  return Item::of_integer(*a - *b);
}

}  // namespace

const std::vector<Function>& date_part_functions() {
  static const std::vector<Function> k_functions = {
      {{"YEAR", 1, 1, "date", "Its year.", "YEAR('2024-03-05')"},
       year,
       kit::whole,
       Nulls::strict,
       Syntax::grammar},
      {{"QUARTER", 1, 1, "date", "1 to 4.", "QUARTER('2024-03-05')"},
       quarter,
       kit::whole,
       Nulls::strict,
       Syntax::grammar},
      {{"MONTH", 1, 1, "date", "1 to 12.", "MONTH('2024-03-05')"},
       month,
       kit::whole,
       Nulls::strict,
       Syntax::grammar},
      {{"DAY", 1, 1, "date", "1 to 31.", "DAY('2024-03-05')"},
       day,
       kit::whole,
       Nulls::strict,
       Syntax::grammar},
      {{"DAYOFMONTH", 1, 1, "date", "DAY.", "DAYOFMONTH('2024-03-05')"}, day, kit::whole},
      {{"DAYOFWEEK", 1, 1, "date", "1 (Sunday) to 7.", "DAYOFWEEK('2024-03-05')"},
       day_of_week,
       kit::whole},
      {{"WEEKDAY", 1, 1, "date", "0 (Monday) to 6.", "WEEKDAY('2024-03-05')"},
       weekday_,
       kit::whole},
      {{"DAYOFYEAR", 1, 1, "date", "1 to 366.", "DAYOFYEAR('2024-03-05')"},
       day_of_year_,
       kit::whole},
      {{"WEEK", 1, 2, "date, mode", "Its week, counted by one of eight modes.",
        "WEEK('2024-03-05',3)"},
       week,
       kit::whole,
       Nulls::strict,
       Syntax::grammar},
      {{"WEEKOFYEAR", 1, 1, "date", "WEEK with mode 3.", "WEEKOFYEAR('2024-03-05')"},
       week_of_year,
       kit::whole},
      {{"YEARWEEK", 1, 2, "date, mode", "Year and week.", "YEARWEEK('2024-03-05')"},
       year_week,
       kit::whole},
      {{"DAYNAME", 1, 1, "date", "Its English name.", "DAYNAME('2024-03-05')"},
       day_name,
       kit::plain},
      {{"MONTHNAME", 1, 1, "date", "The month's English name.", "MONTHNAME('2024-03-05')"},
       month_name,
       kit::plain},
      {{"HOUR", 1, 1, "time", "Its hours, up to 838.", "HOUR('10:11:12')"},
       hour,
       kit::whole,
       Nulls::strict,
       Syntax::grammar},
      {{"MINUTE", 1, 1, "time", "0 to 59.", "MINUTE('10:11:12')"},
       minute,
       kit::whole,
       Nulls::strict,
       Syntax::grammar},
      {{"SECOND", 1, 1, "time", "0 to 59.", "SECOND('10:11:12')"},
       second,
       kit::whole,
       Nulls::strict,
       Syntax::grammar},
      {{"MICROSECOND", 1, 1, "time", "0 to 999999.", "MICROSECOND('10:11:12.5')"},
       micro,
       kit::whole,
       Nulls::strict,
       Syntax::grammar},
      {{"EXTRACT", 1, 1, "unit FROM date", "One or more parts as a number.",
        "EXTRACT(YEAR_MONTH FROM '2024-03-05')"},
       extract,
       kit::whole,
       Nulls::strict,
       Syntax::extract,
       true},
      {{"LAST_DAY", 1, 1, "date", "The last day of its month.", "LAST_DAY('2024-02-05')"},
       last_day,
       kit::date},
      {{"TO_DAYS", 1, 1, "date", "Days since the year 0.", "TO_DAYS('2024-03-05')"},
       to_days,
       kit::whole},
      {{"TO_SECONDS", 1, 1, "date", "Seconds since the year 0.", "TO_SECONDS('2024-03-05')"},
       to_seconds,
       kit::whole},
      {{"FROM_DAYS", 1, 1, "n", "The date of TO_DAYS.", "FROM_DAYS(739315)"}, from_days, kit::date},
      {{"MAKEDATE", 2, 2, "year, day", "The date of a day of the year.", "MAKEDATE(2024,65)"},
       make_date,
       kit::date},
      {{"PERIOD_ADD", 2, 2, "YYYYMM, months", "A period moved.", "PERIOD_ADD(202411,3)"},
       period_add,
       kit::whole},
      {{"PERIOD_DIFF", 2, 2, "YYYYMM, YYYYMM", "Months between two periods.",
        "PERIOD_DIFF(202403,202311)"},
       period_diff,
       kit::whole},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
