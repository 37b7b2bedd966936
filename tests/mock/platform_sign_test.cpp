// SPDX-License-Identifier: Apache-2.0
// Every signature of the mock against vectors that were worked out elsewhere.
#include <gtest/gtest.h>

#include "jikeyun_sign.hpp"
#include "jushuitan_direct.hpp"
#include "kingdee_sign.hpp"
#include "top_sign.hpp"
#include "wangdiantong_sign.hpp"
#include "xiaobangbang.hpp"

namespace mock {
namespace {

constexpr const char* jikeyun_secret = "0123456789abcdefABCDEF0123456789";

Params jikeyun_call(const std::string& bizcontent) {
  return {{"method", "erp.sales.get"},
          {"appkey", "10002000"},
          {"version", "v1.0"},
          {"contenttype", "json"},
          {"timestamp", "2026-01-15 10:30:00"},
          {"bizcontent", bizcontent},
          {"sign", "is not signed"},
          {"contextid", "neither is this"},
          {"token", "nor this"}};
}

TEST(JikeyunSign, Vectors) {
  const auto sign = [](const std::string& biz) {
    return jikeyun_sign(jikeyun_call(biz), jikeyun_secret);
  };
  EXPECT_EQ(sign(R"({"pageIndex":0,"pageSize":50})"), "4b89e63acca19df93f7b9093bb0d0611");
  EXPECT_EQ(sign(R"({"pageIndex":0,"pageSize":50,"name":"京东旗舰店"})"),
            "b985185354450d0729be9d744a3a6434");
}

TEST(JikeyunSign, LettersBeyondAsciiAreLoweredToo) {
  const auto sign = [](const std::string& biz) {
    return jikeyun_sign(jikeyun_call(biz), jikeyun_secret);
  };
  EXPECT_EQ(sign(R"({"name":"ÉCLAT店"})"), "75b9ca702854264497f3d4f618a7de7e");
  EXPECT_EQ(sign(R"({"name":"ＡＢＣ旗舰店"})"), "7fa6070facb6a892f80713399b01625d");
  EXPECT_EQ(unicode_lower("ÀÖ×Ø ΑΩ АЯЁ 中文 Z"), "àö×ø αω аяё 中文 z");
}

TEST(XiaobangbangSign, Vectors) {
  const auto sign = [](const std::string& body) {
    return xiaobangbang_sign(body, "a1b2c3d4e5f60718293a4b5c6d7e8f90");
  };
  EXPECT_EQ(
      sign(
          R"({"corpid":"ding0000000000000000","userId":"manager01","page":1,"pageSize":100,)"
          R"("conditions":[{"attr":"updateTime","symbol":"range","value":[1767225600,1767311999]}]})"),
      "412bc4a815bb4b235ed367d3b4b52f00d40b1f4270504e4ecefbbfc985149fba");
  EXPECT_EQ(sign(R"({"corpid":"ding0000000000000000","conditions":[{"attr":"text_1","symbol":)"
                 R"("like","value":["智能手环"]}],"page":1,"pageSize":20})"),
            "9035198f7e99a8395f4c40327deb9b68a41748571cf166d540d6195da83c8097");
  EXPECT_EQ(sign(R"({"corpid":"ding0000000000000000","page":35,"pageSize":20})"),
            "014698cb802681a0521d016de2f47fd9b56a1d7437f6bf515f9b347f25458fa0");
}

Params refund_call() {
  return {
      {"datetime", "2024-01-02 12:00:00"},
      {"method", "wdt.aftersales.refund.refund.search"},
      {"pager", R"({"page_size":100,"page_no":1})"},
      {"params", R"({"modified_from":"2024-01-01 00:00:00","modified_to":"2024-01-01 01:00:00"})"},
      {"wdt_appkey", "testkey"},
      {"wdt_salt", "testsalt"},
      {"wdt3_customer_id", "wdtapi3"},
      {"app_key", "12345678"}};
}

TEST(WangdiantongSign, PublishedVector) {
  const Params call{{"datetime", "2020-09-17 19:22:26"},
                    {"wdt_salt", "salt"},
                    {"wdt3_customer_id", "wdtapi3"},
                    {"pager", R"({"page_no":1,"page_size":10})"},
                    {"wdt_appkey", "wdt_appkey"},
                    {"params", R"({"end_date":"2020-09-20 00:00:00","spec_no":null,)"
                               R"("start_date":"2020-08-23 00:00:00","warehouse_no":"1001"})"},
                    {"method", "3ldsmu02o9.wdt.wms.stockspec.querychangehistory"}};
  EXPECT_EQ(wdt_qimen_sign(call, "secret"), "1f5e87bbbc8bc68f4f0af70f79620b7d");
}

TEST(WangdiantongSign, TextAndSignOfARefundCall) {
  Params call = refund_call();
  EXPECT_EQ(wdt_text(call),
            "datetime2024-01-02 12:00:00methodwdt.aftersales.refund.refund.searchpagerpage_no1"
            "page_size100paramsmodified_from2024-01-01 00:00:00modified_to2024-01-01 01:00:00"
            "wdt_appkeytestkeywdt_salttestsalt");
  EXPECT_EQ(wdt_qimen_sign(call, "testsecret"), "86071c1ecf7eed8ad035b2a324e5d8f8");
  call["params"] = R"({"shop_nos":"店铺01","status":90,"fuzzy_query":false,)"
                   R"("modified_from":"2024-01-01 00:00:00","modified_to":"2024-01-01 01:00:00",)"
                   R"("list":[{"b":2,"a":1},"z"]})";
  EXPECT_EQ(wdt_qimen_sign(call, "testsecret"), "95716d6a327cf2c8b0cea74eed4d4007");
}

TEST(WangdiantongSign, OuterSignOfTheQimenCall) {
  const auto sign = [](const std::string& method) {
    Params call = refund_call();
    call["wdt_sign"] = "86071c1ecf7eed8ad035b2a324e5d8f8";
    call["target_app_key"] = "21363512";
    call["timestamp"] = "2024-01-02 12:00:00";
    call["format"] = "json";
    call["v"] = "2.0";
    call["sign_method"] = method;
    return top_sign(method, "qmsecret", top_text(call)).value_or("");
  };
  EXPECT_EQ(sign("md5"), "93641DAAEF6C9AB504E92B6D3EF504FC");
  EXPECT_EQ(sign("hmac"), "3D5E6ED40228D6943DEE9508B0B453B3");
  EXPECT_EQ(sign("hmac-sha256"),
            "2A2DD3ED592C89EE29A48086D9774F36DB9F2BFD673C1EA90BB9CD18C9DD939A");
}

TEST(WangdiantongSign, DirectVectors) {
  const Params goods{{"sid", "wdtapi3"},   {"key", "appkey"},
                     {"salt", "salt"},     {"method", "goods.Goods.queryWithSpec"},
                     {"timestamp", "100"}, {"v", "1.0"}};
  EXPECT_EQ(wdt_direct_sign(goods, R"([{"goods_no":"G001"}])", "secret"),
            "703b2c4b5b16565883e6b58d18e254a2");
  const Params refunds{{"sid", "wdtapi3"},         {"key", "testkey"},
                       {"salt", "testsalt"},       {"method", "aftersales.refund.Refund.search"},
                       {"timestamp", "378820800"}, {"v", "1.0"},
                       {"page_size", "100"},       {"page_no", "0"},
                       {"calc_total", "1"},        {"sign", "is not signed"}};
  EXPECT_EQ(wdt_direct_sign(
                refunds,
                R"([{"modified_from":"2024-01-01 00:00:00","modified_to":"2024-01-01 01:00:00"}])",
                "testsecret"),
            "dff2bd227279345845f24fe6d9089f4a");
}

TEST(JushuitanSign, Vectors) {
  Params call{
      {"access_token", "testtoken"},
      {"app_key", "testappkey"},
      {"biz", R"({"modified_begin":"2024-01-01 00:00:00","modified_end":)"
              R"("2024-01-02 00:00:00","page_index":1,"page_size":50,"status":"Confirmed"})"},
      {"charset", "utf-8"},
      {"timestamp", "1704168000"},
      {"version", "2"},
      {"sign", "is not signed"}};
  EXPECT_EQ(jushuitan_sign(call, "testappsecret"), "6127c4232885807ac96a2f42de470a64");
  call["biz"] = R"({"so_ids":["线上单01"],"page_index":1,"page_size":50})";
  EXPECT_EQ(jushuitan_sign(call, "testappsecret"), "fcf5839d6ab85b3901c36da27dd375d2");
  const Params refresh{{"app_key", "testappkey"},        {"timestamp", "1704168000"},
                       {"grant_type", "refresh_token"},  {"charset", "utf-8"},
                       {"refresh_token", "testrefresh"}, {"scope", "all"}};
  EXPECT_EQ(jushuitan_sign(refresh, "testappsecret"), "b602458bd33f4561bd364b73e5968d69");
}

constexpr const char* app_id = "123456_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4";
constexpr const char* app_secret = "test-app-secret-value";

TEST(KingdeeSign, SignInVectors) {
  KingdeeLogin login{"65f0a1b2c3d4e5", "demo", app_id, app_secret, "1700000000"};
  EXPECT_EQ(kingdee_login_sign(login, Hash::sha256),
            "b68d7c4c697c81617b635245c343944765bc9f305fb1062fa7699d7155a20abb");
  login.username = "演示用户";
  EXPECT_EQ(kingdee_login_sign(login, Hash::sha256),
            "2c389797b782c056dd38541b7c5fe173640b7f1147157bb8db09c7b9916657ab");
}

TEST(KingdeeSign, HeaderVectors) {
  EXPECT_EQ(kingdee_api_secret(app_id), "UVJWUANVXl8KXFlfWV1YSBNCShcUQRNL");
  EXPECT_EQ(kingdee_api_signature(
                "/K3Cloud/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.ExecuteBillQuery"
                ".common.kdsvc",
                "1700000000", "1700000000", app_id),
            "MjNhMzg5MmZiMWE1MTQ1ZGE5NWFkYmZiZWYxYzhlY2NjNzcwM2ZjNDJlZTczMzBhNzkxOTk1ODhjNDZkMTEz"
            "Yw==");
  EXPECT_EQ(kingdee_hmac("POST\n%2Ftest\n\nx-api-nonce:1\nx-api-timestamp:1\n", "key123"),
            "MThmZGFiM2U5MGZhNmU0MDQ0MWI1NTNkNmNmMjY2MDY0YzEzZTllNTA0OTBmM2M0NDI2NzFiMTI3NTFkZmU1"
            "ZQ==");
  const std::string data = "dcid-1,user-1,2052,100";
  EXPECT_EQ(base64(data), "ZGNpZC0xLHVzZXItMSwyMDUyLDEwMA==");
  EXPECT_EQ(kingdee_hmac(app_id + data, app_secret),
            "NjI5MzRiZGVhNGJhOWY2N2Y2YzQ2MzQ5ODA3N2JiZTRiMDRmOTUwNjI3YWIzODU1ODBkZDdhNzgwMzdmMDgx"
            "Mg==");
  const std::string chinese = "65f0a1b2c3d4e5,演示用户,2052,100";
  EXPECT_EQ(base64(chinese), "NjVmMGExYjJjM2Q0ZTUs5ryU56S655So5oi3LDIwNTIsMTAw");
  EXPECT_EQ(unbase64(base64(chinese)), chinese);
  EXPECT_EQ(kingdee_hmac(app_id + chinese, app_secret),
            "MDFjNDcwNDdhOTU0YTVmYmQ3NTUyMDcxZWM4OWMxMzBhNjQ4MjYwNTZhODI1ZWFkMTA5YmUyYjE1MDFkODRl"
            "ZQ==");
}

}  // namespace
}  // namespace mock
