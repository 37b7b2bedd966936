// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/data/hash.hpp"

#include <bit>
#include <cstring>

namespace erp2mysql::data {
namespace {

// The bytes in a fixed order. Where that is the machine's own, one load instead of a loop, which
// GCC 12 does not make of it.
std::uint64_t word(const char* at, std::size_t bytes) {
  std::uint64_t out = 0;
  if (bytes == sizeof out && std::endian::native == std::endian::little) {
    std::memcpy(&out, at, sizeof out);
    return out;
  }
  for (std::size_t i = 0; i < bytes; ++i)
    out |= static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
  return out;
}

// Odd constants of MurmurHash3's last step.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 33)) * 0xFF51AFD7ED558CCDULL;
  x = (x ^ (x >> 33)) * 0xC4CEB9FE1A85EC53ULL;
  return x ^ (x >> 33);
}

}  // namespace

std::uint64_t hash(std::string_view text) {
  std::uint64_t out = text.size() * 0x9E3779B97F4A7C15ULL;
  const char* at = text.data();
  std::size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8) {
    out = (out ^ word(at, 8)) * 0x9E3779B97F4A7C15ULL;
    out ^= out >> 32;
  }
  return mix(out ^ word(at, left));
}

}  // namespace erp2mysql::data
