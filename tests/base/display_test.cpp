// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/display.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace erp2mysql::base {
namespace {

TEST(Display, CountsCells) {
  const std::pair<std::string, std::size_t> cases[] = {
      {"", 0},         {"abc", 3},  {"中文", 4}, {"a中b", 4},   {"ｱ", 1},
      {"Ａ", 2},       {"한글", 4}, {"（）", 4}, {"é", 1},      {"e\u0301", 1},
      {"\u200B", 0},   {"…", 1},    {"│", 1},    {"😀", 2},      {"\xFF", 1},
      {"\xE4\xB8", 2}, {"𠀀", 2},   {"a\tb", 2}, {"\u3000", 2}, {"¥", 1}};
  for (const auto& [text, cells] : cases) EXPECT_EQ(display_width(text), cells) << text;
}

TEST(Display, FillsAndCutsByCells) {
  EXPECT_EQ(pad_display("中", 4), "中  ");
  EXPECT_EQ(pad_display("中文", 3), "中文");
  EXPECT_EQ(fit_display("聚水潭", 6), "聚水潭");
  EXPECT_EQ(fit_display("聚水潭", 5), "聚水…");
  EXPECT_EQ(fit_display("聚水潭", 4), "聚…");  // half a character is none
  EXPECT_EQ(fit_display("abc", 0), "");
}

TEST(Display, WrapsByCells) {
  using testing::ElementsAre;
  EXPECT_THAT(wrap_display("", 10), ElementsAre(""));
  EXPECT_THAT(wrap_display("one two three", 8), ElementsAre("one two ", "three"));
  EXPECT_THAT(wrap_display("出库单已完成", 5), ElementsAre("出库", "单已", "完成"));
  EXPECT_THAT(wrap_display("a bcdefghij", 6), ElementsAre("a bcde", "fghij"));
  EXPECT_THAT(wrap_display("中中", 0), ElementsAre("中", "中"));
}

}  // namespace
}  // namespace erp2mysql::base
