// SPDX-License-Identifier: Apache-2.0
// Numbers out of text and text out of doubles, as the server reads and prints them. It refuses to
// know items and operators.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "decimal.hpp"

namespace erp2mysql::expr {

/// What a text held: `clean` is false when something but blanks follows the number.
struct ReadReal {
  double value = 0;
  bool clean = true;
};
ReadReal read_real(std::string_view text);

struct ReadDecimal {
  Decimal value;
  bool clean = true;
};
ReadDecimal read_decimal(std::string_view text);

struct ReadWhole {
  std::int64_t value = 0;
  bool is_unsigned = false;
  bool clean = true;
};
/// Leading digits with sign, clamped to 64 bits.
ReadWhole read_whole(std::string_view text);

/// Shortest digits that read back to the same double; plain notation up to 15 places.
/// Text that would be wider than `width` in plain notation takes an exponent.
inline constexpr std::size_t k_real_width = 22;
std::string real_text(double value, std::size_t width = 400);
/// Six significant digits.
std::string float_text(double value);
/// Exactly so many digits after the point.
std::string fixed_text(double value, int decimals);
/// Rounds a double at a decimal place as ROUND and TRUNCATE do.
double round_real(double value, std::int64_t places, bool truncate);

}  // namespace erp2mysql::expr
