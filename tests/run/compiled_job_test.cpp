// SPDX-License-Identifier: Apache-2.0
// Job texts that compile, and those that are refused with the place of the mistake.
#include "erp2mysql/run/compiled_job.hpp"

#include <gtest/gtest.h>

#include "job/sample.hpp"

namespace erp2mysql::run {
namespace {

using job::testing::all_text;
using Edits = std::vector<std::pair<std::string, std::string>>;

/// The sample job with both time bounds, edited.
job::Loaded load(const Edits& edits = {}) {
  std::string text = job::testing::edited(
      {{R"({{LAST_SYNC_TIME|datetime}}"})",
        R"({{LAST_SYNC_TIME|datetime}}"}, {"field": "end_time", "value": "{{CURRENT_TIME|datetime}}"})"}});
  for (const auto& [from, to] : edits) {
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::logic_error("no such text: " + from);
    text.replace(at, from.size(), to);
  }
  return job::load_text("jobs/orders.json", text, job::testing::options());
}

base::Range range(std::string_view from, std::string_view to) {
  return {base::parse_datetime(from, base::Zone()).value(),
          base::parse_datetime(to, base::Zone()).value()};
}

TEST(Compile, GoodJob) {
  auto loaded = load();
  const auto job = compile(loaded);
  ASSERT_TRUE(job) << all_text(loaded.problems);
  EXPECT_TRUE(loaded.warnings.empty()) << all_text(loaded.warnings);
  EXPECT_EQ(job->page_size, 50);
  EXPECT_EQ(job->rows_per_statement, 1000u);
  EXPECT_EQ(job->statement.columns, std::vector<std::string>{"id"});
  EXPECT_EQ(job->source->spec().list, "response.datas");
  EXPECT_TRUE(job->incremental());
}

TEST(Compile, CoverageReadsTheBoundsBack) {
  const auto window = range("2024-01-10 13:00:00", "2024-01-11 14:30:00");
  struct Case {
    Edits edits;
    base::Range covered;
  };
  const Case cases[] = {
      {{}, window},
      {{{"LAST_SYNC_TIME|datetime", "LAST_SYNC_TIME|date"},
        {"CURRENT_TIME|datetime", "CURRENT_TIME|date"}},
       range("2024-01-10", "2024-01-11")},
      {{{"LAST_SYNC_TIME|datetime", "DAYS_AGO_1|datetime"}},
       range("2024-01-10 14:30:00", "2024-01-11 14:30:00")},
  };
  for (const auto& c : cases) {
    auto loaded = load(c.edits);
    const auto job = compile(loaded);
    ASSERT_TRUE(job) << all_text(loaded.problems);
    EXPECT_EQ(job->coverage(window), c.covered);
  }
}

TEST(Compile, JobWithoutWindowVariablesReadsEverything) {
  auto loaded = load({{"{{LAST_SYNC_TIME|datetime}}", ""}, {"{{CURRENT_TIME|datetime}}", ""}});
  const auto job = compile(loaded);
  ASSERT_TRUE(job) << all_text(loaded.problems);
  EXPECT_FALSE(job->incremental());
  EXPECT_FALSE(job->coverage(range("2024-01-10", "2024-01-11")));
}

TEST(Compile, PageSize) {
  const std::string api = R"("api": "jushuitan.saleout.list.query",)";
  const std::string paging = api + R"( "pagination": {"pageSize": 20},)";
  const std::string request = R"("request": [{"field": "start_time")";
  const auto literal = [](const std::string& value) {
    return R"("request": [{"field": "page_size", "value": ")" + value +
           R"("}, {"field": "start_time")";
  };
  struct Case {
    Edits edits;
    std::int64_t size;
  };
  const Case cases[] = {
      {{{api, paging}}, 20},
      {{{request, literal("100")}}, 100},
      {{{api, paging}, {request, literal("7")}}, 7},
      {{{api, paging}, {request, literal("{PAGINATION_PAGE_SIZE}")}}, 20},
  };
  for (const auto& c : cases) {
    auto loaded = load(c.edits);
    const auto job = compile(loaded);
    ASSERT_TRUE(job) << all_text(loaded.problems);
    EXPECT_EQ(job->page_size, c.size);
  }
}

