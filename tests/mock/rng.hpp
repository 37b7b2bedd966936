// SPDX-License-Identifier: Apache-2.0
// Random numbers that are the same on every machine: SplitMix64, seeded from (seed, index, stream).
// Exists because the standard distributions differ between libraries. Knows nothing of orders.
#pragma once

#include <cstddef>
#include <cstdint>

namespace mock {

constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

class Rng {
 public:
  explicit constexpr Rng(std::uint64_t seed) : state_(seed) {}
  constexpr Rng(std::uint64_t seed, std::uint64_t index, std::uint64_t stream)
      : state_(mix(mix(mix(seed) ^ index) ^ stream)) {}

  constexpr std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    return mix(state_);
  }
  // A number in [0, bound); the bias of the remainder does not matter here.
  constexpr std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  constexpr std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  constexpr bool one_in(std::uint64_t n) { return below(n) == 0; }
  constexpr double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

  template <typename Pool>
  constexpr const auto& pick(const Pool& pool) {
    return pool[static_cast<std::size_t>(below(pool.size()))];
  }

 private:
  std::uint64_t state_;
};

}  // namespace mock
