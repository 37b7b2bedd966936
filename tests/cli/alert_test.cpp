// SPDX-License-Identifier: Apache-2.0
// Whom to tell, when, and in which form. The signatures were made with Python's hmac module.
#include "alert.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "erp2mysql/base/secrets.hpp"

namespace erp2mysql::cli {
namespace {

using namespace std::chrono_literals;

base::Instant at(const char* text) { return base::parse_datetime(text, base::Zone()).value(); }

run::RunResult failed(const char* message) {
  run::RunResult r;
  r.job = "orders";
  r.run_id = "r1";
  r.status = "failed";
  r.exit_code = 75;
  r.error = base::Error(base::ErrorKind::temporary, message).hint("check base_url");
  r.failed_window.emplace();
  r.failed_window->time = {at("2024-01-01"), at("2024-01-02")};
  return r;
}

run::RunResult good() {
  run::RunResult r;
  r.job = "orders";
  r.status = "done";
  r.exit_code = 0;
  return r;
}

std::string names(const std::vector<Event>& events) {
  std::string out;
  for (const auto& event : events) out += event.name + " ";
  return out;
}

job::Alert robot(const char* type) {
  job::Alert out;
  out.type = type;
  out.url = "https://robot.example/send?access_token=t";
  out.secret = "SECabc";
  out.on = {"failure", "quarantine", "anomaly", "recovery"};
  out.repeat = 6h;
  return out;
}

TEST(AlertEvents, OfOneRun) {
  EXPECT_EQ(names(events_of(failed("x"))), "failure ");
  EXPECT_EQ(names(events_of(good())), "recovery success ");
  auto r = good();
  r.rows.quarantined = 2;
  r.anomalies = {{"minRows", "few", false}};
  EXPECT_EQ(names(events_of(r)), "anomaly quarantine ");
  r.dry_run = true;
  EXPECT_EQ(names(events_of(r)), "");
  for (const char* status : {"locked", "interrupted"}) {
    r = failed("x");
    r.status = status;
    EXPECT_EQ(names(events_of(r)), "") << status;
  }
}

TEST(AlertEvents, TheSameTroubleIsToldOnceAndRecoveryOnce) {
  Told told;
  const auto alert = robot("webhook");
  const auto start = at("2024-01-01");
  struct Step {
    run::RunResult result;
    base::Millis later;
    const char* events;
  };
  const Step steps[] = {
      {good(), 0min, ""},  // nothing was told, so nothing is taken back
      {failed("no answer after 5 s"), 1min, "failure "},
      {failed("no answer after 7 s"), 2min, ""},  // only the number differs
      {failed("bad signature"), 3min, "failure "},
      {failed("no answer after 5 s"), 6h + 2min, "failure "},
      {good(), 7h, "recovery "},
      {good(), 8h, ""},
      {failed("no answer after 5 s"), 9h, "failure "},
  };
  for (const auto& step : steps) {
    EXPECT_EQ(names(due(events_of(step.result), alert, told, start + step.later)), step.events)
        << step.later.count();
  }
}

TEST(AlertText, NamesWindowAndRepairInBothLanguages) {
  const auto r = failed("HTTP status 500");
  const auto text = [&](Language language) {
    return alert_text(events_of(r).front(), r, base::Zone(), "erp2mysql run a.json", "", language);
  };
  EXPECT_EQ(text(Language::english),
            "erp2mysql: job orders failed, exit code 75\nHTTP status 500\ncheck base_url\n"
            "the failed window: [2024-01-01 00:00:00, 2024-01-02 00:00:00)\n"
            "to read it again: erp2mysql run a.json\nrun r1");
  EXPECT_EQ(text(Language::chinese),
            "erp2mysql：任务 orders 失败，退出码 75\nHTTP 状态 500\n检查 base_url\n"
            "失败的窗口：[2024-01-01 00:00:00, 2024-01-02 00:00:00)\n"
            "重新读取的命令：erp2mysql run a.json\n运行 r1");
}

TEST(AlertRequest, SignedAsEachReceiverWants) {
  const base::Instant now{base::Millis(1700000000123)};
  const Event event{"failure", "k"};
  const auto ding = alert_request(robot("dingtalk"), event, "hello", "{}", now);
  EXPECT_EQ(ding.url,
            "https://robot.example/send?access_token=t&timestamp=1700000000123&sign="
            "IqXBU%2FaLfwMA3S%2FtDcfRmHx5vWHw9Y1aOgFLBr1Ti9w%3D");
  EXPECT_EQ(ding.body, R"({"msgtype":"text","text":{"content":"hello"}})");
  const auto feishu = alert_request(robot("feishu"), event, "hello", "{}", now);
  EXPECT_EQ(
      feishu.body,
      R"({"timestamp":"1700000000","sign":"XprR1de+0SSBnwWyU/4k6x2TL+Q2SJlM5NNEdAv7MWg=","msg_type":"text","content":{"text":"hello"}})");
  const auto wecom = alert_request(robot("wecom"), event, "hello", "{}", now);
  EXPECT_EQ(wecom.url, robot("wecom").url);
  EXPECT_EQ(wecom.body, R"({"msgtype":"text","text":{"content":"hello"}})");
  const auto hook = alert_request(robot("webhook"), event, "hello", R"({"job":"orders"})", now);
  EXPECT_EQ(hook.body, R"({"v":1,"event":"failure","text":"hello","result":{"job":"orders"}})");
  EXPECT_EQ(hook.headers[1].second, "1700000000");
  EXPECT_EQ(hook.headers[2].second,
            "sha256=bf3e1b50748ffc677f6df34a0a769d858d6a20a3e3abb77eff7c6fd843a89706");
}

TEST(AlertRequest, SecretsAreScrubbed) {
  base::register_secret("hush-hush");
  const auto r = failed("the answer was hush-hush");
  const auto text = alert_text(events_of(r).front(), r, base::Zone(), "", "", Language::english);
  base::forget_secrets();
  EXPECT_EQ(text.find("hush-hush"), std::string::npos) << text;
}

TEST(AlertAnswer, TheRobotsOwnCodeCounts) {
  using Action = http::Verdict::Action;
  struct Case {
    const char* type;
    int status;
    const char* body;
    Action action;
  };
  const Case cases[] = {
      {"dingtalk", 200, R"({"errcode":0,"errmsg":"ok"})", Action::ok},
      {"dingtalk", 200, R"({"errcode":310000,"errmsg":"sign not match"})", Action::permanent},
      {"wecom", 200, R"({"errcode":93000,"errmsg":"invalid webhook url"})", Action::permanent},
      {"feishu", 200, R"({"code":0,"msg":"success"})", Action::ok},
      {"feishu", 200, R"({"StatusCode":0,"StatusMessage":"success"})", Action::ok},
      {"feishu", 200, R"({"code":19021,"msg":"sign match fail"})", Action::permanent},
      {"feishu", 200, "<html>", Action::permanent},
      {"webhook", 204, "", Action::ok},
      {"webhook", 500, "", Action::retry},
      {"webhook", 404, "", Action::permanent},
  };
  for (const auto& c : cases) {
    http::Response response;
    response.status = c.status;
    response.body = c.body;
    EXPECT_EQ(judge_alert(robot(c.type), response).action, c.action) << c.type << c.body;
  }
}

}  // namespace
}  // namespace erp2mysql::cli
