// SPDX-License-Identifier: Apache-2.0
// A look-up as a value: how it reads, what its conditions see, and what it gives.
#include "erp2mysql/map/lookup.hpp"

#include <gtest/gtest.h>

#include "erp2mysql/map/value_rule.hpp"

namespace erp2mysql::map {
namespace {

/// Remembers the question and answers as it was told.
class Store : public RecordStore {
 public:
  expr::Value find(const expr::Lookup& lookup) const override {
    asked = lookup.field + " of " + lookup.job;
    for (const auto& [field, value] : lookup.conditions)
      asked += " " + field + "=" + (value.is_null() ? "NULL" : value.text);
    return answer;
  }
  mutable std::string asked;
  expr::Value answer = expr::Value::of_text("found");
};

struct Outcome {
  std::string asked, text, problem;
};

Outcome evaluate(const std::string& value, const std::string& type = "string",
                 expr::Value answer = expr::Value::of_text("found")) {
  const auto page = data::Document::parse_page(
      R"({"shop_id":"S1","list":[{"goods":"a b"},{"goods":"c"}],"none":null})");
  const auto& record = page.root();
  const FlatRow row = flatten(record, "list")[1];
  job::Item item;
  item.pointer = "/p";
  item.type = type;
  item.value = value;
  CompileProblems problems;
  const auto rule = ValueRule::compile(item, "list", problems);
  Outcome out;
  if (!problems.empty()) {
    out.problem = problems[0].pointer + ": " + problems[0].message;
    return out;
  }
  Store store;
  store.answer = std::move(answer);
  Variables variables;
  variables.records = &store;
  std::string scratch;
  const auto cell = rule.cell(row, variables, scratch);
  out.asked = store.asked;
  out.text = cell ? std::string(*cell) : "NULL";
  return out;
}

TEST(Lookup, AsksWithTheRowsOfBothScopes) {
  const struct {
    const char* value;
    const char* asked;
  } cases[] = {
      {"_findCollection find id from 8ea1-b where FNumber={{shop_id}}", "id of 8ea1-b FNumber=S1"},
      {"_findCollection find id from shops where a={{list.goods}} b={shop_id} c=1",
       "id of shops a=c b=S1 c=1"},
      {"_findCollection find a.b from shops where a=x-{shop_id}", "a.b of shops a=x-S1"},
      {"_findCollection find id from shops where a={{none}}", "id of shops a=NULL"},
      {"_findCollection find id from shops where a={{shop_id}} _endFind", "id of shops a=S1"},
  };
  for (const auto& test : cases) {
    const auto out = evaluate(test.value);
    EXPECT_EQ(out.problem, "");
    EXPECT_EQ(out.asked, test.asked);
    EXPECT_EQ(out.text, "found");
  }
}

TEST(Lookup, TheAnswerIsCoercedLikeAnyValue) {
  const char* k_value = "_findCollection find id from shops where a={{shop_id}}";
  EXPECT_EQ(evaluate(k_value, "int", expr::Value::number("12345678901234567890")).text,
            "12345678901234567890");
  EXPECT_EQ(evaluate(k_value, "string", expr::Value::null()).text, "NULL");
  EXPECT_EQ(evaluate(k_value, "int", expr::Value::of_text("")).text, "NULL");
}

TEST(Lookup, StandsInsideAnExpression) {
  const auto out = evaluate(
      "_function case _findCollection find kind from shops where a={{list.goods}} b={{shop_id}}"
      " _endFind when 'found' then concat('{{shop_id}}', '!') else 'no' end");
  EXPECT_EQ(out.problem, "");
  EXPECT_EQ(out.asked, "kind of shops a=c b=S1");
  EXPECT_EQ(out.text, "S1!");
}

TEST(Lookup, SaysHowALookUpReads) {
  const struct {
    const char* value;
    const char* says;
  } cases[] = {
      {"_findCollection", "\"find\""},
      {"_findCollection find id from shops", "\"where\" is missing"},
      {"_findCollection find id from shops where", "no condition"},
      {"_findCollection find id  from shops where a={b}", "expected \"from\" but found \"\""},
      {"_findCollection find id from shops where state in (1)", "\"state\" is no FIELD="},
      {"_findCollection find id from shops where a={b} and c={d}", "\"and\" is no FIELD="},
      {"_findCollection find id from shops where a={{b|nonsense}}", "unknown format"},
  };
  for (const auto& test : cases) {
    const auto out = evaluate(test.value);
    EXPECT_EQ(out.problem.substr(0, 10), "/p/value: ") << test.value;
    EXPECT_NE(out.problem.find(test.says), std::string::npos) << out.problem;
  }
}

TEST(Lookup, WithoutAStoreIsARowError) {
  job::Item item;
  item.value = "_findCollection find id from shops where a=1";
  CompileProblems problems;
  const auto rule = ValueRule::compile(item, "", problems);
  std::string scratch;
  try {
    rule.cell({}, {}, scratch);
    ADD_FAILURE();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::data);
  }
}

}  // namespace
}  // namespace erp2mysql::map
