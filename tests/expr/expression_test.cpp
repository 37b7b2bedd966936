// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expr/row_scope.hpp"

namespace erp2mysql::expr {
namespace {

RowScope sample() {
  RowScope out;
  out.fields = {{"price", Value::number("19.99")},
                {"qty", Value::number("3")},
                {"id", Value::number("1234567890123456789")},
                {"amount", Value::number("12345678901234.5600")},
                {"text_price", Value::of_text("0.1")},
                {"zero", Value::number("0")},
                {"remark", Value::of_text("it's \"5\\\" a {b}")},
                {"json", Value::of_text("{\"a\":[1,2],\"b\":\"x\"}")},
                {"trade_status", Value::of_text("9")},
                {"空", Value::of_text("")},
                {"DAYS_AGO_1|datetime", Value::of_text("2024-03-04 15:08:09")},
                {"LAST_SYNC_TIME", Value::number("1709600000")}};
  out.lists["d.qty"] = {Value::number("1.5"), Value::null(), Value::number("2")};
  out.lists["d.price"] = {Value::number("2"), Value::number("9"), Value::of_text("0.10")};
  return out;
}

struct Case {
  const char* expression;
  const char* answer;
};

TEST(Expression, Answers) {
  const RowScope scope = sample();
  const Case cases[] = {
      {"{{price}}*{{qty}}", "59.97"},
      {"{id}+1", "1234567890123456790"},
      {"{amount}", "12345678901234.5600"},
      {"{text_price}*3", "0.3"},
      {"{missing}", "NULL"},
      {"'{missing}'", ""},
      {"{missing}+1", "NULL"},
      {"'{{trade_status}}'<='70'", "0"},
      {"case when '{{qty}}'='0' then 'true' when LOCATE('a','{{remark}}')>0 then 'yes' else "
       "'false' end",
       "yes"},
      {"LEFT( '{{DAYS_AGO_1|datetime}}' , 10)", "2024-03-04"},
      {"LEFT('{\nDAYS_AGO_1|datetime }',10)", "2024-03-04"},
      {"sum({LAST_SYNC_TIME}-3600)", "1709596400"},
      {"FROM_UNIXTIME({{LAST_SYNC_TIME}}-600,'%Y-%m-%d %H:%i:%s')", "2024-03-05 08:43:20"},
      {"UNIX_TIMESTAMP(DATE_ADD(CURDATE(), INTERVAL -1 DAY))", "1709481600"},
      {"DATE_FORMAT(DATE_ADD(NOW(),INTERVAL - 10 SECOND),'%Y-%m-%d 00:00:00')",
       "2024-03-05 00:00:00"},
      {"DATE_SUB(DATE_SUB(CURDATE(),INTERVAL DAY(CURDATE())-1 DAY),INTERVAL 1 MONTH)",
       "2024-02-01"},
      {"SUM({d.qty})", "3.5"},
      {"SUM({d.qty}*{d.price})", "3.20"},
      {"AVG({d.qty})", "1.75000"},
      {"COUNT({d.qty})", "2"},
      {"MAX({d.qty})", "2"},
      {"CONCAT('[','{remark}',']')", "[it's \"5\\\" a {b}]"},
      {"LENGTH('{remark}')", "15"},
      {"\"{\"\"a\"\":{\"\"b\"\":1}}\"", "{\"a\":{\"b\":1}}"},
      {"'{0}'", "{0}"},
      {"'{{空}}'=''", "1"},
      {"{{json}}->'$.a[1]'", "2"},
      {"{{json}}->>'$.b'", "x"},
      {"_findCollection find name from job where code={{qty}} _endFind", "[name job code=3]"},
      {"CONCAT('<', _findCollection find name from job where a=b{{qty}} _endFind ,'>')",
       "<[name job a=b3]>"},
  };
  for (const auto& [expression, answer] : cases) {
    SCOPED_TRACE(expression);
    const Value value = Expression::compile(expression).evaluate(scope);
    EXPECT_EQ(value.is_null() ? "NULL" : value.text, answer);
  }
}

std::string error_of(std::string_view expression, base::ErrorKind kind) {
  try {
    Expression::compile(expression).evaluate(sample());
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  return "no error";
}

// Only constants are refused before a row is seen.
TEST(Expression, AFieldIsJudgedByItsValueOnly) {
  RowScope scope = sample();
  scope.fields["paid"] = Value::of_text("0000-00-00 00:00:00");
  scope.fields["remark"] = Value::of_text("中文");
  scope.fields["nothing"] = Value::null();
  const Case cases[] = {
      {"{paid} < NOW()", "1"},
      {"{remark} = CURDATE()", "0"},
      {"5 BETWEEN '{remark}' AND 'z'", "0"},
      {"RIGHT({nothing},1) REGEXP 'x'", "NULL"},
      {"IF({nothing} IS NULL, 'none', {nothing} < DATE'2024-01-01')", "none"},
  };
  for (const auto& test : cases) {
    const Value value = Expression::compile(test.expression).evaluate(scope);
    EXPECT_EQ(value.is_null() ? "NULL" : value.text, test.answer) << test.expression;
  }
}

TEST(Expression, RefusesWithPlaceAndAdvice) {
  const Case cases[] = {
      {"1+CONCTA('a')", "did you mean CONCAT?\n  1+CONCTA('a')\n    ^"},
      {"IFNULL(1)", "IFNULL(value, other) takes 2 arguments, not 1"},
      {"SLEEP(1)", "function SLEEP is forbidden"},
      {"LOAD_FILE('/x')", "function LOAD_FILE is forbidden"},
      {"(SELECT 1)", "SELECT is not supported"},
      {"price*2", "found the bare word \"price\"; a field is written {price}"},
      {"1 +", "found the end of the expression, expected a value"},
      {"'a", "no closing quote"},
      {"SUBSTRING ('abc',2)", "no blank may stand between SUBSTRING and its parenthesis"},
      {"'a' COLLATE nope", "unknown collation"},
      {"1 COLLATE utf8mb4_bin 2", "expected an operator or the end"},
      {"_findCollection find a from b where c=1", "ends with _endFind"},
      {"1; 2", "expected an operator or the end"},
      {"DATE_ADD('2024-01-01', INTERVAL 1 FOO)", "expected a unit"},
      {"12abc", "a number runs into a name"},
  };
  for (const auto& [expression, fragment] : cases) {
    SCOPED_TRACE(expression);
    EXPECT_THAT(error_of(expression, base::ErrorKind::config), testing::HasSubstr(fragment));
  }
}

TEST(Expression, FailsAsARowError) {
  const Case cases[] = {
      {"1/{zero}", "division by zero"},
      {"{qty} % 0", "division by zero"},
      {"9223372036854775807+1", "out of range"},
      {"REPEAT('abc',9999999)", "longer than 16 MiB"},
      {"LPAD('a',19999999,'b')", "longer than 16 MiB"},
  };
  for (const auto& [expression, fragment] : cases) {
    SCOPED_TRACE(expression);
    EXPECT_THAT(error_of(expression, base::ErrorKind::data), testing::HasSubstr(fragment));
  }
}

TEST(Expression, LimitsDepthAndLength) {
  const std::string deep = std::string(200, '(') + "1" + std::string(200, ')');
  EXPECT_THAT(error_of(deep, base::ErrorKind::config), testing::HasSubstr("100 levels"));
  EXPECT_THAT(error_of(std::string(500, '-') + "1", base::ErrorKind::config),
              testing::HasSubstr("100 levels"));
  EXPECT_THAT(error_of(std::string(70'000, ' ') + "1", base::ErrorKind::config),
              testing::HasSubstr("64 KiB"));
  std::string chain = "1";
  for (int i = 0; i < 5000; ++i) chain += "+1";
  EXPECT_THAT(error_of(chain, base::ErrorKind::config), testing::HasSubstr("too many operators"));
}

TEST(Expression, NamesItsReferences) {
  const auto expression = Expression::compile("CONCAT({{ a.b }},'x{c|date}')");
  EXPECT_THAT(expression.references(), testing::ElementsAre("a.b", "c|date"));
}

}  // namespace
}  // namespace erp2mysql::expr
