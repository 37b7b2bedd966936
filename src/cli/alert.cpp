// SPDX-License-Identifier: Apache-2.0
#include "alert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/http/sign.hpp"

namespace erp2mysql::cli {
namespace {

using Json = nlohmann::ordered_json;
using base::Error;
using base::ErrorKind;

// Trouble is the same when only its numbers and times differ.
std::string without_digits(std::string text) {
  std::erase_if(text, [](char c) { return c >= '0' && c <= '9'; });
  return text;
}

std::string unix_time(base::Instant now, std::int64_t unit) {
  return std::to_string(now.time_since_epoch().count() / unit);
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string signature(std::string_view key, std::string_view text) {
  return http::base64(http::from_hex(http::hmac_sha256_hex(key, text)));
}

// DingTalk: milliseconds and secret are the text, the secret is the key, both in the address.
std::string dingtalk_url(const job::Alert& alert, base::Instant now) {
  if (alert.secret.empty()) return alert.url;
  const auto time = unix_time(now, 1);
  const char separator = alert.url.find('?') == std::string::npos ? '?' : '&';
  return fmt::format("{}{}timestamp={}&sign={}", alert.url, separator, time,
                     http::url_encode(signature(alert.secret, time + "\n" + alert.secret)));
}

// Feishu: seconds and secret are the key of an empty text, in the body.
Json feishu_body(const job::Alert& alert, const std::string& text, base::Instant now) {
  Json out;
  if (!alert.secret.empty()) {
    const auto time = unix_time(now, 1000);
    out["timestamp"] = time;
    out["sign"] = signature(time + "\n" + alert.secret, "");
  }
  out["msg_type"] = "text";
  out["content"] = {{"text", text}};
  return out;
}

std::string webhook_body(const Event& event, const std::string& text, const std::string& result) {
  Json out{{"v", 1}, {"event", event.name}, {"text", text}};
  out["result"] = Json::parse(result, nullptr, false);
  return dump(out);
}

}  // namespace

std::vector<Event> events_of(const run::RunResult& r) {
  std::vector<Event> out;
  if (r.dry_run || r.plan_only || r.status == "locked" || r.status == "interrupted") return out;
  const bool unusual_only = r.error && r.error->where().starts_with("anomaly");
  if (r.error && !unusual_only) {
    out.push_back({"failure", fmt::format("{} {}", base::to_string(r.error->kind()),
                                          without_digits(r.error->message()))});
  }
  for (const auto& anomaly : r.anomalies) out.push_back({"anomaly", anomaly.rule});
  if (r.rows.quarantined > 0 && !r.error) out.push_back({"quarantine", "rows"});
  if (!out.empty()) return out;
  return {{"recovery", ""}, {"success", ""}};
}

std::vector<Event> due(const std::vector<Event>& events, const job::Alert& alert, Told& told,
                       base::Instant now) {
  std::vector<Event> out;
  for (const auto& event : events) {
    if (event.name == "recovery") {
      const bool trouble = !told.empty();
      told.clear();
      if (!trouble) continue;
    }
    if (std::find(alert.on.begin(), alert.on.end(), event.name) == alert.on.end()) continue;
    if (event.name == "recovery" || event.name == "success") {
      out.push_back(event);
      continue;
    }
    const auto [at, added] = told.try_emplace(event.name + " " + event.key, event.key, now);
    if (!added && now - at->second.second < alert.repeat) continue;
    at->second.second = now;
    out.push_back(event);
  }
  return out;
}

std::string alert_text(const Event& event, const run::RunResult& r, const base::Zone& zone,
                       const std::string& repair, const std::string& inspect, Language language) {
  std::vector<std::string> lines;
  const auto add = [&](const std::string& text) { lines.push_back(said_in(language, text)); };
  if (event.name == "failure") {
    add(fmt::format("erp2mysql: job {} failed, exit code {}", r.job, r.exit_code));
    add(r.error->where().empty() ? r.error->message()
                                 : r.error->where() + ": " + r.error->message());
    if (!r.error->hint().empty()) add(r.error->hint());
  } else if (event.name == "anomaly") {
    add(fmt::format("erp2mysql: job {} is unusual", r.job));
    for (const auto& anomaly : r.anomalies) {
      if (anomaly.rule == event.key) add(fmt::format("{} ({})", anomaly.message, anomaly.rule));
    }
  } else if (event.name == "quarantine") {
    add(fmt::format("erp2mysql: job {} put {} rows into quarantine", r.job, r.rows.quarantined));
    add("to look at them: " + inspect);
  } else if (event.name == "recovery") {
    add(fmt::format("erp2mysql: job {} works again", r.job));
  } else {
    add(fmt::format("erp2mysql: job {} is done, {} rows written", r.job, r.rows.written));
  }
  if (r.failed_window) {
    const auto& window = r.failed_window->time;
    add(fmt::format("the failed window: [{}, {})", base::format_datetime(window.from, zone),
                    base::format_datetime(window.to, zone)));
    add("to read it again: " + repair);
  }
  if (r.watermark_after)
    add(fmt::format("watermark {}", base::format_datetime(*r.watermark_after, zone)));
  add(fmt::format("run {}", r.run_id));
  return base::scrub(base::join(lines, "\n"));
}

http::Request alert_request(const job::Alert& alert, const Event& event, const std::string& text,
                            const std::string& result_json, base::Instant now) {
  http::Request out;
  out.url = alert.type == "dingtalk" ? dingtalk_url(alert, now) : alert.url;
  out.headers = {{"Content-Type", "application/json; charset=utf-8"}};
  if (alert.type == "feishu") {
    out.body = dump(feishu_body(alert, text, now));
  } else if (alert.type == "webhook") {
    out.body = webhook_body(event, text, result_json);
    if (!alert.secret.empty()) {
      const auto time = unix_time(now, 1000);
      out.headers.emplace_back("X-Erp2mysql-Timestamp", time);
      out.headers.emplace_back(
          "X-Erp2mysql-Signature",
          "sha256=" + http::hmac_sha256_hex(alert.secret, time + "." + out.body));
    }
  } else {
    out.body = dump({{"msgtype", "text"}, {"text", {{"content", text}}}});
  }
  return out;
}

http::Verdict judge_alert(const job::Alert& alert, const http::Response& response) {
  if (alert.type == "webhook" && response.status >= 200 && response.status < 300)
    return http::Verdict::good();
  auto verdict = http::judge_status(response);
  if (verdict.action != http::Verdict::Action::ok || alert.type == "webhook") return verdict;
  const auto answer = Json::parse(response.body, nullptr, false);
  for (const char* key : {"errcode", "code", "StatusCode"}) {
    if (!answer.is_object() || !answer.contains(key) || !answer[key].is_number_integer()) continue;
    const auto code = answer[key].get<std::int64_t>();
    if (code == 0) return http::Verdict::good();
    verdict.action = http::Verdict::Action::permanent;
    verdict.error =
        Error(ErrorKind::source,
              fmt::format(
                  "the robot answers code {}: {}", code,
                  base::shorten(answer.value(alert.type == "feishu" ? "msg" : "errmsg", ""), 200)));
    return verdict;
  }
  verdict.action = http::Verdict::Action::permanent;
  verdict.error = Error(ErrorKind::protocol, "the robot's answer has no code");
  return verdict;
}

}  // namespace erp2mysql::cli
