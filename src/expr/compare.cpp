// SPDX-License-Identifier: Apache-2.0
#include "compare.hpp"

#include <algorithm>

#include "calendar.hpp"
#include "letters.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

template <class T>
int order(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

bool text_like(const Item& item) { return item.is_text() || item.from_text; }

std::int64_t calendar_micros(const Item& item) {
  if (item.kind == Kind::time) fail("a time of day and a date cannot be compared by this version");
  const auto parsed = to_calendar(item);
  if (!parsed) fail("a value compared with a date is no valid date");
  return total_micros(parsed->kind, parsed->when);
}

std::int64_t time_micros(const Item& item) {
  const auto parsed = to_time(item);
  if (!parsed) fail("a value compared with a time is no valid time");
  return total_micros(Kind::time, *parsed);
}

bool is_calendar(const Item& item) {
  return item.kind == Kind::date || item.kind == Kind::datetime;
}

}  // namespace

int compare(const Item& a, const Item& b) {
  if (text_like(a) && text_like(b)) return order(folded(to_text(a)), folded(to_text(b)));
  if (is_calendar(a) || is_calendar(b)) return order(calendar_micros(a), calendar_micros(b));
  if (a.kind == Kind::time || b.kind == Kind::time) return order(time_micros(a), time_micros(b));
  if (a.is_exact() && b.is_exact()) return compare(a.number, b.number);
  return order(to_real(a), to_real(b));
}

void unify(std::span<Item> items, bool text_wins) {
  const auto any = [&](auto test) { return std::any_of(items.begin(), items.end(), test); };
  const bool calendar = any([](const Item& i) { return is_calendar(i) && !i.from_text; });
  const bool text = any(text_like);
  const bool number = any([](const Item& i) { return i.is_number(); });
  const bool with_clock = any([](const Item& i) { return i.kind == Kind::datetime; });
  for (Item& item : items) {
    if (item.is_null()) continue;
    if (calendar) {
      const auto parsed = to_calendar(item);
      if (!parsed) fail("a value compared with a date is no valid date");
      item = Item::of_temporal(with_clock ? Kind::datetime : parsed->kind, parsed->when);
    } else if (text && number && !text_wins) {
      item = to_number(item);
    } else if (text && !item.is_text()) {
      item = Item::of_text(to_text(item));
    }
  }
}

}  // namespace erp2mysql::expr
