// SPDX-License-Identifier: Apache-2.0
// Vectors of RFC 1321, 2202, 4231, 4648 and FIPS 180.
#include "erp2mysql/http/sign.hpp"

#include <gtest/gtest.h>

namespace erp2mysql::http {
namespace {

TEST(Sign, Digests) {
  EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sign, KeyedDigests) {
  struct Case {
    std::string key;
    std::string text;
    std::string_view md5;
    std::string_view sha256;
  };
  const Case cases[] = {
      {"Jefe", "what do ya want for nothing?", "750c783e6ab0b503eaa86e310a5db738",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First", "",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {std::string(80, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd", ""},
      {std::string(16, '\x0b'), "Hi There", "9294727a3638bb1c13f48ef8158bfc9d", ""},
      {std::string(20, '\x0b'), "Hi There", "",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"}};
  for (const auto& c : cases) {
    if (!c.md5.empty()) {
      EXPECT_EQ(hmac_md5_hex(c.key, c.text), c.md5);
    }
    if (!c.sha256.empty()) {
      EXPECT_EQ(hmac_sha256_hex(c.key, c.text), c.sha256);
    }
  }
  EXPECT_EQ(hmac_md5_hex("", ""), "74e6f7298a9c2d168935f58c001bad88");
}

TEST(Sign, Spellings) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(base64(text), expected);
  EXPECT_EQ(hex("\x01\xff"), "01ff");
  EXPECT_EQ(from_hex("01FF"), "\x01\xff");
  EXPECT_EQ(from_hex("01f"), "");
  EXPECT_EQ(from_hex("0g"), "");
  EXPECT_EQ(to_upper("aZ9é"), "AZ9é");
}

}  // namespace
}  // namespace erp2mysql::http
