// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/top_gateway.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/base/time.hpp"
#include "erp2mysql/http/sign.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/verdicts.hpp"

namespace erp2mysql::source::top {
namespace {

using Action = http::Verdict::Action;
using base::ErrorKind;

struct CodeRule {
  int code;
  Action action;
  ErrorKind kind;
  std::string_view meaning;
  std::string_view hint;
};

constexpr std::string_view k_check_keys =
    "check app_key, app_secret and sign_method of the source connection";
constexpr std::string_view k_check_rights = "ask the platform to grant the application this API";
constexpr std::string_view k_check_request =
    "compare the request fields of the job with the API's documentation";

constexpr std::array k_codes{
    CodeRule{4, Action::slow_down, ErrorKind::temporary, "call limit of the user", ""},
    CodeRule{5, Action::slow_down, ErrorKind::temporary, "call limit of the session", ""},
    CodeRule{6, Action::slow_down, ErrorKind::temporary, "call limit of the partner", ""},
    CodeRule{7, Action::slow_down, ErrorKind::temporary, "call limit of the application", ""},
    CodeRule{8, Action::slow_down, ErrorKind::temporary, "call frequency limit", ""},
    CodeRule{9, Action::permanent, ErrorKind::source, "HTTP action not allowed", ""},
    CodeRule{10, Action::retry, ErrorKind::temporary, "service currently unavailable", ""},
    CodeRule{11, Action::permanent, ErrorKind::credentials, "insufficient ISV permission",
             k_check_rights},
    CodeRule{12, Action::permanent, ErrorKind::credentials, "insufficient user permission",
             k_check_rights},
    CodeRule{13, Action::permanent, ErrorKind::credentials, "insufficient partner permission",
             k_check_rights},
    CodeRule{21, Action::permanent, ErrorKind::config, "missing method", k_check_request},
    CodeRule{22, Action::permanent, ErrorKind::config, "invalid method", "check source.api"},
    CodeRule{23, Action::permanent, ErrorKind::config, "invalid format", k_check_request},
    CodeRule{24, Action::permanent, ErrorKind::credentials, "missing signature", k_check_keys},
    CodeRule{25, Action::permanent, ErrorKind::credentials, "invalid signature", k_check_keys},
    CodeRule{26, Action::permanent, ErrorKind::credentials, "missing session", k_check_rights},
    CodeRule{27, Action::permanent, ErrorKind::credentials, "invalid session", k_check_rights},
    CodeRule{28, Action::permanent, ErrorKind::credentials, "missing app key", k_check_keys},
    CodeRule{29, Action::permanent, ErrorKind::credentials, "invalid app key", k_check_keys},
    CodeRule{30, Action::retry, ErrorKind::source, "missing timestamp",
             "set the clock of this host"},
    CodeRule{31, Action::retry, ErrorKind::source, "invalid timestamp",
             "set the clock of this host"},
    CodeRule{32, Action::permanent, ErrorKind::source, "missing version", ""},
    CodeRule{33, Action::permanent, ErrorKind::source, "invalid version", ""},
    CodeRule{34, Action::permanent, ErrorKind::source, "unsupported version", ""},
    CodeRule{40, Action::permanent, ErrorKind::config, "missing arguments", k_check_request},
    CodeRule{41, Action::permanent, ErrorKind::config, "invalid arguments",
             "check target_app_key, the routing parameter and the request fields"},
    CodeRule{42, Action::permanent, ErrorKind::source, "forbidden request", ""},
    CodeRule{43, Action::permanent, ErrorKind::config, "parameter error", k_check_request},
};

struct GatewayError {
  std::string code, text, sub_code, sub_text;
};

std::string_view scalar(const data::Node& object, std::string_view key) {
  const data::Node* node = object.find(key);
  return node == nullptr ? std::string_view() : node->scalar();
}

GatewayError read_error(const data::Node& node) {
  const auto either = [&](std::string_view a, std::string_view b) {
    const auto text = scalar(node, a);
    return std::string(text.empty() ? scalar(node, b) : text);
  };
  return {std::string(scalar(node, "code")), either("msg", "message"),
          std::string(scalar(node, "sub_code")), either("sub_msg", "sub_message")};
}

// "This ban will last for N more seconds": N + 1 seconds, so that the ban is over for sure.
std::optional<base::Millis> ban_time(std::string_view text) {
  constexpr std::string_view k_mark = "last for ";
  const auto at = text.find(k_mark);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + k_mark.size());
  std::int64_t seconds = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failed != std::errc() || seconds < 0 || seconds > 7 * 86400) return std::nullopt;
  const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (!rest.starts_with(" more second")) return std::nullopt;
  return std::chrono::seconds(seconds + 1);
}

