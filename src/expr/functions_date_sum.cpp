// SPDX-License-Identifier: Apache-2.0
// Sums and differences of dates and times.
#include <algorithm>
#include <cstdlib>

#include "families.hpp"
#include "kit.hpp"
#include "temporal_kit.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;
constexpr std::int64_t k_second = 1'000'000;
constexpr std::int64_t k_day = 86'400 * k_second;
constexpr std::int64_t k_max_time = (838 * 3600 + 59 * 60 + 59) * k_second;

Item date_add(const Call& call) { return shift_date(call, false); }
Item date_sub(const Call& call) { return shift_date(call, true); }

// ---- ADDTIME, SUBTIME, TIMESTAMP(d, t), TIMEDIFF

Item overflow() {
  warn(k_overflow_date, "Datetime function: datetime field overflow");
  return Item::null();
}

Type add_time_type(const Call& call) {
  const Kind kind = call.type(0).kind;
  if (kind != Kind::datetime && kind != Kind::time) return Type::text();
  return Type::of(kind,
                  std::max(fraction_of(call, 0, kind == Kind::time), fraction_of(call, 1, true)));
}

Item add_time(const Call& call, int sign) {
  const auto a = time_or_datetime(call[0]);
  const auto b = to_time(call[1]);
  if (!a || !b) return Item::null();
  const std::int64_t step = total_micros(Kind::time, *b);
  const std::int64_t sum = total_micros(a->kind, a->when) + sign * step;
  Temporal out;
  if (a->kind == Kind::datetime) {
    if (sum < k_day || sum >= (day_number(9999, 12, 31) + 1) * k_day) return overflow();
    out = from_micros(sum);
  } else {
    if (std::llabs(sum) > k_max_time) return overflow();
    out = time_from_micros(sum);
  }
  const Type& type = call.out();
  if (type.is_text()) return as_date_text(a->kind, out);
  out.loose = true;
  return shown(type.kind, out, type.decimals);
}
Item addtime(const Call& call) { return add_time(call, 1); }
Item subtime(const Call& call) { return add_time(call, -1); }

Type timestamp_type(const Call& call) {
  int digits = fraction_of(call, 0, false);
  if (call.size() > 1) digits = std::max(digits, fraction_of(call, 1, true));
  return Type::of(Kind::datetime, digits);
}
Item timestamp(const Call& call) {
  const auto a = calendar_of(call[0], call.context());
  if (!a) return Item::null();
  const int digits = call.out().decimals;
  if (call.size() < 2)
    return Item::of_temporal(Kind::datetime, round_fraction(Kind::datetime, a->when, digits));
  const auto b = to_time(call[1]);
  if (!b) return Item::null();
  const std::int64_t step = total_micros(Kind::time, *b);
  const std::int64_t sum = total_micros(Kind::datetime, a->when) + step;
  if (sum < k_day || sum >= (day_number(9999, 12, 31) + 1) * k_day) return overflow();
  return shown(Kind::datetime, from_micros(sum), digits);
}

Type time_diff_type(const Call& call) {
  return Type::of(Kind::time, std::max(fraction_of(call, 0, true), fraction_of(call, 1, true)));
}
Item time_diff(const Call& call) {
  const auto a = time_or_datetime(call[0]);
  const auto b = time_or_datetime(call[1]);
  if (!a || !b) return Item::null();
  if (a->kind != b->kind) return Item::null();
  const std::int64_t out = total_micros(a->kind, a->when) - total_micros(b->kind, b->when);
  if (std::llabs(out) > k_max_time) warn_truncated("time", "");
  return shown(Kind::time, time_from_micros(out), call.out().decimals);
}

Item date_diff(const Call& call) {
  const auto a = calendar_of(call[0], call.context());
  const auto b = calendar_of(call[1], call.context());
  if (!a || !b) return Item::null();
  const auto days = [](const Temporal& t) { return day_number(t.year, t.month, t.day); };
  return Item::of_integer(days(a->when) - days(b->when));
}

// ---- TIMESTAMPADD, TIMESTAMPDIFF

std::int64_t months_between(const Temporal& from, const Temporal& to) {
  std::int64_t out = (to.year - from.year) * std::int64_t{12} + to.month - from.month;
  const auto rest = [](const Temporal& t) {
    return t.day * k_day + total_micros(Kind::time, {0, 0, 0, t.hour, t.minute, t.second, t.micro});
  };
  if (rest(to) < rest(from)) --out;
  return out;
}

