// SPDX-License-Identifier: Apache-2.0
// What is known of a value before it is computed: type, digits after the point, collation. MySQL
// decides by these how operands are compared, combined and printed. It refuses to know values.
#pragma once

#include <span>

#include "item.hpp"

namespace erp2mysql::expr {

/// How strongly a text holds on to its collation, strongest first.
enum class Coercibility : std::uint8_t {
  explicit_ = 0,
  none = 1,
  literal = 4,
  numeric = 5,
  ignorable = 6
};

struct Type {
  Item::Kind kind = Item::Kind::null;
  bool is_unsigned = false;
  bool is_float = false;
  bool is_hex = false;
  bool is_year = false;
  int decimals = 0;  // digits after the point; k_not_fixed for text and most doubles
  Collation collation = Collation::ai_ci;
  Charset charset = Charset::utf8mb4;
  Coercibility coercibility = Coercibility::literal;

  static Type of(Item::Kind kind, int decimals = 0);
  static Type integer(bool is_unsigned = false);
  static Type real() { return of(Item::Kind::real, k_not_fixed); }
  static Type text() { return of(Item::Kind::text, k_not_fixed); }
  static Type bytes();
  static Type of_item(const Item& item);

  bool is_text() const { return kind == Item::Kind::text; }
  bool is_temporal() const { return kind >= Item::Kind::date; }
  /// A date or a datetime.
  bool has_date() const { return kind == Item::Kind::date || kind == Item::Kind::datetime; }
  bool is_binary() const { return is_text() && charset == Charset::binary; }
};

enum class Numeric { integer, decimal, real };
/// What a value counts as beside an arithmetic operator, and as a result (temporals: text).
Numeric numeric_of(const Type& type);

/// The type that can hold all of these, as IF, CASE, COALESCE and GREATEST need it.
Type merged(std::span<const Type> types);
/// The collation in which texts of these types meet; throws ServerError when there is none.
Type merged_text(std::span<const Type> types, std::string_view operation);

enum class CompareAs { text, integer, decimal, real, calendar, time, json };
CompareAs comparison_of(const Type& a, const Type& b);
/// The one comparison for BETWEEN and INTERVAL().
CompareAs comparison_of(std::span<const Type> types);

}  // namespace erp2mysql::expr
