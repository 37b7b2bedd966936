// SPDX-License-Identifier: Apache-2.0
// What every table of the mock promises: the same row twice is the same text, and its numbers keep
// their digits.
#include <gtest/gtest.h>

#include "columns.hpp"
#include "limits.hpp"
#include "records.hpp"
#include "value.hpp"

namespace mock {
namespace {

Options small() {
  Options options = parse_options({"--orders", "50", "--late", "5"});
  return options;
}

TEST(Value, NumbersKeepTheirDigits) {
  const std::string text = R"({"a":12345678901234.5600,"b":[1,-2.50,1e5],"c":"x\"\\","d":null})";
  EXPECT_EQ(written(*parse(text)), text);
  EXPECT_FALSE(parse("{\"a\":").has_value());
  Dress quoted;
  quoted.numbers_quoted = true;
  EXPECT_EQ(written(*parse("[5.0]"), quoted), "[\"5.0\"]");
}

TEST(Value, DecimalsCompareByValue) {
  EXPECT_EQ(compare_decimals("5", "5.00"), 0);
  EXPECT_LT(compare_decimals("9.99", "10"), 0);
  EXPECT_GT(compare_decimals("-1", "-1.5"), 0);
  EXPECT_LT(compare_decimals("-1", "0"), 0);
  EXPECT_EQ(compare_decimals("-0.0", "0"), 0);
  EXPECT_GT(compare_decimals("1204587963214587905", "1204587963214587904"), 0);
}

TEST(Records, ChangesMoveBehindAndLateRowsAppear) {
  Records records(small(), 7);
  const auto all = records.find({}, Sorting::modified);
  EXPECT_EQ(all.size(), 45U);
  EXPECT_TRUE(records.touch(20));
  EXPECT_EQ(records.find({}, Sorting::modified).back().index, 20);
  EXPECT_EQ(records.find({}, Sorting::stamp).back().index, 20);
  EXPECT_FALSE(records.touch(0));  // not visible yet
  EXPECT_EQ(records.reveal(3), 3);
  EXPECT_EQ(records.reveal(9), 2);
  EXPECT_EQ(records.find({}, Sorting::key).size(), 50U);
  EXPECT_EQ(records.note_served(all), 0);
  EXPECT_EQ(records.note_served({all[0]}), 1);
}

TEST(Columns, SameFactsSameRow) {
  constexpr std::array columns{col::serial("id", 1204587963214587904), col::note("note"),
                               col::huge_money("money", 1, 99999), col::amount("qty", 1, 99999)};
  Facts facts;
  facts.index = 5;
  const std::string once = written(make_row(columns, facts));
  EXPECT_EQ(once, written(make_row(columns, facts)));
  EXPECT_NE(once.find("1204587963214587909"), std::string::npos);
  EXPECT_NE(once.find("12345678901234.5600"), std::string::npos);
}

TEST(Limits, RefusedCallsMayCountAndBan) {
  Limits lenient({{{2, 1000}}, 0, 0, false});
  EXPECT_FALSE(lenient.take("k", 0).has_value());
  EXPECT_FALSE(lenient.take("k", 10).has_value());
  EXPECT_EQ(lenient.take("k", 20)->window_ms, 1000);
  EXPECT_FALSE(lenient.take("other", 20).has_value());
  EXPECT_FALSE(lenient.take("k", 1001).has_value());
  Limits strict({{{1, 1000}}, 0, 5000, true});
  EXPECT_FALSE(strict.take("k", 0).has_value());
  EXPECT_EQ(strict.take("k", 500)->seconds, 5);
  EXPECT_TRUE(strict.take("k", 3000).has_value());
  EXPECT_TRUE(strict.take("k", 5400).has_value());
}

}  // namespace
}  // namespace mock