Item timestamp_diff(const Call& call) {
  const auto a = calendar_of(call[0], call.context());
  const auto b = calendar_of(call[1], call.context());
  if (!a || !b) return Item::null();
  const std::int64_t start = total_micros(Kind::datetime, a->when);
  const std::int64_t end = total_micros(Kind::datetime, b->when);
  const std::int64_t micros = end - start;
  const auto months = [&] {
    return end >= start ? months_between(a->when, b->when) : -months_between(b->when, a->when);
  };
  switch (call.node().unit) {
    case Unit::microsecond: return Item::of_integer(micros);
    case Unit::second: return Item::of_integer(micros / k_second);
    case Unit::minute: return Item::of_integer(micros / (60 * k_second));
    case Unit::hour: return Item::of_integer(micros / (3600 * k_second));
    case Unit::day: return Item::of_integer(micros / k_day);
    case Unit::week: return Item::of_integer(micros / (7 * k_day));
    case Unit::month: return Item::of_integer(months());
    case Unit::quarter: return Item::of_integer(months() / 3);
    default: return Item::of_integer(months() / 12);
  }
}

// TIMESTAMPADD(unit, n, d): the arguments of DATE_ADD in another order.
Item timestamp_add(const Call& call) {
  const auto start = calendar_of(call[1], call.context());
  const auto amount = read_interval(call[0], call.node().unit);
  if (!start || !amount) return Item::null();
  const auto out = add_interval(*start, call.node().unit, *amount, false);
  if (!out) return overflow();
  const Type& type = call.out();
  if (type.is_text()) return as_date_text(out->kind, out->when);
  return shown(type.kind, out->when, type.decimals);
}
Type timestamp_add_type(const Call& call) {
  const Type& date = call.type(1);
  const Unit unit = call.node().unit;
  if (date.kind == Kind::date && !has_clock(unit)) return Type::of(Kind::date);
  if (date.has_date()) {
    int digits = date.decimals;
    if (has_micros(unit)) digits = 6;
    if (unit == Unit::second) digits = std::max(digits, std::min(call.type(0).decimals, 6));
    return Type::of(Kind::datetime, digits);
  }
  return Type::text();
}

// ---- seconds and times

Item make_time(const Call& call) {
  const Whole hours = to_whole(call[0]);
  const std::int64_t minute = call.integer(1);
  const Decimal seconds = to_decimal(call[2]).rounded(call.out().decimals);
  const mpz_class whole = seconds.whole();
  if (minute < 0 || minute > 59 || seconds.sign() < 0 || whole > 59) return Item::null();
  Temporal out;
  out.negative = hours.negative();
  const bool huge = hours.is_unsigned && hours.value < 0;
  const std::int64_t hour = out.negative ? -hours.value : hours.value;
  out.digits = call.out().decimals;
  if (huge || hour > 838 || hour < 0) {
    warn_truncated("time", "");
    out.hour = 838;
    out.minute = out.second = 59;
    return Item::of_temporal(Kind::time, out);
  }
  out.hour = static_cast<int>(hour);
  out.minute = static_cast<int>(minute);
  out.second = static_cast<int>(whole.get_si());
  out.micro = static_cast<int>(subtract(seconds, {whole, 0}).rounded(6).digits.get_si());
  return Item::of_temporal(Kind::time, out);
}
Type make_time_type(const Call& call) {
  return Type::of(Kind::time, std::min(call.type(2).decimals, 6));
}

Item sec_to_time(const Call& call) {
  const Decimal seconds = to_decimal(call[0]).rounded(call.out().decimals).rounded(6);
  const bool fits = fits_signed(seconds.digits) && abs(seconds.digits) <= k_max_time;
  if (!fits) warn_truncated("time", "");
  const std::int64_t micros =
      fits ? seconds.digits.get_si() : (seconds.sign() < 0 ? -k_max_time : k_max_time);
  return shown(Kind::time, time_from_micros(micros), call.out().decimals);
}
Type sec_to_time_type(const Call& call) {
  return Type::of(Kind::time, std::min(call.type(0).decimals, 6));
}

Item time_to_sec(const Call& call) {
  const auto time = to_time(call[0]);
  if (!time) return Item::null();
  const std::int64_t out = time->hour * 3600 + time->minute * 60 + time->second;
  return Item::of_integer(time->negative ? -out : out);
}

Item date_of(const Call& call) {
  const auto parsed = calendar_of(call[0], call.context());
  return parsed ? Item::of_temporal(Kind::date, parsed->when) : Item::null();
}
Item time_of(const Call& call) {
  const auto time = to_time(call[0]);
  if (!time) return Item::null();
  return Item::of_temporal(Kind::time, round_fraction(Kind::time, *time, call.out().decimals));
}
Type time_type(const Call& call) { return Type::of(Kind::time, fraction_of(call, 0, true)); }

}  // namespace

Type shifted_type(const Call& call) {
  const Type& date = call.type(0);
  const Unit unit = call.node().has_interval ? call.node().unit : Unit::day;
  int digits = date.decimals;
  if (has_micros(unit)) digits = 6;
  if (unit == Unit::second) digits = std::max(digits, std::min(call.type(1).decimals, 6));
  if (date.kind == Kind::date)
    return has_clock(unit) ? Type::of(Kind::datetime, digits) : Type::of(Kind::date);
  if (date.kind == Kind::datetime) return Type::of(Kind::datetime, digits);
  const bool months = unit == Unit::month || unit == Unit::quarter || unit == Unit::year ||
                      unit == Unit::year_month || unit == Unit::day || unit == Unit::week;
  if (date.kind == Kind::time) return Type::of(months ? Kind::datetime : Kind::time, digits);
  return Type::text();
}

