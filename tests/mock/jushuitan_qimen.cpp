// SPDX-License-Identifier: Apache-2.0
#include "jushuitan_qimen.hpp"

#include <chrono>
#include <cstdlib>

#include "civil_time.hpp"
#include "json_text.hpp"
#include "top_sign.hpp"

namespace mock {
namespace {

constexpr std::string_view saleout_query = "jushuitan.saleout.list.query";

std::string value_of(const Params& params, const std::string& name) {
  const auto found = params.find(name);
  return found == params.end() ? std::string{} : found->second;
}

void append_xml(std::string& out, std::string_view tag, std::string_view text) {
  out.append("<").append(tag).append(">").append(text).append("</").append(tag).append(">");
}

}  // namespace

std::int64_t steady_milliseconds() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

JushuitanQimen::JushuitanQimen(const Options& options, Orders& orders, Stats& stats)
    : options_(options),
      orders_(orders),
      stats_(stats),
      text_(options),
      limits_(options),
      dice_(options.seed, 0, 99) {}

std::string JushuitanQimen::request_id() {
  constexpr char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::uint64_t number = mix(options_.seed ^ ++answers_);
  std::string id = "15q";
  for (int i = 0; i < 9; ++i, number /= 36) id += digits[number % 36];
  return id;
}

std::optional<JushuitanQimen::Refusal> JushuitanQimen::check_gateway(const Form& form) const {
  const Params& params = form.params;
  const auto missing = [](int code, const std::string& what, const std::string& name) {
    return Refusal{code, "Missing " + what, "isv.missing-parameter:" + name};
  };
  const auto invalid = [](int code, const std::string& what, const std::string& name) {
    return Refusal{code, "Invalid " + what, "isv.invalid-parameter:" + name};
  };
  if (value_of(params, "format") != "json") {
    Refusal refusal = invalid(23, "format", "format");
    refusal.xml = true;
    return refusal;
  }
  if (!form.broken.empty()) return invalid(41, "arguments", form.broken);
  if (!form.repeated.empty()) return invalid(41, "arguments", form.repeated);
  for (const auto& [name, value] : params) {
    if (value.empty()) return missing(40, "required arguments", name);
  }
  if (!params.contains("method")) return missing(21, "method", "method");
  if (params.at("method") != saleout_query) return invalid(22, "method", "method");
  if (!params.contains("app_key")) return missing(28, "app key", "app_key");
  if (params.at("app_key") != options_.app_key) return invalid(29, "app key", "app_key");
  if (!params.contains("timestamp")) return missing(30, "timestamp", "timestamp");
  if (!params.contains("v")) return missing(32, "version", "v");
  if (params.at("v") != "2.0") return invalid(33, "version", "v");
  if (!params.contains("sign")) return missing(24, "signature", "sign");
  if (const auto refusal = check_signature(params)) return refusal;
  const auto time = parse_time(params.at("timestamp"));
  if (!time || params.at("timestamp").size() != 19 ||
      (options_.clock_skew_check && std::abs(*time - platform_now()) > 600)) {
    return invalid(31, "timestamp", "timestamp");
  }
  if (value_of(params, "target_app_key") != options_.target_app_key) {
    return invalid(41, "arguments", "target_app_key");
  }
  if (value_of(params, "customer_id") != options_.customer_id) {
    return invalid(41, "arguments", "customer_id");
  }
  return std::nullopt;
}

std::optional<JushuitanQimen::Refusal> JushuitanQimen::check_signature(const Params& params) const {
  const auto expected =
      top_sign(value_of(params, "sign_method"), options_.app_secret, top_text(params));
  if (!expected) return Refusal{41, "Invalid arguments", "isv.invalid-parameter:sign_method"};
  if (*expected != params.at("sign")) return Refusal{25, "Invalid signature"};
  return std::nullopt;
}

std::optional<JushuitanQimen::Refusal> JushuitanQimen::check_limits(const Params& params) {
  const auto wait = limits_.take(params.at("app_key"), steady_milliseconds());
  if (!wait) return std::nullopt;
  ++stats_.limit_violations;
  return Refusal{7, "App Call Limited", "accesscontrol.limited-by-api-access-count",
                 "This ban will last for " + std::to_string(*wait) + " more seconds"};
}

std::optional<JushuitanQimen::Refusal> JushuitanQimen::refusal_of(const Fault& fault) {
  const auto sub_code = [&](std::string_view usual) {
    return fault.sub_code.empty() ? std::string(usual) : fault.sub_code;
  };
  Refusal throttle{7, "App Call Limited", sub_code("accesscontrol.limited-by-api-access-count"),
                   "This ban will last for " + std::to_string(fault.seconds) + " more seconds"};
  if (fault.name == "throttle") return throttle;
  if (fault.name == "error_response") {
    throttle.top_shape = true;
    return throttle;
  }
  if (fault.name == "code_as_text") {
    throttle.code_as_text = true;
    return throttle;
  }
  if (fault.name == "quota") {
    return Refusal{7, "App Call Limited", sub_code("accesscontrol.limited-by-app-access-count"),
                   "This ban will last for 40000 more seconds"};
  }
  if (fault.name == "isp") {
    return Refusal{15, "Remote service error", sub_code("isp.top-remote-connection-timeout"),
                   "后端服务超时"};
  }
  if (fault.name == "isv") {
    return Refusal{50, "Remote service error", sub_code("isv.invalid-parameter"), "参数错误"};
  }
  if (fault.name == "unknown_code") return Refusal{98765, "未知的错误", sub_code("")};
  return std::nullopt;
}

Answer JushuitanQimen::refuse(const Refusal& refusal) {
  stats_.error(refusal.code);
  Answer answer;
  std::string& out = answer.body;
  const std::string code = std::to_string(refusal.code);
  if (refusal.xml) {
    answer.type = "text/xml;charset=UTF-8";
    out = "<?xml version=\"1.0\" encoding=\"utf-8\" ?><response><flag>failure</flag>";
    append_xml(out, "code", code);
    append_xml(out, "message", refusal.message);
    append_xml(out, "sub_code", refusal.sub_code);
    append_xml(out, "request_id", request_id());
    out += "</response>";
    return answer;
  }
  out = refusal.top_shape ? "{\"error_response\":{" : "{\"response\":{";
  JsonText json(out);
  json.first_has_no_comma();
  if (!refusal.top_shape) json.text("flag", "failure");
  json.raw("code", refusal.code_as_text ? "\"" + code + "\"" : code);
  json.text(refusal.top_shape ? "msg" : "message", refusal.message);
  if (!refusal.sub_code.empty()) json.text("sub_code", refusal.sub_code);
  if (!refusal.sub_message.empty()) {
    json.text(refusal.top_shape ? "sub_msg" : "sub_message", refusal.sub_message);
  }
  json.text("request_id", request_id());
  out += "}}";
  return answer;
}

void JushuitanQimen::drift(const Query& query) {
  if (options_.drift <= 0) return;
  const std::lock_guard lock(dice_mutex_);
  if (options_.drift_max >= 0 && stats_.drifted >= options_.drift_max) return;
  if (dice_.unit() >= options_.drift) return;
  if (orders_.drift(query.filter, dice_.next())) ++stats_.drifted;
}

Answer JushuitanQimen::serve(const Form& form, const std::optional<Fault>& fault) {
  if (fault) stats_.fault(fault->name);
  auto refusal = check_gateway(form);
  if (refusal && refusal->code == 25) ++stats_.signature_failures;
  if (!refusal) refusal = check_limits(form.params);
  Query query;
  if (!refusal) refusal = parse_query(form.params, query);
  const Fault wrong = fault.value_or(Fault{});
  Answer answer;
  if (replace_answer(wrong, answer)) return answer;
  if (const auto wanted = refusal_of(wrong)) return refuse(*wanted);
  answer = refusal ? refuse(*refusal) : serve_page(query, wrong);
  if (!refusal) drift(query);
  damage_answer(wrong, answer);
  return answer;
}

}  // namespace mock
