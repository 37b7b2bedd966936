// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace erp2mysql::base {
namespace {

using testing::ElementsAre;

TEST(Text, TrimLowerSplitJoin) {
  EXPECT_EQ(trim(" \t\r\na b\n "), "a b");
  EXPECT_EQ(trim("  "), "");
  EXPECT_EQ(lower("AbZ中É"), "abz中É");
  EXPECT_TRUE(equal_ignore_case("Retry-After", "retry-AFTER"));
  EXPECT_FALSE(equal_ignore_case("a", "ab"));
  EXPECT_TRUE(starts_with_ignore_case("SELECT 1", "select"));
  EXPECT_FALSE(starts_with_ignore_case("SEL", "select"));
  EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
  const std::vector<std::string> parts{"a", "b"};
  EXPECT_EQ(join(parts, ", "), "a, b");
  EXPECT_EQ(join(std::vector<std::string>{}, ","), "");
}

TEST(Utf8, ValidAndInvalid) {
  using namespace std::string_view_literals;
  for (const auto good : {""sv, "a\0b"sv, "é中😀"sv, "\xF4\x8F\xBF\xBF"sv, "\xEF\xBB\xBF"sv}) {
    EXPECT_TRUE(valid_utf8(good)) << good;
  }
  for (const auto bad : {"\x80"sv, "\xC0\x80"sv, "\xC1\xBF"sv, "\xE0\x80\x80"sv, "\xE0\x9F\xBF"sv,
                         "\xED\xA0\x80"sv, "\xF0\x8F\xBF\xBF"sv, "\xF4\x90\x80\x80"sv,
                         "\xF5\x80\x80\x80"sv, "\xE4\xB8"sv, "a\xFF"sv, "\xC3("sv, "\xE4\xB8("sv}) {
    EXPECT_FALSE(valid_utf8(bad));
  }
  EXPECT_EQ(utf8_length("aé中😀"), 4U);
}

TEST(Utf8, ShortenCutsAtCodePoints) {
  EXPECT_EQ(shorten("中文", 6), "中文");
  EXPECT_EQ(shorten("中文", 5), "中…");
  EXPECT_EQ(shorten("中文", 2), "…");
  EXPECT_EQ(shorten("abc", 1), "a…");
}

TEST(Quoted, EscapesWhatJsonDemands) {
  EXPECT_EQ(quoted("a\"b\\c\n\r\t"), R"("a\"b\\c\n\r\t")");
  EXPECT_EQ(quoted(std::string_view("\0\x1f\x7f", 3)), R"("\u0000\u001f\u007f")");
  EXPECT_EQ(quoted("中/"), "\"中/\"");
}

TEST(Nearest, FindsLikelySlipsOnly) {
  const std::vector<std::string_view> known{"pageSize", "request", "rateLimit", "id"};
  EXPECT_EQ(nearest("pagesize", known), "pageSize");
  EXPECT_EQ(nearest("reqest", known), "request");
  EXPECT_EQ(nearest("rate_limit", known), "rateLimit");
  EXPECT_EQ(nearest("ids", known), "id");
  EXPECT_EQ(nearest("something", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest("x", {}), "");
}

TEST(Number, ParsesStrictAndLenient) {
  struct Case {
    std::string_view text;
    bool strict;
    bool lenient;
  };
  const Case cases[] = {{"0", true, true},       {"-0", true, true},      {"12.50", true, true},
                        {"1e400", true, true},   {"1E-5", true, true},    {"-1.5e+3", true, true},
                        {"007", false, true},    {"+1", false, true},     {"1.", false, true},
                        {".5", false, true},     {"-.5", false, true},    {"", false, false},
                        {"-", false, false},     {".", false, false},     {"1e", false, false},
                        {"1e+", false, false},   {"1x", false, false},    {" 1", false, false},
                        {"1 ", false, false},    {"NaN", false, false},   {"0x1", false, false},
                        {"1.2.3", false, false}, {"1e5.5", false, false}, {"--1", false, false}};
  for (const auto& c : cases) {
    NumberText out;
    EXPECT_EQ(parse_number(c.text, out), c.strict) << c.text;
    EXPECT_EQ(parse_number(c.text, out, true), c.lenient) << c.text;
  }
  NumberText parts;
  ASSERT_TRUE(parse_number("-12345678901234.5600e-3", parts));
  EXPECT_TRUE(parts.negative);
  EXPECT_EQ(parts.whole, "12345678901234");
  EXPECT_EQ(parts.fraction, "5600");
  EXPECT_EQ(parts.exponent, -3);
}

TEST(Number, PlainNotationKeepsDigits) {
  struct Case {
    std::string_view text;
    std::string_view plain;
  };
  const Case cases[] = {{"1.5E+3", "1500"},
                        {"1.50e1", "15.0"},
                        {"1e-3", "0.001"},
                        {"12345678901234.5600", "12345678901234.5600"},
                        {"112233445566778899", "112233445566778899"},
                        {"-0", "-0"},
                        {"0e5", "0"},
                        {"12.5e0", "12.5"},
                        {"-1.25e-2", "-0.0125"},
                        {"1e500", ""},
                        {"1e-500", ""},
                        {"1e99999999999", ""},
                        {"abc", ""}};
  for (const auto& c : cases) EXPECT_EQ(plain_number(c.text), c.plain) << c.text;
  EXPECT_EQ(plain_number("1e399").size(), 400U);
  EXPECT_EQ(plain_number("1e400"), "");
  EXPECT_EQ(plain_number("0." + std::string(399, '0') + "1e-300"), "");
}

}  // namespace
}  // namespace erp2mysql::base
