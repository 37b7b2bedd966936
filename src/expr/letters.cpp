// SPDX-License-Identifier: Apache-2.0
#include "letters.hpp"

#include <algorithm>
#include <cstdint>

namespace erp2mysql::expr {
namespace {

char32_t decode(std::string_view c) {
  const auto byte = [&](std::size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(c[i]));
  };
  switch (c.size()) {
    case 2: return (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F);
    case 3: return (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    case 4:
      return (byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 |
             (byte(3) & 0x3F);
    default: return byte(0);
  }
}

void encode(char32_t c, std::string& out) {
  const auto put = [&](char32_t byte) {
    out += static_cast<char>(static_cast<unsigned char>(byte));
  };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      put(0xE0 | c >> 12);
    } else {
      put(0xF0 | c >> 18);
      put(0x80 | (c >> 12 & 0x3F));
    }
    put(0x80 | (c >> 6 & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}

char32_t upper(char32_t c) {
  if (c < 0x80) return c >= 'a' && c <= 'z' ? c - 32 : c;
  if (c >= 0xE0 && c <= 0xFE && c != 0xF7) return c - 32;
  if (c == 0xFF) return 0x178;
  if (c >= 0x100 && c <= 0x137 && c != 0x131) return c & ~char32_t{1};
  if (c >= 0x14A && c <= 0x177) return c & ~char32_t{1};
  if (c >= 0x3B1 && c <= 0x3C9 && c != 0x3C2) return c - 32;
  if (c >= 0x430 && c <= 0x44F) return c - 32;
  if (c >= 0x450 && c <= 0x45F) return c - 80;
  if (c >= 0xFF41 && c <= 0xFF5A) return c - 32;
  return c;
}

char32_t lower(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
  if (c == 0x130) return 'i';
  if (c >= 0x100 && c <= 0x137) return c | 1;
  if (c >= 0x14A && c <= 0x177) return c | 1;
  if (c == 0x178) return 0xFF;
  if (c >= 0x391 && c <= 0x3A9 && c != 0x3A2) return c + 32;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  if (c >= 0xFF21 && c <= 0xFF3A) return c + 32;
  return c;
}

// The base letter of U+00C0…U+00DF; a dot: the letter stands for itself.
constexpr std::string_view k_latin = "AAAAAA.CEEEEIIII.NOOOOO..UUUUY..";

char32_t fold(char32_t c) {
  c = upper(c);
  if (c == 0x130) return 'I';
  if (c < 0xC0 || c > 0xDF) return c;
  const char letter = k_latin[c - 0xC0];
  return letter == '.' ? c : static_cast<char32_t>(letter);
}

template <char32_t (*Change)(char32_t)>
std::string changed(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    const bool stray = length == 1 && static_cast<unsigned char>(text[at]) >= 0x80;
    if (stray)
      out += text[at];
    else
      encode(Change(decode(text.substr(at, length))), out);
    at += length;
  }
  return out;
}

}  // namespace

std::size_t character_length(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  std::size_t length = 1;
  if (byte >= 0xF0)
    length = 4;
  else if (byte >= 0xE0)
    length = 3;
  else if (byte >= 0xC0)
    length = 2;
  return at + length <= text.size() ? length : 1;
}

std::size_t count_characters(std::string_view text) {
  std::size_t out = 0;
  for (std::size_t at = 0; at < text.size(); at += character_length(text, at)) ++out;
  return out;
}

std::size_t character_offset(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  while (index-- > 0 && at < text.size()) at += character_length(text, at);
  return at;
}

std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at < text.size(); at += out.back().size()) {
    out.push_back(text.substr(at, character_length(text, at)));
  }
  return out;
}

std::string upper_text(std::string_view text) { return changed<upper>(text); }
std::string lower_text(std::string_view text) { return changed<lower>(text); }
std::string folded(std::string_view text) { return changed<fold>(text); }

// Greedy with one point to come back to: the last % seen.
bool like(std::string_view raw_text, std::string_view raw_pattern) {
  const std::string text = folded(raw_text);
  const std::string pattern = folded(raw_pattern);
  constexpr std::size_t k_none = std::string::npos;
  std::size_t t = 0, p = 0, star = k_none, resume = 0;
  while (t < text.size()) {
    const bool any = p < pattern.size() && pattern[p] == '%';
    const bool one = p < pattern.size() && pattern[p] == '_';
    const std::size_t escape = p + 1 < pattern.size() && pattern[p] == '\\' ? 1 : 0;
    if (any) {
      star = ++p;
      resume = t;
    } else if (one) {
      ++p;
      t += character_length(text, t);
    } else if (p < pattern.size() && pattern[p + escape] == text[t]) {
      p += 1 + escape;
      ++t;
    } else if (star != k_none) {
      p = star;
      resume += character_length(text, resume);
      t = resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

}  // namespace erp2mysql::expr
