// SPDX-License-Identifier: Apache-2.0
#include "qimen_gateway.hpp"

#include <algorithm>
#include <cstdlib>

#include "civil_time.hpp"
#include "json_text.hpp"
#include "rng.hpp"
#include "top_sign.hpp"

namespace mock {
namespace {

std::string value_of(const Params& params, const std::string& name) {
  const auto found = params.find(name);
  return found == params.end() ? std::string{} : found->second;
}

void append_xml(std::string& out, std::string_view tag, std::string_view text) {
  out.append("<").append(tag).append(">").append(text).append("</").append(tag).append(">");
}

}  // namespace

std::string QimenGateway::request_id() {
  constexpr char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::uint64_t number = mix(options_.seed ^ ++answers_);
  std::string id = "15q";
  for (int i = 0; i < 9; ++i, number /= 36) id += digits[number % 36];
  return id;
}

std::optional<Refusal> QimenGateway::check(const Form& form, const Route& route) const {
  const Params& params = form.params;
  const auto missing = [](int code, const std::string& what, const std::string& name) {
    return Refusal{std::to_string(code), "Missing " + what, "isv.missing-parameter:" + name};
  };
  const auto invalid = [](int code, const std::string& what, const std::string& name) {
    return Refusal{std::to_string(code), "Invalid " + what, "isv.invalid-parameter:" + name};
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
  const auto& methods = route.methods;
  if (std::find(methods.begin(), methods.end(), params.at("method")) == methods.end()) {
    return invalid(22, "method", "method");
  }
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
  if (value_of(params, "target_app_key") != route.target_app_key) {
    return invalid(41, "arguments", "target_app_key");
  }
  if (value_of(params, route.customer_parameter) != route.customer) {
    return invalid(41, "arguments", route.customer_parameter);
  }
  return std::nullopt;
}

std::optional<Refusal> QimenGateway::check_signature(const Params& params) const {
  const auto expected =
      top_sign(value_of(params, "sign_method"), options_.app_secret, top_text(params));
  if (!expected) return Refusal{"41", "Invalid arguments", "isv.invalid-parameter:sign_method"};
  if (*expected != params.at("sign")) {
    Refusal refusal{"25", "Invalid signature"};
    refusal.signature = true;
    return refusal;
  }
  return std::nullopt;
}

Refusal QimenGateway::too_fast(std::int64_t seconds) {
  return {"7", "App Call Limited", "accesscontrol.limited-by-api-access-count",
          "This ban will last for " + std::to_string(seconds) + " more seconds"};
}

std::optional<Refusal> QimenGateway::refusal_of(const Fault& fault) {
  const auto sub_code = [&](std::string_view usual) {
    return fault.sub_code.empty() ? std::string(usual) : fault.sub_code;
  };
  Refusal throttle = too_fast(fault.seconds);
  throttle.sub_code = sub_code(throttle.sub_code);
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
    return Refusal{"7", "App Call Limited", sub_code("accesscontrol.limited-by-app-access-count"),
                   "This ban will last for 40000 more seconds"};
  }
  if (fault.name == "isp") {
    return Refusal{"15", "Remote service error", sub_code("isp.top-remote-connection-timeout"),
                   "后端服务超时"};
  }
  if (fault.name == "isv") {
    return Refusal{"50", "Remote service error", sub_code("isv.invalid-parameter"), "参数错误"};
  }
  if (fault.name == "unknown_code") return Refusal{"98765", "未知的错误", sub_code("")};
  if (fault.name == "business") return Refusal{fault.code, fault.message};
  if (fault.name == "too_big") return Refusal{"130", "数据量过大，请缩小时间范围"};
  return std::nullopt;
}

Answer QimenGateway::refuse(const Refusal& refusal) {
  const std::string& code = refusal.code;
  Answer answer;
  std::string& out = answer.body;
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
  const bool top_shape =
      refusal.top_shape || options_.settings.is("qimen.errors", "error_response");
  out = top_shape ? "{\"error_response\":{" : "{\"response\":{";
  JsonText json(out);
  json.first_has_no_comma();
  if (!top_shape) json.text("flag", "failure");
  if (!code.empty()) json.raw("code", refusal.code_as_text ? "\"" + code + "\"" : code);
  json.text(top_shape ? "msg" : "message", refusal.message);
  if (!refusal.sub_code.empty()) json.text("sub_code", refusal.sub_code);
  if (!refusal.sub_message.empty()) {
    json.text(top_shape ? "sub_msg" : "sub_message", refusal.sub_message);
  }
  json.text("request_id", request_id());
  out += "}}";
  return answer;
}

}  // namespace mock
