// SPDX-License-Identifier: Apache-2.0
// Functions of numbers. Exact numbers stay exact; only text and exponents make doubles.
#include <algorithm>
#include <cmath>

#include "tree.hpp"

namespace erp2mysql::expr {
namespace {

Item number(const Arguments& a, std::size_t i) {
  return to_number(evaluate_operand(a.child(i), a.context()));
}

Item whole_result(const Item& from, Decimal value) {
  if (value.scale > 0) return Item::of_decimal(std::move(value));
  if (from.kind == Item::Kind::integer && !fits_signed(value.digits) &&
      !fits_unsigned(value.digits))
    fail("an integer result is out of range of 64 bits");
  return Item::of_whole(value.digits);
}

Item absolute(const Arguments& a) {
  Item item = number(a, 0);
  if (item.kind == Item::Kind::real) return Item::of_real(std::fabs(item.real));
  if (item.kind == Item::Kind::integer && !item.is_unsigned && !fits_signed(-item.number.digits))
    fail("an integer result is out of range of 64 bits");
  item.number.digits = abs(item.number.digits);
  return item;
}

Item ceiling(const Arguments& a) {
  const Item item = number(a, 0);
  if (item.is_null()) return item;
  if (item.kind == Item::Kind::real) return Item::of_real(std::ceil(item.real));
  return whole_result(item, item.number.ceiling());
}

Item floor(const Arguments& a) {
  const Item item = number(a, 0);
  if (item.is_null()) return item;
  if (item.kind == Item::Kind::real) return Item::of_real(std::floor(item.real));
  return whole_result(item, item.number.floor());
}

// The server's own way with doubles: scale, round to even, scale back.
double round_real(double value, std::int64_t places, bool cut) {
  const double power = std::pow(10.0, static_cast<double>(std::abs(places)));
  const double scaled = places < 0 ? value / power : value * power;
  if (std::isinf(scaled)) return value;
  if (std::isinf(power)) return 0;
  const double kept = cut ? std::trunc(scaled) : std::rint(scaled);
  return places < 0 ? kept * power : kept / power;
}

Item rounded(const Arguments& a, bool cut) {
  const Item item = number(a, 0);
  const Item places = a.size() == 2 ? a[1] : Item::of_integer(0);
  if (item.is_null() || places.is_null()) return Item::null();
  const std::int64_t wanted = std::clamp<std::int64_t>(to_integer(places), -400, 400);
  if (item.kind == Item::Kind::real) return Item::of_real(round_real(item.real, wanted, cut));
  const int scale = static_cast<int>(std::min<std::int64_t>(wanted, item.number.scale));
  return whole_result(item, cut ? item.number.truncated(scale) : item.number.rounded(scale));
}
Item round(const Arguments& a) { return rounded(a, false); }
Item truncate(const Arguments& a) { return rounded(a, true); }

Item sign(const Arguments& a) {
  const Item item = number(a, 0);
  if (item.is_null()) return item;
  const double real = item.real;
  return Item::of_integer(item.is_exact() ? item.number.sign()
                                          : (real > 0 ? 1 : 0) - (real < 0 ? 1 : 0));
}

Item modulo(const Arguments& a) {
  return arithmetic_of(Operator::modulo, number(a, 0), number(a, 1));
}

}  // namespace

const std::vector<Function>& number_functions() {
  static const std::vector<Function> k_functions = {
      {{"ABS", 1, 1, "number", "without its sign", "ABS({amount})"}, absolute},
      {{"CEIL", 1, 1, "number", "smallest whole number not below it", "CEIL({qty})"}, ceiling},
      {{"CEILING", 1, 1, "number", "same as CEIL", "CEILING({qty})"}, ceiling},
      {{"FLOOR", 1, 1, "number", "largest whole number not above it", "FLOOR({qty})"}, floor},
      {{"ROUND", 1, 2, "number[, places]", "rounded half away from zero", "ROUND({price}*{qty},2)"},
       round},
      {{"TRUNCATE", 2, 2, "number, places", "cut after some places", "TRUNCATE({price},2)"},
       truncate},
      {{"SIGN", 1, 1, "number", "-1, 0 or 1", "SIGN({amount})"}, sign},
      {{"MOD", 2, 2, "number, divisor", "remainder, with the sign of the number", "MOD({id},16)"},
       modulo},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
