// SPDX-License-Identifier: Apache-2.0
// Values of the metadata: column rules, request arguments, conditions and quality rules.
#include <gtest/gtest.h>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/map/condition.hpp"
#include "erp2mysql/map/quality.hpp"
#include "erp2mysql/map/request_builder.hpp"
#include "erp2mysql/map/value_rule.hpp"

namespace erp2mysql::map {
namespace {

using data::Document;

Variables sample() {
  Variables out;
  out.window.from = *base::parse_datetime("2024-03-01 00:00:00", out.zone);
  out.window.to = *base::parse_datetime("2024-03-02 00:00:00", out.zone);
  out.extra = {{"shop", "77"}};
  return out;
}

job::Item item(std::string field, std::string type, std::string value) {
  job::Item out;
  out.field = std::move(field);
  out.type = std::move(type);
  out.value = std::move(value);
  out.pointer = "/p";
  return out;
}

const char* k_order = R"({"o_id":1234567890123456789,"qty":3,"zero":0,"price":"12.50","empty":"",
    "none":null,"time":1709222400,"items":[{"sku_id":"S1","qty":2},{"sku_id":"S2","qty":5}]})";

struct RuleCase {
  const char* type;
  const char* value;
  const char* fallback;  // null: no default
  const char* cell;      // null: NULL
};

TEST(ValueRule, TemplatesAndExpressions) {
  const RuleCase cases[] = {
      {"string", "{o_id}", nullptr, "1234567890123456789"},
      {"int", "{o_id}", nullptr, "1234567890123456789"},
      {"string", "fixed", nullptr, "fixed"},
      {"string", "{o_id}-{items_sku_id}", nullptr, "1234567890123456789-S1"},
      {"string", "{missing}-{none}", nullptr, "-"},
      {"string", "{missing}", nullptr, nullptr},
      {"string", "{missing}", "D", "D"},
      {"string", "{none}", "D", "D"},
      {"int", "{empty}", "0", "0"},
      {"string", "{empty}", nullptr, ""},
      {"datetime", "{time}", nullptr, "2024-03-01 00:00:00"},
      {"string", "{time|date}", nullptr, "2024-03-01"},
      {"string", "{{shop}}", nullptr, "77"},
      {"datetime", "{{LAST_SYNC_TIME|datetime}}", nullptr, "2024-03-01 00:00:00"},
      {"int", "{{LAST_SYNC_TIME}}", nullptr, "1709222400"},
      {"string", "{items}", nullptr, R"([{"sku_id":"S1","qty":2},{"sku_id":"S2","qty":5}])"},
      {"float", "_function {price} * {qty}", nullptr, "37.50"},
      {"float", "_function {price} * {items_qty}", nullptr, "25.00"},
      {"string", "_function CONCAT({items_sku_id}, '/', {shop})", nullptr, "S1/77"},
      {"int", "_function IF({zero} = 0, NULL, 1)", "9", "9"},
      {"int", "_function IF({zero} = 0, NULL, 1)", nullptr, nullptr},
  };
  const auto document = Document::parse_page(k_order);
  const auto rows = flatten(document.root(), "items");
  for (const auto& test : cases) {
    CompileProblems problems;
    job::Item one = item("c", test.type, test.value);
    if (test.fallback != nullptr) one.default_value = test.fallback;
    const auto rule = ValueRule::compile(one, "items", problems);
    ASSERT_TRUE(problems.empty()) << test.value << ": " << problems[0].message;
    std::string scratch;
    const auto cell = rule.cell(rows.at(0), sample(), scratch);
    ASSERT_EQ(cell.has_value(), test.cell != nullptr) << test.value;
    if (cell) {
      EXPECT_EQ(*cell, test.cell) << test.value;
    }
  }
}

