// SPDX-License-Identifier: Apache-2.0
#include "decimal.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::expr {
namespace {

mpz_class divide_half_up(const mpz_class& a, const mpz_class& b) {
  mpz_class quot, rest;
  mpz_tdiv_qr(quot.get_mpz_t(), rest.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
  if (abs(rest) * 2 >= abs(b)) quot += sgn(a) * sgn(b);
  return quot;
}

mpz_class widened(const Decimal& d, int scale) { return d.digits * power_of_ten(scale - d.scale); }

Decimal capped(Decimal d) { return d.scale > k_max_scale ? d.rounded(k_max_scale) : d; }

}  // namespace

const mpz_class& power_of_ten(int exponent) {
  constexpr std::size_t k_powers = 2048;
  static const auto k_table = [] {
    std::array<mpz_class, k_powers> out;
    out[0] = 1;
    for (std::size_t i = 1; i < k_powers; ++i) out[i] = out[i - 1] * 10;
    return out;
  }();
  return k_table[std::min(static_cast<std::size_t>(std::max(exponent, 0)), k_powers - 1)];
}

Decimal largest(bool negative, int digits, int scale) {
  mpz_class out = power_of_ten(digits) - 1;
  if (negative) out = -out;
  return {std::move(out), scale};
}

// The server stores nine digits a word and nine words: 81 digits in intermediate results.
bool fits_decimal(const Decimal& d) {
  constexpr int k_word = 9;
  constexpr int k_words = 9;
  const int fraction = (d.scale + k_word - 1) / k_word;
  return cmp(mpz_class(abs(d.digits)), power_of_ten(d.scale + (k_words - fraction) * k_word)) < 0;
}

Decimal clamped(Decimal d) {
  return fits_decimal(d) ? d : largest(d.sign() < 0, k_max_digits + 16);
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  base::NumberText parts;
  if (!base::parse_number(text, parts, true)) return std::nullopt;
  if (parts.exponent > 400 || parts.exponent < -400 || text.size() > 1000) return std::nullopt;
  std::string all(parts.whole);
  all += parts.fraction;
  if (all.empty()) return std::nullopt;
  Decimal out;
  out.digits.set_str(all, 10);
  if (parts.negative) out.digits = -out.digits;
  out.scale = static_cast<int>(parts.fraction.size()) - parts.exponent;
  if (out.scale < 0) {
    out.digits *= power_of_ten(-out.scale);
    out.scale = 0;
  }
  return out;
}

std::string Decimal::text() const {
  std::string out = mpz_class(abs(digits)).get_str();
  if (scale > 0) {
    const auto places = static_cast<std::size_t>(scale);
    if (out.size() <= places) out.insert(0, places + 1 - out.size(), '0');
    out.insert(out.size() - places, ".");
  }
  return sign() < 0 ? "-" + out : out;
}

double Decimal::to_double() const {
  const auto plain = text();
  double out = 0;
  std::from_chars(plain.data(), plain.data() + plain.size(), out);
  return out;
}

Decimal Decimal::rounded(int new_scale) const {
  if (new_scale >= scale) return {widened(*this, new_scale), new_scale};
  const mpz_class kept = divide_half_up(digits, power_of_ten(scale - new_scale));
  if (new_scale >= 0) return {kept, new_scale};
  return {kept * power_of_ten(-new_scale), 0};
}

Decimal Decimal::truncated(int new_scale) const {
  if (new_scale >= scale) return {widened(*this, new_scale), new_scale};
  const mpz_class kept = digits / power_of_ten(scale - new_scale);
  if (new_scale >= 0) return {kept, new_scale};
  return {kept * power_of_ten(-new_scale), 0};
}

mpz_class Decimal::whole() const { return digits / power_of_ten(scale); }

Decimal Decimal::floor() const {
  mpz_class out;
  const mpz_class unit = power_of_ten(scale);
  mpz_fdiv_q(out.get_mpz_t(), digits.get_mpz_t(), unit.get_mpz_t());
  return {out, 0};
}

Decimal Decimal::ceiling() const {
  mpz_class out;
  const mpz_class unit = power_of_ten(scale);
  mpz_cdiv_q(out.get_mpz_t(), digits.get_mpz_t(), unit.get_mpz_t());
  return {out, 0};
}

Decimal add(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale, b.scale);
  return {widened(a, scale) + widened(b, scale), scale};
}

Decimal subtract(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale, b.scale);
  return {widened(a, scale) - widened(b, scale), scale};
}

Decimal multiply(const Decimal& a, const Decimal& b) {
  return capped({a.digits * b.digits, a.scale + b.scale});
}

Decimal divide(const Decimal& a, const Decimal& b, int scale) {
  const int shift = scale + b.scale - a.scale;
  if (shift >= 0) return {divide_half_up(a.digits * power_of_ten(shift), b.digits), scale};
  return {divide_half_up(a.digits, b.digits * power_of_ten(-shift)), scale};
}

Decimal remainder(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale, b.scale);
  return {widened(a, scale) % widened(b, scale), scale};
}

mpz_class quotient(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale, b.scale);
  return widened(a, scale) / widened(b, scale);
}

int compare(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale, b.scale);
  return cmp(widened(a, scale), widened(b, scale));
}

}  // namespace erp2mysql::expr
