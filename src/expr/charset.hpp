// SPDX-License-Identifier: Apache-2.0
// Character sets and collations by name: what bytes mean, and which texts are equal. It refuses to
// know items and operators.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace erp2mysql::expr {

enum class Charset : std::uint8_t { utf8mb4, utf8mb3, binary, ascii, latin1, gbk, gb18030, utf16 };
std::optional<Charset> find_charset(std::string_view name);
std::string_view charset_name(Charset charset);
/// From and to UTF-8; what a set cannot express becomes '?'.
std::string encode(std::string_view utf8, Charset to);
std::string decode(std::string_view bytes, Charset from);

/// Order matters: a larger one wins against a smaller one of equal coercibility.
enum class Collation : std::uint8_t {
  ai_ci,       // utf8mb4_0900_ai_ci
  as_ci,       // utf8mb4_0900_as_ci
  as_cs,       // utf8mb4_0900_as_cs
  general_ci,  // utf8mb4_general_ci
  unicode_ci,  // utf8mb4_unicode_ci, …_520_ci
  bin,         // utf8mb4_bin
  bin_0900,    // utf8mb4_0900_bin
  ascii_ci,    // the default of another character set
  binary,
};
struct NamedCollation {
  Collation collation;
  Charset charset;
};
std::optional<NamedCollation> find_collation(std::string_view name);
std::string_view collation_name(Collation collation);
bool case_insensitive(Collation collation);

/// Negative, zero, positive.
int compare_text(std::string_view a, std::string_view b, Collation collation);
bool equal_text(std::string_view a, std::string_view b, Collation collation);
/// Byte position of `part` in `text` at or after `from`, npos when there is none.
std::size_t find_text(std::string_view text, std::string_view part, std::size_t from,
                      Collation collation);
/// `%` and `_` wildcards; `escape` is a character or nothing.
bool like(std::string_view text, std::string_view pattern, char32_t escape, Collation collation);

}  // namespace erp2mysql::expr