TEST(ValueRule, ParsersOfColumns) {
  const struct {
    const char* field;
    job::Parser parser;
    const char* fallback;  // null: no default
    const char* cell;      // null: NULL
  } cases[] = {
      {"{tags}", {"ArrayToString", ","}, nullptr, "a,b c,3"},
      {"{tags}", {"ArrayToString", " | "}, nullptr, "a | b c | 3"},
      {"{no_tags}", {"ArrayToString", ","}, nullptr, ""},
      {"{text}", {"ArrayToString", ","}, nullptr, "x;y \"z\""},
      {"{text}", {"StringToArray", ";"}, nullptr, R"(["x","y \"z\""])"},
      {"{text}", {"StringToArray", ""}, nullptr, R"(["x;y \"z\""])"},
      {"{tags}", {"StringToArray", ","}, nullptr, R"(["a","b c",3])"},
      {"{missing}", {"ArrayToString", ","}, nullptr, nullptr},
      {"{missing}", {"StringToArray", ","}, "[]", "[]"},
  };
  const auto document =
      Document::parse_page(R"({"tags":["a","b c",3],"no_tags":[],"text":"x;y \"z\""})");
  for (const auto& test : cases) {
    CompileProblems problems;
    job::Item one = item("c", "string", test.field);
    one.parser = test.parser;
    if (test.fallback != nullptr) one.default_value = test.fallback;
    std::string scratch;
    const auto rule = ValueRule::compile(one, "", problems);
    const auto cell = rule.cell({&document.root(), nullptr}, sample(), scratch);
    ASSERT_TRUE(problems.empty()) << test.field;
    EXPECT_EQ(cell.value_or("NULL"), test.cell == nullptr ? "NULL" : test.cell)
        << test.field << " " << test.parser.name << " " << test.parser.params;
  }
}

TEST(ValueRule, DivisionByZeroIsNullOnlyOnRequest) {
  const auto document = Document::parse_page(k_order);
  const FlatRow row{&document.root(), nullptr};
  CompileProblems problems;
  job::Item one = item("c", "float", "_function {qty} / {zero}");
  std::string scratch;
  const auto is_null = [&] {
    return !ValueRule::compile(one, "", problems).cell(row, sample(), scratch).has_value();
  };
  EXPECT_THROW(is_null(), base::Error);
  one.on_division_by_zero = "null";
  EXPECT_TRUE(is_null());
  one.default_value = "0";
  const auto rule = ValueRule::compile(one, "", problems);
  EXPECT_EQ(rule.cell(row, sample(), scratch), "0");
  EXPECT_TRUE(problems.empty());
}

TEST(ValueRule, WarningsOfExpressionsAreCountedForWhoAsks) {
  const auto document = Document::parse_page(k_order);
  const FlatRow row{&document.root(), nullptr};
  CompileProblems problems;
  const auto rule = ValueRule::compile(item("c", "int", "_function '12abc' + '7x'"), "", problems);
  std::string scratch;
  std::uint64_t warnings = 0;
  Variables variables = sample();
  EXPECT_EQ(rule.cell(row, variables, scratch), "19");
  variables.warnings = &warnings;
  EXPECT_EQ(rule.cell(row, variables, scratch), "19");
  EXPECT_EQ(rule.cell(row, variables, scratch), "19");
  EXPECT_EQ(warnings, 4u);
}

TEST(ValueRule, AFailingExpressionIsItsOwnTextOnlyOnRequest) {
  const auto document = Document::parse_page(k_order);
  const FlatRow row{&document.root(), nullptr};
  CompileProblems problems;
  job::Item one = item("c", "string", "_function {qty} / {zero}");
  std::string scratch;
  EXPECT_THROW(ValueRule::compile(one, "", problems).cell(row, sample(), scratch), base::Error);
  one.on_function_error = "text";
  const auto rule = ValueRule::compile(one, "", problems);
  EXPECT_EQ(rule.cell(row, sample(), scratch), "{qty} / {zero}");
  EXPECT_TRUE(problems.empty());
}

