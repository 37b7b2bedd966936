// SPDX-License-Identifier: Apache-2.0
// The half of the class that knows who is calling.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "civil_time.hpp"
#include "kingdee.hpp"
#include "kingdee_sign.hpp"

namespace mock {
namespace {

constexpr std::int64_t gmt8 = 8 * 3600;
constexpr std::int64_t tolerance = 15 * 60;
constexpr std::size_t most_parameters = 6;

// The order of positional parameters; names are those of the other form, in lower case.
struct Service {
  std::string_view name;
  std::array<std::string_view, most_parameters> parameters;
};
constexpr auto services = std::to_array<Service>({
    {"ValidateUser", {"acctid", "username", "password", "lcid"}},
    {"LoginByAppSecret", {"acctid", "username", "appid", "appsecret", "lcid"}},
    {"LoginBySign", {"acctid", "username", "appid", "timestamp", "sign", "lcid"}},
});

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

// The parameters of a sign-in by name, whichever way they came.
std::optional<Value> named_parameters(const Call& call, const Service& service) {
  Value given = Value::map();
  if (call.form_body) {
    for (const auto& [name, value] : call.form.params) given.add(lower(name), Value::text(value));
    return given;
  }
  const auto body = parse(call.body);
  if (!body || !body->is(Kind::object)) return std::nullopt;
  std::optional<Value> list;
  if (const Value* const parameters = body->find("parameters")) {
    list = parameters->is(Kind::text) ? parse(parameters->token) : *parameters;
    if (!list || !list->is(Kind::array)) return std::nullopt;
    for (std::size_t i = 0; i < list->items.size() && i < most_parameters; ++i) {
      given.add(service.parameters[i], list->items[i]);
    }
    return given;
  }
  for (std::size_t i = 0; i < body->items.size(); ++i) {
    given.add(lower(body->names[i]), body->items[i]);
  }
  return given;
}

std::string cookie(const Call& call, const std::string& name) {
  std::string rest = call.header("cookie");
  while (!rest.empty()) {
    std::string part = rest.substr(0, rest.find(';'));
    rest.erase(0, std::min(rest.size(), part.size() + 1));
    part.erase(0, part.find_first_not_of(' '));
    if (part.starts_with(name + "=")) return part.substr(name.size() + 1);
  }
  return {};
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

const Refusal lost{"1", "会话信息已丢失，请重新登录"};

}  // namespace

std::string Kingdee::login_problem(const Value& given, std::string_view service) const {
  const auto setting = [&](const char* name) {
    return settings_.get(std::string("kingdee.") + name);
  };
  if (given.text_of("acctid") != setting("acct_id")) return "会话信息已丢失，请重新登录";
  if (given.text_of("username") != setting("username")) return "用户名或密码错误";
  if (service == "ValidateUser") {
    return given.text_of("password") == setting("password") ? "" : "用户名或密码错误";
  }
  if (given.text_of("appid") != setting("app_id")) return "应用ID不存在";
  if (service == "LoginByAppSecret") {
    return given.text_of("appsecret") == setting("app_secret") ? "" : "应用密钥错误";
  }
  const std::string timestamp = given.text_of("timestamp");
  const auto seconds = whole_number(timestamp);
  if (!seconds ||
      (options_.clock_skew_check && std::abs(*seconds - (platform_now() - gmt8)) > tolerance)) {
    return "时间戳无效";
  }
  const Hash hash = setting("sign") == "sha1" ? Hash::sha1 : Hash::sha256;
  const KingdeeLogin login{setting("acct_id"), setting("username"), setting("app_id"),
                           setting("app_secret"), timestamp};
  return given.text_of("sign") == kingdee_login_sign(login, hash) ? "" : "签名错误";
}

Answer Kingdee::login_answer(const std::string& session, const std::string& problem) const {
  Value body = Value::map();
  const std::string usual = settings_.get("kingdee.login_result");
  body.add("Message", problem.empty() ? Value{} : Value::text(problem));
  body.add("MessageCode", Value::text(problem.empty() ? "CheckPasswordPolicy" : ""));
  const std::string failed = problem.starts_with("会话") ? "-1" : "0";
  body.add("LoginResultType", Value::of(Kind::number, problem.empty() ? usual : failed));
  Value context = Value::map();
  if (problem.empty()) {
    context.add("UserLocale", Value::text("zh-CN")).add("DatabaseType", Value::number(3));
    context.add("DBid", Value::text(settings_.get("kingdee.acct_id")));
    context.add("UserName", Value::text(settings_.get("kingdee.username")));
    context.add("DataCenterName", Value::text("演示账套"));
  }
  body.add("Context", problem.empty() ? context : Value{});
  body.add("KDSVCSessionId", problem.empty() ? Value::text(session) : Value{});
  body.add("FormId", Value{}).add("ErrorStackTrace", Value{}).add("Lcid", Value::number(0));
  body.add("AccessToken", Value{}).add("IsSuccessByAPI", Value::boolean(problem.empty()));
  Answer answer = json(written(body));
  if (problem.empty()) {
    answer.headers.emplace_back("Set-Cookie",
                                "kdservice-sessionid=" + session + "; path=/; HttpOnly");
    answer.headers.emplace_back("Set-Cookie", "ASP.NET_SessionId=a" + session + "; path=/");
  }
  return answer;
}

Answer Kingdee::sign_in(const Call& call, std::string_view service) {
  const auto found = std::find_if(services.begin(), services.end(), [&](const Service& s) {
    return service == s.name || service == std::string(s.name) + "2";
  });
  const auto given = found == services.end() ? std::nullopt : named_parameters(call, *found);
  if (!given) {
    // A bare list is refused with 500, as are services that do not exist.
    Answer answer = json("Additional text found in JSON string after finishing deserializing");
    answer.status = 500;
    return answer;
  }
  const std::string problem = login_problem(*given, found->name);
  if (!problem.empty()) {
    stats().count(Counter::signature_failures);
    stats().error("login");
    return login_answer({}, problem);
  }
  stats().count(Counter::sign_ins);
  const std::string session = trace_id() + "-" + trace_id();
  stats().issued(session);
  const std::lock_guard lock(sessions_mutex_);
  if (settings_.is("kingdee.one_session", "on")) sessions_.clear();
  sessions_[session] = {0, steady_milliseconds()};
  return login_answer(session, {});
}

void Kingdee::expire() {
  const std::lock_guard lock(sessions_mutex_);
  sessions_.clear();
}

std::optional<Refusal> Kingdee::check_session(const std::string& id) {
  const std::lock_guard lock(sessions_mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return lost;
  const std::int64_t most_calls = settings_.number("kingdee.session_calls");
  const std::int64_t longest = settings_.number("kingdee.session_ms");
  Session& session = found->second;
  ++session.calls;
  if ((most_calls > 0 && session.calls > most_calls) ||
      (longest > 0 && steady_milliseconds() - session.born_ms > longest)) {
    sessions_.erase(found);
    return lost;
  }
  return std::nullopt;
}

std::optional<Refusal> Kingdee::check_headers(const Call& call) const {
  Refusal wrong{"1", "签名验证失败"};
  wrong.signature = true;
  const std::string app_id = settings_.get("kingdee.app_id");
  const auto data = unbase64(call.header("x-kd-appdata"));
  if (call.header("x-kd-appkey") != app_id || !data) return wrong;
  const auto parts = split(*data);
  if (parts.size() != 4 || parts[0] != settings_.get("kingdee.acct_id") ||
      parts[1] != settings_.get("kingdee.username")) {
    return wrong;
  }
  if (call.header("x-kd-signature") !=
      kingdee_hmac(app_id + *data, settings_.get("kingdee.app_secret"))) {
    return wrong;
  }
  if (settings_.is("kingdee.api_headers", "ignored")) return std::nullopt;
  const std::string timestamp = call.header("x-api-timestamp"), nonce = call.header("x-api-nonce");
  const auto number = whole_number(timestamp);
  const std::int64_t seconds = !number ? 0 : timestamp.size() > 11 ? *number / 1000 : *number;
  const bool late =
      options_.clock_skew_check && std::abs(seconds - (platform_now() - gmt8)) > tolerance;
  if (late || call.header("x-api-clientid") != app_id.substr(0, app_id.find('_')) ||
      call.header("x-api-auth-version") != "2.0" ||
      lower(call.header("x-api-signheaders")) != "x-api-timestamp,x-api-nonce" ||
      call.header("x-api-signature") !=
          kingdee_api_signature(call.path, nonce, timestamp, app_id)) {
    return wrong;
  }
  return std::nullopt;
}

std::optional<Refusal> Kingdee::check(const Call& call) {
  if (api_of(call).starts_with("AuthService.")) return std::nullopt;
  // A stale session wins over signed headers, as it does there.
  std::string session = call.header("kdservice-sessionid");
  if (session.empty()) session = cookie(call, "kdservice-sessionid");
  if (!session.empty()) return check_session(session);
  if (!call.header("x-kd-appkey").empty()) return check_headers(call);
  return lost;
}

}  // namespace mock
