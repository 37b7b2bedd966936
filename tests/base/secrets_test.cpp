// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/secrets.hpp"

#include <gtest/gtest.h>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::base {
namespace {

class Secrets : public testing::Test {
 protected:
  void SetUp() override { forget_secrets(); }
  void TearDown() override { forget_secrets(); }
};

TEST_F(Secrets, EveryEncodingIsBlanked) {
  register_secret("p/w \"1\"+é~*");
  const std::string_view texts[] = {"p/w \"1\"+é~*",
                                    R"(p/w \"1\"+é~*)",
                                    R"(p\/w \"1\"+é~*)",
                                    "p%2Fw+%221%22%2B%C3%A9%7E*",    // forms
                                    "p%2fw+%221%22%2b%c3%a9%7e*",    // forms, small digits
                                    "p%2Fw%20%221%22%2B%C3%A9~%2A",  // paths and queries
                                    "p%2fw%20%221%22%2b%c3%a9~%2a",
                                    "p%2Fw+%5C%221%5C%22%2B%C3%A9%7E*",  // JSON inside a form
                                    "702f77202231222bc3a97e2a",
                                    "702F77202231222BC3A97E2A",
                                    "cC93ICIxIivDqX4q",
                                    "cC93ICIxIivDqX4q="};
  for (const auto text : texts) {
    const auto out = scrub("before " + std::string(text) + " after");
    EXPECT_NE(out.find("***"), std::string::npos) << text;
    EXPECT_EQ(out.find(text), std::string::npos) << text;
    EXPECT_TRUE(out.starts_with("before ") && out.ends_with(" after")) << out;
  }
}

TEST_F(Secrets, Base64BehindOtherBytes) {
  register_secret("correct horse");
  // Base64 of "user:correct horse", "a:correct horse!" and "ab:correct horse"
  for (const auto* text :
       {"dXNlcjpjb3JyZWN0IGhvcnNl", "YTpjb3JyZWN0IGhvcnNlIQ==", "YWI6Y29ycmVjdCBob3JzZQ=="}) {
    const auto out = scrub(text);
    EXPECT_NE(out.find("***"), std::string::npos) << text;
    EXPECT_LT(out.size(), 14U) << out;
  }
}

TEST_F(Secrets, ManyLongOnesFirstShortOnesNever) {
  register_secret("abc");
  register_secret("secret");
  register_secret("secret-and-more");
  EXPECT_EQ(scrub("abc secret-and-more secretsecret"), "abc *** ******");
  register_secret("");
  EXPECT_EQ(scrub(""), "");
}

TEST_F(Secrets, ParametersSecretByName) {
  struct Case {
    std::string_view text;
    std::string_view expected;
  };
  const Case cases[] = {
      {"http://h/p?sign=ABC&page=1", "http://h/p?sign=***&page=1"},
      {"app_key=1&access_token=t&Session=x y", "app_key=1&access_token=***&Session=*** y"},
      {"http://h/p?key=K#", "http://h/p?key=***"},
      {"row key=17 failed", "row key=17 failed"},
      {"sign_method=md5&sign=", "sign_method=md5&sign="},
      {"password=\"x\"", "password=\"x\""},
      {"design=blue assign=1", "design=blue assign=1"},
      {"a=b=c", "a=b=c"},
      {"x?X-Amz-Signature=1&secret=a=b&c=d", "x?X-Amz-Signature=***&secret=***&c=d"}};
  for (const auto& c : cases) EXPECT_EQ(scrub(c.text), c.expected);
}

}  // namespace
}  // namespace erp2mysql::base
