// SPDX-License-Identifier: Apache-2.0
// Wangdiantong both ways: the recursive signature, both vectors of a whole request, answers.
#include "erp2mysql/source/wangdiantong.hpp"

#include "erp2mysql/http/sign.hpp"
#include "source/sample.hpp"

namespace erp2mysql::source {
namespace {

using namespace testing;

std::unique_ptr<Source> make_qimen(const std::string& sign_method = "md5",
                                   const std::string& api = "wdt.aftersales.refund.refund.search") {
  job::Source settings;
  settings.platform = "wangdiantong-qimen";
  settings.api = api;
  settings.connection = {{"app_key", "12345678"},      {"app_secret", "qmsecret"},
                         {"sid", "wdtapi3"},           {"wdt_appkey", "testkey"},
                         {"sign_method", sign_method}, {"wdt_appsecret", "testsecret:testsalt"}};
  return make(settings, 100);
}

std::unique_ptr<Source> make_direct(const std::string& api = "aftersales.refund.Refund.search") {
  job::Source settings;
  settings.platform = "wangdiantong";
  settings.api = api;
  settings.connection = {
      {"sid", "wdtapi3"}, {"appkey", "testkey"}, {"appsecret", "testsecret:testsalt"}};
  return make(settings, 100);
}

const data::Arguments k_window{text("modified_from", "2024-01-01 00:00:00"),
                               text("modified_to", "2024-01-01 01:00:00")};

base::Instant noon() { return time("2024-01-02T12:00:00+08:00"); }

std::string sign(const std::string& secret, const wdt::Fields& fields) {
  return http::md5_hex(secret + wdt::sign_text(fields) + secret);
}

TEST(WangdiantongSign, ReferenceVector) {
  EXPECT_EQ(
      sign("secret", {{"datetime", "2020-09-17 19:22:26"},
                      {"wdt_salt", "salt"},
                      {"wdt3_customer_id", "wdtapi3"},
                      {"pager", R"({"page_no":1,"page_size":10})"},
                      {"wdt_appkey", "wdt_appkey"},
                      {"params", R"({"end_date":"2020-09-20 00:00:00","spec_no":null,)"
                                 R"("start_date":"2020-08-23 00:00:00","warehouse_no":"1001"})"},
                      {"method", "wdt.wms.stockspec.querychangehistory"}}),
      "1f5e87bbbc8bc68f4f0af70f79620b7d");
}

TEST(WangdiantongSign, NestedListsAndFlags) {
  EXPECT_EQ(sign("testsecret",
                 {{"datetime", "2024-01-02 12:00:00"},
                  {"method", "wdt.aftersales.refund.refund.search"},
                  {"pager", R"({"page_size":100,"page_no":1})"},
                  {"params",
                   R"({"shop_nos":"店铺01","status":90,"fuzzy_query":false,)"
                   R"("modified_from":"2024-01-01 00:00:00","modified_to":"2024-01-01 01:00:00",)"
                   R"("list":[{"b":2,"a":1},"z"]})"},
                  {"wdt_appkey", "testkey"},
                  {"wdt_salt", "testsalt"}}),
            "95716d6a327cf2c8b0cea74eed4d4007");
}

TEST(WangdiantongSign, Flattening) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"b":1,"a":2})", "xa2b1"},
      {R"({"free":"{\"b\":1,\"a\":2}"})", "xfreea2b1"},  // text that looks like JSON is expanded
      {R"({"free":"{no json}"})", "xfree{no json}"},
      {R"({"a":null,"b":true})", "xbtrue"},
      {R"([3,"y",{"k":"v"}])", "x3ykv"},
      {R"({"wdt_sign":1,"wdt3_customer_id":2,"target_app_key":3,"z":4})", "xz4"},
      {R"({"n":1.50,"e":1e3})", "xe1000n1.50"},
      {"plain", "xplain"},
  };
  for (const auto& [value, flat] : cases) EXPECT_EQ(wdt::sign_text({{"x", value}}), flat) << value;
}

