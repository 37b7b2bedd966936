// SPDX-License-Identifier: Apache-2.0
// Characters of UTF-8 text: cutting, case, the folding that comparisons use, LIKE. It covers
// Latin, Greek, Cyrillic and full-width letters, not the whole of Unicode.
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
std::vector<std::string_view> characters(std::string_view text);

std::string upper_text(std::string_view text);
std::string lower_text(std::string_view text);
/// Text whose byte order is the order of the case- and accent-insensitive collation.
std::string folded(std::string_view text);
/// `%` and `_` wildcards, backslash escapes them.
bool like(std::string_view text, std::string_view pattern);

}  // namespace erp2mysql::expr
