// SPDX-License-Identifier: Apache-2.0
// The metadata of the five systems in the shapes in which exports and users write it.
#include <gtest/gtest.h>

#include <algorithm>

#include "job/sample.hpp"

namespace erp2mysql::job {
namespace {

using testing::all_text;

struct Platform {
  std::string name;
  std::string connection;
  std::string source;
  std::string target;
};

constexpr auto k_batch = R"J("api": "batchexecute", "effect": "EXECUTE", "method": "POST",
  "request": [{"field": "id", "label": "主键", "type": "string", "value": "{id}-{items_no}"},
              {"field": "amount", "type": "float", "value": "{{amount}}"},
              {"field": "at", "type": "datetime", "value": "_function NOW()"}],
  "otherRequest": [{"field": "main_sql", "label": "主语句", "type": "string",
                    "value": "REPLACE INTO t (id, amount ,at) VALUES", "describe": "111"},
                   {"field": "limit", "value": "1000"}])J";
constexpr auto k_execute = R"J("api": "execute", "type": "EXECUTE", "idCheck": true,
  "request": [{"field": "main_params", "label": "主参数", "type": "object", "value": "1",
    "describe": "111", "children": [{"field": "no", "type": "int", "value": "{no}", "parent": "main_params"}]}],
  "otherRequest": [{"field": "main_sql", "value": "INSERT INTO `a`.`b` (`no`) VALUES (<{no: }>);"}],
  "response": [{"field": "Number", "label": "编码", "type": "string", "value": null}])J";
constexpr auto k_nothing = R"J("api": "写入空操作", "effect": "EXECUTE", "method": "POST",
  "number": "number", "id": "id", "name": "编码", "idCheck": true)J";

const Platform k_platforms[] = {
    {"jikeyun", R"J({"appkey": "1", "appsecret": "${env:S}", "version": "v1.0"})J",
     R"J("api": "erp.sales.get", "method": "POST", "number": "code", "id": "channelId",
        "pagination": {"pageSize": 50}, "idCheck": true, "autoFillResponse": true,
        "request": [{"field": "pageIndex", "label": "页码", "type": "string"},
          {"field": "pageSize", "type": "string", "value": "50"},
          {"label": "起", "field": "gmtModifiedStart", "type": "string",
           "value": "{{LAST_SYNC_TIME|datetime}}"}])J",
     k_execute},
    {"xiaobangbang", R"J({"corpid": "ding1", "userId": "u", "token": "${env:S}"})J",
     R"J("api": "/pro/v2/api/product/list", "effect": "QUERY", "method": "POST", "name": "dataId",
        "number": "data.serialNo", "id": "data.serialNo", "idCheck": true,
        "request": [{"field": "pageSize", "type": "int", "value": "100", "describe": "每页"},
          {"field": "conditions", "type": "object", "children": [{"label": "x", "type": "object",
            "children": [{"field": "attr", "type": "string", "value": "updateTime"},
              {"field": "value", "type": "array",
               "value": "_function sum({LAST_SYNC_TIME}-3600)"}]}]
}])J",
     k_nothing},
    {"wangdiantong-qimen",
     R"J({"app_key": "1", "app_secret": "${env:S}", "target_app_key": "2", "sid": "s",
         "wdt_appkey": "k", "wdt_appsecret": "${env:S}", "sign_method": "HMAC"})J",
     R"J("api": "wdt.aftersales.refund.refund.search", "method": "POST",
        "request": [{"field": "page_size", "value": "50"}, {"field": "page_no", "value": "1"},
          {"field": "modified_from", "label": "起"}, {"field": "modified_to", "label": "止"}])J",
     k_batch},
    {"jushuitan-qimen",
     R"J({"base_url": "http://x/router/qm", "app_key": "1", "app_secret": "${env:S}",
         "target_app_key": "2", "customer_id": "c"})J",
     R"J("api": "jushuitan.saleout.list.query", "type": "QUERY", "effect": "QUERY",
        "method": "post", "id": "{io_id}{modified}", "version": "1.0", "beatFlat": ["items"],
        "adapter": "\\Adapter\\Jushuitan\\Query", "operation": {"method": "none"},
        "request": [{"field": "page_index", "value": "{PAGINATION_START_PAGE}"},
          {"field": "start_time", "value": "_function LEFT( '{{DAYS_AGO_1|datetime}}' , 10)"}],
        "response": [{"field": "freight", "type": "float", "describe": "_autoFillResponse"}])J",
     k_batch},
    {"jushuitan", R"J({"app_key": "1", "app_secret": "${env:S}", "access_token": "${env:S}"})J",
     R"J("api": "/open/inventory/query", "effect": "QUERY", "number": "sku_id", "id": "sku_id",
        "request": [{"field": "page_index", "type": "string", "value": "1"},
                    {"field": "page_size"}])J",
     k_batch},
    {"wangdiantong", R"J({"sid": "s", "appkey": "k", "appsecret": "${env:S}"})J",
     R"J("api": "wms.stockout.Sales.queryWithDetail", "request": [])J", k_batch},
    {"kingdee",
     R"J({"base_url": "https://k/K3Cloud/", "auth": "password", "acct_id": "a", "username": "u",
         "password": "${env:S}", "lcid": 2052})J",
     R"J("id": "FId", "api": "executeBillQuery", "type": "QUERY", "method": "POST",
        "number": "FNumber", "idCheck": true,
        "request": [{"field": "FID"}, {"type": "string", "field": "FBillTypeID_FNumber",
           "value": "FBillTypeID.FNumber", "is_required": true},
          {"type": "array", "field": "FieldKeys", "parser": {"name": "ArrayToString", "params": ","}}],
        "otherRequest": [{"field": "Limit", "value": "{{PAGINATION_PAGE_SIZE}}"},
          {"field": "StartRow", "value": "{{PAGINATION_START_ROW}}"},
          {"field": "TopRowCount", "type": "int", "value": "0"},
          {"field": "FilterString", "value": "FApproveDate>='{{LAST_SYNC_TIME|dateTime}}'"}])J",
     k_execute},
};