TEST(ValueRule, MistakesAreProblemsOfTheItem) {
  const struct {
    const char* type;
    const char* value;
    const char* pointer;
  } cases[] = {
      {"money", "x", "/p/type"},
      {"string", "{a|isodate}", "/p/value"},
      {"string", "_function CONCATT({a})", "/p/value"},
      {"string", "_function 1 +", "/p/value"},
  };
  for (const auto& test : cases) {
    CompileProblems problems;
    ValueRule::compile(item("c", test.type, test.value), "", problems);
    ASSERT_EQ(problems.size(), 1u) << test.value;
    EXPECT_EQ(problems[0].pointer, test.pointer);
  }
}

TEST(ValueRule, KnowsWhetherItUsesTheWindow) {
  CompileProblems problems;
  const auto uses = [&](const char* value) {
    return ValueRule::compile(item("c", "string", value), "", problems).uses_window();
  };
  EXPECT_TRUE(uses("{{LAST_SYNC_TIME|datetime}}"));
  EXPECT_TRUE(uses("_function CONCAT({{DAYS_AGO_1|date}}, '')"));
  EXPECT_TRUE(uses("_function NOW()"));
  EXPECT_FALSE(uses("{o_id}"));
  EXPECT_FALSE(uses("_function {a} + 1"));
}

std::string shape(const data::Arguments& arguments) {
  std::string out;
  for (const auto& one : arguments) {
    if (!out.empty()) out += ",";
    if (!one.name.empty()) out += one.name + "=";
    using Kind = data::Argument::Kind;
    if (one.kind == Kind::text) out += one.text;
    if (one.kind == Kind::list) out += "[" + shape(one.children) + "]";
    if (one.kind == Kind::object) out += "{" + shape(one.children) + "}";
  }
  return out;
}

TEST(RequestBuilder, ShapesArguments) {
  job::Item unset = item("unset", "string", "");
  unset.value.reset();
  job::Item parsed = item("ids", "array", "1,2,3");
  parsed.parser = job::Parser{"StringToArray", ","};
  job::Item one_id = item("one", "string", "5");
  one_id.parser = job::Parser{"StringToArray", ","};
  job::Item object = item("date", "object", "");
  object.children = {item("from", "string", "{{LAST_SYNC_TIME|date}}"),
                     item("skipped", "string", "{nothing}")};
  job::Item element = item("", "object", "");
  element.children = {item("id", "int", "9")};
  job::Item list = item("list", "array", "");
  list.children = {item("", "string", "a"), item("", "string", "b"), element};
  // Elements without a name make a list of a parent of either type.
  job::Item anonymous = item("conditions", "object", "");
  anonymous.children = {element};
  const struct {
    job::Item item;
    const char* shape;
  } cases[] = {
      {item("shop", "string", "{{shop}}"), "shop=77"},
      {item("n", "int", "{{PAGINATION_PAGE_SIZE}}"), "n=50"},
      {item("from", "datetime", "{{LAST_SYNC_TIME|datetime}}"), "from=2024-03-01 00:00:00"},
      {item("sum", "int", "_function 1 + 2"), "sum=3"},
      {item("empty", "string", ""), ""},
      {item("field", "string", "{o_id}"), ""},
      {unset, ""},
      {parsed, "ids=[1,2,3]"},
      {one_id, "one=[5]"},
      {item("status", "array", "Sent"), "status=[Sent]"},
      {object, "date={from=2024-03-01}"},
      {list, "list=[a,b,{id=9}]"},
      {anonymous, "conditions=[{id=9}]"},
  };
  for (const auto& test : cases) {
    CompileProblems problems;
    const auto builder = RequestBuilder::compile({test.item}, problems);
    EXPECT_TRUE(problems.empty());
    EXPECT_EQ(shape(builder.build(sample())), test.shape) << test.item.field;
  }
  CompileProblems problems;
  EXPECT_TRUE(RequestBuilder::compile({object}, problems).uses_window());
  EXPECT_FALSE(RequestBuilder::compile({list}, problems).uses_window());
}

