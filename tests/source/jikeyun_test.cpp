// SPDX-License-Identifier: Apache-2.0
// Jikeyun: signature vectors of the reference, every known shape of answer, cursors.
#include "erp2mysql/http/sign.hpp"
#include "erp2mysql/source/letters.hpp"
#include "source/sample.hpp"

namespace erp2mysql::source {
namespace {

using namespace testing;

constexpr auto k_secret = "0123456789abcdefABCDEF0123456789";

std::unique_ptr<Source> make_jikeyun(const std::string& api = "erp.sales.get") {
  job::Source settings;
  settings.platform = "jikeyun";
  settings.api = api;
  settings.connection = {{"appkey", "10002000"}, {"appsecret", k_secret}};
  return make(settings, 50);
}

base::Instant now() { return time("2026-01-15T10:30:00+08:00"); }

std::string sign_of(std::string_view content) {
  const auto text = sorted_text({{"method", "erp.sales.get"},
                                 {"appkey", "10002000"},
                                 {"version", "v1.0"},
                                 {"contenttype", "json"},
                                 {"timestamp", "2026-01-15 10:30:00"},
                                 {"bizcontent", std::string(content)}});
  return http::md5_hex(lower_unicode(k_secret + text + k_secret));
}

TEST(Jikeyun, SignVectors) {
  EXPECT_EQ(sign_of(R"({"pageIndex":0,"pageSize":50})"), "4b89e63acca19df93f7b9093bb0d0611");
  EXPECT_EQ(sign_of(R"({"pageIndex":0,"pageSize":50,"name":"京东旗舰店"})"),
            "b985185354450d0729be9d744a3a6434");
  EXPECT_EQ(sign_of(R"({"name":"ÉCLAT店"})"), "75b9ca702854264497f3d4f618a7de7e");
  EXPECT_EQ(sign_of(R"({"name":"ＡＢＣ旗舰店"})"), "7fa6070facb6a892f80713399b01625d");
}

TEST(Jikeyun, RequestsMatchTheVectors) {
  const auto source = make_jikeyun();
  const auto plain = source->build({}, {}, now());
  EXPECT_EQ(plain.url, "https://open.jackyun.com/open/openapi/do");
  EXPECT_EQ(field(parse_form(plain.body), "sign"), "4b89e63acca19df93f7b9093bb0d0611");
  const auto named = source->build({text("name", "京东旗舰店")}, {}, now());
  EXPECT_EQ(named.body,
            "method=erp.sales.get&appkey=10002000&version=v1.0&contenttype=json&timestamp=2026-01-"
            "15+10%3A30%3A00&bizcontent=%7B%22pageIndex%22%3A0%2C%22pageSize%22%3A50%2C%22name%22"
            "%3A%22%E4%BA%AC%E4%B8%9C%E6%97%97%E8%88%B0%E5%BA%97%22%7D&sign="
            "b985185354450d0729be9d744a3a6434");
}

// Letters with a case travel as escapes, so that a peer's way of lower-casing cannot matter.
TEST(Jikeyun, LettersWithCaseAreEscaped) {
  const auto request = make_jikeyun()->build({text("name", "ÉＡ店")}, {}, now());
  const auto form = parse_form(request.body);
  const auto content = field(form, "bizcontent");
  EXPECT_EQ(content, R"({"pageIndex":0,"pageSize":50,"name":"\u00c9\uff21店"})");
  EXPECT_EQ(field(form, "sign"), sign_of(content));
}

TEST(Letters, Lower) {
  const std::pair<const char*, const char*> cases[] = {
      {"AbZ09", "abz09"}, {"ÀÖ×ØÞß", "àö×øþß"}, {"ĀāŸŽ", "āāÿž"},   {"ΑΣΩΆ", "ασωά"},
      {"АЯЁЀ", "аяёѐ"},   {"ＡＺａ", "ａｚａ"}, {"店铺😀", "店铺😀"}, {"", ""},
  };
  for (const auto& [in, out] : cases) EXPECT_EQ(lower_unicode(in), out);
  EXPECT_EQ(escape_cased("a店😀é"), "a店\\ud83d\\ude00\\u00e9");
}

TEST(Jikeyun, PageFieldsPresentAbsentOrFilled) {
  for (const data::Arguments& given :
       {data::Arguments{}, data::Arguments{text("pageIndex", "0"), text("pageSize", "50")}}) {
    const auto request = make_jikeyun()->build(given, {3, true, ""}, now());
    EXPECT_EQ(field(parse_form(request.body), "bizcontent"), R"({"pageIndex":2,"pageSize":50})");
  }
}

constexpr auto k_good = R"({"code":200,"msg":"操作成功","subCode":"0030000004",
  "result":{"contextId":"1","data":{"salesChannelInfo":[{"channelId":1204587963214587904}]}}})";

