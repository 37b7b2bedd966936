// SPDX-License-Identifier: Apache-2.0
// Functions of dates and times. A value that is no date gives NULL, as the server does. The clock
// and the zone are the scope's.
#include <algorithm>
#include <array>
#include <chrono>

#include "tree.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;
using MaybeDate = std::optional<Parsed>;

Item now(const Arguments& a) {
  Temporal t = local_now(a.context());
  if (a.size() == 1) {
    const Item digits = a[0];
    const std::int64_t n = digits.is_null() ? 0 : to_integer(digits);
    if (n < 0 || n > 3) fail("NOW takes 0 to 3 fraction digits: the clock has milliseconds");
    t.digits = static_cast<int>(n);
  }
  const int unit = static_cast<int>(power_of_ten(6 - t.digits).get_si());
  t.micro = t.micro / unit * unit;
  return Item::of_temporal(Kind::datetime, t);
}

Item today(const Arguments& a) { return Item::of_temporal(Kind::date, local_now(a.context())); }

Item time_part(Item item) {
  const auto t = to_time(item);
  return t ? Item::of_temporal(Kind::time, *t) : Item::null();
}
Item current_time(const Arguments& a) { return time_part(now(a)); }
Item time_of(const Arguments& a) { return time_part(a[0]); }

Item date_of(const Arguments& a) {
  const auto d = to_calendar(a[0]);
  return d ? Item::of_temporal(Kind::date, d->when) : Item::null();
}

template <int Temporal::*Part>
Item date_part(const Arguments& a) {
  const auto d = to_calendar(a[0], ZeroParts::allow);
  return d ? Item::of_integer(d->when.*Part) : Item::null();
}
template <int Temporal::*Part>
Item clock_part(const Arguments& a) {
  const auto t = to_time(a[0]);
  return t ? Item::of_integer((*t).*Part) : Item::null();
}

Item quarter(const Arguments& a) {
  const auto d = to_calendar(a[0], ZeroParts::allow);
  return d ? Item::of_integer((d->when.month + 2) / 3) : Item::null();
}
Item weekday_of(const Arguments& a) {
  const auto d = to_calendar(a[0]);
  return d ? Item::of_integer(weekday(d->when)) : Item::null();
}
Item day_of_week(const Arguments& a) {
  const auto d = to_calendar(a[0]);
  return d ? Item::of_integer((weekday(d->when) + 1) % 7 + 1) : Item::null();
}
Item day_in_year(const Arguments& a) {
  const auto d = to_calendar(a[0]);
  return d ? Item::of_integer(day_of_year(d->when)) : Item::null();
}

Item last_day(const Arguments& a) {
  auto d = to_calendar(a[0], ZeroParts::allow);
  if (!d || d->when.month == 0) return Item::null();
  d->when.day = days_in_month(d->when.year, d->when.month);
  return Item::of_temporal(Kind::date, d->when);
}

// Units, or microseconds for seconds: only seconds keep a fraction.
std::optional<std::int64_t> interval_amount(const Item& item, Unit unit) {
  if (item.is_null()) return std::nullopt;
  if (unit != Unit::second) return to_integer(item);
  const mpz_class micros = to_decimal(item).truncated(6).digits;
  return fits_signed(micros) ? std::optional<std::int64_t>(micros.get_si()) : std::nullopt;
}

Item add_date(const Arguments& a) { return shift_date(a, false); }
Item sub_date(const Arguments& a) { return shift_date(a, true); }

Item date_diff(const Arguments& a) {
  const MaybeDate x = to_calendar(a[0]), y = to_calendar(a[1]);
  if (!x || !y) return Item::null();
  const auto days = [](const Temporal& t) { return day_number(t.year, t.month, t.day); };
  return Item::of_integer(days(x->when) - days(y->when));
}

std::int64_t whole_months(const Temporal& from, const Temporal& to) {
  const auto rest = [](const Temporal& t) {
    return total_micros(Kind::time, t) + std::int64_t{t.day} * 86'400'000'000;
  };
  const std::int64_t months = (to.year - from.year) * 12 + to.month - from.month;
  return months - (rest(to) < rest(from) ? 1 : 0);
}