CodeRule rule_of(const GatewayError& c) {
  if (c.sub_code == "accesscontrol.limited-by-app-access-count") {
    return {7, Action::quota_used_up, ErrorKind::temporary, "the application's quota is used up",
            "run again after midnight Beijing time, or reset the quota in the platform's console"};
  }
  if (c.sub_code == "sign-check-failure") {
    return {0, Action::permanent, ErrorKind::credentials, "invalid signature", k_check_keys};
  }
  if (c.sub_code == "isp.call-limited") {
    return {0, Action::slow_down, ErrorKind::temporary, "back-end flow control", ""};
  }
  int code = -1;
  std::from_chars(c.code.data(), c.code.data() + c.code.size(), code);
  if (c.sub_code.starts_with("isp.")) {
    return {code, Action::retry, ErrorKind::temporary, "error of the platform's back end", ""};
  }
  for (const auto& rule : k_codes) {
    if (rule.code == code) return rule;
  }
  return {code, Action::permanent, ErrorKind::source, "the platform refused the call",
          k_check_request};
}

http::Verdict judge_error(const GatewayError& c) {
  const CodeRule rule = rule_of(c);
  auto verdict = failure(
      rule.action, rule.kind,
      fmt::format(
          "the gateway answered code {} {}{}{}{}{} ({})", c.code.empty() ? "(none)" : c.code,
          base::quoted(base::shorten(c.text, 200)), c.sub_code.empty() ? "" : ", sub code ",
          c.sub_code, c.sub_text.empty() ? "" : " ",
          c.sub_text.empty() ? "" : base::quoted(base::shorten(c.sub_text, 200)), rule.meaning),
      rule.hint);
  verdict.clock = rule.code == 30 || rule.code == 31;
  verdict.too_big = rule.action == Action::retry       ? says_time_out(c.sub_code)
                    : rule.action == Action::permanent ? says_too_big(c.text + c.sub_text)
                                                       : false;
  if (rule.action == Action::slow_down) {
    verdict.wait = ban_time(c.sub_text.empty() ? c.text : c.sub_text);
    if (verdict.wait) verdict.error->retry_after(*verdict.wait);
  }
  return verdict;
}

}  // namespace

std::string base_string(const Fields& fields) {
  Fields signed_ones;
  for (const auto& field : fields) {
    if (!field.first.empty() && !field.second.empty() && field.first != "sign")
      signed_ones.push_back(field);
  }
  return sorted_text(std::move(signed_ones));
}

std::string sign(const Fields& fields, std::string_view secret, std::string_view method) {
  const std::string text = base_string(fields);
  if (method == "hmac") return http::to_upper(http::hmac_md5_hex(secret, text));
  if (method == "hmac-sha256") return http::to_upper(http::hmac_sha256_hex(secret, text));
  return http::to_upper(http::md5_hex(std::string(secret) + text + std::string(secret)));
}

Fields signed_fields(const Account& account, std::string_view method, Fields business,
                     base::Instant clock) {
  Fields fields{{"method", std::string(method)},
                {"app_key", account.app_key},
                {"target_app_key", account.target_app_key},
                // The gateway's clock is Beijing time whatever the job's zone is.
                {"timestamp", base::format_datetime(std::chrono::floor<std::chrono::seconds>(clock),
                                                    base::Zone())},
                {"format", "json"},
                {"v", "2.0"},
                {"sign_method", account.sign_method}};
  fields.insert(fields.end(), business.begin(), business.end());
  std::erase_if(fields, [](const auto& field) { return field.second.empty(); });
  fields.emplace_back("sign", sign(fields, account.app_secret, account.sign_method));
  return fields;
}

const data::Node* payload(const data::Node& root) {
  if (const auto* node = root.find("response")) return node;
  if (root.is_object() && root.count == 1 && root.first->key.ends_with("_response")) {
    return &root.first->value;
  }
  return nullptr;
}

std::string root_path(const data::Node& root) {
  const bool usual = root.find("response") != nullptr || payload(root) == nullptr;
  return std::string(usual ? "response" : root.first->key) + ".";
}

PlatformSpec located(const PlatformSpec& spec, const data::Node& root) {
  constexpr std::string_view k_usual = "response.";
  PlatformSpec out = spec;
  const auto here = root_path(root);
  for (auto* path : {&out.list, &out.total, &out.cursor_path}) {
    if (path->starts_with(k_usual)) path->replace(0, k_usual.size(), here);
  }
  return out;
}

http::Verdict judge_gateway(const data::Node& root) {
  if (const auto* error = root.find("error_response")) {
    return judge_error(read_error(*error));
  }
  const data::Node* body = payload(root);
  if (body == nullptr || !body->is_object()) return http::Verdict::good();
  const bool failed = base::equal_ignore_case(scalar(*body, "flag"), "failure");
  if (failed || !scalar(*body, "sub_code").empty()) return judge_error(read_error(*body));
  return http::Verdict::good();
}

}  // namespace erp2mysql::source::top
