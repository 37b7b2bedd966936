// SPDX-License-Identifier: Apache-2.0
// The typed value that flows between operators, and its conversions by MySQL's rules. It refuses
// to know which operator asks and where a value came from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "decimal.hpp"
#include "erp2mysql/expr/expression.hpp"

namespace erp2mysql::expr {

/// Largest text an expression may produce.
inline constexpr std::size_t k_max_result = std::size_t{16} << 20;

/// A calendar date, a date with a clock time, or a time span of up to 838:59:59.
struct Temporal {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int micro = 0;
  bool negative = false;  // time spans only
  int digits = 0;         // fraction digits shown
};

struct Item {
  enum class Kind { null, integer, decimal, real, text, date, datetime, time };

  Kind kind = Kind::null;
  bool is_unsigned = false;  // integer
  bool from_text = false;    // temporal computed from text: compared as text, as the server does
  Decimal number;            // integer (scale 0), decimal
  double real = 0;
  std::string text;
  Temporal when;

  static Item null() { return {}; }
  static Item of_text(std::string text);
  static Item of_real(double value);
  static Item of_bool(bool value) { return of_integer(value ? 1 : 0); }
  static Item of_integer(std::int64_t value);
  static Item of_decimal(Decimal value);
  static Item of_temporal(Kind kind, const Temporal& when);
  /// An integer when it fits 64 bits (unsigned above the signed range), else a decimal.
  static Item of_whole(const mpz_class& value);
  /// Number text of a field or a literal; an exponent makes it a double in a literal only.
  static std::optional<Item> of_number_text(std::string_view text);

  bool is_null() const { return kind == Kind::null; }
  bool is_text() const { return kind == Kind::text; }
  bool is_exact() const { return kind == Kind::integer || kind == Kind::decimal; }
  bool is_number() const { return is_exact() || kind == Kind::real; }
  bool is_temporal() const { return kind >= Kind::date; }
};

bool fits_signed(const mpz_class& value);
bool fits_unsigned(const mpz_class& value);
std::int64_t saturated(const mpz_class& value);

/// None of these is meant for NULL.
std::string to_text(const Item& item);
double to_real(const Item& item);
/// Exact number: doubles and text by their decimal digits.
Decimal to_decimal(const Item& item);
/// Whole number as an argument of a function: decimals rounded, text cut after its digits.
std::int64_t to_integer(const Item& item);
/// The operand of an arithmetic operator: integer, decimal or double.
Item to_number(const Item& item);
bool to_truth(const Item& item);
Value to_value(const Item& item);
Item from_value(const Value& value);

/// Leading number of a text, 0 when there is none; never fails.
double leading_real(std::string_view text);
/// Leading number as exact decimal text.
Decimal leading_decimal(std::string_view text);
/// Leading digits with sign.
mpz_class leading_integer(std::string_view text);
std::string real_text(double value);

/// Error{data}; the message must hold no row value.
[[noreturn]] void fail(std::string message);
/// Refuses results above k_max_result.
void check_size(std::size_t bytes);

}  // namespace erp2mysql::expr
