// SPDX-License-Identifier: Apache-2.0
// Answers of Jushuitan that contradict themselves or leave things out, and what is made of them.
#include <gtest/gtest.h>

#include "source/sample.hpp"

namespace erp2mysql::source {
namespace {

using Action = http::Verdict::Action;
using base::ErrorKind;

std::unique_ptr<Source> make() {
  job::Source settings;
  settings.platform = "jushuitan-qimen";
  settings.api = "jushuitan.saleout.list.query";
  settings.connection = {{"app_key", "1"}, {"app_secret", "s"}, {"customer_id", "c"}};
  return make_source(*find_platform("jushuitan-qimen"), settings, 50);
}

data::Page page_of(const std::string& keys, const std::string& rows = "") {
  return testing::page_of(*make(), R"({"response":{"datas":[)" + rows + "]," + keys + "}}");
}

TEST(JushuitanAnswers, NextPageIsToldByTheFlagElseByThePageCount) {
  const std::optional<bool> none;
  const struct {
    const char* keys;
    std::optional<bool> next;
  } cases[] = {
      {R"("has_next":null)", none},
      {R"("has_next":"")", none},
      {R"("has_next":"null")", none},
      {R"("has_next":"yes")", none},
      {R"("has_next":2)", none},
      {R"("has_next":[])", none},
      {R"("has_next":"TRUE")", true},
      {R"("has_next":"False")", false},
      {R"("has_next":null,"page_index":1,"page_count":3)", true},
      {R"("has_next":"","page_index":"3","page_count":"3")", false},
      {R"("page_index":2,"page_count":3)", true},
      {R"("page_index":3,"page_count":3)", false},
      {R"("page_index":4,"page_count":3)", false},
      // The flag is the platform's word; a count that disagrees is not.
      {R"("has_next":true,"page_index":3,"page_count":3)", true},
      {R"("has_next":false,"page_index":1,"page_count":3)", false},
      // Without counting, page_count is 0 and says nothing.
      {R"("page_index":1,"page_count":0)", none},
      {R"("page_index":1,"page_count":null)", none},
      {R"("page_index":1)", none},
      {R"("page_count":3)", none},
      {R"("page_index":-1,"page_count":3)", none},
  };
  for (const auto& c : cases) EXPECT_EQ(page_of(c.keys).has_next, c.next) << c.keys;
}

TEST(JushuitanAnswers, ATotalOfZeroBesideRowsIsNoTotal) {
  const char* row = R"({"io_id":1})";
  EXPECT_EQ(page_of(R"("data_count":0)", row).total, std::nullopt);
  EXPECT_EQ(page_of(R"("data_count":"0")", row).total, std::nullopt);
  EXPECT_EQ(page_of(R"("data_count":1)", row).total, 1);
  EXPECT_EQ(page_of(R"("data_count":0)").total, 0);
}

struct Refusal {
  const char* body;
  Action action;
  ErrorKind kind;
};

TEST(JushuitanAnswers, Refusals) {
  const Refusal cases[] = {
      // Timestamp too old or malformed: signed anew it may pass, for ever wrong it is our clock.
      {R"({"response":{"code":140,"msg":"timestamp too old"}})", Action::retry,
       ErrorKind::credentials},
      {R"({"response":{"code":140,"msg":"x"}})", Action::permanent, ErrorKind::config},
      {R"({"response":{"code":"180","msg":"x"}})", Action::retry, ErrorKind::credentials},
      // A back end's own trouble wins over what its code would mean for the gateway.
      {R"({"error_response":{"code":11,"sub_code":"isp.service-unavailable"}})", Action::retry,
       ErrorKind::temporary},
      {R"({"error_response":{"code":25,"sub_code":"isp.top-remote-service-error"}})", Action::retry,
       ErrorKind::temporary},
      {R"({"response":{"flag":"failure","code":"41","sub_code":"isp.system-error"}})",
       Action::retry, ErrorKind::temporary},
      {R"({"error_response":{"code":25,"sub_code":"isv.isp.not-at-the-front"}})", Action::permanent,
       ErrorKind::credentials},
      // A mark at the start does not hide what it is.
      {"\xEF\xBB\xBF<html><body>Login</body></html>", Action::retry, ErrorKind::protocol},
  };
  for (const auto& c : cases) {
    const auto verdict = testing::verdict_of(*make(), {200, {}, c.body});
    EXPECT_EQ(static_cast<int>(verdict.action), static_cast<int>(c.action)) << c.body;
    ASSERT_TRUE(verdict.error) << c.body;
    EXPECT_EQ(base::to_string(verdict.error->kind()), base::to_string(c.kind)) << c.body;
  }
}

TEST(JushuitanAnswers, ClockErrorsPointToTheClock) {
  const auto verdict =
      testing::verdict_of(*make(), {200, {}, R"({"response":{"code":180,"msg":"x"}})"});
  EXPECT_NE(verdict.error->hint().find("clock"), std::string::npos);
}

TEST(JushuitanAnswers, MarkupBehindAByteOrderMarkIsNamed) {
  const auto error = [](const char* body) {
    return *testing::verdict_of(*make(), {200, {}, body}).error;
  };
  EXPECT_NE(error("\xEF\xBB\xBF<html>").message().find("HTML"), std::string::npos);
  EXPECT_NE(error("\xEF\xBB\xBF\r\n<html>").hint().find("proxy"), std::string::npos);
  EXPECT_NE(error("\xEF\xBB\xBF<?xml?>").message().find("XML"), std::string::npos);
}

}  // namespace
}  // namespace erp2mysql::source
