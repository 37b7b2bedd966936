// SPDX-License-Identifier: Apache-2.0
// Whole records into a batch: what becomes of each row, and which id a record has.
#include <gtest/gtest.h>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/map/mapper.hpp"

namespace erp2mysql::map {
namespace {

job::Item item(std::string field, std::string type, std::string value) {
  job::Item out;
  out.field = std::move(field);
  out.type = std::move(type);
  out.value = std::move(value);
  return out;
}

job::Job sample() {
  job::Job job;
  job.source.id = "o_id";
  job.source.beat_flat = {"items"};
  job.target.request = {item("id", "string", "{o_id}-{items_sku_id}"),
                        item("qty", "int", "{items_qty}"),
                        item("share", "float", "_function {items_qty} / {parts}")};
  return job;
}

struct Mapped {
  Mapper::Outcome outcome;
  data::Batch batch{0};
  std::optional<std::string> id;
};

Mapped map_record(const job::Job& job, const char* json) {
  CompileProblems problems;
  const auto mapper = Mapper::compile(job, problems);
  EXPECT_TRUE(problems.empty());
  const auto page =
      std::make_shared<const data::Document>(data::Document::parse_page(std::string(json)));
  Mapped out;
  out.batch = data::Batch(mapper.columns().size());
  out.outcome = mapper.map(*page, page->root(), Variables(), out.batch);
  out.id = mapper.id(page->root(), Variables());
  return out;
}

TEST(Mapper, OneRowPerLine) {
  const auto mapped = map_record(
      sample(),
      R"({"o_id":7,"parts":2,"items":[{"sku_id":"A","qty":4},{"sku_id":"B","qty":null}]})");
  EXPECT_EQ(mapped.outcome.rows, 2u);
  EXPECT_EQ(mapped.outcome.mapped, 2u);
  EXPECT_EQ(mapped.id, "7");
  ASSERT_EQ(mapped.batch.rows(), 2u);
  EXPECT_EQ(mapped.batch.cell(0, 0), "7-A");
  EXPECT_EQ(mapped.batch.cell(1, 0), "7-B");
  EXPECT_EQ(mapped.batch.cell(0, 1), "4");
  EXPECT_EQ(mapped.batch.cell(1, 1), std::nullopt);
  EXPECT_NE(mapped.batch.record_json(1).find("\"o_id\":7"), std::string::npos);
}

TEST(Mapper, BadRowIsNamedAndNotInTheBatch) {
  const char* record =
      R"({"o_id":7,"parts":2,"items":[{"sku_id":"A","qty":4},{"sku_id":"B","qty":"few"},
          {"sku_id":"C","qty":6}]})";
  const auto mapped = map_record(sample(), record);
  EXPECT_EQ(mapped.outcome.rows, 3u);
  EXPECT_EQ(mapped.outcome.mapped, 2u);
  ASSERT_EQ(mapped.outcome.bad.size(), 1u);
  const auto& bad = mapped.outcome.bad[0];
  EXPECT_NE(bad.field.find("qty"), std::string::npos);
  EXPECT_EQ(bad.key, "7");
  EXPECT_EQ(bad.number, 0u);
  EXPECT_NE(bad.record.find("\"few\""), std::string::npos);
  EXPECT_EQ(bad.summary.find("few"), std::string::npos) << bad.summary;
  EXPECT_EQ(mapped.batch.rows(), 2u);
  EXPECT_EQ(mapped.batch.cell(1, 0), "7-C");
}

// Rows of a record share the cells that no line has a say in; mapped alone, none shares any.
TEST(Mapper, EachRowIsWhatItWouldBeAlone) {
  auto job = sample();
  const auto add = [&](const char* field, const char* type, const char* value) {
    job.target.request.push_back(item(field, type, value));
  };
  add("header", "string", "{shop}");
  add("fallback", "int", "{none}");
  job.target.request.back().default_value = "5";
  add("fixed", "string", "x");
  add("joined", "string", "{o_id}/{shop}");
  add("either", "string", "{items_shop}");
  add("chosen", "string", "_function CONCAT({shop}, {items_sku_id})");
  add("day", "date", "{made}");
  const auto page = data::Document::parse_page(
      R"({"o_id":7,"parts":2,"shop":"s","made":"2024-01-02 03:04:05","items":[
          {"sku_id":"A","qty":"few"},{"sku_id":"B","qty":2,"shop":"t"},{"sku_id":"C","qty":"no"},
          {"sku_id":"D","qty":4},{"sku_id":"E","qty":6}]})");
  CompileProblems problems;
  const auto mapper = Mapper::compile(job, problems);
  ASSERT_TRUE(problems.empty());
  data::Batch whole(mapper.columns().size());
  const auto outcome = mapper.map(page, page.root(), Variables(), whole);
  EXPECT_EQ(outcome.bad.size(), 2u);
  ASSERT_EQ(whole.rows(), 3u);
  for (std::size_t row = 0; row < whole.rows(); ++row) {
    data::Batch alone(mapper.columns().size());
    mapper.map(page, page.root(), Variables(), alone, {}, whole.line(row));
    ASSERT_EQ(alone.rows(), 1u);
    EXPECT_EQ(whole.row_bytes(row), alone.row_bytes(0));
    for (std::size_t i = 0; i < mapper.columns().size(); ++i)
      EXPECT_EQ(whole.cell(row, i), alone.cell(0, i)) << row << ' ' << mapper.columns()[i];
  }
  EXPECT_EQ(whole.cell(0, 7), "t");
  EXPECT_EQ(whole.cell(1, 7), std::nullopt);
  // One column of these is the same by its rule: the second row has no bytes of its own for it.
  EXPECT_EQ(whole.cell(1, 3)->data(), whole.cell(0, 3)->data());
}