Item shift_date(const Call& call, bool backwards) {
  const Unit unit = call.node().has_interval ? call.node().unit : Unit::day;
  const Type& type = call.out();
  std::optional<Parsed> start;
  if (type.kind == Kind::time)
    start = Parsed{Kind::time, call[0].when, {}};
  else
    start = calendar_of(call[0], call.context());
  if (!start) return Item::null();
  // The outcome of an inner sum is known as a text only, and read back as a datetime.
  if (call.type(0).is_text() && call[0].is_temporal()) start->kind = Kind::datetime;
  const auto amount = read_interval(call[1], unit);
  if (!amount) return overflow();
  const auto out = add_interval(*start, unit, *amount, backwards);
  if (!out) return overflow();
  if (type.is_text()) return as_date_text(out->kind, out->when);
  return shown(type.kind, out->when, type.decimals);
}

const std::vector<Function>& date_sum_functions() {
  static const std::vector<Function> k_functions = {
      {{"DATE_ADD", 2, 2, "date, INTERVAL n unit", "A date moved forwards.",
        "DATE_ADD('2024-01-31', INTERVAL 1 MONTH)"},
       date_add,
       shifted_type,
       Nulls::strict,
       Syntax::interval,
       true},
      {{"DATE_SUB", 2, 2, "date, INTERVAL n unit", "A date moved backwards.",
        "DATE_SUB('2024-03-05 10:00:00', INTERVAL 90 MINUTE)"},
       date_sub,
       shifted_type,
       Nulls::strict,
       Syntax::interval,
       true},
      {{"ADDDATE", 2, 2, "date, INTERVAL n unit | days", "DATE_ADD.", "ADDDATE('2024-01-31',1)"},
       date_add,
       shifted_type,
       Nulls::strict,
       Syntax::maybe_interval,
       true},
      {{"SUBDATE", 2, 2, "date, INTERVAL n unit | days", "DATE_SUB.", "SUBDATE('2024-01-31',1)"},
       date_sub,
       shifted_type,
       Nulls::strict,
       Syntax::maybe_interval,
       true},
      {{"ADDTIME", 2, 2, "time, time", "A time or datetime plus a time.",
        "ADDTIME('2024-01-01 10:00:00','01:30:00')"},
       addtime,
       add_time_type},
      {{"SUBTIME", 2, 2, "time, time", "A time or datetime minus a time.",
        "SUBTIME('10:00:00','01:30:00')"},
       subtime,
       add_time_type},
      {{"TIMESTAMP", 1, 2, "date, time", "A datetime, with a time added.",
        "TIMESTAMP('2024-01-01','10:00:00')"},
       timestamp,
       timestamp_type,
       Nulls::strict,
       Syntax::grammar},
      {{"TIMEDIFF", 2, 2, "a, b", "The time between two times or two datetimes.",
        "TIMEDIFF('10:00:00','09:30:00')"},
       time_diff,
       time_diff_type},
      {{"DATEDIFF", 2, 2, "a, b", "The days between two dates.",
        "DATEDIFF('2024-03-05','2024-02-28')"},
       date_diff,
       kit::whole},
      {{"TIMESTAMPDIFF", 2, 2, "unit, a, b", "Whole units from a to b.",
        "TIMESTAMPDIFF(MONTH,'2024-01-31','2024-03-30')"},
       timestamp_diff,
       kit::whole,
       Nulls::strict,
       Syntax::unit_first},
      {{"TIMESTAMPADD", 2, 2, "unit, n, date", "A date moved by n units.",
        "TIMESTAMPADD(MONTH,1,'2024-01-31')"},
       timestamp_add,
       timestamp_add_type,
       Nulls::strict,
       Syntax::unit_first},
      {{"DATE", 1, 1, "datetime", "Its date.", "DATE('2024-03-05 10:11:12')"},
       date_of,
       kit::date,
       Nulls::strict,
       Syntax::grammar},
      {{"TIME", 1, 1, "datetime", "Its time.", "TIME('2024-03-05 10:11:12')"},
       time_of,
       time_type,
       Nulls::strict,
       Syntax::grammar},
      {{"MAKETIME", 3, 3, "hour, minute, second", "A time of its parts.", "MAKETIME(10,11,12.5)"},
       make_time,
       make_time_type},
      {{"SEC_TO_TIME", 1, 1, "seconds", "A time of seconds.", "SEC_TO_TIME(3661)"},
       sec_to_time,
       sec_to_time_type},
      {{"TIME_TO_SEC", 1, 1, "time", "Its seconds.", "TIME_TO_SEC('01:01:01')"},
       time_to_sec,
       kit::whole},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