TEST(Compile, RowsPerStatementAreReadLikeEveryNumberOfAJob) {
  const std::pair<const char*, std::size_t> cases[] = {
      {"\"500\"", 500}, {"500", 500}, {"\" 1e3 \"", 1000}, {"\"\"", 1000}, {"10000", 10000},
  };
  for (const auto& [value, rows] : cases) {
    auto loaded =
        load({{R"("otherRequest": [)",
               R"("otherRequest": [{"field": "limit", "value": )" + std::string(value) + "}, "}});
    const auto job = compile(loaded);
    ASSERT_TRUE(job) << value << all_text(loaded.problems);
    EXPECT_EQ(job->rows_per_statement, rows) << value;
  }
}

struct Bad {
  const char* name;
  Edits edits;
  const char* pointer;
  const char* message;
};

const Bad k_bad[] = {
    {"more columns than items",
     {{"t (id) VALUES", "t (id, b) VALUES"}},
     "/target/request",
     "1 request items for 2 columns"},
    {"more items than columns",
     {{R"("value": "{io_id}"})", R"("value": "{io_id}"}, {"field": "b", "value": "{b}"})"}},
     "/target/request",
     "2 request items for 1 columns"},
    {"unknown platform",
     {{R"("platform": "jushuitan-qimen")", R"("platform": "nosuch")"}},
     "/source/platform",
     "nosuch"},
    {"literal page size",
     {{R"("request": [{"field": "start_time")",
       R"("request": [{"field": "page_size", "value": "101"}, {"field": "start_time")"}},
     "/source/request/0/value",
     "page size 101 is outside 1 to 100"},
    {"page size setting",
     {{R"("request": [{"field": "start_time")",
       R"("pagination": {"pageSize": 101}, "request": [{"field": "start_time")"}},
     "/source/pagination/pageSize",
     "page size 101"},
    {"the short form for execute",
     {{"\"batchexecute\"", "\"execute\""}},
     "/target/otherRequest/0/value",
     "after VALUES"},
    {"a name that no item has",
     {{"\"batchexecute\"", "\"execute\""}, {"(id) VALUES", "(id) VALUES (:ident)"}},
     "/target/otherRequest/0/value",
     "\"ident\""},
    {"an UPDATE that skips unchanged rows",
     {{"\"batchexecute\"", "\"execute\""},
      {"INSERT INTO t (id) VALUES", "UPDATE t SET a = 1 WHERE id = :id"},
      {"\"source\":", "\"write\": {\"skipUnchanged\": true}, \"source\":"}},
     "/write/skipUnchanged",
     "needs an INSERT"},
    {"an UPDATE that is to be loaded",
     {{"\"batchexecute\"", "\"execute\""},
      {"INSERT INTO t (id) VALUES", "UPDATE t SET a = 1 WHERE id = :id"},
      {"\"source\":", "\"write\": {\"method\": \"load\"}, \"source\":"}},
     "/write/method",
     "plain INSERT"},
    {"a no-op target without an id",
     {{"\"batchexecute\"", "\"写入空操作\""}},
     "/source/id",
     "by their id"},
    {"unknown format of a bound",
     {{"CURRENT_TIME|datetime", "CURRENT_TIME|datetim"}},
     "/source/request/1/value",
     "unknown format \"datetim\""},
    {"unknown format of a column",
     {{"{io_id}", "{{io_id|day}}"}},
     "/target/request/0/value",
     "unknown format \"day\""},
    {"only the lower bound", {{"{{CURRENT_TIME|datetime}}", ""}}, "/source/request", "only one"},
    {"only the upper bound", {{"{{LAST_SYNC_TIME|datetime}}", ""}}, "/source/request", "only one"},
    {"bounds under unknown names",
     {{"start_time", "from"}, {"end_time", "to"}},
     "/source/request",
     "no time bounds"},
    {"bound is not a time",
     {{"{{LAST_SYNC_TIME|datetime}}", "since {{LAST_SYNC_TIME|datetime}}"}},
     "/source/request",
     "\"start_time\" is not a time"},
    {"bounds that never cover",
     {{"LAST_SYNC_TIME", "CURRENT_TIME"}},
     "/source/request",
     "never cover"},
    {"statement is no insert",
     {{"INSERT INTO t (id) VALUES", "DELETE FROM t"}},
     "/target/otherRequest/0/value",
     "main_sql"},
    {"limit",
     {{R"("otherRequest": [)", R"("otherRequest": [{"field": "limit", "value": "0"}, )"}},
     "/target/otherRequest/0/value",
     "limit"},
};

