// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/data/seen.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace erp2mysql::data {
namespace {

using Copy = RecordId::Copy;

RecordId id(std::uint64_t key, std::uint64_t content) { return {key, content << 8}; }

TEST(SeenRecords, ACopyIsTheFirstTheSameOrChanged) {
  SeenRecords seen;
  auto one = id(7, 1);
  EXPECT_TRUE(seen.note(one, 1));
  EXPECT_EQ(one.copy, Copy::first);
  EXPECT_FALSE(seen.note(one, 1));
  EXPECT_EQ(one.copy, Copy::same);
  auto other = id(7, 2);
  EXPECT_TRUE(seen.note(other, 2));
  EXPECT_EQ(other.copy, Copy::changed);
  EXPECT_EQ(other.before, one.content);
  EXPECT_FALSE(seen.note(other, 2));
  EXPECT_EQ(other.copy, Copy::same);
}

TEST(SeenRecords, AgreesWithAMap) {
  SeenRecords seen;
  std::map<std::uint64_t, std::pair<std::uint64_t, int>> map;
  std::mt19937_64 random(4711);  // NOLINT: the same keys every time
  for (int scan = 1; scan <= 3; ++scan) {
    for (int i = 0; i < 30'000; ++i) {
      // Keys with the same low bits crowd the same slots.
      auto next = id(random() % 20'000 * 4096, random() % 3);
      const auto [at, added] = map.try_emplace(next.key, std::pair{next.content, scan});
      const bool anew = added || at->second.second != scan;
      const auto copy = added                              ? Copy::first
                        : at->second.first == next.content ? Copy::same
                                                           : Copy::changed;
      at->second = {next.content, scan};
      ASSERT_EQ(seen.note(next, static_cast<std::uint8_t>(scan)), anew);
      ASSERT_EQ(next.copy, copy);
    }
  }
}

}  // namespace
}  // namespace erp2mysql::data
