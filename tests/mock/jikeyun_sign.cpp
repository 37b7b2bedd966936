// SPDX-License-Identifier: Apache-2.0
#include "jikeyun_sign.hpp"

#include <array>
#include <cstdint>

#include "digest.hpp"

namespace mock {
namespace {

// First and last capital of a stretch whose small letters stand `distance` further on.
struct Stretch {
  char32_t first, last;
  std::uint32_t distance;
};
constexpr auto stretches = std::to_array<Stretch>({{0xC0, 0xD6, 32},
                                                   {0xD8, 0xDE, 32},
                                                   {0x391, 0x3A1, 32},
                                                   {0x3A3, 0x3AB, 32},
                                                   {0x400, 0x40F, 80},
                                                   {0x410, 0x42F, 32},
                                                   {0xFF21, 0xFF3A, 32}});

char32_t lower(char32_t point) {
  for (const Stretch& stretch : stretches) {
    if (point >= stretch.first && point <= stretch.last) return point + stretch.distance;
  }
  return point;
}

void append_point(std::string& out, char32_t point) {
  if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
  } else {
    out += static_cast<char>(0xE0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
  }
  out += static_cast<char>(0x80 | (point & 0x3F));
}

}  // namespace

std::string unicode_lower(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](std::size_t at) {
      return static_cast<char32_t>(static_cast<unsigned char>(text[at]));
    };
    const char32_t lead = byte(i);
    if (lead >= 0xC0 && lead < 0xE0 && i + 1 < text.size()) {
      append_point(out, lower((lead & 0x1F) << 6 | (byte(i + 1) & 0x3F)));
      i += 1;
    } else if (lead >= 0xE0 && lead < 0xF0 && i + 2 < text.size()) {
      append_point(out,
                   lower((lead & 0xF) << 12 | (byte(i + 1) & 0x3F) << 6 | (byte(i + 2) & 0x3F)));
      i += 2;
    } else {
      out += lead >= 'A' && lead <= 'Z' ? static_cast<char>(lead + 32) : text[i];
    }
  }
  return out;
}

std::string jikeyun_sign(const Params& params, std::string_view secret) {
  std::string text{secret};
  for (const auto& [name, value] : params) {
    if (name == "sign" || name == "contextid" || name == "token") continue;
    text += name;
    text += value;
  }
  text += secret;
  return digest_hex(Hash::md5, unicode_lower(text));
}

}  // namespace mock
