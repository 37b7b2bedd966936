// SPDX-License-Identifier: Apache-2.0
#include "kingdee_filter.hpp"

#include <gtest/gtest.h>

namespace mock {
namespace {

bool holds(const std::string& filter) {
  Value row = Value::map();
  row.add("FID", Value::number(100231)).add("FName", Value::text("O'Neil 100%"));
  row.add("FQty", Value::of(Kind::money, "5.0")).add("FNote", Value{});
  row.add("FDate", Value::text("2026-01-01T00:00:00"));
  row.add("FModifyDate", Value::text("2026-01-01T09:21:35.117"));
  return KingdeeFilter(filter).holds([&](const std::string& field) { return *row.find(field); });
}

TEST(KingdeeFilter, Comparisons) {
  EXPECT_TRUE(holds(""));
  EXPECT_TRUE(holds("FID = 100231 and FID<>'7'"));
  EXPECT_TRUE(holds("FQty = 5.00 AND FQty > 4.9999999999"));
  EXPECT_FALSE(holds("FID > 100231 or FQty<5"));
  EXPECT_TRUE(holds("FName = 'O''Neil 100%'"));
  EXPECT_TRUE(
      holds("FModifyDate >= '2026-01-01 09:21:35' and FModifyDate < '2026-01-01 09:21:36'"));
  EXPECT_TRUE(holds("FDate <= '2026-01-01' and FDate >= {ts'2026-01-01 00:00:00'}"));
}

TEST(KingdeeFilter, NullIsNeverEqual) {
  EXPECT_FALSE(holds("FNote = ''"));
  EXPECT_FALSE(holds("FNote <> ''"));
  EXPECT_TRUE(holds("FNote is null and FName is not null"));
}

TEST(KingdeeFilter, ListsPatternsAndBrackets) {
  EXPECT_TRUE(holds("FID in (1, 100231) and FID not in ('2')"));
  EXPECT_TRUE(holds("FName like '%Neil%' and not FName like 'x%'"));
  EXPECT_TRUE(holds("FID between 100000 and 200000"));
  EXPECT_TRUE(holds("(FID=1 or FQty=5) and (FNote is null or FID=1)"));
  EXPECT_FALSE(holds("FID=1 or FQty=5 and FID=2"));
}

TEST(KingdeeFilter, SyntaxErrorsAndFields) {
  for (const char* const bad : {"FID >", "FID = 1 and", "(FID = 1", "FID = 'x", "FID ~ 1"}) {
    EXPECT_THROW(KingdeeFilter{bad}, FilterError) << bad;
  }
  EXPECT_EQ(KingdeeFilter("FA=1 and FB.FNumber='x'").fields(),
            (std::vector<std::string>{"FA", "FB.FNumber"}));
}

TEST(KingdeeOrder, FieldsAndWays) {
  const auto order = parse_order("FModifyDate ASC, FID desc,FNumber");
  ASSERT_EQ(order.size(), 3U);
  EXPECT_EQ(order[0].field, "FModifyDate");
  EXPECT_FALSE(order[0].descending);
  EXPECT_TRUE(order[1].descending);
  EXPECT_EQ(order[2].field, "FNumber");
  EXPECT_THROW(parse_order("FID down"), FilterError);
}

}  // namespace
}  // namespace mock
