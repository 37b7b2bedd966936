// SPDX-License-Identifier: Apache-2.0
// Cuts the text of an expression into tokens with positions, references included. It refuses to
// know grammar and functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace erp2mysql::expr {

/// A quoted text is a list of these; a reference inside is never read as SQL again.
struct TextPart {
  bool is_reference = false;
  std::string text;  // the characters, or the name between the braces
};

struct Token {
  enum class Kind { end, number, text, bytes, reference, name, quoted_name, symbol, lookup };
  Kind kind = Kind::end;
  std::size_t at = 0;
  std::string text;             // number and name as written; symbol; name of a reference
  std::vector<TextPart> parts;  // text, look-up
  bool blank_before = false;
};

/// Throws ServerError{config} with a caret.
std::vector<Token> tokenize(std::string_view text);
/// Text with references in it, nothing escaped.
std::vector<TextPart> split_references(std::string_view text);

/// Throws ServerError{config}: the message, the line of the text and a caret under position `at`.
[[noreturn]] void refuse(std::string_view text, std::size_t at, std::string_view message,
                         int number = 1064);

}  // namespace erp2mysql::expr
