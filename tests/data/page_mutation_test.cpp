// SPDX-License-Identifier: Apache-2.0
// Damaged pages against another parser: what is no JSON is refused, what is JSON keeps its meaning.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/data/node.hpp"

namespace erp2mysql::data {
namespace {

constexpr std::string_view k_page =
    R"({"code":0,"data":[{"id":11,"t":"中\u4e2d\"\\","b":true,"items":[{"k":1.5,"s":""},{"k":-2,"s":"a"}]},)"
    R"({"id":12,"t":"x","b":false,"items":[]},{"t":null,"id":"12","items":[{"s":"b","k":0},{"k":3}]}]})";

std::string damaged(std::mt19937& random) {
  static constexpr std::string_view k_bytes = "{}[],:\"\\ 0123.-+truefalsn/\n\x01\xC3\xE4";
  std::string text(k_page);
  const auto any = [&](std::size_t count) { return random() % count; };
  for (std::size_t i = 0; i <= any(3); ++i) {
    const auto at = any(text.size());
    switch (any(4)) {
      case 0: text[at] = k_bytes[any(k_bytes.size())]; break;
      case 1: text.insert(at, 1, k_bytes[any(k_bytes.size())]); break;
      case 2: text.erase(at, 1 + any(3)); break;
      default: text.insert(at, text.substr(any(text.size()), 1 + any(20)));
    }
  }
  return text;
}

TEST(PageMutation, AgreesWithAnotherParser) {
  std::mt19937 random(4711);  // NOLINT: the same pages every time
  int accepted = 0;
  for (int i = 0; i < 50'000; ++i) {
    const auto text = damaged(random);
    const auto other = nlohmann::json::parse(text, nullptr, false);
    const bool good = other.is_object() || other.is_array();
    try {
      const auto page = Document::parse_page(text);
      ASSERT_TRUE(good) << text;
      EXPECT_EQ(nlohmann::json::parse(to_json(page.root())), other) << text;
      ++accepted;
    } catch (const base::Error&) {
      ASSERT_FALSE(good) << text;
    }
  }
  EXPECT_GT(accepted, 1000);
}

}  // namespace
}  // namespace erp2mysql::data