TEST(RequestBuilder, NumbersAndFlagsAreBareByTheirType) {
  const std::tuple<const char*, const char*, bool> cases[] = {
      {"int", "5", true},        {"float", "1.50", true}, {"number", "-3", true},
      {"boolean", "true", true}, {"int", "five", false},  {"string", "5", false},
  };
  for (const auto& [type, value, bare] : cases) {
    CompileProblems problems;
    const auto builder = RequestBuilder::compile({item("x", type, value)}, problems);
    if (!problems.empty()) continue;
    try {
      const auto arguments = builder.build(sample());
      ASSERT_EQ(arguments.size(), 1u);
      EXPECT_EQ(arguments[0].bare, bare) << type << " " << value;
    } catch (const base::Error&) {
      EXPECT_FALSE(bare) << type << " " << value;
    }
  }
}

const char* k_lines = R"({"status":"Sent","amount":"10.0","note":null,"time":1709222400,
    "items":[{"n":1},{"n":2},{"n":"10"},{"n":3,"gift":true}]})";

// How many of the four lines are kept.
std::size_t kept(const std::vector<std::vector<job::Condition>>& groups) {
  CompileProblems problems;
  const auto filter = ConditionFilter::compile(groups, "items", problems);
  EXPECT_TRUE(problems.empty());
  const auto document = Document::parse_page(k_lines);
  auto rows = flatten(document.root(), "items");
  filter.keep(rows, sample());
  return rows.size();
}

job::Condition test_of(const char* field, const char* logic, const char* value,
                       bool strict = false) {
  return {field, logic, value, strict, "/c"};
}

TEST(ConditionFilter, Operators) {
  const struct {
    const char *field, *logic, *value;
    std::size_t kept;
  } cases[] = {
      {"status", "eq", "Sent", 4},
      {"status", "EQ", "sent", 0},
      {"status", "neq", "Sent", 0},
      {"amount", "eq", "10", 4},
      {"amount", "eq", "1e1", 4},
      {"items_n", "gt", "2", 2},
      {"items_n", "egt", "2", 3},
      {"items_n", "lt", "10", 3},
      {"items_n", "elt", "10", 4},
      {"items_n", "lt", "9", 3},
      {"items_n", "between", "2, 3", 2},
      {"items.n", "between", "1,10", 4},
      {"status", "like", "en", 4},
      {"status", "like", "xx", 0},
      {"status", "notlike", "xx", 4},
      {"status", "notlike", "en", 0},
      {"items_gift", "notnull", "", 1},
      {"items_gift", "isnull", "", 3},
      {"note", "isnull", "", 4},
      {"missing", "notnull", "", 0},
      {"missing", "eq", "", 0},
      {"missing", "neq", "x", 4},
      {"missing", "lt", "5", 0},
      {"missing", "like", "", 0},
      {"missing", "notlike", "x", 4},
      {"time", "egt", "{{LAST_SYNC_TIME}}", 4},
      {"time", "lt", "{{LAST_SYNC_TIME}}", 0},
      {"time", "eq", "timestamp:{{LAST_SYNC_TIME}}", 4},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(kept({{test_of(test.field, test.logic, test.value)}}), test.kept)
        << test.field << " " << test.logic << " " << test.value;
  }
}

TEST(ConditionFilter, GroupsAreOrOfAnds) {
  EXPECT_EQ(kept({}), 4u);
  EXPECT_EQ(kept({{test_of("items_n", "gt", "1"), test_of("items_n", "lt", "3")}}), 1u);
  EXPECT_EQ(kept({{test_of("items_n", "eq", "1")}, {test_of("items_n", "eq", "10")}}), 2u);
  EXPECT_EQ(kept({{test_of("items_n", "eq", "1"), test_of("status", "eq", "Open")},
                  {test_of("items_n", "eq", "3")}}),
            1u);
}

TEST(ConditionFilter, StrictHoldsForAllRowsOrNone) {
  EXPECT_EQ(kept({{test_of("items_n", "gt", "1", true)}}), 0u);
  EXPECT_EQ(kept({{test_of("items_n", "gt", "0", true)}}), 4u);
  EXPECT_EQ(kept({{test_of("items_n", "gt", "0", true), test_of("items_n", "lt", "3")}}), 2u);
  EXPECT_EQ(kept({{test_of("items_n", "gt", "1", true)}, {test_of("items_n", "eq", "2")}}), 1u);
}

