// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/kingdee.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/http/sign.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/body.hpp"
#include "erp2mysql/source/platform.hpp"
#include "erp2mysql/source/verdicts.hpp"

namespace erp2mysql::source::kingdee {
namespace {

using Action = http::Verdict::Action;
using base::ErrorKind;

constexpr std::string_view k_auth_service = "Kingdee.BOS.WebApi.ServicesStub.AuthService.";
constexpr std::string_view k_keys =
    "check acct_id, username and the secrets of the source connection, and whether the app is "
    "authorised for the user and this host's address is on the white list";
constexpr std::string_view k_request = "compare FormId, FieldKeys and FilterString with the form";

// By MsgCode; texts only count where the code says nothing.
constexpr std::array k_verdicts{
    VerdictRule{"1", "", Action::sign_in, ErrorKind::credentials, "the session is lost", k_keys},
    VerdictRule{"2", "", Action::permanent, ErrorKind::credentials, "no right", k_keys},
    VerdictRule{"3", "", Action::permanent, ErrorKind::config, "no operation id", k_request},
    VerdictRule{"4", "", Action::retry, ErrorKind::source, "an exception in the platform"},
    VerdictRule{"5", "", Action::permanent, ErrorKind::config, "no FormId", k_request},
    VerdictRule{"6", "", Action::retry, ErrorKind::temporary, "its database failed"},
    VerdictRule{"7", "", Action::permanent, ErrorKind::source, "licence"},
    VerdictRule{"8", "", Action::permanent, ErrorKind::config, "parameter error", k_request},
    VerdictRule{"9", "", Action::permanent, ErrorKind::config, "a field or value does not exist",
                k_request},
    VerdictRule{"10", "", Action::permanent, ErrorKind::source, "data not found", k_request},
    VerdictRule{"11", "", Action::permanent, ErrorKind::source, "validation failed", k_request},
    VerdictRule{"12", "", Action::permanent, ErrorKind::source, "not operable", k_request},
    VerdictRule{"13", "", Action::retry, ErrorKind::temporary, "locked by another operation"},
    VerdictRule{"14", "", Action::slow_down, ErrorKind::temporary, "call limit reached", "", 5},
    VerdictRule{"15", "", Action::permanent, ErrorKind::credentials,
                "administrators may not sign in", k_keys},
    VerdictRule{"", "会话信息已丢失", Action::sign_in, ErrorKind::credentials,
                "the session is lost", k_keys},
    VerdictRule{"", "重新登录", Action::sign_in, ErrorKind::credentials, "the session is lost",
                k_keys},
    VerdictRule{"", "没有该功能的操作权限", Action::permanent, ErrorKind::credentials, "no right",
                k_keys},
    VerdictRule{"", "签名", Action::permanent, ErrorKind::credentials, "bad signature", k_keys},
    VerdictRule{"", "业务对象不存在", Action::permanent, ErrorKind::config, "no such FormId",
                k_request},
};

struct LoginResult {
  std::string_view type, meaning;
  bool good = false;  // usable when it comes with a session
};
constexpr std::array k_login_results{
    LoginResult{"1", "success", true},
    LoginResult{"0", "wrong user or password"},
    LoginResult{"-1", "login failed"},
    LoginResult{"-2", "the password should be changed", true},
    LoginResult{"-3", "the password must be changed first"},
    LoginResult{"-4", "a warning", true},
    LoginResult{"-5", "needs handling in a form", true},
    LoginResult{"-6", "the cloud passport is not bound"},
    LoginResult{"-7", "activation needed"},
};

const LoginResult* find_result(std::string_view type) {
  const auto* const at = std::find_if(k_login_results.begin(), k_login_results.end(),
                                      [&](const LoginResult& row) { return row.type == type; });
  return at == k_login_results.end() ? nullptr : at;
}

std::string unix_seconds(base::Instant clock) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(clock).time_since_epoch().count());
}

std::string from_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    constexpr std::string_view k_letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto at = k_letters.find(c);
    if (at == std::string_view::npos) break;
    bits = (bits << 6) | static_cast<std::uint32_t>(at);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> count) & 0xFF);
  }
  return out;
}

// The gateway's secret is the second half of the app id, veiled with a published constant.
std::string gateway_secret(std::string_view half) {
  constexpr std::string_view k_veil = "0054f397c6234378b09ca7d3e5debce7";
  if (half.size() != 32) return std::string(half);
  auto bytes = from_base64(half);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(bytes[i] ^ k_veil[i % k_veil.size()]);
  }
  return http::base64(bytes);
}

std::string encoded_path(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  const auto slash = url.find('/');
  const auto path = slash == std::string_view::npos ? std::string_view("/") : url.substr(slash);
  return http::url_encode(path.substr(0, path.find('?')));
}

// The complaint sits in "Result.ResponseStatus", inside up to two lists of one element.
const data::Node* find_status(const data::Node& root) {
  const data::Node* node = &root;
  for (int i = 0; i < 2 && node->is_array() && node->count == 1; ++i) node = &node->first->value;
  const auto* result = node->find("Result");
  return result == nullptr ? nullptr : result->find("ResponseStatus");
}

std::string_view scalar(const data::Node& node, std::string_view name) {
  const auto* found = node.find(name);
  return found == nullptr ? std::string_view() : found->scalar();
}

}  // namespace

Account read_account(const job::Connection& connection) {
  const auto key = [&](const char* name, std::string_view otherwise = {}) {
    const auto at = connection.find(name);
    return std::string(at == connection.end() || at->second.empty() ? otherwise : at->second);
  };
  const bool app = !key("app_secret").empty();
  return {key("base_url"),    key("auth", app ? "app_secret" : "password"),
          key("acct_id"),     key("username"),
          key("password"),    key("app_id"),
          key("app_secret"),  key("lcid", "2052"),
          key("org_num", "0")};
}

