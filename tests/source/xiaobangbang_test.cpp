// SPDX-License-Identifier: Apache-2.0
// Xiaobangbang: signature vectors over exact bytes, conditions, verdicts.
#include "source/sample.hpp"

namespace erp2mysql::source {
namespace {

using namespace testing;

std::unique_ptr<Source> make_xbb(std::int64_t page_size, const std::string& user = "",
                                 const std::string& api = "/pro/v2/api/product/list",
                                 const std::string& base_url = "") {
  job::Source settings;
  settings.platform = "xiaobangbang";
  settings.api = api;
  settings.connection = {{"corpid", "ding0000000000000000"},
                         {"userId", user},
                         {"base_url", base_url},
                         {"token", "a1b2c3d4e5f60718293a4b5c6d7e8f90"}};
  return make(settings, page_size);
}

data::Argument condition(const std::string& attribute, const std::string& symbol,
                         std::vector<std::string> values) {
  data::Arguments elements;
  for (auto& value : values) elements.push_back(text("", value));
  return object(
      "", {text("attr", attribute), text("symbol", symbol), list("value", std::move(elements))});
}

TEST(Xiaobangbang, SignVectors) {
  const auto range =
      make_xbb(100, "manager01")
          ->build({list("conditions",
                        {condition("updateTime", "range", {"1767225600", "1767311999"})})},
                  {}, base::Instant{});
  EXPECT_EQ(
      range.body,
      R"({"corpid":"ding0000000000000000","userId":"manager01","page":1,"pageSize":100,)"
      R"("conditions":[{"attr":"updateTime","symbol":"range","value":[1767225600,1767311999]}]})");
  EXPECT_EQ(header(range.headers, "sign"),
            "412bc4a815bb4b235ed367d3b4b52f00d40b1f4270504e4ecefbbfc985149fba");
  // A digest that begins with a zero keeps it.
  const auto zero = make_xbb(20)->build({}, {35, true, ""}, base::Instant{});
  EXPECT_EQ(zero.body, R"({"corpid":"ding0000000000000000","page":35,"pageSize":20})");
  EXPECT_EQ(header(zero.headers, "sign"),
            "014698cb802681a0521d016de2f47fd9b56a1d7437f6bf515f9b347f25458fa0");
}

TEST(Xiaobangbang, AnonymousElementsAndSingleValues) {
  // The metadata writes the list as an object, and one value without a list.
  const auto request = make_xbb(20)->build(
      {object("conditions",
              {object("", {text("attr", "text_1"), text("symbol", "like"), text("value", "1")})}),
       text("corpid", "other"), text("page", "1"), text("pageSize", "5")},
      {}, base::Instant{});
  EXPECT_EQ(request.body, R"({"corpid":"ding0000000000000000","page":1,"pageSize":20,)"
                          R"("conditions":[{"attr":"text_1","symbol":"like","value":["1"]}]})");
}

TEST(Xiaobangbang, AddressByEditionAndBaseUrl) {
  const struct {
    const char *api, *base_url, *url;
  } cases[] = {
      {"/pro/v2/api/product/list", "", "https://proapi.xbongbong.com/pro/v2/api/product/list"},
      {"customer/list", "", "https://proapi.xbongbong.com/pro/v2/api/customer/list"},
      {"/pro/v2/api/a/b", "http://127.0.0.1:1/", "http://127.0.0.1:1/pro/v2/api/a/b"},
      {"/pro/v2/api/a/b", "http://h/pro/v2/api", "http://h/pro/v2/api/a/b"},
      {"contract/list", "http://h/x/pro/v2/api", "http://h/x/pro/v2/api/contract/list"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(make_xbb(20, "", c.api, c.base_url)->build({}, {}, base::Instant{}).url, c.url);
  }
}

TEST(Xiaobangbang, Bounds) {
  const auto source = make_xbb(20);
  const auto bounds = source->bounds(
      {list("conditions", {condition("updateTime", "greaterequal", {"1767225600"}),
                           condition("text_1", "greaterequal", {"1767225600"}),
                           condition("addTime", "lessequal", {"1767311999"}),
                           condition("date_1", "range", {"1767225600", "1767311999"})})});
  ASSERT_EQ(bounds.size(), 4u);
  EXPECT_FALSE(bounds[0].upper);
  EXPECT_EQ(bounds[0].at, time("2026-01-01T00:00:00Z"));
  EXPECT_TRUE(bounds[1].upper);
  EXPECT_TRUE(bounds[3].upper);
  EXPECT_TRUE(source->bounds({}).empty());
}

TEST(Xiaobangbang, Verdicts) {
  expect_verdicts(
      *make_xbb(20),
      {{"good", R"({"code":1,"msg":"操作成功","success":true,"result":{"list":[],"totalCount":0}})",
        Action::ok},
       {"code as text", R"({"code":"1","success":true,"result":{"list":[]}})", Action::ok},
       {"success is false", R"({"code":1,"success":false,"result":{"list":[]}})",
        Action::permanent},
       {"bad token", R"({"code":100012,"msg":"token已失效","success":false})", Action::permanent,
        ErrorKind::credentials},
       {"wrong format", R"({"code":701020,"msg":"字段数据格式错误","success":false})",
        Action::permanent, ErrorKind::config},
       {"throttled by second", R"({"code":9,"msg":"接口频率超过20次/秒","success":false})",
        Action::slow_down, ErrorKind::temporary},
       {"throttled", R"({"code":9,"msg":"请求过于频繁","success":false})", Action::slow_down,
        ErrorKind::temporary},
       {"quota", R"({"code":9,"msg":"已超过100000次/天","success":false})", Action::quota_used_up,
        ErrorKind::temporary},
       {"unknown", R"({"code":4711,"msg":"选项不存在","success":false})", Action::permanent},
       {"no result", R"({"code":1,"success":true})", Action::retry, ErrorKind::protocol}});
}

TEST(Xiaobangbang, ReadsNestedRows) {
  const auto page = page_of(
      *make_xbb(20),
      R"({"code":1,"success":true,"result":{"list":[{"dataId":10458231,"data":{"serialNo":"CP.1","num_1":199.00}}],"totalCount":137,"totalPage":7}})");
  EXPECT_EQ(cell(page, 0, "data.serialNo"), "\"CP.1\"");
  EXPECT_EQ(cell(page, 0, "data.num_1"), "199.00");
  EXPECT_EQ(page.total, 137);
}

}  // namespace
}  // namespace erp2mysql::source