TEST(ConditionFilter, MistakesAreProblems) {
  CompileProblems problems;
  ConditionFilter::compile({{test_of("a", "eqq", "1"), test_of("a", "between", "1")}}, "",
                           problems);
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].pointer, "/c/logic");
  EXPECT_EQ(problems[1].pointer, "/c/value");
}

struct QualityCase {
  job::Rule rule;
  std::optional<std::string> cell;
  const char* outcome;  // "ok" keeps the cell, "bad" quarantines
};

job::Rule rule_of(void (*change)(job::Rule&)) {
  job::Rule rule;
  rule.field = "c";
  change(rule);
  return rule;
}

TEST(QualityRules, EachRule) {
  const auto required = rule_of([](job::Rule& r) { r.required = true; });
  const auto longest = rule_of([](job::Rule& r) { r.max_length = 3; });
  const auto among = rule_of([](job::Rule& r) { r.in = {"A", "B"}; });
  const auto least = rule_of([](job::Rule& r) { r.min = "-0.5"; });
  const auto most = rule_of([](job::Rule& r) { r.max = "100"; });
  const auto dates = rule_of([](job::Rule& r) {
    r.min = "2020-01-01";
    r.max = "2024-12-31";
  });
  const QualityCase cases[] = {
      {required, "x", "ok"},       {required, "", "bad"},        {required, std::nullopt, "bad"},
      {longest, "一二三", "ok"},   {longest, "一二三四", "bad"}, {longest, std::nullopt, "ok"},
      {among, "B", "ok"},          {among, "b", "bad"},          {among, std::nullopt, "ok"},
      {least, "-0.50", "ok"},      {least, "-0.51", "bad"},      {least, "9", "ok"},
      {most, "100.0", "ok"},       {most, "100.01", "bad"},      {most, "99", "ok"},
      {dates, "2024-02-29", "ok"}, {dates, "2025-01-01", "bad"}, {dates, "2019-12-31", "bad"},
  };
  int number = 0;
  for (const auto& test : cases) {
    CompileProblems problems;
    const auto rules = QualityRules::compile({test.rule}, {"b", "c"}, problems);
    ASSERT_TRUE(problems.empty());
    Cell cell = test.cell;
    std::string outcome = "ok";
    try {
      rules.apply(1, cell);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::data);
      outcome = "bad";
    }
    EXPECT_EQ(outcome, test.outcome) << "case " << number;
    EXPECT_EQ(cell, test.cell) << "case " << number;
    Cell other;
    rules.apply(0, other);  // another column is nobody's business
    ++number;
  }
}

TEST(QualityRules, OnFail) {
  job::Rule rule = rule_of([](job::Rule& r) {
    r.in = {"A"};
    r.default_value = "A";
  });
  const auto applied = [&](const char* on_fail) {
    rule.on_fail = on_fail;
    CompileProblems problems;
    Cell cell = "Z";
    const auto rules = QualityRules::compile({rule}, {"c"}, problems);
    rules.apply(0, cell);
    return cell ? std::optional<std::string>(*cell) : std::nullopt;
  };
  EXPECT_EQ(applied("null"), std::nullopt);
  EXPECT_EQ(applied("default"), "A");
  EXPECT_THROW(applied("quarantine"), base::Error);
  try {
    applied("stop");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::config);
  }
}

TEST(QualityRules, MistakesAreProblems) {
  job::Rule unknown = rule_of([](job::Rule& r) { r.field = "amounts"; });
  job::Rule pattern = rule_of([](job::Rule& r) { r.pattern = "x+"; });
  CompileProblems problems;
  QualityRules::compile({unknown, pattern}, {"amount", "c"}, problems);
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].pointer, "/quality/rules/0/field");
  EXPECT_EQ(problems[0].hint, "did you mean \"amount\"?");
  EXPECT_EQ(problems[1].pointer, "/quality/rules/1/pattern");
}

}  // namespace
}  // namespace erp2mysql::map