TEST(Compile, RefusesWithPlaces) {
  for (const auto& c : k_bad) {
    SCOPED_TRACE(c.name);
    auto loaded = load(c.edits);
    EXPECT_FALSE(compile(loaded));
    bool found = false;
    for (const auto& problem : loaded.problems) {
      found |= problem.pointer == c.pointer && problem.message.find(c.message) != std::string::npos;
      EXPECT_GT(problem.place.line, 0u) << job::to_text(problem);
    }
    EXPECT_TRUE(found) << all_text(loaded.problems);
  }
}

TEST(Compile, ReportsSeveralProblemsAtOnce) {
  auto loaded = load({{"LAST_SYNC_TIME|datetime", "LAST_SYNC_TIME|a"},
                      {"CURRENT_TIME|datetime", "CURRENT_TIME|b"},
                      {"t (id) VALUES", "t (id, b) VALUES"}});
  EXPECT_FALSE(compile(loaded));
  EXPECT_EQ(loaded.problems.size(), 3u) << all_text(loaded.problems);
}

TEST(Compile, TheRemedyReplacesParametersOfTheRequest) {
  auto loaded = load({{R"("request": [{"field": "start_time")",
                       R"("omissionRemedy": {"crontab": "2 */2 * * *", "takeOverRequest": [
                            {"field": "start_time", "value": "{{DAYS_AGO_2|datetime}}"},
                            {"field": "end_time", "value": "{{DAYS_AGO_1|datetime}}"}]},
                          "request": [{"field": "start_time")"}});
  const auto job = compile(loaded);
  ASSERT_TRUE(job) << all_text(loaded.problems);
  EXPECT_TRUE(loaded.warnings.empty()) << all_text(loaded.warnings);
  const auto now = range("2024-01-10 13:00:00", "2024-01-11 14:30:00");
  EXPECT_EQ(job->coverage(now), now);
  ASSERT_TRUE(job->remedy);
  EXPECT_EQ(job->coverage(*job->remedy, now), range("2024-01-09 14:30:00", "2024-01-10 14:30:00"));
}

TEST(Compile, ARemedyThatCannotBeSentIsRefused) {
  const auto with = [](const std::string& items) {
    return load({{R"("request": [{"field": "start_time")",
                  R"("omissionRemedy": {"takeOverRequest": [)" + items +
                      R"(]}, "request": [{"field": "start_time")"}});
  };
  auto backwards = with(R"({"field": "start_time", "value": "{{CURRENT_TIME|datetime}}"},
                           {"field": "end_time", "value": "{{DAYS_AGO_1|datetime}}"})");
  EXPECT_FALSE(compile(backwards));
  EXPECT_NE(all_text(backwards.problems).find("/source/omissionRemedy"), std::string::npos);
  auto unknown = with(R"({"field": "start_tiem", "value": "1"})");
  EXPECT_TRUE(compile(unknown)) << all_text(unknown.problems);
  EXPECT_NE(all_text(unknown.warnings).find("start_tiem"), std::string::npos);
}

TEST(Compile, AJobThatDidNotLoadIsNotCompiled) {
  auto loaded = load({{"\"api\": \"batch", "\"apii\": \"batch"}});
  const auto before = loaded.problems.size();
  EXPECT_GT(before, 0u);
  EXPECT_FALSE(compile(loaded));
  EXPECT_EQ(loaded.problems.size(), before);
}

TEST(Compile, WarnsOfItemsThatFillAnotherColumn) {
  auto loaded = load({{"t (id) VALUES", "t (other) VALUES"}});
  EXPECT_TRUE(compile(loaded)) << all_text(loaded.problems);
  ASSERT_EQ(loaded.warnings.size(), 1u) << all_text(loaded.warnings);
  EXPECT_EQ(loaded.warnings[0].pointer, "/target/request/0");
}

TEST(Compile, WarnsOfLimitsAboveThePlatforms) {
  auto loaded = load(
      {{"{\n  \"name\"", "{\"rateLimit\": [{\"requests\": 6, \"per\": \"1s\"}],\n  \"name\""}});
  EXPECT_TRUE(compile(loaded)) << all_text(loaded.problems);
  ASSERT_EQ(loaded.warnings.size(), 1u) << all_text(loaded.warnings);
  EXPECT_EQ(loaded.warnings[0].pointer, "/rateLimit");
}

}  // namespace
}  // namespace erp2mysql::run
