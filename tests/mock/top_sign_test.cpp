// SPDX-License-Identifier: Apache-2.0
#include "top_sign.hpp"

#include <gtest/gtest.h>

namespace mock {
namespace {

Params jushuitan_call(const std::string& sign_method) {
  return {{"app_key", "12345678"},
          {"customer_id", "100001"},
          {"date_type", "0"},
          {"end_time", "2024-01-02 00:00:00"},
          {"format", "json"},
          {"method", "jushuitan.saleout.list.query"},
          {"page_index", "1"},
          {"page_size", "50"},
          {"sign_method", sign_method},
          {"start_time", "2024-01-01 00:00:00"},
          {"target_app_key", "23060081"},
          {"timestamp", "2024-01-02 12:00:00"},
          {"v", "2.0"}};
}

std::string sign(const std::string& method, const std::string& secret, const Params& params) {
  return top_sign(method, secret, top_text(params)).value_or("");
}

TEST(TopSign, PublishedMd5Vector) {
  const Params params{{"method", "taobao.item.seller.get"},
                      {"app_key", "12345678"},
                      {"session", "test"},
                      {"timestamp", "2016-01-01 12:00:00"},
                      {"format", "json"},
                      {"v", "2.0"},
                      {"sign_method", "md5"},
                      {"fields", "num_iid,title,nick,price,num"},
                      {"num_iid", "11223344"},
                      {"sign", "is not signed"}};
  EXPECT_EQ(sign("md5", "helloworld", params), "66987CB115214E59E6EC978214934FB8");
}

TEST(TopSign, RfcVectorsOfTheKeyedForms) {
  const Params params{{"Hi", " There"}};
  EXPECT_EQ(sign("hmac", std::string(16, '\x0b'), params), "9294727A3638BB1C13F48EF8158BFC9D");
  EXPECT_EQ(sign("hmac-sha256", std::string(20, '\x0b'), params),
            "B0344C61D8DB38535CA8AFCEAF0BF12B881DC200C9833DA726E9376C2E32CFF7");
}

TEST(TopSign, TextOfAJushuitanCall) {
  EXPECT_EQ(top_text(jushuitan_call("md5")),
            "app_key12345678customer_id100001date_type0end_time2024-01-02 00:00:00formatjson"
            "methodjushuitan.saleout.list.querypage_index1page_size50sign_methodmd5"
            "start_time2024-01-01 00:00:00target_app_key23060081timestamp2024-01-02 12:00:00v2.0");
}

TEST(TopSign, JushuitanVectors) {
  EXPECT_EQ(sign("md5", "qmsecret", jushuitan_call("md5")), "3669A01385B6AF1A3608001BE08C3BD1");
  EXPECT_EQ(sign("hmac", "qmsecret", jushuitan_call("hmac")), "659B44C9DC9B89D3FFE14B72F59BD648");
  EXPECT_EQ(sign("hmac-sha256", "qmsecret", jushuitan_call("hmac-sha256")),
            "4D03D8BDB3575E1875C6BBA4236AD093541DFB7E24F07BE8804E14A9E81108B0");
}

TEST(TopSign, EmptyParametersAreLeftOutAndOtherMethodsRefused) {
  EXPECT_EQ(top_text({{"b", ""}, {"a", "1"}}), "a1");
  EXPECT_FALSE(top_sign("sha1", "x", "y").has_value());
}

}  // namespace
}  // namespace mock
