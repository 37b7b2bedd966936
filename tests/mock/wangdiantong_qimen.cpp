// SPDX-License-Identifier: Apache-2.0
// The door through the Qimen gateway: two signatures, pages from 1, the gateway's own errors.
#include <algorithm>
#include <array>

#include "civil_time.hpp"
#include "wangdiantong.hpp"
#include "wangdiantong_sign.hpp"

namespace mock {
namespace {

constexpr std::array<std::string_view, 2> methods{"wdt.aftersales.refund.refund.search",
                                                  "wdt.wms.stockout.sales.querywithdetail"};
// Codes of the ERP itself; every other code is the gateway's.
constexpr std::string_view business_code = "100";

}  // namespace

WangdiantongQimen::WangdiantongQimen(const Options& options, Settings& settings, Stats& all)
    : Wangdiantong("wangdiantong-qimen", options, settings, all), gateway_(options) {}

bool WangdiantongQimen::takes(const Call& call) const {
  return (call.path == "/router/qm" || call.path == "/router/qmtest") &&
         call.param("method").starts_with("wdt.");
}

Table* WangdiantongQimen::table(const std::string& api) const {
  const auto found = std::find(methods.begin(), methods.end(), api);
  if (found == methods.end()) return Erp::table(api);
  return tables_[static_cast<std::size_t>(found - methods.begin())].get();
}

std::int64_t WangdiantongQimen::page_of(const Call& call) const {
  const auto pager = parse(call.param("pager"));
  return pager ? pager->whole_of("page_no").value_or(1) : 1;
}

std::string WangdiantongQimen::limit_key(const Call& call) const {
  return call.param("wdt3_customer_id") + " " + call.param("method");
}

std::optional<Refusal> WangdiantongQimen::refusal_of(const Fault& fault) const {
  // A throttled call is the ERP's to refuse; what only a gateway can say comes from there.
  if (fault.name == "throttle" && fault.sub_code.empty()) return Erp::refusal_of(fault);
  if (fault.name == "business" || fault.name == "too_big") return Erp::refusal_of(fault);
  return QimenGateway::refusal_of(fault);
}

std::optional<Refusal> WangdiantongQimen::check(const Call& call) {
  const QimenGateway::Route route{methods, settings_.get("wangdiantong.target_app_key"),
                                  "wdt3_customer_id", settings_.get("wangdiantong.sid")};
  if (auto refusal = gateway_.check(call.form, route)) return refusal;
  for (const char* const name :
       {"params", "pager", "datetime", "wdt_appkey", "wdt_salt", "wdt_sign"}) {
    if (call.param(name).empty()) return Refusal{"100", "缺少参数" + std::string(name)};
  }
  if (call.param("wdt_appkey") != settings_.get("wangdiantong.appkey") ||
      call.param("wdt_salt") != salt()) {
    return Refusal{"100", "无效的appkey"};
  }
  if (call.param("wdt_sign") != wdt_qimen_sign(call.form.params, secret())) {
    Refusal refusal{"100", "签名错误"};
    refusal.signature = true;
    return refusal;
  }
  if (!parse_time(call.param("datetime"))) return Refusal{"100", "datetime错误"};
  return std::nullopt;
}

Erp::Outcome WangdiantongQimen::respond(const Call& call, const Fault& fault) {
  const auto filter = parse(call.param("params"));
  const auto pager = parse(call.param("pager"));
  if (!filter || !filter->is(Kind::object)) return Refusal{"100", "params不是JSON对象"};
  if (!pager || !pager->is(Kind::object)) return Refusal{"100", "pager不是JSON对象"};
  const Pager page{pager->whole_of("page_no").value_or(0) - 1,
                   pager->whole_of("page_size").value_or(0), pager->text_of("calc_total") != "0"};
  auto found = answer(*filter, page, *table(call.param("method")), fault);
  if (auto* const refusal = std::get_if<Refusal>(&found)) return *refusal;
  Value body = std::get<Value>(std::move(found));
  body.add("request_id", Value::text(gateway_.request_id()));
  std::string root = "response";
  if (settings_.is("qimen.root", "method")) {
    root = call.param("method") + "_response";
    std::replace(root.begin(), root.end(), '.', '_');
  }
  return json(written(Value::map().add(root, std::move(body))));
}

Answer WangdiantongQimen::refuse(const Refusal& refusal) {
  if (refusal.code != business_code) return gateway_.refuse(refusal);
  return json(written(Value::map().add("response", failure(refusal))));
}

}  // namespace mock
