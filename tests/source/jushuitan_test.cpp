// SPDX-License-Identifier: Apache-2.0
// Jushuitan direct: signature vectors, tokens, codes of both generations, the row version cursor.
#include "erp2mysql/http/sign.hpp"
#include "source/sample.hpp"

namespace erp2mysql::source {
namespace {

using namespace testing;

job::Source settings(const std::string& api = "/open/orders/out/simple/query") {
  job::Source out;
  out.platform = "jushuitan";
  out.api = api;
  out.connection = {{"app_key", "testappkey"},
                    {"app_secret", "testappsecret"},
                    {"access_token", "testtoken"},
                    {"refresh_token", "testrefresh"}};
  return out;
}

base::Instant at() { return base::Instant(std::chrono::seconds(1704168000)); }

TEST(Jushuitan, SignVectors) {
  const auto source = make(settings(), 50);
  const auto shown = source->signed_text(
      {text("modified_begin", "2024-01-01 00:00:00"), text("modified_end", "2024-01-02 00:00:00"),
       text("status", "Confirmed")},
      {}, at());
  EXPECT_EQ(shown,
            R"(***access_token***app_keytestappkeybiz{"modified_begin":"2024-01-01 00:00:00",)"
            R"("modified_end":"2024-01-02 00:00:00","status":"Confirmed","page_index":1,)"
            R"("page_size":50}charsetutf-8timestamp1704168000version2)");
  const auto request = source->build({list("so_ids", {text("", "线上单01")})}, {}, at());
  EXPECT_EQ(request.url, "https://openapi.jushuitan.com/open/orders/out/simple/query");
  const auto form = parse_form(request.body);
  EXPECT_EQ(field(form, "biz"), R"({"so_ids":["线上单01"],"page_index":1,"page_size":50})");
  EXPECT_EQ(field(form, "sign"), "fcf5839d6ab85b3901c36da27dd375d2");
}

TEST(Jushuitan, SignVectorOfTheWindow) {
  const auto text = sorted_text(
      {{"access_token", "testtoken"},
       {"app_key", "testappkey"},
       {"biz", R"({"modified_begin":"2024-01-01 00:00:00","modified_end":"2024-01-02 00:00:00",)"
               R"("page_index":1,"page_size":50,"status":"Confirmed"})"},
       {"charset", "utf-8"},
       {"timestamp", "1704168000"},
       {"version", "2"}});
  EXPECT_EQ(http::md5_hex("testappsecret" + text), "6127c4232885807ac96a2f42de470a64");
}

TEST(Jushuitan, RefreshVector) {
  const auto source = make(settings(), 50);
  ASSERT_NE(source->sign_in(), nullptr);
  const auto& way = *source->sign_in();
  EXPECT_EQ(way.given().token, "testtoken");
  EXPECT_FALSE(way.kept_as().empty());
  const auto request = way.request(way.given(), at());
  EXPECT_EQ(request.url, "https://openapi.jushuitan.com/openWeb/auth/refreshToken");
  const auto form = parse_form(request.body);
  EXPECT_EQ(field(form, "sign"), "b602458bd33f4561bd364b73e5968d69");
  EXPECT_EQ(form.count("version"), 0u);
  const http::Response good{
      200, {}, R"({"code":0,"data":{"access_token":"a2","refresh_token":"r2","expires_in":1}})"};
  EXPECT_EQ(way.judge(good).action, Action::ok);
  EXPECT_EQ(way.accept(good), (Session{"a2", "r2", ""}));
  EXPECT_EQ(way.judge({200, {}, R"({"code":100,"msg":"expired"})"}).action, Action::permanent);
  EXPECT_EQ(way.judge({200, {}, R"({"code":0,"data":null})"}).action, Action::permanent);
}

TEST(Jushuitan, WithoutARefreshTokenNobodySignsIn) {
  auto job = settings();
  job.connection.erase("refresh_token");
  EXPECT_EQ(make(job, 50)->sign_in(), nullptr);
}

TEST(Jushuitan, TheSessionsTokenWins) {
  const auto source = make(settings(), 50);
  const auto token = [&](const Session& session) {
    return field(parse_form(source->build({}, {}, {at(), session}).body), "access_token");
  };
  EXPECT_EQ(token({}), "testtoken");
  EXPECT_EQ(token({"renewed", "", ""}), "renewed");
}

TEST(Jushuitan, Verdicts) {
  const auto code = [](int number, const std::string& text = "x") {
    return R"({"code":)" + std::to_string(number) + R"(,"msg":")" + text + R"(","data":null})";
  };
  expect_verdicts(
      *make(settings(), 50),
      {{"good", R"({"code":0,"msg":"执行成功","data":{"datas":[]}})", Action::ok},
       {"code as text, other list", R"({"code":"0","data":{"orders":[{"a":1}]}})", Action::ok},
       {"no list", R"({"code":0,"data":{}})", Action::retry, ErrorKind::protocol},
       {"no data", R"({"code":0,"data":null})", Action::retry, ErrorKind::protocol},
       {"old failure", R"({"issuccess":false,"msg":"x","data":{"datas":[]}})", Action::permanent},
       {"sign", code(10), Action::permanent, ErrorKind::credentials},
       {"token", code(100), Action::sign_in, ErrorKind::credentials},
       {"address", code(110), Action::permanent, ErrorKind::credentials},
       {"parameter", code(130), Action::permanent, ErrorKind::config},
       {"clock", code(140, "timestamp无效"), Action::retry, ErrorKind::credentials},
       {"parameter, older list", code(140), Action::permanent, ErrorKind::config},
       {"may not renew", code(150), Action::permanent, ErrorKind::credentials},
       {"internal, older list", code(150, "内部错误"), Action::retry, ErrorKind::temporary},
       {"clock, older list", code(180), Action::retry, ErrorKind::credentials},
       {"no right", code(190), Action::permanent, ErrorKind::credentials},
       {"by second", code(199), Action::slow_down, ErrorKind::temporary},
       {"by minute", code(200), Action::slow_down, ErrorKind::temporary},
       {"throttled", code(10004), Action::slow_down, ErrorKind::temporary},
       {"unknown", code(12345), Action::permanent}});
  EXPECT_EQ(verdict_of(*make(settings(), 50), {200, {}, code(200)}).wait, std::chrono::seconds(60));
  EXPECT_TRUE(verdict_of(*make(settings(), 50), {200, {}, code(180)}).clock);
}

TEST(Jushuitan, ListsOfSisterMethods) {
  const auto inventory = make(settings("/open/inventory/query"), 100);
  EXPECT_EQ(inventory->spec().max_page_size, 100);
  const auto page = page_of(
      *inventory,
      R"({"code":0,"data":{"inventorys":[{"sku_id":"a"}],"data_count":9,"page_size":30,"has_next":"true"}})");
  EXPECT_EQ(page.total, 9);
  EXPECT_EQ(page.size, 30);
  EXPECT_EQ(page.has_next, true);
  EXPECT_EQ(make(settings("/open/orders/single/query"), 50)->spec().list, "data.orders");
}

TEST(Jushuitan, RowVersionCursor) {
  auto job = settings();
  job.request = {item("start_ts", "1")};
  const auto source = make(job, 50);
  EXPECT_EQ(source->spec().paging, Paging::cursor);
  const auto biz = [&](const std::string& cursor) {
    const auto request = source->build({text("start_ts", "1")}, {1, false, cursor}, at());
    return field(parse_form(request.body), "biz");
  };
  EXPECT_EQ(biz(""), R"({"page_index":1,"page_size":50,"start_ts":1,"is_get_total":false})");
  EXPECT_EQ(biz("4821177001"),
            R"({"page_index":1,"page_size":50,"start_ts":4821177001,"is_get_total":false})");
  const auto page = page_of(
      *source,
      R"({"code":0,"data":{"datas":[{"ts":999999999},{"ts":4821177001}],"data_count":0,"has_next":false}})");
  EXPECT_EQ(page.next, "4821177001");
  EXPECT_FALSE(page.total);
}

TEST(Jushuitan, NoSecretIsShown) {
  const auto source = make(settings(), 50);
  const auto shown = source->signed_text({}, {}, at()) + source->rate_key();
  for (const char* secret : {"testappsecret", "testtoken", "testrefresh"}) {
    EXPECT_EQ(shown.find(secret), std::string::npos) << shown;
  }
}

}  // namespace
}  // namespace erp2mysql::source
