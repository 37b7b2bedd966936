// SPDX-License-Identifier: Apache-2.0
#include "columns.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "erp2mysql/base/display.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::cli {
namespace {

using testing::ElementsAre;

TEST(Columns, StandBesideEachOtherWhateverTheScript) {
  const auto text = side_by_side("LEFT", {"a: 1", "名称: 不锈钢保温杯"}, "RIGHT", {"x"}, 43);
  EXPECT_EQ(text,
            "LEFT                 │ RIGHT\n"
            "                     │ \n"
            "a: 1                 │ x\n"
            "名称: 不锈钢保温杯   │ \n");
}

TEST(Columns, WrapLongLines) {
  const auto text = side_by_side("L", {"  remark: 一二三四五六七八九十"}, "R", {}, 43);
  std::size_t rows = 0;
  for (const auto line : base::split(text, '\n')) {
    if (line.empty()) continue;
    EXPECT_LE(base::display_width(line), 43U) << line;
    EXPECT_EQ(base::display_width(line.substr(0, line.find("│"))), 21U) << line;
    ++rows;
  }
  EXPECT_EQ(rows, 4U);
}

TEST(Columns, ShowRecordsByLine) {
  const auto page = data::Document::parse_page(
      R"({"id": 9007199254740993, "name": "一\n二", "items": [{"sku": "A"}, 2], "none": [], "n": null})");
  EXPECT_THAT(record_lines(page.root()), ElementsAre("id: 9007199254740993", R"(name: "一\n二")",
                                                     "items:", "  [0]:", R"(    sku: "A")",
                                                     "  [1]: 2", "none: []", "n: null"));
}

TEST(Columns, AlignValues) {
  EXPECT_THAT(aligned({{"编号", "1"}, {"a", "2"}}), ElementsAre("编号  1", "a     2"));
}

}  // namespace
}  // namespace erp2mysql::cli
