// SPDX-License-Identifier: Apache-2.0
// Records as rows and fields by name; source values as the text of a column.
#include <gtest/gtest.h>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/map/coerce.hpp"
#include "erp2mysql/map/record.hpp"

namespace erp2mysql::map {
namespace {

using data::Document;

TEST(Flatten, OneRowPerLineAndNeverNone) {
  const struct {
    const char* record;
    const char* flat;
    std::size_t rows;
    bool lines;
  } cases[] = {
      {R"({"items":[{"a":1},{"a":2},{"a":3}]})", "items", 3, true},
      {R"({"items":[{"a":1}]})", "items", 1, true},
      {R"({"items":[{"a":1}]})", "", 1, false},
      {R"({"items":[]})", "items", 1, false},
      {R"({"items":null})", "items", 1, false},
      {R"({"o_id":1})", "items", 1, false},
      {R"({"deep":{"items":[{},{}]}})", "deep.items", 2, true},
  };
  for (const auto& test : cases) {
    const auto document = Document::parse_page(test.record);
    const auto rows = flatten(document.root(), test.flat);
    EXPECT_EQ(rows.size(), test.rows) << test.record;
    for (const auto& row : rows) {
      EXPECT_EQ(row.header, &document.root());
      EXPECT_EQ(row.line != nullptr, test.lines) << test.record;
    }
  }
}

TEST(Flatten, RefusesWhatIsNoListOfObjects) {
  for (const char* record : {R"({"items":5})", R"({"items":"[]"})", R"({"items":{"a":1}})",
                             R"({"items":[1]})", R"({"items":[{},null]})"}) {
    const auto document = Document::parse_page(record);
    try {
      flatten(document.root(), "items");
      FAIL() << record;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::data);
      EXPECT_NE(error.message().find("\"items\""), std::string::npos);
    }
  }
}

TEST(FieldPath, FindsHeaderAndLine) {
  const auto document = Document::parse_page(
      R"({"o_id":7,"items_name":"header","items_only":"kept","a":{"b":[{"c":"deep"}]},"x.y":"dot",
          "items":[{"sku_id":"S1","name":"line","p":{"q":9},"none":null}]})");
  const auto rows = flatten(document.root(), "items");
  const struct {
    const char* name;
    const char* text;  // null: missing
  } cases[] = {
      {"o_id", "7"},          {"items_sku_id", "S1"}, {"items.sku_id", "S1"},
      {"items_name", "line"}, {"items.name", "line"}, {"items_only", "kept"},
      {"items_p.q", "9"},     {"a.b.0.c", "deep"},    {"a.b.1.c", nullptr},
      {"a.b.x.c", nullptr},   {"x.y", "dot"},         {"items.0.sku_id", "S1"},
      {"items_none", ""},     {"items_no", nullptr},  {"sku_id", nullptr},
      {"", nullptr},          {"items_", nullptr},
  };
  for (const auto& test : cases) {
    const FieldPath path(test.name, "items");
    for (int again = 0; again < 2; ++again) {  // the second look-up uses the remembered place
      const auto* node = path.find(rows.at(0));
      ASSERT_EQ(node != nullptr, test.text != nullptr) << test.name;
      if (node != nullptr) {
        EXPECT_EQ(text_of(node), test.text) << test.name;
      }
    }
  }
}

TEST(FieldPath, FollowsRecordsOfOtherShapes) {
  const FieldPath path("b", "");
  for (const char* record : {R"({"a":0,"b":1})", R"({"b":1})", R"({"c":2,"a":0,"b":1,"d":3})"}) {
    const auto document = Document::parse_page(record);
    EXPECT_EQ(text_of(path.find({&document.root(), nullptr})), "1") << record;
  }
  const auto twice = Document::parse_page(R"({"b":0,"a":5,"b":1})");
  EXPECT_EQ(text_of(path.find({&twice.root(), nullptr})), "1");
}

TEST(TextOf, ListsAndObjectsAreCompactJson) {
  const auto document = Document::parse_page(R"({"a":[1, 2.50],"b":{"c": "x"},"n":null,"t":true})");
  const auto& root = document.root();
  EXPECT_EQ(text_of(root.find("a")), "[1,2.50]");
  EXPECT_EQ(text_of(root.find("b")), R"({"c":"x"})");
  EXPECT_EQ(text_of(root.find("n")), "");
  EXPECT_EQ(text_of(root.find("t")), "true");
  EXPECT_EQ(text_of(nullptr), "");
}

constexpr const char* k_null = "<NULL>";
constexpr const char* k_refused = "<refused>";

std::string outcome(const char* json, Type type) {
  const auto document = Document::parse_page(std::string("{\"v\":") + json + "}");
  try {
    std::string scratch;
    return std::string(
        coerce(document.root().find("v"), type, base::Zone(), scratch).value_or(k_null));
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::data);
    EXPECT_EQ(error.message().find("4711"), std::string::npos) << "quotes the value";
    return k_refused;
  }
}