TEST(Jikeyun, Verdicts) {
  expect_verdicts(
      *make_jikeyun(),
      {{"good", k_good, Action::ok},
       {"code as text", R"({"code":"200","result":{"data":{"salesChannelInfo":[]}}})", Action::ok},
       {"data as JSON text",
        R"({"code":200,"subCode":"200","result":{"data":"{\"salesChannelInfo\":[]}"}})",
        Action::ok},
       {"data as list", R"({"code":200,"subCode":"","result":{"data":[{"a":1}]}})", Action::ok},
       {"code 0 of warehouse calls",
        R"({"code":0,"subCode":"000000000","result":{"data":{"salesChannelInfo":[]}}})",
        Action::ok},
       {"unknown sub code beside rows",
        R"({"code":200,"subCode":"77","result":{"data":{"salesChannelInfo":[]}}})", Action::ok},
       {"app not opened",
        R"({"code":0,"msg":"该应用未开通开放平台","result":{"data":null},"subCode":"0130000609"})",
        Action::permanent, ErrorKind::credentials},
       {"code 0 and nothing else", R"({"code":0,"result":{"data":null}})", Action::permanent},
       {"no subscription", R"({"code":500,"subCode":"0130020310"})", Action::permanent,
        ErrorKind::credentials},
       {"bad sign", R"({"code":500,"msg":"签名错误","subCode":"0858030801"})", Action::permanent,
        ErrorKind::credentials},
       {"window too long", R"({"code":500,"subCode":"0050030002"})", Action::permanent,
        ErrorKind::config},
       {"throttled", R"({"code":500,"subCode":"0859999999"})", Action::slow_down,
        ErrorKind::temporary},
       {"known error with code 200",
        R"({"code":200,"subCode":"0859999999","result":{"data":{"salesChannelInfo":[]}}})",
        Action::slow_down, ErrorKind::temporary},
       {"circuit breaker", R"({"code":500,"msg":"trade short-circuited and fallback failed"})",
        Action::retry, ErrorKind::temporary},
       {"missing list", R"({"code":200,"subCode":"0030000004","result":{"data":{}}})",
        Action::retry, ErrorKind::protocol},
       {"cut inner JSON", R"({"code":200,"result":{"data":"{\"salesChannelInfo\":["}})",
        Action::retry, ErrorKind::protocol},
       {"unknown code", R"({"code":777,"msg":"?"})", Action::permanent},
       {"web page", "<html></html>", Action::retry, ErrorKind::protocol},
       {"busy", "", Action::slow_down, ErrorKind::temporary, 429}});
}

TEST(Jikeyun, IdsKeepTheirDigits) {
  const auto page = page_of(*make_jikeyun(), k_good);
  EXPECT_EQ(cell(page, 0, "channelId"), "1204587963214587904");
  EXPECT_FALSE(page.total);
  EXPECT_FALSE(page.next);
}

TEST(Jikeyun, ScrollInsideJsonText) {
  const auto source = make_jikeyun("jackyun.tradenotsensitiveinfos.list.get");
  const std::string body =
      R"({"code":200,"msg":"","subCode":"200","result":{"contextId":"c1","scrollId":"","data":"{\"TotalResults\":2,\"ScrollId\":\"DXF1\",\"Trades\":[{\"TradeId\":\"1300000000000000001\",\"Payment\":\"128.50\"}]}"}})";
  EXPECT_EQ(verdict_of(*source, {200, {}, body}).action, Action::ok);
  const auto page = page_of(*source, body);
  EXPECT_EQ(cell(page, 0, "TradeId"), "\"1300000000000000001\"");
  EXPECT_EQ(page.total, 2);
  EXPECT_EQ(page.next, "DXF1");
  const auto first = field(parse_form(source->build({}, {}, now()).body), "bizcontent");
  EXPECT_EQ(first, R"({"pageIndex":0,"pageSize":50,"scrollId":""})");
  const auto second = source->build({}, {1, false, "DXF1"}, now());
  EXPECT_NE(field(parse_form(second.body), "bizcontent").find(R"("scrollId":"DXF1")"),
            std::string::npos);
  const std::string empty = R"({"code":200,"subCode":"200","result":{"data":""}})";
  EXPECT_EQ(verdict_of(*source, {200, {}, empty}).action, Action::ok);
  EXPECT_TRUE(page_of(*source, empty).records.empty());
}

TEST(Jikeyun, CursorIsTheLargestKeyOfThePage) {
  const auto source = make_jikeyun("erp.stockquantity.get");
  const auto page = page_of(
      *source,
      R"({"code":200,"result":{"data":{"goodsStockQuantity":[{"quantityId":"9"},{"quantityId":"110"},{"quantityId":"20"}]}}})");
  EXPECT_EQ(page.next, "110");
}

TEST(Jikeyun, ADamagedVersionOrSecretNeverShows) {
  const auto source = make_jikeyun();
  const auto shown = source->signed_text({}, {}, now()) + source->rate_key();
  EXPECT_EQ(shown.find("0123456789abcdef"), std::string::npos) << shown;
}

}  // namespace
}  // namespace erp2mysql::source