Item timestamp_diff(const Arguments& a) {
  const MaybeDate x = to_calendar(a[0]), y = to_calendar(a[1]);
  if (!x || !y) return Item::null();
  const std::int64_t micros = total_micros(y->kind, y->when) - total_micros(x->kind, x->when);
  const std::int64_t months =
      micros < 0 ? -whole_months(y->when, x->when) : whole_months(x->when, y->when);
  switch (a.node().unit) {
    case Unit::year: return Item::of_integer(months / 12);
    case Unit::quarter: return Item::of_integer(months / 3);
    case Unit::month: return Item::of_integer(months);
    case Unit::week: return Item::of_integer(micros / 604'800'000'000);
    case Unit::day: return Item::of_integer(micros / 86'400'000'000);
    case Unit::hour: return Item::of_integer(micros / 3'600'000'000);
    case Unit::minute: return Item::of_integer(micros / 60'000'000);
    case Unit::second: return Item::of_integer(micros / 1'000'000);
    default: return Item::of_integer(micros);
  }
}

constexpr std::int64_t k_last_second = 32'536'771'199;  // what the server can represent
const std::int64_t k_epoch_day = 719'528;

Item from_unix_time(const Arguments& a) {
  const Item seconds = a[0];
  if (seconds.is_null()) return seconds;
  Decimal number = to_decimal(seconds);
  const int digits = seconds.is_exact() ? std::min(number.scale, 6) : (number.scale > 0 ? 6 : 0);
  const mpz_class micros = number.rounded(6).digits;
  if (sgn(micros) < 0 || !fits_signed(micros) || micros.get_si() / 1'000'000 > k_last_second)
    return Item::null();
  const std::chrono::milliseconds whole(micros.get_si() / 1000);
  const auto local = a.context().scope.zone().to_local(base::Instant(whole));
  Temporal t =
      from_micros(local.count() * 1000 + micros.get_si() % 1000 + k_epoch_day * 86'400'000'000);
  t.digits = digits;
  return Item::of_temporal(Kind::datetime, t);
}

Item from_unix(const Arguments& a) {
  const Item when = from_unix_time(a);
  if (a.size() == 1 || when.is_null()) return when;
  return format_when(when, a[1]);
}

Item unix_timestamp(const Arguments& a) {
  const auto& scope = a.context().scope;
  if (a.size() == 0) {
    return Item::of_integer(
        std::chrono::floor<std::chrono::seconds>(scope.now()).time_since_epoch().count());
  }
  const auto d = to_calendar(a[0]);
  if (!d) return Item::null();
  const std::int64_t local = total_micros(d->kind, d->when) - k_epoch_day * 86'400'000'000;
  const std::int64_t rest = local % 1000;
  const auto instant = scope.zone().from_local(base::Millis((local - rest) / 1000));
  const std::int64_t micros = instant.time_since_epoch().count() * 1000 + rest;
  if (micros < 0 || micros / 1'000'000 > k_last_second) return Item::of_integer(0);
  if (d->when.digits == 0) return Item::of_integer(micros / 1'000'000);
  return Item::of_decimal(
      Decimal{mpz_class(static_cast<long>(micros)), 6}.truncated(d->when.digits));
}

}  // namespace

Temporal local_now(const Context& context) {
  const auto local = context.scope.zone().to_local(context.scope.now());
  return from_micros(local.count() * 1000 + k_epoch_day * 86'400'000'000);
}

Item shift_date(const Arguments& a, bool backwards) {
  const Unit unit = a.node().unit;
  const Item date = a[0];
  auto amount = interval_amount(a[1], unit);
  if (date.is_null() || !amount) return Item::null();
  if (backwards && __builtin_sub_overflow(std::int64_t{0}, *amount, &*amount)) return Item::null();
  MaybeDate start =
      date.kind == Kind::time ? MaybeDate(Parsed{Kind::time, date.when}) : to_calendar(date);
  if (!start) return Item::null();
  auto out = add_interval(*start, unit, *amount);
  if (!out) return Item::null();
  const bool micros = date.is_text() ? out->when.micro != 0
                                     : unit == Unit::microsecond ||
                                           (unit == Unit::second && *amount % 1'000'000 != 0);
  if (micros)
    out->when.digits = 6;
  else if (date.is_text())
    out->when.digits = 0;
  Item item = Item::of_temporal(out->kind, out->when);
  item.from_text = date.is_text() || date.from_text;
  return item;
}

const std::vector<Function>& date_functions() {
  constexpr auto k_varies = Result::varies;
  constexpr auto k_shift = Syntax::interval;
  static const std::vector<Function> k_functions = {
      {{"NOW", 0, 1, "[digits]", "the end of the window, in the job's zone", "NOW()"}, now},
      {{"CURRENT_TIMESTAMP", 0, 1, "[digits]", "same as NOW", "CURRENT_TIMESTAMP"},
       now,
       k_varies,
       Syntax::clock},
      {{"CURDATE", 0, 0, "", "the day of NOW()", "CURDATE()"}, today},
      {{"CURRENT_DATE", 0, 0, "", "same as CURDATE", "CURRENT_DATE"},
       today,
       k_varies,
       Syntax::clock},
      {{"CURTIME", 0, 1, "[digits]", "the clock time of NOW()", "CURTIME()"}, current_time},
      {{"DATE", 1, 1, "date", "the day of a date and time", "DATE({created})"}, date_of},
      {{"TIME", 1, 1, "time", "the clock time of a date and time", "TIME({created})"}, time_of},
      {{"YEAR", 1, 1, "date", "year", "YEAR({created})"}, date_part<&Temporal::year>},
      {{"QUARTER", 1, 1, "date", "quarter, 1 to 4", "QUARTER({created})"}, quarter},
      {{"MONTH", 1, 1, "date", "month, 1 to 12", "MONTH({created})"}, date_part<&Temporal::month>},
      {{"DAY", 1, 1, "date", "day of the month", "DAY({created})"}, date_part<&Temporal::day>},
      {{"DAYOFMONTH", 1, 1, "date", "same as DAY", "DAYOFMONTH({created})"},
       date_part<&Temporal::day>},
      {{"HOUR", 1, 1, "time", "hour", "HOUR({created})"}, clock_part<&Temporal::hour>},
      {{"MINUTE", 1, 1, "time", "minute", "MINUTE({created})"}, clock_part<&Temporal::minute>},
      {{"SECOND", 1, 1, "time", "second", "SECOND({created})"}, clock_part<&Temporal::second>},
      {{"WEEKDAY", 1, 1, "date", "0 is Monday", "WEEKDAY({created})"}, weekday_of},
      {{"DAYOFWEEK", 1, 1, "date", "1 is Sunday", "DAYOFWEEK({created})"}, day_of_week},
      {{"DAYOFYEAR", 1, 1, "date", "1 to 366", "DAYOFYEAR({created})"}, day_in_year},
      {{"LAST_DAY", 1, 1, "date", "last day of the month", "LAST_DAY({created})"}, last_day},
      {{"DATE_ADD", 2, 2, "date, INTERVAL n unit", "later by an interval",
        "DATE_ADD(NOW(),INTERVAL -10 SECOND)"},
       add_date,
       k_varies,
       k_shift},
      {{"DATE_SUB", 2, 2, "date, INTERVAL n unit", "earlier by an interval",
        "DATE_SUB(CURDATE(),INTERVAL 1 MONTH)"},
       sub_date,
       k_varies,
       k_shift},
      {{"ADDDATE", 2, 2, "date, days | INTERVAL n unit", "later by days or an interval",
        "ADDDATE({created},7)"},
       add_date,
       k_varies,
       k_shift},
      {{"SUBDATE", 2, 2, "date, days | INTERVAL n unit", "earlier by days or an interval",
        "SUBDATE({created},7)"},
       sub_date,
       k_varies,
       k_shift},
      {{"DATEDIFF", 2, 2, "date, date", "days from the second to the first",
        "DATEDIFF(NOW(),{created})"},
       date_diff},
      {{"TIMESTAMPDIFF", 2, 2, "unit, from, to", "whole units between two dates",
        "TIMESTAMPDIFF(MINUTE,{created},{paid})"},
       timestamp_diff,
       k_varies,
       Syntax::unit},
      {{"DATE_FORMAT", 2, 2, "date, format", "a date as text, %Y-%m-%d %H:%i:%s",
        "DATE_FORMAT({created},'%Y%m')"},
       format_date,
       Result::text},
      {{"STR_TO_DATE", 2, 2, "text, format", "a text read by a format; NULL when it does not fit",
        "STR_TO_DATE({day},'%Y%m%d')"},
       read_date},
      {{"FROM_UNIXTIME", 1, 2, "seconds[, format]", "Unix seconds as date and time",
        "FROM_UNIXTIME({{LAST_SYNC_TIME}}-600,'%Y-%m-%d')"},
       from_unix},
      {{"UNIX_TIMESTAMP", 0, 1, "[date]", "Unix seconds", "UNIX_TIMESTAMP({created})"},
       unix_timestamp},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
