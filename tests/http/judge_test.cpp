// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "erp2mysql/http/markup.hpp"
#include "erp2mysql/http/transport.hpp"

namespace erp2mysql::http {
namespace {

using Action = Verdict::Action;
using base::ErrorKind;
using base::Millis;

TEST(Judge, StatusClasses) {
  struct Case {
    Action action;
    ErrorKind kind;
    std::vector<int> codes;
  };
  const Case cases[] = {
      {Action::retry,
       ErrorKind::temporary,
       {408, 409, 421, 423, 425, 500, 502, 504, 507, 509, 520, 522, 524, 527, 529, 530}},
      {Action::slow_down, ErrorKind::temporary, {429, 503}},
      {Action::sign_in, ErrorKind::credentials, {401}},
      {Action::permanent, ErrorKind::credentials, {403}},
      {Action::permanent, ErrorKind::temporary, {511}},
      {Action::permanent, ErrorKind::protocol, {0, 204, 205, 206, 299}},
      {Action::permanent,
       ErrorKind::source,
       {301, 302, 307, 400, 404, 405, 406, 407, 410, 413, 414, 415, 422, 431, 501, 505, 599}}};
  for (const auto& c : cases) {
    for (const int code : c.codes) {
      const auto verdict = judge_status({code, {}, ""});
      EXPECT_EQ(verdict.action, c.action) << code;
      ASSERT_TRUE(verdict.error) << code;
      EXPECT_EQ(verdict.error->kind(), c.kind) << code;
    }
  }
  EXPECT_EQ(judge_status({200, {}, ""}).action, Action::ok);
}

TEST(Judge, RetryAfter) {
  struct Case {
    std::string value;
    std::optional<Millis> wait;
  };
  const Case cases[] = {{"5", Millis(5000)},
                        {" 0 ", Millis(0)},
                        {"99999999999999999999", std::chrono::hours(168)},
                        {"-5", std::nullopt},
                        {"1.5", std::nullopt},
                        {"soon", std::nullopt},
                        {"Sun, 06 Nov 1994 08:50:07 GMT", Millis(30000)},
                        {"Sun, 06 Nov 1994 08:00:00 GMT", Millis(0)},
                        {"Sun, 06 Foo 1994 08:00:00 GMT", std::nullopt},
                        {"", std::nullopt}};
  for (const auto& c : cases) {
    const Headers headers{{"date", "Sun, 06 Nov 1994 08:49:37 GMT"}, {"retry-after", c.value}};
    EXPECT_EQ(judge_status({429, headers, ""}).wait, c.wait) << c.value;
  }
}

TEST(Judge, RedirectNamesTheHostOnly) {
  const auto verdict =
      judge_status({302, {{"Location", "https://u:p@login.example/x?token=abc"}}, ""});
  const std::string what = verdict.error->what();
  EXPECT_NE(what.find("login.example,"), std::string::npos) << what;
  EXPECT_EQ(what.find("abc"), std::string::npos);
  EXPECT_EQ(what.find("u:p"), std::string::npos);
}

TEST(Judge, HeadersIgnoreCase) {
  const Response response{200, {{"X-A", "1"}, {"x-a", "2"}}, ""};
  EXPECT_EQ(response.header("x-A"), "1");
  EXPECT_EQ(response.header("none"), "");
}

TEST(Encode, Forms) {
  EXPECT_EQ(url_encode("aZ09-_.* ~+&=/中\n"), "aZ09-_.*+%7E%2B%26%3D%2F%E4%B8%AD%0A");
  EXPECT_EQ(form_encode({{"a b", "1&2"}, {"c", ""}}), "a+b=1%262&c=");
  EXPECT_EQ(form_encode({}), "");
}

TEST(HttpDate, IsReadInItsOneForm) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"),
            base::Instant(std::chrono::seconds(784111777)));
  for (const char* text : {"", "Sun, 06 Nov 1994 08:49:37", "Sunday, 06-Nov-94 08:49:37 GMT",
                           "Sun, 06 Xyz 1994 08:49:37 GMT", "Sun, 46 Nov 1994 08:49:37 GMT"}) {
    EXPECT_FALSE(parse_http_date(text)) << text;
  }
}

TEST(Markup, IsRecognizedBehindMarkAndBlanks) {
  const struct {
    std::string body;
    Markup markup;
  } cases[] = {
      {"<html>", Markup::html},
      {"\xEF\xBB\xBF \r\n<!DOCTYPE html>", Markup::html},
      {"\xEF\xBB\xBF<HTML lang=\"zh\">", Markup::html},
      {"\xEF\xBB\xBF<?xml version=\"1.0\"?>", Markup::xml},
      {" <error/>", Markup::xml},
      {"{\"a\":\"<html>\"}", Markup::none},
      {"\xEF\xBB\xBF{}", Markup::none},
      {"", Markup::none},
  };
  for (const auto& c : cases) EXPECT_EQ(markup_of(c.body), c.markup) << c.body;
}

}  // namespace
}  // namespace erp2mysql::http
