// SPDX-License-Identifier: Apache-2.0
// GREATEST and LEAST, whose arguments meet as numbers, as texts, or as dates when one of them is
// a date. It refuses to know the table of functions.
#include <algorithm>

#include "families.hpp"
#include "kit.hpp"
#include "temporal_kit.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;
constexpr int k_micro_digits = 6;

bool has_kind(const Call& call, Kind kind) {
  for (std::size_t i = 0; i < call.size(); ++i) {
    if (call.type(i).kind == kind) return true;
  }
  return false;
}

Item text_with_origin(const Item& item) {
  Item out = Item::of_text(to_text(item));
  if (!item.is_temporal()) return out;
  out.origin = item.kind;
  out.when = item.when;
  return out;
}

// ---- of one type

Item as_candidate(const Call& call, std::size_t i) {
  const Type& out = call.out();
  const Item& item = call[i];
  switch (out.kind) {
    case Kind::integer: {
      Item whole = Item::of_integer(to_integer(item));
      whole.is_unsigned = out.is_unsigned;
      return whole;
    }
    case Kind::decimal: return Item::of_decimal(to_decimal(item).rounded(out.decimals));
    case Kind::real: return Item::of_real(to_real(item), out.decimals);
    case Kind::date:
    case Kind::datetime: {
      const auto parsed = calendar_of(item, call.context(), ZeroParts::allow);
      return parsed ? as_type(Item::of_temporal(parsed->kind, parsed->when), out, call.context())
                    : Item::null();
    }
    case Kind::time: return as_type(item, out, call.context());
    default: return text_with_origin(item);
  }
}

Item plain_extreme(const Call& call, int wanted) {
  const Type& out = call.out();
  const CompareAs as = comparison_of(out, out);
  Item best;
  for (std::size_t i = 0; i < call.size(); ++i) {
    Item item = as_candidate(call, i);
    if (item.is_null()) return item;
    if (i == 0 || compare(item, best, as, out.collation, call.context()) * wanted > 0)
      best = std::move(item);
  }
  return best;
}

// ---- dates beside what is none

// A number below 101 is a day without a month here, in the year 2000.
std::optional<Temporal> day_of_number(const Decimal& number) {
  Temporal out;
  if (number.sign() < 0) return std::nullopt;
  if (number.whole() >= 101) {
    const auto parsed = number_to_datetime(number, ZeroParts::allow);
    return parsed ? std::optional(parsed->when) : std::nullopt;
  }
  const int n = static_cast<int>(number.whole().get_si());
  out.year = 2000;
  out.month = n / 100;
  out.day = n % 100;
  return out.day <= 31 ? std::optional(out) : std::nullopt;
}

// What is no date is later than any, and shows these digits.
Temporal day_of(const Call& call, std::size_t i) {
  Temporal never;
  never.year = 16383;
  never.month = 15;
  never.day = 31;
  const Item& item = call[i];
  if (item.is_number()) return day_of_number(to_decimal(item)).value_or(never);
  const bool text = call.type(i).is_text() || item.kind == Kind::json;
  const auto parsed =
      calendar_of(text ? Item::of_text(to_text(item)) : item, call.context(), ZeroParts::allow);
  return parsed && (!text || parsed->when.year + parsed->when.month + parsed->when.day > 0)
             ? parsed->when
             : never;
}

Item extreme_day(const Call& call, int wanted) {
  const auto order = [](const Temporal& t) { return (t.year * 16 + t.month) * 32 + t.day; };
  Temporal best = day_of(call, 0);
  for (std::size_t i = 1; i < call.size(); ++i) {
    const Temporal day = day_of(call, i);
    if ((order(day) - order(best)) * wanted > 0) best = day;
  }
  return text_with_origin(Item::of_temporal(Kind::date, best));
}

// ---- datetimes beside what is none

std::optional<Parsed> moment_of(const Call& call, std::size_t i) {
  const bool text = call.type(i).is_text();
  return calendar_of(text ? Item::of_text(to_text(call[i])) : call[i], call.context(),
                     text ? ZeroParts::refuse : ZeroParts::allow);
}

int digits_of(const Type& type, const Item& item, bool is_moment, int wanted) {
  if (type.is_temporal()) return type.decimals;
  if (!is_moment && wanted < 0) return 0;
  if (type.kind == Kind::integer) return 0;
  if (type.is_text()) return fraction_digits(to_text(item));
  return std::min(type.decimals, k_micro_digits);
}

// Of a pair that are both moments the calendar decides, else their texts; but what is no moment
// is never the greatest.
bool is_better(const Item& item, const Item& best, const Call& call, int wanted) {
  if (wanted > 0 && item.is_temporal() != best.is_temporal()) return item.is_temporal();
  const bool moments = item.is_temporal() && best.is_temporal();
  const CompareAs as = moments ? CompareAs::calendar : CompareAs::text;
  return compare(item, best, as, call.out().collation, call.context()) * wanted > 0;
}

Item extreme_moment(const Call& call, int wanted) {
  Item best;
  int digits = 0;
  for (std::size_t i = 0; i < call.size(); ++i) {
    const auto parsed = moment_of(call, i);
    digits = std::max(digits, digits_of(call.type(i), call[i], parsed.has_value(), wanted));
    Item item =
        parsed ? Item::of_temporal(Kind::datetime, parsed->when) : Item::of_text(to_text(call[i]));
    if (i == 0 || is_better(item, best, call, wanted)) best = std::move(item);
  }
  if (best.is_temporal()) best.when = round_fraction(Kind::datetime, best.when, digits);
  return text_with_origin(best);
}

Item extreme(const Call& call, int wanted) {
  const bool date = has_kind(call, Kind::date);
  const bool datetime = has_kind(call, Kind::datetime);
  if (!call.out().is_text() || !(date || datetime)) return plain_extreme(call, wanted);
  if (datetime || has_kind(call, Kind::time)) return extreme_moment(call, wanted);
  return extreme_day(call, wanted);
}

}  // namespace

Item greatest_of(const Call& call) { return extreme(call, 1); }
Item least_of(const Call& call) { return extreme(call, -1); }

}  // namespace erp2mysql::expr
