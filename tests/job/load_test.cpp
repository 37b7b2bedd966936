// SPDX-License-Identifier: Apache-2.0
// Good job files: what they say arrives in the structs, with defaults and secrets filled in.
#include <gtest/gtest.h>

#include "erp2mysql/job/field_table.hpp"
#include "job/sample.hpp"

namespace erp2mysql::job {
namespace {

using namespace std::chrono_literals;
using testing::all_text;
using testing::load_sample;

Loaded load_good(testing::Edits edits) {
  auto loaded = load_sample(edits);
  EXPECT_TRUE(loaded.problems.empty()) << all_text(loaded.problems);
  return loaded;
}

Loaded load_top(std::string_view keys) {
  const auto head = "{" + std::string(keys) + ",\n  \"name\"";
  return load_good({{"{\n  \"name\"", head}});
}

TEST(Load, FillsInDefaults) {
  const auto loaded = load_good({});
  const Job& job = loaded.job;
  EXPECT_EQ(job.name, "orders");
  EXPECT_EQ(job.zone_name, "+08:00");
  EXPECT_EQ(job.source.method, "POST");
  EXPECT_EQ(job.source.connection.at("app_secret"), "s3cr3t-value");
  EXPECT_EQ(job.source.request.at(0).value, "{{LAST_SYNC_TIME|datetime}}");
  EXPECT_EQ(job.source.request[0].type, "string");
  EXPECT_EQ(job.source.request[0].pointer, "/source/request/0");
  EXPECT_EQ(job.target.platform, "mysql");
  EXPECT_EQ(job.target.other_request.at("limit"), "1000");
  EXPECT_EQ(job.target.other_pointer.at("main_sql"), "/target/otherRequest/0/value");
  EXPECT_EQ(job.sync.lag, 1min);
  EXPECT_EQ(job.sync.window, 24h);
  EXPECT_EQ(job.retry.max_attempts, 5);
  EXPECT_FALSE(job.rate_limits);
  EXPECT_EQ(job.quality.max_bad_rows, 0);
  EXPECT_EQ(job.fingerprint.size(), 64u);
  EXPECT_TRUE(loaded.warnings.empty()) << all_text(loaded.warnings);
}

TEST(Load, PlacesCountLinesAndBytes) {
  const auto loaded = load_good({});
  EXPECT_EQ(loaded.places.at("").line, 1u);
  EXPECT_EQ(loaded.places.at("/source/api").line, 6u);
  EXPECT_EQ(loaded.places.at("/source/api").column, 12u);
  EXPECT_EQ(loaded.places.at("/target/request/0/value").column, 42u);
}

TEST(Load, ReadsEverySetting) {
  const auto loaded = load_top(R"("timezone": "Asia/Shanghai", "$schema": "x", "notes": ["n"],
    "sync": {"start": "2024-01-01 00:00:00", "overlap": "10m", "lag": "0s", "window": "6h",
             "parallel": 2, "paging": "Reverse"},
    "rateLimit": [{"requests": 5, "per": "1s"}, {"requests": 100, "per": "1m"}],
    "retry": {"maxAttempts": 3, "delay": "500ms", "maxDelay": "5s"},
    "quality": {"maxBadRows": 7, "rules": [{"field": "o", "required": true, "pattern": "^a[)]+$",
      "min": 1, "max": "12345678901234567890", "maxLength": 5, "in": ["x", 2, true],
      "default": 0, "onFail": "Null"}], "minRows": 1, "maxRows": 900, "dropBelow": 0.5,
      "dropRuns": 8, "maxLag": "2h", "nullShare": [{"field": "o", "max": "0.01"}],
      "failOn": ["minrows", "maxLag"]},
    "state": {"database": "etl"}, "delay": "1.5",
    "alerts": [{"type": "wecom", "url": "https://x", "on": ["failure"], "lang": "zh"},
               {"type": "Feishu", "url": "https://y", "repeat": "30m"}])");
  const Job& job = loaded.job;
  EXPECT_EQ(job.sync.start, "2024-01-01 00:00:00");
  EXPECT_EQ(job.sync.overlap, 10min);
  EXPECT_EQ(job.sync.lag, 0ms);
  EXPECT_EQ(job.sync.window, 6h);
  EXPECT_EQ(job.sync.paging, "reverse");
  ASSERT_EQ(job.rate_limits->size(), 2u);
  EXPECT_EQ(job.rate_limits->at(1), (RateLimit{100, 60s}));
  EXPECT_EQ(job.retry.max_attempts, 3);
  EXPECT_EQ(job.retry.max_delay, 5s);
  EXPECT_EQ(job.quality.max_bad_rows, 7);
  const Rule& rule = job.quality.rules.at(0);
  EXPECT_EQ(rule.max, "12345678901234567890");
  EXPECT_EQ(rule.in, (std::vector<std::string>{"x", "2", "true"}));
  EXPECT_EQ(rule.default_value, "0");
  EXPECT_EQ(rule.on_fail, "null");
  EXPECT_EQ(job.state_database, "etl");
  EXPECT_EQ(job.source.page_delay, 1500ms);
  const auto warnings = all_text(loaded.warnings);
  EXPECT_EQ(loaded.warnings.size(), 2u) << warnings;
  EXPECT_NE(warnings.find("/alerts/0/url: a literal secret"), std::string::npos);
  const auto& anomalies = job.quality.anomalies;
  EXPECT_EQ(anomalies.min_rows, 1);
  EXPECT_EQ(anomalies.max_rows, 900);
  EXPECT_EQ(anomalies.drop_below_millionths, 500'000u);
  EXPECT_EQ(anomalies.drop_runs, 8);
  EXPECT_EQ(anomalies.max_lag, 2h);
  EXPECT_EQ(anomalies.null_shares.at(0).field, "o");
  EXPECT_EQ(anomalies.null_shares.at(0).max_millionths, 10'000u);
  EXPECT_EQ(anomalies.fail_on, (std::vector<std::string>{"minRows", "maxLag"}));
  ASSERT_EQ(job.alerts.size(), 2u);
  EXPECT_EQ(job.alerts[0].on, std::vector<std::string>{"failure"});
  EXPECT_EQ(job.alerts[0].lang, "zh");
  EXPECT_EQ(job.alerts[0].repeat, 6h);
  EXPECT_EQ(job.alerts[1].type, "feishu");
  EXPECT_EQ(job.alerts[1].on, (std::vector<std::string>{"failure", "anomaly", "recovery"}));
  EXPECT_EQ(job.alerts[1].repeat, 30min);
}

TEST(Load, TakesTheOtherSpellingsOfRetry) {
  const auto policy = load_top(R"("retryPolicy": {"maxAttempts": "3", "delay": "5000"})");
  EXPECT_EQ(policy.job.retry.max_attempts, 3);
  EXPECT_EQ(policy.job.retry.delay, 5s);
  const auto long_delay = load_top(R"("retryPolicy": {"delay": 120000})");
  EXPECT_EQ(long_delay.job.retry.max_delay, 2min);
  const auto snake = load_good(
      {{"\"source\": {", R"("source": {"retry_policy": {"max_retries": 3}, "delay": 5,)"}});
  EXPECT_EQ(snake.job.retry.max_attempts, 4);
  EXPECT_EQ(snake.job.source.page_delay, 5s);
}

TEST(Load, TakesMarkBlanksAndNulls) {
  const auto marked =
      load_text("a.json", "\xEF\xBB\xBF\r\n" + testing::edited({}) + "\n\n", testing::options());
  EXPECT_TRUE(marked.problems.empty()) << all_text(marked.problems);
  EXPECT_EQ(marked.places.at("/name").line, 3u);
  load_top(R"("sync": null, "rateLimit": null, "alerts": null, "delay": null)");
}

TEST(Load, NamesTheJobAfterItsFile) {
  const auto text = testing::edited({{"  \"name\": \"orders\",\n", ""}});
  EXPECT_EQ(load_text("jobs/销售出库.json", text, testing::options()).job.name, "销售出库");
  const auto bad = load_text("jobs/my job.json", text, testing::options());
  ASSERT_EQ(bad.problems.size(), 1u);
  EXPECT_NE(bad.problems[0].message.find("the file's name cannot stand in"), std::string::npos);
}

TEST(Load, NumbersAndTruthsMayStandInQuotesWhereExportsDoSo) {
  const auto loaded =
      load_good({{"\"source\": {",
                  R"("source": {"id": "o", "idCheck": "TRUE", "pagination": {"pageSize": "50"},)"},
                 {"\"{io_id}\"", "12345678901234567890.50"},
                 {"VALUES\"}]", "VALUES\"}, {\"field\": \"limit\", \"value\": 200}]"},
                 {"\"username\"", "\"port\": \"${env:PORT}\", \"username\""}});
  EXPECT_TRUE(loaded.job.source.id_check);
  EXPECT_EQ(loaded.job.source.page_size, 50);
  EXPECT_EQ(loaded.job.target.request.at(0).value, "12345678901234567890.50");
  EXPECT_EQ(loaded.job.target.other_request.at("limit"), "200");
  EXPECT_EQ(loaded.job.target.connection.at("port"), "3307");
  EXPECT_TRUE(
      load_good({{"\"source\": {", R"("source": {"id": "o", "idCheck": 1,)"}}).job.source.id_check);
}

TEST(Load, ReadsItemsInEveryForm) {
  const auto loaded = load_good({{R"({"field": "id", "value": "{io_id}"})", R"(
    {"field": "a", "type": "String", "value": null, "default": 5, "label": "l", "describe": "111",
     "is_required": 1, "parent": "p", "id": "a", "format": "f", "strategy": "s"},
    {"field": "b", "type": "array", "value": ["x", {"k": 1.50, "s": "${env:S}"}]},
    {"field": "c", "parser": {"name": "arraytostring", "params": ","}, "mapping": "items.name"},
    {"field": "d", "type": "boolean", "value": true, "onDivisionByZero": "null"})"}});
  const auto& items = loaded.job.target.request;
  ASSERT_EQ(items.size(), 4u);
  EXPECT_FALSE(items[0].value);
  EXPECT_EQ(items[0].default_value, "5");
  EXPECT_EQ(items[0].type, "string");
  EXPECT_EQ(items[1].value, R"(["x",{"k":1.50,"s":"s3cr3t-value"}])");
  EXPECT_EQ(items[2].parser->name, "ArrayToString");
  EXPECT_EQ(items[2].parser->params, ",");
  EXPECT_EQ(items[2].value, "{{items.name}}");
  EXPECT_EQ(items[3].value, "true");
  EXPECT_EQ(items[3].on_division_by_zero, "null");
}

TEST(Load, ReadsConditionsAndFlattening) {
  const auto loaded = load_good({{"\"source\": {", R"("source": {"otherRequestParams":
    {"beatFlat": ["items"]}, "condition_bk": [], "condition": [[{"field": "io_id", "logic": "EQ",
    "value": 816403}, {"field": "items.name", "logic": "like", "value": "x", "strictMode": true}],
    [{"field": "a", "logic": "between", "value": [1, 2]}, {"field": "b", "logic": "notnull"}]],)"}});
  const auto& source = loaded.job.source;
  EXPECT_EQ(source.beat_flat, std::vector<std::string>{"items"});
  ASSERT_EQ(source.condition.size(), 2u);
  EXPECT_EQ(source.condition[0][0].logic, "eq");
  EXPECT_EQ(source.condition[0][0].value, "816403");
  EXPECT_TRUE(source.condition[0][1].strict);
  EXPECT_EQ(source.condition[1][0].value, "1,2");
  EXPECT_EQ(source.condition[1][1].pointer, "/source/condition/1/1");
  ASSERT_EQ(loaded.warnings.size(), 1u);
  EXPECT_EQ(loaded.warnings[0].pointer, "/source/condition_bk");
}

TEST(Load, MakesConnectionKeysCanonical) {
  const auto loaded = load_good(
      {{R"("username": "etl", "password": "${env:S}", "database": "bi")",
        R"("hostname": "db", "hostport": "3307", "user": "etl", "passwd": "${env:S}", "dbname": "bi",
           "sslMode": "VERIFY_CA", "ssl_ca": "ca.pem", "socket": "/run/m.sock",
           "read_timeout": "2m", "timeout": 1.5)"}});
  const Connection expected = {{"host", "db"},
                               {"port", "3307"},
                               {"username", "etl"},
                               {"password", "s3cr3t-value"},
                               {"database", "bi"},
                               {"ssl_mode", "verify_ca"},
                               {"ssl_ca", "jobs/ca.pem"},
                               {"socket", "/run/m.sock"},
                               {"read_timeout", "120"},
                               {"connect_timeout", "2"}};
  EXPECT_EQ(loaded.job.target.connection, expected);
}

TEST(Load, NoOpTargetsNeedNothing) {
  for (const char* api : {"写入空操作", "空操作"}) {
    const auto loaded = load_good(
        {{"batchexecute", api}, {"[{\"field\": \"main_sql\"", "[{\"field\": \"main_sql\""}});
    EXPECT_EQ(loaded.job.target.api, "写入空操作");
    EXPECT_FALSE(loaded.job.target.other_request.contains("limit"));
  }
}

TEST(Fingerprint, FollowsWhatDecidesTheRows) {
  const auto base = load_good({}).job.fingerprint;
  const auto of = [](testing::Edits edits) { return load_good(edits).job.fingerprint; };
  EXPECT_EQ(base, of({{"{\n  \"name\"", "{  \"name\""}}));
  EXPECT_EQ(base, of({{"orders", "other"}}));
  EXPECT_EQ(base, of({{"\"field\": \"id\"", "\"label\": \"l\", \"field\": \"id\""}}));
  EXPECT_EQ(base, of({{"${env:S}", "another literal"}}));
  EXPECT_EQ(base, of({{"VALUES\"}]", "VALUES\"}, {\"field\": \"limit\", \"value\": 5}]"}}));
  EXPECT_EQ(base, of({{"\"source\": {", "\"source\": {\"pagination\": {\"pageSize\": 10},"}}));
  EXPECT_EQ(
      base,
      of({{"{\n  \"name\"", "{\"rateLimit\": [{\"requests\": 1, \"per\": \"1s\"}],\n  \"name\""}}));
  EXPECT_NE(base, of({{"{io_id}", "{o_id}"}}));
  EXPECT_NE(base, of({{"INTO t ", "INTO u "}}));
  EXPECT_NE(base, of({{"\"c\"}", "\"d\"}"}}));
  EXPECT_NE(base, of({{"start_time", "begin_time"}}));
  EXPECT_NE(base, of({{"{\n  \"name\"", "{\"timezone\": \"+09:00\",\n  \"name\""}}));
  EXPECT_NE(base, of({{"\"field\": \"id\"", "\"default\": \"\", \"field\": \"id\""}}));
}

TEST(Loaded, TakesTheProblemsOfUpperFloors) {
  auto loaded = load_good({});
  loaded.add_problem("/target/request/0/children/3", "no such column", "add it");
  loaded.add_problem("/source/api", "unknown api");
  loaded.add_problem("/source/api", "unknown api");
  ASSERT_EQ(loaded.problems.size(), 2u);
  EXPECT_EQ(to_text(loaded.problems[0]), "jobs/orders.json:6:12 /source/api: unknown api");
  EXPECT_EQ(to_text(loaded.problems[1]),
            "jobs/orders.json:12:17 /target/request/0/children/3: no such column; add it");
  loaded.add_warning("", "slow");
  EXPECT_EQ(to_text(loaded.warnings.at(0)), "jobs/orders.json:1:1: slow");
}

TEST(Tables, DescribeEveryKeyOnceAndAliasesPointToKeys) {
  std::vector<const Section*> sections = {&job_section(),          &k_source_section,
                                          &k_target_section,       &k_item_section,
                                          &k_parser_section,       &k_condition_section,
                                          &k_pagination_section,   &k_extra_section,
                                          &k_remedy_section,       &k_sync_section,
                                          &k_rate_section,         &k_retry_section,
                                          &k_retry_policy_section, &k_quality_section,
                                          &k_rule_section,         &k_null_share_section,
                                          &k_state_section,        &k_alert_section,
                                          &k_account_section,      &k_retry_policy_snake_section};
  for (const auto& platform : platforms())
    sections.push_back(connection_section(platform.platform));
  for (const auto* section : sections) {
    ASSERT_NE(section, nullptr);
    std::map<std::string_view, int> count;
    for (const auto& field : section->fields) {
      EXPECT_EQ(++count[field.name], 1) << section->name << '.' << field.name;
      EXPECT_FALSE(field.description.empty()) << section->name << '.' << field.name;
      EXPECT_TRUE(field.alias_of.empty() || section->find(field.alias_of) != nullptr);
      const bool nested = field.type == FieldType::object || field.type == FieldType::objects ||
                          field.type == FieldType::objects_or_file ||
                          field.type == FieldType::groups;
      EXPECT_EQ(nested, field.inner != nullptr) << section->name << '.' << field.name;
    }
  }
  EXPECT_EQ(platforms().size(), 8u);
}

}  // namespace
}  // namespace erp2mysql::job