TEST(Mapper, FailedExpressionAndFailedFlatteningAreBadRows) {
  const auto division =
      map_record(sample(), R"({"o_id":7,"parts":0,"items":[{"sku_id":"A","qty":4}]})");
  ASSERT_EQ(division.outcome.bad.size(), 1u);
  EXPECT_NE(division.outcome.bad[0].field.find("share"), std::string::npos);
  EXPECT_TRUE(division.batch.empty());
  const auto flat = map_record(sample(), R"({"o_id":7,"parts":1,"items":"none"})");
  EXPECT_EQ(flat.outcome.rows, 1u);
  EXPECT_EQ(flat.outcome.mapped, 0u);
  EXPECT_EQ(flat.outcome.bad.size(), 1u);
}

TEST(Mapper, FilteredRowsAreCounted) {
  auto job = sample();
  job.source.condition = {{{"items_qty", "gt", "4", false, "/c"}}};
  const auto mapped = map_record(
      job, R"({"o_id":7,"parts":2,"items":[{"sku_id":"A","qty":4},{"sku_id":"B","qty":5}]})");
  EXPECT_EQ(mapped.outcome.rows, 2u);
  EXPECT_EQ(mapped.outcome.filtered, 1u);
  EXPECT_EQ(mapped.outcome.mapped, 1u);
  EXPECT_EQ(mapped.batch.cell(0, 0), "7-B");
}

TEST(Mapper, QualityRulesDecideOverRows) {
  auto job = sample();
  job::Rule rule;
  rule.field = "qty";
  rule.max = "10";
  job.quality.rules = {rule};
  const char* record =
      R"({"o_id":7,"parts":1,"items":[{"sku_id":"A","qty":11},{"sku_id":"B","qty":10}]})";
  const auto mapped = map_record(job, record);
  EXPECT_EQ(mapped.outcome.bad.size(), 1u);
  EXPECT_EQ(mapped.batch.rows(), 1u);
  job.quality.rules[0].on_fail = "stop";
  EXPECT_THROW(map_record(job, record), base::Error);
  job.quality.rules[0].on_fail = "null";
  EXPECT_EQ(map_record(job, record).batch.cell(0, 1), std::nullopt);
}

TEST(Mapper, ColumnsMayBeChildrenOfOneItem) {
  auto job = sample();
  job::Item params = item("main_params", "object", "");
  params.children = job.target.request;
  job.target.request = {params};
  CompileProblems problems;
  EXPECT_EQ(Mapper::compile(job, problems).columns(),
            (std::vector<std::string>{"id", "qty", "share"}));
}

TEST(Mapper, Ids) {
  const struct {
    const char* id;
    const char* record;
    const char* text;  // null: none
  } cases[] = {
      {"o_id", R"({"o_id":1234567890123456789})", "1234567890123456789"},
      {"head.no", R"({"head":{"no":"A-1"}})", "A-1"},
      {"{o_id}-{shop}", R"({"o_id":1,"shop":2})", "1-2"},
      {"o_id", R"({"x":1})", nullptr},
      {"o_id", R"({"o_id":null})", nullptr},
      {"o_id", R"({"o_id":""})", nullptr},
      {"{made|date}", R"({"made":"2024-03-01 10:00:00"})", "2024-03-01"},
      {"{made|date}", R"({"made":"soon"})", nullptr},
      {"_function {a} / {b}", R"({"a":1,"b":0})", nullptr},
      {"", R"({"o_id":1})", nullptr},
  };
  for (const auto& test : cases) {
    job::Job job;
    job.source.id = test.id;
    const auto mapped = map_record(job, test.record);
    ASSERT_EQ(mapped.id.has_value(), test.text != nullptr) << test.id << " " << test.record;
    if (mapped.id) {
      EXPECT_EQ(*mapped.id, test.text);
    }
  }
}

}  // namespace
}  // namespace erp2mysql::map
