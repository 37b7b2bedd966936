// SPDX-License-Identifier: Apache-2.0
// A field is found where it is, whatever objects came before: with keys left out, added, in another
// order, or twice.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "erp2mysql/map/record.hpp"

namespace erp2mysql::map {
namespace {

constexpr int k_keys = 12;

std::string random_object(std::mt19937& random, int& number) {
  std::vector<int> keys;
  for (int key = 0; key < k_keys; ++key) {
    if (random() % 4 != 0) keys.push_back(key);
  }
  if (random() % 8 == 0) std::shuffle(keys.begin(), keys.end(), random);
  if (random() % 8 == 0 && !keys.empty()) keys.push_back(keys[random() % keys.size()]);
  std::string out;
  for (const int key : keys) {
    const bool escaped = random() % 50 == 0;
    out += (out.empty() ? "\"" : ",\"") + std::string(escaped ? "\\u006b" : "k") +
           std::to_string(key) + "\":" + std::to_string(++number);
  }
  return "{" + out + "}";
}

TEST(Guess, FindsWhatTheObjectHas) {
  std::mt19937 random(4711);  // NOLINT: the same objects every time
  std::vector<Guess> guesses(k_keys + 1);
  int number = 0;
  int found = 0;
  for (int page = 0; page < 200; ++page) {
    std::string text;
    for (int i = 0; i < 20; ++i) text += (i == 0 ? "" : ",") + random_object(random, number);
    const auto document = data::Document::parse_page("[" + text + "]");
    for (const auto& member : document.root().members()) {
      for (int key = 0; key <= k_keys; ++key) {
        const auto name = "k" + std::to_string(key);
        const auto* node = guesses[static_cast<std::size_t>(key)].find(member.value, name);
        ASSERT_EQ(node, member.value.find(name)) << text << " " << name;
        if (node != nullptr) ++found;
      }
    }
  }
  EXPECT_GT(found, 10'000);
}

TEST(Walk, GoesWhereFindPathGoes) {
  const auto page = data::Document::parse_page(
      R"([{"a":{"b":[{"c":1},{"c":2}]},"a.b":7,"x.y":{"z":3},"n":null},{"a":{"b.1":{"c":9}}},{"a":[4]}])");
  for (const char* path : {"a", "a.b", "a.b.0.c", "a.b.1.c", "a.b.2.c", "x.y.z", "x.y", "n", "n.o",
                           "a.0", "", "a.b.", ".a"}) {
    const Walk walk(path);
    for (int round = 0; round < 2; ++round) {
      for (const auto& member : page.root().members()) {
        EXPECT_EQ(walk.find(member.value), data::find_path(member.value, path)) << path;
      }
    }
  }
}

}  // namespace
}  // namespace erp2mysql::map