TEST(WangdiantongQimen, WholeRequestVectors) {
  const std::pair<const char*, const char*> cases[] = {
      {"md5", "93641DAAEF6C9AB504E92B6D3EF504FC"},
      {"hmac", "3D5E6ED40228D6943DEE9508B0B453B3"},
      {"hmac-sha256", "2A2DD3ED592C89EE29A48086D9774F36DB9F2BFD673C1EA90BB9CD18C9DD939A"},
  };
  for (const auto& [method, signature] : cases) {
    const auto request = make_qimen(method)->build(k_window, {}, noon());
    EXPECT_EQ(request.url, "http://3ldsmu02o9.api.taobao.com/router/qm");
    const auto form = parse_form(request.body);
    EXPECT_EQ(field(form, "wdt_sign"), "86071c1ecf7eed8ad035b2a324e5d8f8");
    EXPECT_EQ(field(form, "sign"), signature) << method;
    EXPECT_EQ(field(form, "params"), R"({"modified_from":"2024-01-01 00:00:00",)"
                                     R"("modified_to":"2024-01-01 01:00:00"})");
    EXPECT_EQ(field(form, "pager"), R"({"page_size":100,"page_no":1})");
  }
}

TEST(WangdiantongQimen, SceneIdIsNotSigned) {
  const auto plain = make_qimen()->build(k_window, {}, noon());
  const auto scene = make_qimen("md5", "3ldsmu02o9.wdt.aftersales.refund.refund.search")
                         ->build(k_window, {}, noon());
  EXPECT_EQ(field(parse_form(plain.body), "wdt_sign"), field(parse_form(scene.body), "wdt_sign"));
}

TEST(WangdiantongQimen, PageFieldsAndParamsOfTheJob) {
  data::Arguments given{object("params", k_window), text("page_no", "1"), text("page_size", "50"),
                        object("pager", {text("page_no", "7")})};
  const auto form = parse_form(make_qimen()->build(given, {3, false, ""}, noon()).body);
  EXPECT_EQ(field(form, "params"), R"({"modified_from":"2024-01-01 00:00:00",)"
                                   R"("modified_to":"2024-01-01 01:00:00"})");
  EXPECT_EQ(field(form, "pager"), R"({"page_size":100,"page_no":3})");
  EXPECT_EQ(make_qimen()->bounds(given).size(), 2u);
}

TEST(Wangdiantong, WholeRequestVector) {
  const auto request = make_direct()->build(k_window, {}, noon());
  EXPECT_EQ(request.url,
            "http://wdt.wangdian.cn/openapi?sid=wdtapi3&key=testkey&salt=testsalt&method="
            "aftersales.refund.Refund.search&timestamp=378820800&v=1.0&page_size=100&page_no=0&"
            "calc_total=1&sign=dff2bd227279345845f24fe6d9089f4a");
  EXPECT_EQ(request.body, R"([{"modified_from":"2024-01-01 00:00:00",)"
                          R"("modified_to":"2024-01-01 01:00:00"}])");
  const auto third = parse_form(query_of(make_direct()->build(k_window, {3, false, ""}, noon())));
  EXPECT_EQ(field(third, "page_no"), "2");
  EXPECT_EQ(field(third, "calc_total"), "0");
}

TEST(Wangdiantong, ReferenceSignVector) {
  const auto text = sorted_text({{"sid", "wdtapi3"},
                                 {"key", "appkey"},
                                 {"salt", "salt"},
                                 {"method", "goods.Goods.queryWithSpec"},
                                 {"timestamp", "100"},
                                 {"v", "1.0"},
                                 {"body", R"([{"goods_no":"G001"}])"}});
  EXPECT_EQ(http::md5_hex("secret" + text + "secret"), "703b2c4b5b16565883e6b58d18e254a2");
}

