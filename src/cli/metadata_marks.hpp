// SPDX-License-Identifier: Apache-2.0
// The signs that stand in for JSON's own in published metadata. Each function looks at the start of
// a text only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace erp2mysql::cli {

struct Mark {
  char sign = 0;  // { } [ ] : ,
  std::size_t bytes = 0;
};
/// Also full-width and CJK forms.
std::optional<Mark> structural_at(std::string_view text);

struct Quote {
  enum class Kind { plain, curly, entity, single };
  Kind kind = Kind::plain;
  std::size_t bytes = 0;
  /// What a repair calls it.
  std::string name() const;
};
std::optional<Quote> quote_at(std::string_view text);

struct Entity {
  std::string text;
  std::size_t bytes = 0;
};
/// &lt; and its like, decimal and hexadecimal ones of printable ASCII.
std::optional<Entity> entity_at(std::string_view text);

/// Bytes of one blank, also of those that only look like one; 0 when there is none.
std::size_t blank_at(std::string_view text);
/// Bytes of a comment, or of dots that stand for something left out.
std::size_t comment_at(std::string_view text);
/// Bytes of the first code point of well-formed UTF-8.
std::size_t code_point_bytes(std::string_view text);

/// true, false or null in the spellings of other languages.
std::optional<std::string_view> literal_of(std::string_view word);
bool is_number(std::string_view word);
/// "u0041…"
bool four_hex_digits(std::string_view text);

}  // namespace erp2mysql::cli
