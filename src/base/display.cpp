// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/display.hpp"

#include <algorithm>
#include <iterator>

namespace erp2mysql::base {
namespace {

struct CodeRange {
  char32_t first, last;
};

// East Asian width W and F, by block where a block is all wide.
constexpr CodeRange k_wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x23F0, 0x23F0},   {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26CE, 0x26CE},
    {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},   {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27B0, 0x27B0},   {0x27BF, 0x27BF},
    {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x303E},
    {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97C},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},
    {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18CFF}, {0x1AFF0, 0x1B2FF},
    {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A},
    {0x1F200, 0x1F265}, {0x1F300, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C},
    {0x1F37E, 0x1F393}, {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0},
    {0x1F3F4, 0x1F3F4}, {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC},
    {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F567}, {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596},
    {0x1F5A4, 0x1F5A4}, {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6D2},
    {0x1F6D5, 0x1F6DF}, {0x1F6EB, 0x1F6EC}, {0x1F6F4, 0x1F6FC}, {0x1F7E0, 0x1F7EB},
    {0x1F90C, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD}};

// Combining marks and signs that only steer.
constexpr CodeRange k_none[] = {
    {0x0, 0x1F},      {0x7F, 0x9F},     {0xAD, 0xAD},      {0x300, 0x36F},   {0x483, 0x489},
    {0x591, 0x5BD},   {0x610, 0x61A},   {0x64B, 0x65F},    {0x200B, 0x200F}, {0x202A, 0x202E},
    {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0x302A, 0x302D},  {0x3099, 0x309A}, {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0001, 0xE01EF}};

template <std::size_t N>
bool in(const CodeRange (&ranges)[N], char32_t code) {
  const auto* at =
      std::lower_bound(std::begin(ranges), std::end(ranges), code,
                       [](const CodeRange& range, char32_t value) { return range.last < value; });
  return at != std::end(ranges) && at->first <= code;
}

struct Glyph {
  std::size_t bytes, cells;
};

Glyph first_glyph(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t bytes = byte(0) < 0x80   ? 1
                            : byte(0) < 0xC2 ? 0
                            : byte(0) < 0xE0 ? 2
                            : byte(0) < 0xF0 ? 3
                            : byte(0) < 0xF5 ? 4
                                             : 0;
  if (bytes == 0 || bytes > text.size()) return {1, 1};
  char32_t code = bytes == 1 ? byte(0) : byte(0) & (0xFFu >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {1, 1};
    code = (code << 6) | (byte(i) & 0x3Fu);
  }
  const std::size_t cells = in(k_none, code) ? 0 : in(k_wide, code) ? 2 : 1;
  return {bytes, cells};
}

// Bytes of the longest beginning of at most `width` cells.
std::size_t prefix(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  std::size_t cells = 0;
  while (at < text.size()) {
    const auto glyph = first_glyph(text.substr(at));
    if (cells + glyph.cells > width) break;
    cells += glyph.cells;
    at += glyph.bytes;
  }
  return at;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t out = 0;
  while (!text.empty()) {
    const auto glyph = first_glyph(text);
    out += glyph.cells;
    text.remove_prefix(glyph.bytes);
  }
  return out;
}

std::string pad_display(std::string_view text, std::size_t width) {
  std::string out(text);
  const auto cells = display_width(text);
  if (cells < width) out.append(width - cells, ' ');
  return out;
}

std::string fit_display(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  return std::string(text.substr(0, prefix(text, width - 1))) + "…";
}

std::vector<std::string> wrap_display(std::string_view text, std::size_t width) {
  width = std::max<std::size_t>(2, width);
  std::vector<std::string> out;
  while (display_width(text) > width) {
    auto cut = prefix(text, width);
    const auto blank = text.substr(0, cut).rfind(' ');
    // Far to the left a break at a blank would waste the line.
    if (blank != std::string_view::npos && blank > cut / 2) cut = blank + 1;
    out.emplace_back(text.substr(0, cut));
    text.remove_prefix(cut);
  }
  out.emplace_back(text);
  return out;
}

}  // namespace erp2mysql::base
