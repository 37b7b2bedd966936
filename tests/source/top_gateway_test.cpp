// SPDX-License-Identifier: Apache-2.0
// The gateway's signature against published vectors, and which fields take part in it.
#include "erp2mysql/source/top_gateway.hpp"

#include <gtest/gtest.h>

namespace erp2mysql::source::top {
namespace {

const Fields k_published{{"method", "taobao.item.seller.get"},
                         {"app_key", "12345678"},
                         {"session", "test"},
                         {"timestamp", "2016-01-01 12:00:00"},
                         {"format", "json"},
                         {"v", "2.0"},
                         {"sign_method", "md5"},
                         {"fields", "num_iid,title,nick,price,num"},
                         {"num_iid", "11223344"}};

TEST(TopSign, BaseStringOfThePublishedVector) {
  EXPECT_EQ(base_string(k_published),
            "app_key12345678fieldsnum_iid,title,nick,price,numformatjsonmethodtaobao.item.seller."
            "getnum_iid11223344sessiontestsign_methodmd5timestamp2016-01-01 12:00:00v2.0");
}

TEST(TopSign, Vectors) {
  struct Case {
    Fields fields;
    std::string secret;
    std::string method;
    std::string sign;
  };
  const Case cases[] = {
      {k_published, "helloworld", "md5", "66987CB115214E59E6EC978214934FB8"},
      // RFC 2202 and RFC 4231, test case 1: the signed text is "Hi There".
      {{{"Hi", " There"}}, std::string(16, '\x0b'), "hmac", "9294727A3638BB1C13F48EF8158BFC9D"},
      {{{"Hi", " There"}},
       std::string(20, '\x0b'),
       "hmac-sha256",
       "B0344C61D8DB38535CA8AFCEAF0BF12B881DC200C9833DA726E9376C2E32CFF7"},
  };
  for (const auto& c : cases) EXPECT_EQ(sign(c.fields, c.secret, c.method), c.sign) << c.method;
}

TEST(TopSign, LeavesOutEmptiesAndTheSignItself) {
  auto fields = k_published;
  fields.emplace_back("sign", "ABC");
  fields.emplace_back("empty", "");
  fields.emplace_back("", "nameless");
  EXPECT_EQ(base_string(fields), base_string(k_published));
}

TEST(TopSign, SortsByByteNotByAlphabet) {
  EXPECT_EQ(base_string({{"wdt_appkey", "b"}, {"wdt3_id", "a"}, {"b", "2"}, {"B", "1"}}),
            "B1b2wdt3_idawdt_appkeyb");
  EXPECT_EQ(base_string({{"名", "值"}, {"z", "1"}}), "z1名值");
}

TEST(TopSign, SignedFieldsHoldNoEmptyValueAndEndWithTheSign) {
  const Account account{"k", "secret", "", "md5"};
  const auto fields = signed_fields(account, "m", {{"a", ""}, {"b", "1"}}, base::Instant{});
  for (const auto& [name, value] : fields) {
    EXPECT_FALSE(value.empty()) << name;
    EXPECT_NE(name, "a");
    EXPECT_NE(name, "target_app_key");
    if (name == "timestamp") {
      EXPECT_EQ(value, "1970-01-01 08:00:00");
    }
  }
  ASSERT_EQ(fields.back().first, "sign");
  EXPECT_EQ(fields.back().second, sign(fields, "secret", "md5"));
}

TEST(TopSign, TimestampHasNoMilliseconds) {
  const auto fields =
      signed_fields({"k", "s", "t", "md5"}, "m", {}, base::Instant{base::Millis(1999)});
  bool found = false;
  for (const auto& [name, value] : fields) {
    if (name != "timestamp") continue;
    found = true;
    EXPECT_EQ(value, "1970-01-01 08:00:01");
  }
  EXPECT_TRUE(found);
}

TEST(TopPayload, RootOfASuccess) {
  const auto text = [](const char* json) {
    const auto document = data::Document::parse_page(json);
    const auto* node = payload(document.root());
    return node == nullptr ? std::string("none") : data::to_json(*node);
  };
  EXPECT_EQ(text(R"({"response":{"a":1},"x_response":2})"), R"({"a":1})");
  EXPECT_EQ(text(R"({"some_method_response":{"a":1}})"), R"({"a":1})");
  EXPECT_EQ(text(R"({"some_method_response":{"a":1},"b":2})"), "none");
  EXPECT_EQ(text(R"({"a":1})"), "none");
  EXPECT_EQ(text("[]"), "none");
}

}  // namespace
}  // namespace erp2mysql::source::top