TEST(Wangdiantong, WindowsByMethod) {
  using namespace std::chrono_literals;
  EXPECT_EQ(make_direct()->spec().max_window, base::Millis(30 * 24h));
  EXPECT_EQ(make_direct("wms.stockout.Sales.queryWithDetail")->spec().max_window, base::Millis(1h));
  EXPECT_EQ(make_qimen("md5", "wdt.wms.stockout.sales.querywithdetail")->spec().max_window,
            base::Millis(1h));
}

std::string inside(const std::string& object, bool qimen) {
  return qimen ? R"({"response":)" + object + "}" : object;
}

TEST(Wangdiantong, Verdicts) {
  for (const bool qimen : {false, true}) {
    const auto source = qimen ? make_qimen() : make_direct();
    const auto body = [&](const std::string& object) { return inside(object, qimen); };
    expect_verdicts(
        *source,
        {{"good", body(R"({"status":0,"message":"ok","data":{"total_count":0,"order":[]}})"),
          Action::ok},
         {"status as text", body(R"({"status":"0","data":{"order":[{"a":1}]}})"), Action::ok},
         {"no list when nothing is there", body(R"({"status":0,"data":{"total_count":0}})"),
          Action::ok},
         {"null list", body(R"({"status":0,"data":{"order":null}})"), Action::ok},
         {"null list beside a total", body(R"({"status":0,"data":{"total_count":3,"order":null}})"),
          Action::retry, ErrorKind::protocol},
         {"no list", body(R"({"status":0,"data":{}})"), Action::retry, ErrorKind::protocol},
         {"no data", body(R"({"status":0})"), Action::retry, ErrorKind::protocol},
         {"no status", body(R"({"data":{"order":[]}})"), Action::retry, ErrorKind::protocol},
         {"throttled, ASCII comma",
          body(R"({"status":100,"message":"超过每分钟最大调用频率限制,请稍后重试"})"),
          Action::slow_down, ErrorKind::temporary},
         {"throttled, wide comma",
          body(R"({"status":100,"message":"超过每分钟最大调用频率限制，请稍后重试"})"),
          Action::slow_down, ErrorKind::temporary},
         {"too many at once", body(R"({"status":100,"message":"超过每分钟最大并发次数限制"})"),
          Action::slow_down, ErrorKind::temporary},
         {"no window", body(R"({"status":100,"message":"参数中必须包含起止时间"})"),
          Action::permanent},
         {"bad sign", body(R"({"status":100,"message":"签名错误"})"), Action::permanent,
          ErrorKind::credentials},
         {"unknown", body(R"({"status":4,"message":"?"})"), Action::permanent}});
  }
  expect_verdicts(
      *make_qimen(),
      {{"gateway, shape A", R"({"error_response":{"code":25,"msg":"Invalid signature"}})",
        Action::permanent, ErrorKind::credentials},
       {"gateway, shape B", R"({"response":{"flag":"failure","code":"25","message":"x"}})",
        Action::permanent, ErrorKind::credentials},
       {"named by the method", R"({"wdt_x_response":{"status":0,"data":{"order":[]}}})",
        Action::ok}});
}

TEST(Wangdiantong, Reads) {
  const auto page = page_of(
      *make_qimen(),
      R"({"response":{"status":0,"data":{"total_count":137,"order":[{"refund_id":1130901,"return_goods_count":1.0000}]}}})");
  EXPECT_EQ(page.total, 137);
  EXPECT_EQ(cell(page, 0, "return_goods_count"), "1.0000");
  EXPECT_TRUE(page_of(*make_direct(), R"({"status":0,"data":{"total_count":0}})").records.empty());
}

TEST(Wangdiantong, NoSecretIsShown) {
  for (const auto& source : {make_qimen(), make_direct()}) {
    const auto shown = source->signed_text(k_window, {}, noon()) + source->rate_key();
    EXPECT_EQ(shown.find("testsecret"), std::string::npos) << shown;
    EXPECT_EQ(shown.find("testsalt"), std::string::npos) << shown;
  }
}

}  // namespace
}  // namespace erp2mysql::source
