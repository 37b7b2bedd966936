// SPDX-License-Identifier: Apache-2.0
// What depends on the clock or a time zone. NOW() is the time of the scope, not of the machine.
#include <algorithm>
#include <array>

#include "erp2mysql/base/text.hpp"
#include "families.hpp"
#include "kit.hpp"
#include "temporal_kit.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;
constexpr std::int64_t k_second = 1'000'000;
constexpr std::int64_t k_epoch = std::int64_t{719'528} * 86'400 * k_second;
constexpr std::int64_t k_last_second = 32'536'771'199;  // 3001-01-18

Temporal cut(Temporal t, int digits) {
  int unit = 1;
  for (int i = digits; i < 6; ++i) unit *= 10;
  t.micro -= t.micro % unit;
  t.digits = digits;
  return t;
}

int digits_of(const Call& call) { return std::max(call.node().cast.length, 0); }

Temporal utc_now(const Context& context) {
  const std::int64_t micros =
      context.scope.now().time_since_epoch().count() * 1000 + context.scope.now_micros();
  return from_micros(micros + k_epoch);
}

Item now(const Call& call) {
  return Item::of_temporal(Kind::datetime, cut(local_now(call.context()), digits_of(call)));
}
Item now_date(const Call& call) { return Item::of_temporal(Kind::date, local_now(call.context())); }
Item now_time(const Call& call) {
  return Item::of_temporal(Kind::time, cut(local_now(call.context()), digits_of(call)));
}
Item utc(const Call& call) {
  return Item::of_temporal(Kind::datetime, cut(utc_now(call.context()), digits_of(call)));
}
Item utc_date(const Call& call) { return Item::of_temporal(Kind::date, utc_now(call.context())); }
Item utc_time(const Call& call) {
  return Item::of_temporal(Kind::time, cut(utc_now(call.context()), digits_of(call)));
}
Type datetime_type(const Call& call) { return Type::of(Kind::datetime, digits_of(call)); }
Type time_type(const Call& call) { return Type::of(Kind::time, digits_of(call)); }

// ---- zones

std::int64_t to_utc(const Temporal& t, const base::Zone& zone) {
  const std::int64_t micros = total_micros(Kind::datetime, t) - k_epoch;
  const std::int64_t millis = micros >= 0 ? micros / 1000 : -((-micros + 999) / 1000);
  return zone.from_local(base::Millis(millis)).time_since_epoch().count() * 1000 +
         (micros - millis * 1000);
}

Temporal to_local(std::int64_t utc_micros, const base::Zone& zone) {
  const std::int64_t millis = utc_micros >= 0 ? utc_micros / 1000 : -((-utc_micros + 999) / 1000);
  const std::int64_t local = zone.to_local(base::Instant(base::Millis(millis))).count();
  return from_micros(local * 1000 + (utc_micros - millis * 1000) + k_epoch);
}

bool in_range(std::int64_t utc_micros) {
  return utc_micros >= 0 && utc_micros / k_second <= k_last_second;
}

// ---- UNIX_TIMESTAMP and FROM_UNIXTIME

Type unix_type(const Call& call) {
  if (call.size() == 0) return Type::integer();
  int digits = fraction_of(call, 0, false);
  if (call.type(0).is_text()) {
    const Item item = call.eval(0);
    const auto fields = date_fields(to_text(item));
    const bool shaped = fields[1] >= 0 && fields[1] <= 12 && fields[2] >= 0 && fields[2] <= 31;
    if (!item.is_null() && !shaped && !to_calendar(item, ZeroParts::allow)) digits = 6;
  }
  return digits > 0 ? Type::of(Kind::decimal, digits) : Type::integer();
}
Item unix_timestamp(const Call& call) {
  const Context& context = call.context();
  if (call.size() == 0)
    return Item::of_integer(context.scope.now().time_since_epoch().count() / 1000);
  const auto parsed = calendar_of(call[0], context);
  const int digits = call.out().kind == Kind::decimal ? call.out().decimals : 0;
  std::int64_t micros = parsed ? to_utc(parsed->when, context.scope.zone()) : 0;
  if (!in_range(micros)) micros = 0;
  if (call.out().kind == Kind::decimal)
    return Item::of_decimal(Decimal{mpz_class(static_cast<long>(micros)), 6}.truncated(digits));
  return Item::of_integer(micros / k_second);
}

Type from_unix_type(const Call& call) {
  if (call.size() > 1) return Type::text();
  const Type& a = call.type(0);
  return Type::of(Kind::datetime, std::min(a.is_text() ? 6 : a.decimals, 6));
}
std::optional<Temporal> from_unix(const Item& item, const Context& context, int digits) {
  const Decimal seconds = to_decimal(item).rounded(digits).rounded(6);
  if (seconds.sign() < 0 || !fits_signed(seconds.digits) || !in_range(seconds.digits.get_si()))
    return std::nullopt;
  return to_local(seconds.digits.get_si(), context.scope.zone());
}
Item from_unixtime(const Call& call) {
  const Type& type = call.type(0);
  const int digits = std::min(type.is_text() ? 6 : type.decimals, 6);
  const auto out = from_unix(call[0], call.context(), digits);
  if (!out) return Item::null();
  if (call.size() < 2) return shown(Kind::datetime, *out, digits);
  return format_calendar({Kind::datetime, *out, {}}, call.text(1));
}

Item convert_tz(const Call& call) {
  const auto parsed = calendar_of(call[0], call.context());
  const auto zone = [&](std::size_t i) {
    const std::string name = call.text(i);
    if (base::equal_ignore_case(name, "SYSTEM")) return std::optional(call.context().scope.zone());
    return base::Zone::parse(name);
  };
  const auto from = zone(1);
  const auto to = zone(2);
  if (!parsed || !from || !to) return Item::null();
  const std::int64_t micros = to_utc(parsed->when, *from);
  if (!in_range(micros)) return shown(Kind::datetime, parsed->when, call.out().decimals);
  return shown(Kind::datetime, to_local(micros, *to), call.out().decimals);
}
Type convert_type(const Call& call) {
  return Type::of(Kind::datetime, fraction_of(call, 0, false));
}

struct Pattern {
  std::string_view kind;
  std::array<std::string_view, 5> by_region;  // USA, JIS, ISO, EUR, INTERNAL
};
constexpr std::array<Pattern, 4> k_patterns = {{
    {"date", {"%m.%d.%Y", "%Y-%m-%d", "%Y-%m-%d", "%d.%m.%Y", "%Y%m%d"}},
    {"time", {"%h:%i:%s %p", "%H:%i:%s", "%H:%i:%s", "%H.%i.%s", "%H%i%s"}},
    {"datetime",
     {"%Y-%m-%d %H.%i.%s", "%Y-%m-%d %H:%i:%s", "%Y-%m-%d %H:%i:%s", "%Y-%m-%d %H.%i.%s",
      "%Y%m%d%H%i%s"}},
    {"timestamp",
     {"%Y-%m-%d %H.%i.%s", "%Y-%m-%d %H:%i:%s", "%Y-%m-%d %H:%i:%s", "%Y-%m-%d %H.%i.%s",
      "%Y%m%d%H%i%s"}},
}};

Item get_format(const Call& call) {
  constexpr std::array<std::string_view, 5> k_regions = {"USA", "JIS", "ISO", "EUR", "INTERNAL"};
  const std::string region = call.text(0);
  for (const auto& pattern : k_patterns) {
    if (pattern.kind != call.node().word) continue;
    for (std::size_t i = 0; i < k_regions.size(); ++i) {
      if (base::equal_ignore_case(region, k_regions[i]))
        return Item::of_text(std::string(pattern.by_region[i]));
    }
  }
  return Item::null();
}

}  // namespace

