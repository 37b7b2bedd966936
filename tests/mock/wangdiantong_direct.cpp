// SPDX-License-Identifier: Apache-2.0
// The door of Wangdiantong's own open API: everything but the filter in the query, pages from 0.
#include <cstdlib>

#include "civil_time.hpp"
#include "wangdiantong.hpp"
#include "wangdiantong_sign.hpp"

namespace mock {
namespace {

constexpr std::int64_t epoch = 1'325'347'200;  // 2012-01-01 00:00:00 GMT+8
constexpr std::int64_t gmt8 = 8 * 3600;
constexpr std::int64_t tolerance = 120;

Refusal wrong(const std::string& message) { return {"100", message}; }

}  // namespace

WangdiantongDirect::WangdiantongDirect(const Options& options, Settings& settings, Stats& all)
    : Wangdiantong("wangdiantong", options, settings, all) {}

std::int64_t WangdiantongDirect::page_of(const Call& call) const {
  return whole_number(call.param("page_no")).value_or(0) + 1;
}

std::string WangdiantongDirect::limit_key(const Call& call) const {
  return call.param("sid") + " " + call.param("method");
}

std::optional<Refusal> WangdiantongDirect::check(const Call& call) {
  const Form& form = call.form;
  if (!form.broken.empty() || !form.repeated.empty() || call.form_body) return wrong("参数错误");
  for (const char* const name : {"sid", "key", "salt", "method", "timestamp", "v", "sign"}) {
    if (call.param(name).empty()) return wrong("缺少参数" + std::string(name));
  }
  if (call.param("sid") != settings_.get("wangdiantong.sid")) return wrong("卖家账号不存在");
  if (call.param("key") != settings_.get("wangdiantong.appkey") || call.param("salt") != salt()) {
    return wrong("无效的appkey");
  }
  if (call.param("sign") != wdt_direct_sign(form.params, call.body, secret())) {
    Refusal refusal = wrong("签名错误");
    refusal.signature = true;
    return refusal;
  }
  if (call.param("v") != "1.0") return wrong("版本号错误");
  const auto time = whole_number(call.param("timestamp"));
  if (!time || (options_.clock_skew_check &&
                std::abs(*time + epoch - (platform_now() - gmt8)) > tolerance)) {
    return wrong("请求时间戳错误");
  }
  if (table(call.param("method")) == nullptr) return wrong("接口不存在");
  return std::nullopt;
}

Erp::Outcome WangdiantongDirect::respond(const Call& call, const Fault& fault) {
  const auto body = parse(call.body);
  if (!body || !body->is(Kind::array) || body->items.size() != 1 ||
      !body->items[0].is(Kind::object)) {
    return wrong("请求体必须是JSON数组");
  }
  const auto page = whole_number(call.param("page_no"));
  const auto size = whole_number(call.param("page_size"));
  if (!page || !size) return wrong("分页参数不能为空");
  const Pager pager{*page, *size, call.param("calc_total") == "1"};
  auto found = answer(body->items[0], pager, *table(call.param("method")), fault);
  if (auto* const refusal = std::get_if<Refusal>(&found)) return *refusal;
  return json(written(std::get<Value>(found)));
}

Answer WangdiantongDirect::refuse(const Refusal& refusal) {
  return json(written(failure(refusal)));
}

}  // namespace mock
