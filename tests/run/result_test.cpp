// SPDX-License-Identifier: Apache-2.0
// What a run prints in the end: a stable object for programs, a last line for people, no secrets.
#include "erp2mysql/run/result.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "erp2mysql/base/secrets.hpp"

namespace erp2mysql::run {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> keys(const Json& object) {
  std::vector<std::string> out;
  for (const auto& [key, value] : object.items()) out.push_back(key);
  return out;
}

base::Instant at(const char* text) { return base::parse_datetime(text, base::Zone()).value(); }

RunResult sample() {
  RunResult r;
  r.job = "orders";
  r.run_id = "20240110-1";
  r.status = "done";
  r.exit_code = 0;
  r.stretch = base::Range{at("2024-01-01"), at("2024-01-10 12:00:00")};
  r.windows_planned = 10;
  r.windows_done = 4;
  r.pages = 7;
  r.records = 300;
  r.rows = {100, 90, 4, 3, 2, 1};
  r.affected = 180;
  r.warnings = 6;
  r.meters = {9, 2, 4096, base::Millis(1500), base::Millis(250)};
  r.seconds = 12.5;
  r.watermark_after = at("2024-01-10 12:00:00");
  return r;
}

std::string last_line(const RunResult& r) {
  std::string text =
      to_text(r, base::Zone(), {"erp2mysql run a.json", "erp2mysql quarantine list a.json"});
  EXPECT_TRUE(text.ends_with('\n'));
  text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

TEST(ResultJson, KeysAndValues) {
  const auto json = Json::parse(to_json(sample(), base::Zone()));
  EXPECT_EQ(keys(json), (std::vector<std::string>{
                            "job", "run_id", "status", "exit_code", "dry_run", "from", "to",
                            "windows", "requests", "retries", "pages", "records", "rows",
                            "affected", "warnings", "bytes_in", "seconds", "waited", "watermark"}));
  EXPECT_EQ(json["from"], "2024-01-01T00:00:00+08:00");
  EXPECT_EQ(json["to"], "2024-01-10T12:00:00+08:00");
  EXPECT_EQ(json["windows"].dump(), R"({"planned":10,"done":4,"failed":0,"skipped":0,"halved":0})");
  EXPECT_EQ(
      json["rows"].dump(),
      R"({"read":100,"written":90,"unchanged":4,"filtered":3,"duplicate":2,"quarantined":1})");
  EXPECT_EQ(json["waited"].dump(), R"({"rate_limit":1.5,"source":0.25,"target":0.0})");
  EXPECT_TRUE(json["watermark"]["before"].is_null());
  EXPECT_EQ(json["watermark"]["after"], "2024-01-10T12:00:00+08:00");
  EXPECT_EQ(json["requests"], 9);
  EXPECT_EQ(json["warnings"], 6);
  EXPECT_EQ(json["bytes_in"], 4096);
}

TEST(ResultJson, TimesAreInTheJobsZone) {
  const auto json = Json::parse(to_json(sample(), base::Zone::parse("Z").value()));
  EXPECT_EQ(json["from"].get<std::string>().substr(0, 19), "2023-12-31T16:00:00");
}

TEST(ResultJson, RunThatNeverStarted) {
  const auto json = Json::parse(to_json({}, base::Zone()));
  EXPECT_EQ(json["status"], "failed");
  EXPECT_EQ(json["exit_code"], 70);
  EXPECT_TRUE(json["from"].is_null());
  EXPECT_TRUE(json["to"].is_null());
}

TEST(ResultJson, ErrorObject) {
  auto r = sample();
  r.error = base::Error(base::ErrorKind::temporary, "no answer").at("page 3").hint("run again");
  const auto json = Json::parse(to_json(r, base::Zone()));
  EXPECT_EQ(json["error"].dump(),
            R"({"kind":"temporary","where":"page 3","message":"no answer","hint":"run again"})");
}

TEST(ResultJson, TextThatIsNoUtf8IsReplaced) {
  auto r = sample();
  r.error = base::Error(base::ErrorKind::source, "bad \xff byte");
  EXPECT_TRUE(Json::accept(to_json(r, base::Zone())));
}

TEST(Result, SecretsAreScrubbed) {
  base::register_secret("top\"secret-key");
  auto r = sample();
  r.job = "orders top\"secret-key";
  r.status = "failed";
  r.error = base::Error(base::ErrorKind::credentials, "refused top\"secret-key");
  const auto json = to_json(r, base::Zone());
  const auto text = to_text(r, base::Zone(), {});
  base::forget_secrets();
  EXPECT_EQ(json.find("secret-key"), std::string::npos) << json;
  EXPECT_EQ(text.find("secret-key"), std::string::npos) << text;
  EXPECT_EQ(Json::parse(json)["error"]["message"], "refused ***");
}

TEST(ResultText, LastLine) {
  struct Case {
    const char* status;
    bool dry_run;
    const char* line;
  };
  const Case cases[] = {
      {"done", false, "DONE orders: 90 rows written, watermark 2024-01-10 12:00:00"},
      {"done", true, "DONE orders: dry run, nothing was written"},
      {"nothing", false,
       "DONE orders: 0 new rows since 2024-01-01 00:00:00, watermark moved to 2024-01-10 12:00:00"},
      {"partial", false,
       "PARTIAL orders: 90 rows written, 1 in quarantine; next: erp2mysql quarantine list a.json"},
      {"failed", false,
       "FAILED orders: watermark 2024-01-10 12:00:00, 4 of 10 windows done; next: "
       "erp2mysql run a.json"},
  };
  for (const auto& c : cases) {
    auto r = sample();
    r.status = c.status;
    r.dry_run = c.dry_run;
    EXPECT_EQ(last_line(r), c.line);
  }
}

TEST(ResultText, WithoutWatermark) {
  auto r = sample();
  r.watermark_after.reset();
  EXPECT_EQ(last_line(r), "DONE orders: 90 rows written, no watermark yet");
  r.status = "nothing";
  EXPECT_EQ(last_line(r), "DONE orders: 0 new rows since 2024-01-01 00:00:00, watermark unchanged");
}

TEST(ResultText, BodyHoldsTheBooksAndTheStretch) {
  const auto text = to_text(sample(), base::Zone(), {});
  for (const char* part :
       {"[2024-01-01 00:00:00, 2024-01-10 12:00:00), 4 of 10 windows", "9 requests (2 retries)",
        "7 pages, 300 records", "read 100 = written 90", "quarantined 1", "12.5 s", "1.5 s"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

}  // namespace
}  // namespace erp2mysql::run