// Names of tests take letters, digits and underscores only.
std::string platform_test_name(const ::testing::TestParamInfo<Platform>& info) {
  std::string name = info.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

void PrintTo(const Platform& platform, std::ostream* out) { *out << platform.name; }

class PlatformTest : public ::testing::TestWithParam<Platform> {};

TEST_P(PlatformTest, MetadataLoadsAsItIs) {
  const auto& p = GetParam();
  const auto text = R"({"source": {"platform": ")" + p.name + R"(", "connection": )" +
                    p.connection + ", " + p.source + R"(}, "target": {"connection": {"host": "h",
                    "user": "u", "password": "${env:S}", "db": "d"}, )" +
                    p.target + "}}";
  const auto loaded = load_text(p.name + ".json", text, testing::options());
  EXPECT_TRUE(loaded.problems.empty()) << all_text(loaded.problems);
  EXPECT_TRUE(loaded.warnings.empty()) << all_text(loaded.warnings);
  EXPECT_EQ(loaded.job.source.platform, p.name);
  EXPECT_EQ(loaded.job.source.method, "POST");
  EXPECT_EQ(loaded.job.target.connection.at("username"), "u");
}

INSTANTIATE_TEST_SUITE_P(Load, PlatformTest, ::testing::ValuesIn(k_platforms), platform_test_name);

TEST(Load, KeepsNestedItems) {
  const auto text = R"({"source": {"platform": "xiaobangbang", "connection":)" +
                    k_platforms[1].connection + ", " + k_platforms[1].source +
                    R"(}, "target": {"connection": {"user": "u", "db": "d"}, )" + k_execute + "}}";
  const auto loaded = load_text("a.json", text, testing::options());
  const auto& anonymous = loaded.job.source.request.at(1).children.at(0);
  EXPECT_EQ(anonymous.field, "");
  EXPECT_EQ(anonymous.type, "object");
  EXPECT_EQ(anonymous.children.at(1).type, "array");
  EXPECT_EQ(loaded.job.target.request.at(0).field, "main_params");
  EXPECT_EQ(loaded.job.target.request[0].children.at(0).pointer, "/target/request/0/children/0");
}

}  // namespace
}  // namespace erp2mysql::job
