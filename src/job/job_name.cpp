// SPDX-License-Identifier: Apache-2.0
#include "job_name.hpp"

#include <cstdint>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::job {
namespace {

struct CodeRange {
  char32_t first, last;
};

// Blocks of blanks, punctuation, symbols and controls above ASCII. A block list, not the Unicode
// tables: a rare symbol may pass, a letter never fails.
constexpr CodeRange k_no_letters[] = {
    {0x80, 0xA9},       {0xAB, 0xB4},       {0xB6, 0xB9},     {0xBB, 0xBF},     {0xD7, 0xD7},
    {0xF7, 0xF7},       {0x2000, 0x206F},   {0x20A0, 0x20CF}, {0x2190, 0x2BFF}, {0x3000, 0x3004},
    {0x3008, 0x3020},   {0x3030, 0x3030},   {0xD800, 0xF8FF}, {0xFE00, 0xFE1F}, {0xFE30, 0xFE6F},
    {0xFEFF, 0xFF0F},   {0xFF1A, 0xFF20},   {0xFF3B, 0xFF40}, {0xFF5B, 0xFF65}, {0xFFE0, 0xFFFF},
    {0x1F000, 0x1FAFF}, {0xE0000, 0x10FFFF}};

// One code point of well-formed UTF-8, and its length.
char32_t decode(std::string_view text, std::size_t& length) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  length = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  if (length == 1) return byte(0);
  char32_t code = byte(0) & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = (code << 6) | (byte(i) & 0x3Fu);
  return code;
}

bool fits(char32_t c) {
  if (c < 0x80) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
  }
  for (const auto& range : k_no_letters) {
    if (c >= range.first && c <= range.last) return false;
  }
  return true;
}

}  // namespace

std::string wrong_name(std::string_view name) {
  constexpr std::size_t k_longest = 64;
  if (name.empty()) return "the name is empty";
  if (!base::valid_utf8(name)) return "the name is not UTF-8";
  const auto length = base::utf8_length(name);
  if (length > k_longest) {
    return "the name has " + std::to_string(length) + " characters, allowed are 64";
  }
  if (name.find_first_not_of('.') == std::string_view::npos) return "the name is only dots";
  while (!name.empty()) {
    std::size_t bytes = 0;
    if (!fits(decode(name, bytes))) {
      return base::quoted(name.substr(0, bytes)) + " must not stand in a name";
    }
    name.remove_prefix(bytes);
  }
  return {};
}

}  // namespace erp2mysql::job
