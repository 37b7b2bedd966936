// SPDX-License-Identifier: Apache-2.0
// Numbers that stand in the ledger must be the same in every build.
#include "erp2mysql/data/hash.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "erp2mysql/data/node.hpp"

namespace erp2mysql::data {
namespace {

TEST(Hash, TheSameInEveryBuild) {
  const struct {
    std::string_view text;
    std::uint64_t hash;
  } cases[] = {
      {"", 0x0000000000000000ULL},
      {"a", 0x405337E338614E91ULL},
      {"12345678", 0x8C16A78DA14A30C1ULL},
      {"旺店通 refund 1130901", 0xCAB013D2468B0821ULL},
  };
  for (const auto& test : cases) EXPECT_EQ(hash(test.text), test.hash) << test.text;
  const auto page =
      Document::parse_page(R"({"id": 9007199254740993, "ok": true, "list": ["a", null, 1.50]})");
  EXPECT_EQ(digest(page.root()), 9082516454631806896ULL);
}

TEST(Hash, ShortTextsAndTheirNeighboursDiffer) {
  std::set<std::uint64_t> seen;
  std::size_t texts = 0;
  for (int i = 0; i < 200'000; ++i, ++texts) seen.insert(hash(std::to_string(i)));
  for (std::size_t length = 0; length < 64; ++length, ++texts)
    seen.insert(hash(std::string(length, '\0')));
  for (std::size_t at = 0; at < 40; ++at, ++texts) {
    std::string text(40, 'x');
    text[at] = 'y';
    seen.insert(hash(text));
  }
  EXPECT_EQ(seen.size(), texts);
}

}  // namespace
}  // namespace erp2mysql::data
