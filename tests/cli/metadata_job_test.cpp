// SPDX-License-Identifier: Apache-2.0
#include "metadata_job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace erp2mysql::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Made {
  Imported imported;
  Repairs source, target;
};

Made make(const char* source, const char* target = R"({"api": "execute"})",
          const ImportOptions& options = {"job", "", "2024-01-01 00:00:00"}) {
  Made out;
  out.imported = make_job(MetadataJson::parse(source), MetadataJson::parse(target), options,
                          out.source, out.target);
  return out;
}

TEST(PlatformOf, KnowsItByTheApi) {
  const std::pair<std::string, std::string> cases[] = {
      {"erp.sales.get", "jikeyun"},
      {"oms.trade.fullinfoget", "jikeyun"},
      {"/pro/v2/api/product/list", "xiaobangbang"},
      {"wdt.aftersales.refund.refund.search", "wangdiantong-qimen"},
      {"aftersales.refund.Refund.search", "wangdiantong"},
      {"jushuitan.saleout.list.query", "jushuitan-qimen"},
      {"/open/orders/out/simple/query", "jushuitan"},
      {"ExecuteBillQuery", "kingdee"},
      {"trade_query.php", ""},
      {"/api/v2/app/list", ""},
      {"", ""},
  };
  for (const auto& [api, platform] : cases) EXPECT_EQ(platform_of(api), platform) << api;
}

TEST(MakeJob, TakesOverWhatTheTablesKnow) {
  const auto made = make(
      R"({"api": "erp.sales.get", "attachmentField": "f", "strange": 1, "adapter": "x",
          "request": [{"field": "a", "value": "1", "colour": "red"}, 7]})",
      R"({"api": "execute", "groupCalculate": {}, "beatFlat": null})");
  const auto& job = made.imported.job;
  EXPECT_EQ(job["source"]["platform"], "jikeyun");
  EXPECT_EQ(job["source"]["connection"]["appsecret"], "${env:JIKEYUN_APPSECRET}");
  EXPECT_EQ(job["source"]["request"].dump(), R"([{"field":"a","value":"1"}])");
  EXPECT_TRUE(job["source"].contains("adapter"));
  EXPECT_THAT(made.imported.left_out,
              ElementsAre(R"(source: "colour" of item "a" is no key that is known)",
                          "source: an entry of request that is no object",
                          R"(source: "attachmentField": Attachments)",
                          R"(source: "strange" is no key that is known)",
                          R"(target: "groupCalculate": Grouping before writing; group in MySQL)"));
}

TEST(MakeJob, TurnsNamesAndValuesIntoItems) {
  const auto made = make(R"({"api": "erp.x", "request": {"a": "{{X datetime}}", "b": ""}})");
  EXPECT_EQ(made.imported.job["source"]["request"].dump(),
            R"([{"field":"a","value":"{{X|datetime}}"},{"field":"b","value":""}])");
  EXPECT_EQ(made.source.lines("s").size(), 2U);
}

TEST(MakeJob, RepairsTheSecondRequestToo) {
  const auto made = make(R"({"api": "erp.x", "omissionRemedy": {"crontab": "1 * * * *",
      "takeOverRequest": {"from": "{{DAYS_AGO_2 datetime}}"}}})");
  EXPECT_EQ(made.imported.job["source"]["omissionRemedy"]["takeOverRequest"].dump(),
            R"([{"field":"from","value":"{{DAYS_AGO_2|datetime}}"}])");
}

TEST(MakeJob, PutsChildrenBackIntoTheirParents) {
  const auto made = make(R"({"api": "erp.x", "request": [
      {"field": "body", "type": "object"}, {"field": "a", "parent": "body", "value": "1"},
      {"field": "list", "type": "array", "parent": "body"},
      {"field": "body.list.b", "value": "2"}, {"field": "plain.dot", "value": "3"}]})");
  EXPECT_EQ(
      made.imported.job["source"]["request"].dump(),
      R"([{"field":"body","type":"object","children":[{"field":"a","parent":"body","value":"1"},)"
      R"({"field":"list","type":"array","parent":"body","children":[{"field":"b","value":"2"}]}]},)"
      R"({"field":"plain.dot","value":"3"}])");
}

TEST(MakeJob, SurvivesOtherShapes) {
  for (const char* shape : {"[]", "1", "null", R"("text")", "{}", R"({"request": 5, "api": []})",
                            R"({"request": {"a": {"b": [1]}}, "otherRequest": "x"})"}) {
    const auto made = make(shape, shape);
    EXPECT_TRUE(made.imported.job.contains("source")) << shape;
    EXPECT_THAT(made.imported.added, testing::Contains(HasSubstr("give --platform"))) << shape;
  }
}

TEST(Pretty, KeepsSmallObjectsOnOneLine) {
  const auto json =
      MetadataJson::parse(R"({"a": [{"b": 1, "c": "中"}, {"d": {}}], "e": [], "f": {"g": 1}})");
  EXPECT_EQ(pretty(json),
            "{\n  \"a\": [\n    {\"b\": 1, \"c\": \"中\"},\n    {\n      \"d\": {}\n    }\n  ],\n"
            "  \"e\": [],\n  \"f\": {\"g\": 1}\n}\n");
  EXPECT_EQ(MetadataJson::parse(pretty(json)), json);
}

}  // namespace
}  // namespace erp2mysql::cli