std::string service_url(const Account& account, std::string_view service) {
  return join_url(account.base_url, std::string(service) + ".common.kdsvc");
}

std::string login_sign(const Account& account, std::string_view timestamp) {
  std::vector<std::string> texts{account.acct_id, account.username, account.app_id,
                                 account.app_secret, std::string(timestamp)};
  std::sort(texts.begin(), texts.end());
  return http::sha256_hex(base::join(texts, ""));
}

std::string signature(std::string_view message, std::string_view key) {
  return http::base64(http::hmac_sha256_hex(key, message));
}

http::Headers signed_headers(const Account& account, std::string_view url, base::Instant clock) {
  const auto time = unix_seconds(clock);
  const auto line = account.app_id.find('_');
  const std::string client = account.app_id.substr(0, line);
  const std::string half = line == std::string::npos ? "" : account.app_id.substr(line + 1);
  const auto text = fmt::format("POST\n{}\n\nx-api-nonce:{}\nx-api-timestamp:{}\n",
                                encoded_path(url), time, time);
  const auto data =
      fmt::format("{},{},{},{}", account.acct_id, account.username, account.lcid, account.org_num);
  return {{"X-Api-ClientID", client},
          {"X-Api-Auth-Version", "2.0"},
          {"x-api-timestamp", time},
          {"x-api-nonce", time},
          {"x-api-signheaders", "x-api-timestamp,x-api-nonce"},
          {"X-Api-Signature", signature(text, gateway_secret(half))},
          {"X-Kd-Appkey", account.app_id},
          {"X-Kd-Appdata", http::base64(data)},
          {"X-Kd-Signature", signature(account.app_id + data, account.app_secret)}};
}

http::Verdict judge_status(const data::Node& root) {
  const auto* status = find_status(root);
  if (status == nullptr || scalar(*status, "IsSuccess") != "false") return http::Verdict::good();
  std::string_view text;
  if (const auto* errors = status->find("Errors"); errors != nullptr && errors->count > 0) {
    text = scalar(errors->first->value, "Message");
  }
  auto code = scalar(*status, "MsgCode");
  if (code == "0") code = {};
  return judge_complaint(k_verdicts, "Kingdee", {code, text});
}

http::Verdict judge_text(std::string_view body) {
  constexpr std::string_view k_prefix = "response_error:";
  body = base::trim(body);
  if (body.starts_with('"')) body.remove_prefix(1);
  if (!body.starts_with(k_prefix)) return http::Verdict::good();
  return judge_complaint(k_verdicts, "Kingdee", {"", base::trim(body.substr(k_prefix.size()))});
}

http::Request Login::request(const Session&, base::Instant clock) const {
  const auto time = unix_seconds(clock);
  data::Arguments parameters{text_argument("", account_.acct_id),
                             text_argument("", account_.username)};
  std::string_view service = "ValidateUser";
  if (account_.auth == "password") {
    parameters.push_back(text_argument("", account_.password));
  } else {
    parameters.push_back(text_argument("", account_.app_id));
    if (account_.auth == "sign") {
      service = "LoginBySign";
      parameters.push_back(text_argument("", time));
      parameters.back().bare = true;
      parameters.push_back(text_argument("", login_sign(account_, time)));
    } else {
      service = "LoginByAppSecret";
      parameters.push_back(text_argument("", account_.app_secret));
    }
  }
  parameters.push_back(text_argument("", account_.lcid));
  parameters.back().bare = true;
  http::Request request;
  request.url = service_url(account_, std::string(k_auth_service) + std::string(service));
  request.headers = {{"Content-Type", "application/json;charset=UTF-8"}};
  request.body =
      to_json_object({{"parameters", data::Argument::Kind::list, "", std::move(parameters)}});
  return request;
}

http::Verdict Login::judge(const http::Response& response) const {
  auto verdict = judge_text(response.body);
  if (verdict.action == Action::ok) {
    verdict = judge_json(response, [](Answer& answer) {
      auto status = judge_status(answer.root());
      if (status.action != Action::ok) return status;
      const auto type = answer.scalar("LoginResultType");
      const auto* result = find_result(type);
      const bool session = !answer.scalar("KDSVCSessionId").empty();
      if (result != nullptr && result->good && session) return status;
      if (type.empty() || (result != nullptr && result->good)) {
        return failure(Action::permanent, ErrorKind::protocol,
                       "the answer to the login has no session", "check base_url");
      }
      return failure(Action::permanent, ErrorKind::credentials,
                     fmt::format("Kingdee refuses the login: {} {}",
                                 result == nullptr ? "unknown result " + std::string(type)
                                                   : std::string(result->meaning),
                                 base::quoted(base::shorten(answer.scalar("Message"), 200))),
                     k_keys);
    });
  }
  // "Session lost" as the answer to a login means that the account is wrong.
  if (verdict.action == Action::sign_in) verdict.action = Action::permanent;
  return verdict;
}

Session Login::accept(const http::Response& response) const {
  Answer answer(response.body);
  Session session{std::string(answer.scalar("KDSVCSessionId")), "", ""};
  for (const auto& [name, value] : response.headers) {
    if (!base::equal_ignore_case(name, "Set-Cookie")) continue;
    const auto pair = std::string(base::trim(std::string_view(value).substr(0, value.find(';'))));
    session.cookies += (session.cookies.empty() ? "" : "; ") + pair;
  }
  if (session.cookies.empty()) session.cookies = "kdservice-sessionid=" + session.token;
  return session;
}

}  // namespace erp2mysql::source::kingdee
