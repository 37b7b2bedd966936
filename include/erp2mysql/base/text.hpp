// SPDX-License-Identifier: Apache-2.0
// Small text helpers that several floors need. UTF-8 in, UTF-8 out; no locale, no regex.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace erp2mysql::base {

/// ASCII blanks (space, tab, CR, LF) removed at both ends.
std::string_view trim(std::string_view text);
/// ASCII letters lowered, everything else kept.
std::string lower(std::string_view text);
/// Equal but for the case of ASCII letters.
bool equal_ignore_case(std::string_view a, std::string_view b);
/// Text that starts with `prefix`, ASCII letters compared without case.
bool starts_with_ignore_case(std::string_view text, std::string_view prefix);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);

/// Well-formed UTF-8, no surrogates, no overlong forms.
bool valid_utf8(std::string_view text);
/// Number of code points of well-formed UTF-8.
std::size_t utf8_length(std::string_view text);
/// Prefix of at most `bytes` bytes that ends on a code point border, for messages.
std::string shorten(std::string_view text, std::size_t bytes);
/// A JSON string literal with its quotes; control characters are escaped.
std::string quoted(std::string_view text);

/// The known name nearest to `name` by edit distance, or empty when none is near enough to be a
/// likely slip (distance at most a third of the length, at least 1).
std::string nearest(std::string_view name, std::span<const std::string_view> known);

/// Exact decimal number text in JSON or SQL form: optional '-', digits, optional fraction and
/// exponent. Parts point into the given text.
struct NumberText {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  int exponent = 0;
};
/// False when the text is not such a number (leading '+', "1.", ".5" and "007" are accepted only
/// when `lenient`).
bool parse_number(std::string_view text, NumberText& out, bool lenient = false);
/// Plain notation without exponent ("1.5E+3" → "1500"); digits kept exactly as written otherwise.
/// Nothing but the exponent is removed. Empty when the result would exceed 400 digits.
std::string plain_number(std::string_view text);
/// The text is what plain_number would answer: nothing to do, nothing to copy.
bool is_plain_number(std::string_view text);

}  // namespace erp2mysql::base
