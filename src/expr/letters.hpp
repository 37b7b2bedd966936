// SPDX-License-Identifier: Apache-2.0
// Characters of UTF-8 text: counting, cutting, case. It refuses to know items and collations. The
// tables of Unicode are ICU's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace erp2mysql::expr {

/// Byte length of the character at `at`; 1 for a stray byte.
std::size_t character_length(std::string_view text, std::size_t at);
std::size_t count_characters(std::string_view text);
/// Byte offset of character number `index`, the text's size when there are fewer.
std::size_t character_offset(std::string_view text, std::size_t index);
/// The character at `at`, which moves behind it.
char32_t next_character(std::string_view text, std::size_t& at);
void append_character(std::string& out, char32_t character);

std::string upper_text(std::string_view text);
std::string lower_text(std::string_view text);
std::u16string to_utf16(std::string_view utf8);
std::string from_utf16(std::u16string_view text);

}  // namespace erp2mysql::expr
