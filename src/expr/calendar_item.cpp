// SPDX-License-Identifier: Apache-2.0
// Which reader a value needs to become a date or a time.
#include "calendar.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

}  // namespace

std::optional<Parsed> to_calendar(const Item& item, ZeroParts zero) {
  switch (item.kind) {
    case Kind::null: return std::nullopt;
    case Kind::date:
    case Kind::datetime:
      if (!valid_date(item.when, zero)) return std::nullopt;
      return Parsed{item.kind, item.when, {}};
    case Kind::json:
    case Kind::text: return read_datetime(to_text(item), zero);
    default: return number_to_datetime(to_decimal(item), zero);
  }
}

std::optional<Temporal> to_time(const Item& item) {
  switch (item.kind) {
    case Kind::null: return std::nullopt;
    case Kind::time: return item.when;
    case Kind::json:
    case Kind::text: return read_time(to_text(item));
    case Kind::date: return Temporal{};
    case Kind::datetime: {
      Temporal out = item.when;
      out.year = out.month = out.day = 0;
      return out;
    }
    // The server takes the bits of large unsigned numbers for a negative one.
    case Kind::integer: return number_to_time({mpz_class(static_cast<long>(item.whole)), 0});
    default: return number_to_time(to_decimal(item));
  }
}

}  // namespace erp2mysql::expr
