// SPDX-License-Identifier: Apache-2.0
// The typed value that flows between operators, and its conversions by MySQL's rules. It refuses
// to know which operator asks and where a value came from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "charset.hpp"
#include "decimal.hpp"
#include "erp2mysql/expr/expression.hpp"

namespace erp2mysql::expr {

/// Largest text an expression may produce.
inline constexpr std::size_t k_max_result = std::size_t{16} << 20;
/// Decimals of a double that is printed with as many digits as it needs.
inline constexpr int k_not_fixed = 31;

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
  int digits = 0;         // fraction digits shown; -1: as many as there are
  bool loose = false;     // as text beside texts: six digits or none
};

struct Json;
using JsonPtr = std::shared_ptr<const Json>;

struct Item {
  enum class Kind : std::uint8_t { null, integer, decimal, real, text, json, date, datetime, time };

  Kind kind = Kind::null;
  bool is_unsigned = false;  // integer: `whole` holds the bits of a uint64
  bool is_float = false;     // real: six digits are shown
  bool is_bool = false;      // integer: the answer of a comparison
  bool is_hex = false;       // text: a hexadecimal or bit literal, a number beside numbers
  Charset charset = Charset::utf8mb4;  // text: what its bytes mean
  std::int8_t decimals = k_not_fixed;  // real: digits shown after the point
  Kind origin = Kind::null;            // text: the date or time it shows, a number beside numbers
  std::int64_t whole = 0;
  double real = 0;
  Decimal number;  // decimal
  std::string text;
  Temporal when;
  JsonPtr json;

  static Item null() { return {}; }
  static Item of_text(std::string text);
  static Item of_bytes(std::string bytes);
  static Item of_real(double value, int decimals = k_not_fixed);
  static Item of_bool(bool value);
  static Item of_integer(std::int64_t value);
  static Item of_unsigned(std::uint64_t value);
  static Item of_decimal(Decimal value);
  static Item of_temporal(Kind kind, const Temporal& when);
  static Item of_json(JsonPtr value);
  /// An integer when it fits 64 bits (unsigned above the signed range), else a decimal.
  static Item of_whole(const mpz_class& value);

  bool is_null() const { return kind == Kind::null; }
  bool is_text() const { return kind == Kind::text; }
  bool is_exact() const { return kind == Kind::integer || kind == Kind::decimal; }
  bool is_number() const { return is_exact() || kind == Kind::real; }
  bool is_temporal() const { return kind >= Kind::date; }
  std::uint64_t bits() const { return static_cast<std::uint64_t>(whole); }
};

bool fits_signed(const mpz_class& value);
bool fits_unsigned(const mpz_class& value);

/// A 64-bit whole number that remembers how its bits are meant.
struct Whole {
  std::int64_t value = 0;
  bool is_unsigned = false;
  bool negative() const { return value < 0 && !is_unsigned; }
};
mpz_class to_mpz(Whole whole);

// None of the conversions is meant for NULL; a malformed text leaves a warning.
/// Characters (UTF-8), or the bytes of a binary text.
std::string to_text(const Item& item);
/// The bytes as the server stores them, in the item's own character set.
std::string to_bytes(const Item& item);
double to_real(const Item& item);
Decimal to_decimal(const Item& item);
/// Whole number: decimals and doubles rounded, text cut after its digits.
Whole to_whole(const Item& item);
inline std::int64_t to_integer(const Item& item) { return to_whole(item).value; }
bool to_truth(const Item& item);
Value to_value(const Item& item);

/// Number text of a field or a literal: integer, decimal, or a double when it has an exponent.
std::optional<Item> number_literal(std::string_view text);

}  // namespace erp2mysql::expr
