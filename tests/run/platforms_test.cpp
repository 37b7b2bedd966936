// SPDX-License-Identifier: Apache-2.0
// The example jobs of every platform load, and what `validate` knows of their sources: page sizes,
// bounds, missing parts.
#include <gtest/gtest.h>

#include <filesystem>

#include "erp2mysql/run/compiled_job.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "job/sample.hpp"

namespace erp2mysql::run {
namespace {

using job::testing::all_text;

job::LoadOptions any_environment() {
  job::LoadOptions out;
  out.env = [](const std::string& name) -> std::optional<std::string> {
    return name.ends_with("BASE_URL") ? "http://127.0.0.1:1/K3Cloud" : "value-of-" + name;
  };
  return out;
}

job::Loaded load_source(const std::string& source) {
  return job::load_text("jobs/a.json", R"({"source": {)" + source + R"(},
    "target": {"connection": {"username": "u", "database": "d"}, "api": "batchexecute",
      "request": [{"field": "id", "value": "{id}"}],
      "otherRequest": [{"field": "main_sql", "value": "INSERT INTO t (id) VALUES"}]}})",
                        job::testing::options());
}

constexpr auto k_kingdee = R"("platform": "kingdee", "api": "executeBillQuery",
  "connection": {"base_url": "http://k/K3Cloud", "acct_id": "a", "username": "u",
                 "password": "${env:S}"}, )";
constexpr auto k_xbb = R"("platform": "xiaobangbang", "api": "/pro/v2/api/product/list",
  "connection": {"corpid": "c", "token": "${env:S}"}, )";

base::Range day() {
  return {base::parse_datetime("2024-01-10", base::Zone()).value(),
          base::parse_datetime("2024-01-11", base::Zone()).value()};
}

TEST(Examples, AllLoadAndTheirSourcesCompile) {
  int jobs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SOURCE_DIR "/configs")) {
    if (entry.path().extension() != ".json") continue;
    SCOPED_TRACE(entry.path().filename());
    auto loaded = job::load(entry.path().string(), any_environment());
    EXPECT_TRUE(loaded.problems.empty()) << all_text(loaded.problems);
    EXPECT_TRUE(compile(loaded)) << all_text(loaded.problems);
    ++jobs;
  }
  EXPECT_GE(jobs, 7);
}

TEST(Platforms, PageSizeAboveTheMaximumIsRefusedWithTheNumber) {
  const struct {
    const char *platform, *connection, *field;
    int most;
  } cases[] = {
      {"jikeyun", R"({"appkey": "1", "appsecret": "${env:S}"})", "pageSize", 200},
      {"xiaobangbang", R"({"corpid": "1", "token": "${env:S}"})", "pageSize", 100},
      {"wangdiantong", R"({"sid": "1", "appkey": "2", "appsecret": "${env:S}"})", "page_size", 200},
      {"jushuitan", R"({"app_key": "1", "app_secret": "${env:S}", "access_token": "${env:S}"})",
       "page_size", 50},
  };
  for (const auto& c : cases) {
    const auto source = [&](int size) {
      return R"("platform": ")" + std::string(c.platform) + R"(", "api": "x", "connection": )" +
             c.connection + R"(, "request": [{"field": ")" + c.field + R"(", "value": ")" +
             std::to_string(size) + R"("}])";
    };
    auto good = load_source(source(c.most));
    EXPECT_TRUE(compile(good)) << all_text(good.problems);
    auto bad = load_source(source(c.most + 1));
    EXPECT_FALSE(compile(bad));
    EXPECT_NE(all_text(bad.problems).find("1 to " + std::to_string(c.most)), std::string::npos)
        << all_text(bad.problems);
  }
}

TEST(Platforms, ReadSettingsReplaceFacts) {
  auto loaded = load_source(R"("platform": "jikeyun", "api": "erp.some.list",
    "connection": {"appkey": "1", "appsecret": "${env:S}"},
    "read": {"list": "result.data.rows", "firstPage": 1, "maxPageSize": 20, "maxWindow": "1h",
             "fromFields": ["since"], "toFields": "until"},
    "request": [{"field": "since", "value": "{{LAST_SYNC_TIME|datetime}}"},
                {"field": "until", "value": "{{CURRENT_TIME|datetime}}"}])");
  const auto job = compile(loaded);
  ASSERT_TRUE(job) << all_text(loaded.problems);
  const auto& spec = job->source->spec();
  EXPECT_EQ(spec.list, "result.data.rows");
  EXPECT_EQ(spec.first_page, 1);
  EXPECT_EQ(job->page_size, 20);
  EXPECT_EQ(spec.max_window, std::chrono::hours(1));
  EXPECT_EQ(job->coverage(day()), day());
}

TEST(Platforms, LowerBoundAloneReachesToTheEnd) {
  const std::string request =
      R"J("request": [{"field": "conditions", "type": "object", "children": [
    {"type": "object", "children": [{"field": "attr", "value": "updateTime"},
      {"field": "symbol", "value": "greaterequal"},
      {"field": "value", "type": "array", "value": "_function sum({LAST_SYNC_TIME}-3600)"}]
}]
}])J";
  auto loaded = load_source(k_xbb + request);
  const auto job = compile(loaded);
  ASSERT_TRUE(job) << all_text(loaded.problems);
  const auto asked = job->coverage(day());
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->from, day().from - std::chrono::hours(1));
  EXPECT_EQ(asked->to, plan::k_no_end);
  const auto arguments = job->request.build(job->variables(day()));
  EXPECT_EQ(
      source::to_json_object(arguments),
      R"({"conditions":[{"attr":"updateTime","symbol":"greaterequal","value":["1704812400"]}]})");
}

TEST(Platforms, FixedTimesInAFilterAreNoBounds) {
  const std::string rest = R"("request": [{"field": "FID"}], "otherRequest": [
    {"field": "FormId", "value": "SAL_SaleOrder"}, {"field": "FilterString", "value":
      "FCreateDate<'2020-01-01' and FModifyDate>='{{LAST_SYNC_TIME|datetime}}' and FModifyDate<'{{CURRENT_TIME|datetime}}'"}])";
  auto loaded = load_source(k_kingdee + rest);
  const auto job = compile(loaded);
  ASSERT_TRUE(job) << all_text(loaded.problems);
  EXPECT_EQ(job->coverage(day()), day());
}

TEST(Platforms, KingdeeNeedsAFormAndColumns) {
  auto loaded = load_source(k_kingdee + std::string(R"("request": [])"));
  EXPECT_FALSE(compile(loaded));
  EXPECT_NE(all_text(loaded.problems).find("FormId"), std::string::npos);
  EXPECT_NE(all_text(loaded.problems).find("no columns"), std::string::npos);
}

}  // namespace
}  // namespace erp2mysql::run
