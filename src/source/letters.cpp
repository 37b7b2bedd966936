// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/letters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace erp2mysql::source {
namespace {

// Letters from `first` to `last` become themselves plus `shift`; with step 2 only every second one
// is a capital (pairs such as Ā ā).
struct Capitals {
  char32_t first, last;
  std::int32_t shift;
  char32_t step = 1;
};
constexpr std::array k_capitals{
    Capitals{'A', 'Z', 32},       Capitals{0xC0, 0xD6, 32},       Capitals{0xD8, 0xDE, 32},
    Capitals{0x100, 0x12E, 1, 2}, Capitals{0x132, 0x136, 1, 2},   Capitals{0x139, 0x147, 1, 2},
    Capitals{0x14A, 0x176, 1, 2}, Capitals{0x178, 0x178, -121},   Capitals{0x179, 0x17D, 1, 2},
    Capitals{0x386, 0x386, 38},   Capitals{0x388, 0x38A, 37},     Capitals{0x38C, 0x38C, 64},
    Capitals{0x38E, 0x38F, 63},   Capitals{0x391, 0x3A1, 32},     Capitals{0x3A3, 0x3AB, 32},
    Capitals{0x400, 0x40F, 80},   Capitals{0x410, 0x42F, 32},     Capitals{0x460, 0x480, 1, 2},
    Capitals{0x48A, 0x4BE, 1, 2}, Capitals{0x4C0, 0x4C0, 15},     Capitals{0x4C1, 0x4CD, 1, 2},
    Capitals{0x4D0, 0x52E, 1, 2}, Capitals{0x1E00, 0x1E94, 1, 2}, Capitals{0x1EA0, 0x1EFE, 1, 2},
    Capitals{0x2160, 0x216F, 16}, Capitals{0x24B6, 0x24CF, 26},   Capitals{0xFF21, 0xFF3A, 32},
};

char32_t lower(char32_t letter) {
  for (const auto& row : k_capitals) {
    if (letter < row.first || letter > row.last) continue;
    if ((letter - row.first) % row.step != 0) return letter;
    return static_cast<char32_t>(static_cast<std::int32_t>(letter) + row.shift);
  }
  return letter;
}

// The code point at the front of well-formed UTF-8, and its bytes.
char32_t decode(std::string_view text, std::size_t& bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  bytes = at(0) < 0x80 ? 1 : at(0) < 0xE0 ? 2 : at(0) < 0xF0 ? 3 : 4;
  bytes = std::min(bytes, text.size());
  char32_t out = bytes == 1 ? at(0) : at(0) & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) out = (out << 6) | (at(i) & 0x3FU);
  return out;
}

void encode(std::string& out, char32_t letter) {
  if (letter < 0x80) {
    out += static_cast<char>(letter);
  } else if (letter < 0x800) {
    out += static_cast<char>(0xC0 | (letter >> 6));
    out += static_cast<char>(0x80 | (letter & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | (letter >> 12));
    out += static_cast<char>(0x80 | ((letter >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (letter & 0x3F));
  }
}

// Every script with a case lies in these stretches; CJK and Hangul do not.
bool may_have_case(char32_t letter) {
  return (letter >= 0x80 && letter < 0x3000) || (letter >= 0xA640 && letter < 0xAC00) ||
         (letter >= 0xFF21 && letter <= 0xFF5A) || (letter >= 0x10000 && letter < 0x20000);
}

}  // namespace

std::string lower_unicode(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    std::size_t bytes = 0;
    const char32_t letter = decode(utf8, bytes);
    const char32_t small = lower(letter);
    if (small == letter) {
      out += utf8.substr(0, bytes);
    } else {
      encode(out, small);
    }
    utf8.remove_prefix(bytes);
  }
  return out;
}

std::string escape_cased(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  while (!json.empty()) {
    std::size_t bytes = 0;
    const char32_t letter = decode(json, bytes);
    if (!may_have_case(letter)) {
      out += json.substr(0, bytes);
    } else if (letter < 0x10000) {
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(letter));
    } else {
      const auto rest = static_cast<std::uint32_t>(letter) - 0x10000;
      out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
    }
    json.remove_prefix(bytes);
  }
  return out;
}

}  // namespace erp2mysql::source
