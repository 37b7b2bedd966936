// SPDX-License-Identifier: Apache-2.0
// Exact decimal numbers as MySQL computes with them: whole digits and a scale, never a double.
// It refuses to know what a row or an expression is.
#pragma once

#include <gmpxx.h>

#include <optional>
#include <string>
#include <string_view>

namespace erp2mysql::expr {

/// No result of an operation has more fraction digits than this; literals may.
inline constexpr int k_max_scale = 30;
/// Digits of the largest decimal.
inline constexpr int k_max_digits = 65;

struct Decimal {
  mpz_class digits;
  int scale = 0;

  /// Decimal text, an exponent allowed; nothing when it is anything else or absurdly long.
  static std::optional<Decimal> parse(std::string_view text);

  std::string text() const;
  double to_double() const;
  int sign() const { return sgn(digits); }
  /// Half away from zero; a negative scale rounds whole digits (the result then has scale 0).
  Decimal rounded(int new_scale) const;
  Decimal truncated(int new_scale) const;
  /// Integer part, towards zero.
  mpz_class whole() const;
  Decimal floor() const;
  Decimal ceiling() const;
};

Decimal add(const Decimal& a, const Decimal& b);
Decimal subtract(const Decimal& a, const Decimal& b);
Decimal multiply(const Decimal& a, const Decimal& b);
/// Rounded to `scale` digits after the point. `b` must not be zero, here and below.
Decimal divide(const Decimal& a, const Decimal& b, int scale);
/// Sign of the dividend.
Decimal remainder(const Decimal& a, const Decimal& b);
/// Whole quotient, towards zero.
mpz_class quotient(const Decimal& a, const Decimal& b);
int compare(const Decimal& a, const Decimal& b);

const mpz_class& power_of_ten(int exponent);
/// The decimal of 65 nines, and `d` held within its digits.
Decimal largest(bool negative, int digits = k_max_digits, int scale = 0);
Decimal clamped(Decimal d);
/// Nothing when `d` has more whole digits than a decimal can hold.
bool fits_decimal(const Decimal& d);

}  // namespace erp2mysql::expr