const std::vector<Function>& clock_functions() {
  constexpr auto strict = Nulls::strict;
  static const std::vector<Function> k_functions = {
      {{"NOW", 0, 0, "[digits]", "The end of the window, in the job's zone.", "NOW()"},
       now,
       datetime_type,
       strict,
       Syntax::clock,
       true},
      {{"CURRENT_TIMESTAMP", 0, 0, "[digits]", "NOW.", "CURRENT_TIMESTAMP"},
       now,
       datetime_type,
       strict,
       Syntax::bare_clock},
      {{"LOCALTIME", 0, 0, "[digits]", "NOW.", "LOCALTIME"},
       now,
       datetime_type,
       strict,
       Syntax::bare_clock},
      {{"LOCALTIMESTAMP", 0, 0, "[digits]", "NOW.", "LOCALTIMESTAMP"},
       now,
       datetime_type,
       strict,
       Syntax::bare_clock},
      {{"SYSDATE", 0, 0, "[digits]", "NOW: the clock stands still.", "SYSDATE()"},
       now,
       datetime_type,
       strict,
       Syntax::clock,
       true},
      {{"CURDATE", 0, 0, "", "The date of NOW.", "CURDATE()"},
       now_date,
       kit::date,
       strict,
       Syntax::clock,
       true},
      {{"CURRENT_DATE", 0, 0, "", "CURDATE.", "CURRENT_DATE"},
       now_date,
       kit::date,
       strict,
       Syntax::bare_clock},
      {{"CURTIME", 0, 0, "[digits]", "The time of NOW.", "CURTIME()"},
       now_time,
       time_type,
       strict,
       Syntax::clock,
       true},
      {{"CURRENT_TIME", 0, 0, "[digits]", "CURTIME.", "CURRENT_TIME"},
       now_time,
       time_type,
       strict,
       Syntax::bare_clock},
      {{"UTC_TIMESTAMP", 0, 0, "[digits]", "NOW in Greenwich.", "UTC_TIMESTAMP()"},
       utc,
       datetime_type,
       strict,
       Syntax::bare_clock},
      {{"UTC_DATE", 0, 0, "", "Its date.", "UTC_DATE()"},
       utc_date,
       kit::date,
       strict,
       Syntax::bare_clock},
      {{"UTC_TIME", 0, 0, "[digits]", "Its time.", "UTC_TIME()"},
       utc_time,
       time_type,
       strict,
       Syntax::bare_clock},
      {{"UNIX_TIMESTAMP", 0, 1, "date", "Seconds since 1970, of NOW or of a date.",
        "UNIX_TIMESTAMP('2024-01-01')"},
       unix_timestamp,
       unix_type},
      {{"FROM_UNIXTIME", 1, 2, "seconds, format", "The date of seconds since 1970.",
        "FROM_UNIXTIME(1704067200,'%Y-%m-%d')"},
       from_unixtime,
       from_unix_type},
      {{"CONVERT_TZ", 3, 3, "date, from, to", "A datetime in another zone; offsets and IANA names.",
        "CONVERT_TZ('2024-01-01 00:00:00','+00:00','Asia/Shanghai')"},
       convert_tz,
       convert_type},
      {{"GET_FORMAT", 1, 1, "DATE|TIME|DATETIME, region", "A format for DATE_FORMAT.",
        "GET_FORMAT(DATE,'EUR')"},
       get_format,
       kit::plain,
       strict,
       Syntax::get_format},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
