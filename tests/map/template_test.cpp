// SPDX-License-Identifier: Apache-2.0
// Which braces are references, and what the window's variables and formats stand for.
#include <gtest/gtest.h>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/map/template.hpp"
#include "erp2mysql/map/variables.hpp"

namespace erp2mysql::map {
namespace {

// Literals as they are, references as <name> or <name|format>.
std::string shape(std::string_view text) {
  const Template compiled = Template::compile(text);
  std::string out;
  for (const auto& part : compiled.parts()) {
    if (!part.reference) {
      out += part.literal;
      continue;
    }
    out += "<" + part.reference->name;
    if (!part.reference->format.empty()) out += "|" + part.reference->format;
    out += ">";
  }
  return out;
}

TEST(Template, FindsReferencesAndKeepsOtherBraces) {
  const struct {
    const char* text;
    const char* shape;
  } cases[] = {
      {"", ""},
      {"plain", "plain"},
      {"{o_id}", "<o_id>"},
      {"{{o_id}}", "<o_id>"},
      {"{ o_id }", "<o_id>"},
      {"{{ LAST_SYNC_TIME | DateTime }}", "<LAST_SYNC_TIME|datetime>"},
      {"{modified|date}", "<modified|date>"},
      {"{o_id}-{items_ioi_id}", "<o_id>-<items_ioi_id>"},
      {"{{a}}{b}x{{c}}", "<a><b>x<c>"},
      {"{items.0.sku_id}", "<items.0.sku_id>"},
      {"{订单号}", "<订单号>"},
      {"单号：{{订单.单号}}。", "单号：<订单.单号>。"},
      {"{}", "{}"},
      {"{{}}", "{{}}"},
      {"{ }", "{ }"},
      {"{a b}", "{a b}"},
      {"{open", "{open"},
      {"{{half}", "{<half>"},
      {"close}", "close}"},
      {R"({"a":1})", R"({"a":1})"},
      {R"({"a":{"b":[1,2]}})", R"({"a":{"b":[1,2]}})"},
      {R"({"id":{o_id}})", R"({"id":<o_id>})"},
      {R"({"id":"{{o_id}}"})", R"({"id":"<o_id>"})"},
      {"{{{o_id}}}", "{<o_id>}"},
      {"{{a}-{b}}", "{<a>-<b>}"},
  };
  for (const auto& test : cases) EXPECT_EQ(shape(test.text), test.shape) << test.text;
}

TEST(Template, KnowsWhetherItIsOneReferenceOrNone) {
  const auto one = [](std::string_view text) {
    const auto compiled = Template::compile(text);
    return compiled.single() != nullptr;
  };
  EXPECT_TRUE(one("{a}"));
  EXPECT_FALSE(one("{a} "));
  EXPECT_FALSE(one("{a}{b}"));
  EXPECT_FALSE(one("a"));
  EXPECT_TRUE(Template::compile("a {} b").constant());
  EXPECT_TRUE(Template::compile("").constant());
  EXPECT_FALSE(Template::compile("a {b}").constant());
  EXPECT_EQ(Template::compile("{a} {b|date} {a}").references().size(), 3u);
}

TEST(Template, FillsMissingReferencesWithNothing) {
  const auto resolve = [](const Reference& reference) -> std::optional<std::string> {
    if (reference.name == "a") return "{b}";
    return std::nullopt;
  };
  // What a field holds is never read as a template again.
  EXPECT_EQ(Template::compile("[{a}|{b}]").fill(resolve), "[{b}|]");
}

TEST(Template, ExpressionsStartWithTheirWord) {
  EXPECT_EQ(expression_text("_function 1 + 2 "), "1 + 2");
  EXPECT_EQ(expression_text("_function\tCONCAT('a')"), "CONCAT('a')");
  EXPECT_EQ(expression_text(" {a}"), std::nullopt);
  EXPECT_EQ(expression_text("x_function 1"), std::nullopt);
}

Variables sample() {
  Variables out;
  out.window.from = *base::parse_datetime("2024-03-01 00:00:00.700", out.zone);
  out.window.to = *base::parse_datetime("2024-03-02 12:30:15.250", out.zone);
  out.page_size = 25;
  out.extra = {{"shop", "77"}};
  return out;
}

TEST(Variables, EveryNameAndFormat) {
  const Variables variables = sample();
  const struct {
    const char* name;
    const char* format;
    const char* text;  // null: no such variable
  } cases[] = {
      {"LAST_SYNC_TIME", "", "1709222400"},
      {"LAST_SYNC_TIME", "datetime", "2024-03-01 00:00:00"},
      {"LAST_SYNC_TIME", "date", "2024-03-01"},
      {"LAST_SYNC_TIME", "time", "00:00:00"},
      {"LAST_SYNC_TIME", "timestamp", "1709222400"},
      {"LAST_SYNC_TIME", "timestamp_ms", "1709222400700"},
      {"CURRENT_TIME", "", "1709353815"},
      {"CURRENT_TIME", "datetime", "2024-03-02 12:30:15"},
      {"DAYS_AGO_1", "datetime", "2024-03-01 12:30:15"},
      {"DAY_AGO_2", "date", "2024-02-29"},
      {"DAYS_AGO_0", "time", "12:30:15"},
      {"DAYS_AGO_30", "date", "2024-02-01"},
      {"HOURS_AGO_13", "datetime", "2024-03-01 23:30:15"},
      {"HOUR_AGO_1", "", "1709350215"},
      {"MINUTES_AGO_31", "time", "11:59:15"},
      {"MINUTE_AGO_1", "timestamp_ms", "1709353755250"},
      {"PAGINATION_PAGE_SIZE", "", "25"},
      {"PAGINATION_START_PAGE", "", "1"},
      {"PAGINATION_START_ROW", "", "0"},
      {"shop", "", "77"},
      {"Shop", "", nullptr},
      {"DAYS_AGO_", "", nullptr},
      {"DAYS_AGO_x", "", nullptr},
      {"DAYS_AGO_-1", "", nullptr},
      {"DAYS_AGO_1x", "", nullptr},
      {"WEEKS_AGO_1", "", nullptr},
      {"o_id", "", nullptr},
  };
  for (const auto& test : cases) {
    const auto value = variables.find(test.name, test.format);
    ASSERT_EQ(value.has_value(), test.text != nullptr) << test.name;
    if (value) {
      EXPECT_EQ(value->text, test.text) << test.name << "|" << test.format;
    }
  }
  EXPECT_EQ(variables.find("LAST_SYNC_TIME", "")->kind, expr::Value::Kind::number);
  EXPECT_EQ(variables.find("LAST_SYNC_TIME", "date")->kind, expr::Value::Kind::text);
}

TEST(Variables, OnlyTimesBelongToTheWindow) {
  for (const char* name : {"LAST_SYNC_TIME", "CURRENT_TIME", "DAYS_AGO_1", "MINUTE_AGO_5"}) {
    EXPECT_TRUE(is_window_variable(name)) << name;
  }
  for (const char* name : {"PAGINATION_PAGE_SIZE", "shop", "DAYS_AGO_", ""}) {
    EXPECT_FALSE(is_window_variable(name)) << name;
  }
}

TEST(Variables, FormatsReadTimesOfAnyForm) {
  const base::Zone zone;
  const struct {
    const char* value;
    const char* format;
    const char* text;
  } cases[] = {
      {"1709222400", "datetime", "2024-03-01 00:00:00"},
      {"1709222400700", "datetime", "2024-03-01 00:00:00"},
      {"1709222400700", "timestamp", "1709222400"},
      {"2024-03-01T00:00:00Z", "datetime", "2024-03-01 08:00:00"},
      {"2024-03-01", "timestamp_ms", "1709222400000"},
      {"2024-03-01 10:20:30", "time", "10:20:30"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(apply_format(test.value, test.format, zone), test.text) << test.value;
  }
  for (const char* bad : {"soon", "-5", "2024-13-01", "1709222400700000"}) {
    EXPECT_THROW(apply_format(bad, "datetime", zone), base::Error) << bad;
  }
  EXPECT_TRUE(known_format(""));
  EXPECT_TRUE(known_format("timestamp_ms"));
  EXPECT_FALSE(known_format("iso"));
}

}  // namespace
}  // namespace erp2mysql::map
