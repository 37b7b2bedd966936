// SPDX-License-Identifier: Apache-2.0
#include "letters.hpp"

#include <unicode/uchar.h>
#include <unicode/utf16.h>

#include <algorithm>

namespace erp2mysql::expr {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

template <class Map>
std::string mapped(std::string_view text, Map map) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();)
    append_character(out, static_cast<char32_t>(map(next_character(text, at))));
  return out;
}

}  // namespace

std::size_t character_length(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t wanted = lead < 0xC2   ? 1
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 1;
  if (at + wanted > text.size()) return 1;
  for (std::size_t i = 1; i < wanted; ++i) {
    if (!is_continuation(text[at + i])) return 1;
  }
  return wanted;
}

std::size_t count_characters(std::string_view text) {
  std::size_t out = 0;
  for (std::size_t at = 0; at < text.size(); at += character_length(text, at)) ++out;
  return out;
}

std::size_t character_offset(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  while (at < text.size() && index-- > 0) at += character_length(text, at);
  return at;
}

char32_t next_character(std::string_view text, std::size_t& at) {
  const std::size_t length = character_length(text, at);
  const auto lead = static_cast<unsigned char>(text[at]);
  char32_t out = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i)
    out = (out << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  at += length;
  return out;
}

void append_character(std::string& out, char32_t c) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

std::string upper_text(std::string_view text) {
  return mapped(text, [](char32_t c) { return u_toupper(static_cast<UChar32>(c)); });
}

std::string lower_text(std::string_view text) {
  return mapped(text, [](char32_t c) { return u_tolower(static_cast<UChar32>(c)); });
}

std::u16string to_utf16(std::string_view utf8) {
  std::u16string out;
  out.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t c = next_character(utf8, at);
    if (c > 0xFFFF) {
      out += static_cast<char16_t>(U16_LEAD(c));
      out += static_cast<char16_t>(U16_TRAIL(c));
    } else {
      out += static_cast<char16_t>(c);
    }
  }
  return out;
}

std::string from_utf16(std::u16string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char32_t c = text[i];
    if (U16_IS_LEAD(c) && i + 1 < text.size() && U16_IS_TRAIL(text[i + 1]))
      c = static_cast<char32_t>(U16_GET_SUPPLEMENTARY(c, text[++i]));
    append_character(out, c);
  }
  return out;
}

}  // namespace erp2mysql::expr