TEST(Coerce, ByType) {
  const struct {
    Type type;
    const char* json;
    const char* cell;
  } cases[] = {
      {Type::text, "9223372036854775807", "9223372036854775807"},
      {Type::text, "12345678901234.5600", "12345678901234.5600"},
      {Type::text, "1e3", "1e3"},
      {Type::text, R"("")", ""},
      {Type::text, R"("  x ")", "  x "},
      {Type::text, "null", k_null},
      {Type::text, "true", "true"},
      {Type::text, "[1,2]", "[1,2]"},
      {Type::text, R"("中文😀")", "中文😀"},
      {Type::integer, "1234567890123456789", "1234567890123456789"},
      {Type::integer, R"("1234567890123456789")", "1234567890123456789"},
      {Type::integer, R"(" -12 ")", "-12"},
      {Type::integer, "1e3", "1000"},
      {Type::integer, "12.00", "12"},
      {Type::integer, "12.50", k_refused},
      {Type::integer, R"("4711x")", k_refused},
      {Type::integer, R"("")", k_null},
      {Type::integer, R"("  ")", k_null},
      {Type::integer, "null", k_null},
      {Type::integer, "true", "1"},
      {Type::integer, "false", "0"},
      {Type::integer, "[4711]", k_refused},
      {Type::number, "12345678901234.5600", "12345678901234.5600"},
      {Type::number, R"("12345678901234.5600")", "12345678901234.5600"},
      {Type::number, "1e3", "1000"},
      {Type::number, "1.25E-2", "0.0125"},
      {Type::number, "-0.50", "-0.50"},
      {Type::number, R"("1,234.5")", k_refused},
      {Type::number, R"("NaN")", k_refused},
      {Type::number, "1e999", k_refused},
      {Type::number, R"("")", k_null},
      {Type::number, "{}", k_refused},
      {Type::datetime, "1709222400", "2024-03-01 00:00:00"},
      {Type::datetime, "1709222400123", "2024-03-01 00:00:00.123"},
      {Type::datetime, R"("1709222400")", "2024-03-01 00:00:00"},
      {Type::datetime, R"("2024-03-01 10:20:30")", "2024-03-01 10:20:30"},
      {Type::datetime, R"("2024-03-01 10:20:30.123456")", "2024-03-01 10:20:30.123456"},
      {Type::datetime, R"("2024-03-01T10:20:30Z")", "2024-03-01 18:20:30"},
      {Type::datetime, R"("2024-03-01T10:20:30.123456Z")", "2024-03-01 18:20:30.123456"},
      {Type::datetime, R"("2024-03-01T10:20:30.5+08:00")", "2024-03-01 10:20:30.5"},
      {Type::datetime, R"("2024-03-01T10:20:30.999999")", "2024-03-01 10:20:30.999999"},
      {Type::datetime, R"("2024-03-01T10:20:30-05:00")", "2024-03-01 23:20:30"},
      {Type::datetime, R"("2024-03-01 10:20:30-05:00")", "2024-03-01 23:20:30"},
      {Type::datetime, R"("2024-03-01")", "2024-03-01 00:00:00"},
      {Type::datetime, R"("")", k_null},
      {Type::datetime, R"("0000-00-00 00:00:00")", k_refused},
      {Type::datetime, R"("2024-02-30 00:00:00")", k_refused},
      {Type::datetime, R"("4711-x")", k_refused},
      {Type::datetime, "-1", k_refused},
      {Type::date, "1709222400", "2024-03-01"},
      {Type::date, R"("2024-03-01 23:59:59")", "2024-03-01"},
      {Type::date, R"("2024-03-01T23:59:59Z")", "2024-03-02"},
      {Type::date, R"("0000-00-00")", k_refused},
      {Type::date, R"("")", k_null},
      {Type::boolean, "true", "1"},
      {Type::boolean, "false", "0"},
      {Type::boolean, "1", "1"},
      {Type::boolean, R"("TRUE")", "1"},
      {Type::boolean, R"("0")", "0"},
      {Type::boolean, R"("")", k_null},
      {Type::boolean, R"("yes")", k_refused},
      {Type::boolean, "2", k_refused},
      {Type::json, R"([1, {"a": 2.50}])", R"([1,{"a":2.50}])"},
      {Type::json, "{}", "{}"},
      {Type::json, "[]", "[]"},
      {Type::json, "null", k_null},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(outcome(test.json, test.type), test.cell)
        << test.json << " as type " << static_cast<int>(test.type);
  }
  std::string scratch;
  EXPECT_EQ(coerce(nullptr, Type::text, base::Zone(), scratch), std::nullopt);
}

TEST(Coerce, TypeWords) {
  EXPECT_EQ(parse_type(""), Type::text);
  EXPECT_EQ(parse_type("String"), Type::text);
  EXPECT_EQ(parse_type("INT"), Type::integer);
  EXPECT_EQ(parse_type("integer"), Type::integer);
  EXPECT_EQ(parse_type("float"), Type::number);
  EXPECT_EQ(parse_type("bool"), Type::boolean);
  EXPECT_EQ(parse_type("datetime"), Type::datetime);
  EXPECT_EQ(parse_type("date"), Type::date);
  EXPECT_EQ(parse_type("object"), Type::json);
  EXPECT_EQ(parse_type("array"), Type::json);
  EXPECT_EQ(parse_type("money"), std::nullopt);
}

}  // namespace
}  // namespace erp2mysql::map
