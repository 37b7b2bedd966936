// SPDX-License-Identifier: Apache-2.0
#include "jikeyun.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "civil_time.hpp"
#include "digest.hpp"
#include "jikeyun_rows.hpp"
#include "jikeyun_sign.hpp"

namespace mock {
namespace {

constexpr std::string_view channel_api = "erp.sales.get";
constexpr std::string_view goods_api = "erp.storage.goodslist";
constexpr std::string_view trade_api = "oms.trade.fullinfoget";
constexpr std::string_view erp_ok = "0030000004";
constexpr std::int64_t longest_trade_window = 7 * 86400;

constexpr auto faults = std::to_array<FaultRow>({
    {"throttle", "0859999999", "请求过于频繁，请稍后重试"},
    {"isp", "0859999999", "EsQuery short-circuited and fallback failed."},
    {"quota", "0130000609", "该应用未开通开放平台，无法调用接口，请联系客户经理处理"},
    {"isv", "0050030002", "pageSize不能为空"},
    {"session_lost", "0858030803", "token无效"},
    {"unknown_code", "0999999999", "未知的错误"},
    {"too_big", "0050030002", "查询数据量过大，请缩小时间范围"},
});

// The first pair of bounds that was given in full; misspelt names are ignored, as there.
using Pair = std::pair<std::string_view, std::string_view>;

Window window_of(const Value& biz, std::span<const Pair> pairs) {
  Window window;
  for (const auto& [from, to] : pairs) {
    if (!window.from) window.from = parse_time(biz.text_of(from));
    if (!window.to) window.to = parse_time(biz.text_of(to));
  }
  return window;
}

// Some channels are switched off; nothing in the row says so.
bool is_blocked(const Record& record) { return record.index % 16 == 11; }

// Keeps the members that `fields` names: "tradeNo", "goodsDetail.goodsNo" or "goodsDetail.*".
Value with_fields(const Value& row, const std::string& fields, const std::string& prefix = {}) {
  Value kept = Value::map();
  for (std::size_t i = 0; i < row.items.size(); ++i) {
    const std::string name = prefix + row.names[i];
    const Value& item = row.items[i];
    const auto named = [&](const std::string& text) {
      return fields.find("," + text + ",") != std::string::npos;
    };
    if (item.is(Kind::array)) {
      Value lines = Value::list();
      for (const Value& line : item.items) {
        lines.items.push_back(with_fields(line, fields, name + "."));
      }
      if (fields.find("," + name) != std::string::npos) kept.add(row.names[i], std::move(lines));
    } else if (named(name) || (!prefix.empty() && named(prefix + "*"))) {
      kept.add(row.names[i], item);
    }
  }
  return kept;
}

}  // namespace

Jikeyun::Jikeyun(const Options& options, Settings& settings, Stats& all)
    : Erp("jikeyun", options, settings, all) {
  using jikeyun::channels, jikeyun::goods, jikeyun::trades;
  add_table(
      std::make_unique<Table>(channel_api, "channelId", 1204587963214587904, channels(), options));
  add_table(std::make_unique<Table>(goods_api, "skuId", 1302000000000000001, goods(), options));
  add_table(std::make_unique<Table>(trade_api, "tradeId", 1300000000000000001, trades(), options));
  set_limits({{3, 1000}});
}

std::int64_t Jikeyun::page_of(const Call& call) const {
  const auto biz = parse(call.param("bizcontent"));
  return biz ? biz->whole_of("pageIndex").value_or(0) + 1 : 1;
}

bool Jikeyun::in_truth(const Table& table, const Record& record) const {
  return table.api != channel_api || !is_blocked(record);
}

std::span<const FaultRow> Jikeyun::fault_rows() const { return faults; }

std::string Jikeyun::limit_key(const Call& call) const {
  return call.param("appkey") + " " + call.param("method");
}

std::optional<Refusal> Jikeyun::check_timestamp(const Call& call) const {
  const std::string text = call.param("timestamp");
  const auto time = parse_time(text);
  if (!time || text.size() != 19 ||
      (options_.clock_skew_check &&
       std::abs(*time - platform_now()) > settings_.number("jikeyun.skew"))) {
    return Refusal{"0858030801", "签名已过期"};
  }
  return std::nullopt;
}

std::optional<Refusal> Jikeyun::check(const Call& call) {
  const Form& form = call.form;
  if (!form.broken.empty()) return Refusal{"0050030002", "参数错误:" + form.broken};
  if (!form.repeated.empty()) return Refusal{"0050030002", "参数重复:" + form.repeated};
  for (const char* const name :
       {"method", "appkey", "version", "contenttype", "timestamp", "bizcontent", "sign"}) {
    if (call.param(name).empty()) {
      return Refusal{"0050030002", std::string(name) + "不能为空"};
    }
  }
  if (call.param("appkey") != settings_.get("jikeyun.appkey")) {
    return Refusal{"0858030802", "appkey不存在"};
  }
  if (call.param("sign") != jikeyun_sign(form.params, settings_.get("jikeyun.appsecret"))) {
    Refusal refusal{"0858030801", "签名错误"};
    refusal.signature = true;
    return refusal;
  }
  if (const auto refusal = check_timestamp(call)) return refusal;
  if (call.param("contenttype") != "json") return Refusal{"0050030002", "contenttype错误"};
  if (table(call.param("method")) == nullptr) {
    return Refusal{"0130020310", "应用不存在或未订阅该接口"};
  }
  return std::nullopt;
}

std::int64_t Jikeyun::page_size(const Value& biz) const {
  const std::int64_t size = biz.whole_of("pageSize").value_or(50);
  return std::clamp<std::int64_t>(size, 1, settings_.number("jikeyun.cap"));
}

std::int64_t Jikeyun::skip(const Value& biz) const {
  if (settings_.is("jikeyun.pages", "ignored")) return 0;
  const std::int64_t page =
      std::clamp<std::int64_t>(biz.whole_of("pageIndex").value_or(0), 0, 1'000'000'000);
  return page * page_size(biz);
}

std::variant<Jikeyun::Found, Refusal> Jikeyun::channels(const Value& biz, const Fault& fault) {
  constexpr std::array pairs{Pair{"gmtModifiedStart", "gmtModifiedEnd"}};
  const std::string wanted_code = biz.text_of("code"), wanted_name = biz.text_of("name");
  const bool blocked = biz.whole_of("isBlockup") == 1;
  Ask ask;
  ask.window = window_of(biz, pairs);
  ask.match = [=](const Candidate& one) {
    return is_blocked(one.record()) == blocked &&
           (wanted_code.empty() || one.row().text_of("channelCode") == wanted_code) &&
           (wanted_name.empty() ||
            one.row().text_of("channelName").find(wanted_name) != std::string::npos);
  };
  ask.skip = skip(biz);
  ask.limit = page_size(biz);
  ask.order = usual_order();
  Value list = Value::list();
  list.items = rows_of(*table(std::string(channel_api)), ask, fault).rows;
  return Found{Value::map().add("salesChannelInfo", std::move(list)), "salesChannelInfo", erp_ok};
}

std::variant<Jikeyun::Found, Refusal> Jikeyun::goods(const Value& biz, const Fault& fault) {
  constexpr std::array pairs{Pair{"startDateModifiedSku", "endDateModifiedSku"},
                             Pair{"startDateModifiedGoods", "endDateModifiedGoods"},
                             Pair{"startDate", "endDate"}};
  Ask ask;
  ask.window = window_of(biz, pairs);
  ask.limit = page_size(biz);
  ask.order = usual_order();
  if (const auto cursor = biz.whole_of("maxSkuId")) {
    ask.order = Sorting::key;
    const std::int64_t first = table(std::string(goods_api))->first_key;
    ask.match = [=](const Candidate& one) { return first + one.record().index > *cursor; };
  } else {
    ask.skip = skip(biz);
  }
  Value list = Value::list();
  list.items = rows_of(*table(std::string(goods_api)), ask, fault).rows;
  return Found{Value::map().add("goods", std::move(list)), "goods", erp_ok};
}

std::variant<Jikeyun::Found, Refusal> Jikeyun::trades(const Value& biz, const Fault& fault) {
  constexpr std::array pairs{Pair{"startModified", "endModified"}};
  const std::string fields = "," + biz.text_of("fields") + ",";
  const std::string numbers = "," + biz.text_of("tradeNo") + ",";
  if (fields == ",,") return Refusal{"0050030002", "fields不能为空"};
  Ask ask;
  ask.window = window_of(biz, pairs);
  if (numbers == ",,") {
    if (!ask.window.from || !ask.window.to) return Refusal{"0050030002", "查询时间不能为空"};
    if (*ask.window.to - *ask.window.from > longest_trade_window) {
      return Refusal{"0050030002", "查询时间跨度不能超过7天"};
    }
  }
  // The cursor is a snapshot by id: rows never move on it, whatever changes meanwhile.
  std::int64_t after = 0;
  const std::string scroll = biz.text_of("scrollId");
  if (!scroll.empty()) {
    const auto told = unbase64(scroll);
    const auto id = told && told->starts_with("scroll ") ? whole_number(told->substr(7))
                                                         : std::optional<std::int64_t>{};
    if (!id) return Refusal{"0050030002", "scrollId错误"};
    after = *id;
  }
  ask.order = Sorting::key;
  ask.limit = page_size(biz);
  Table& trades = *table(std::string(trade_api));
  const std::int64_t first = trades.first_key;
  ask.match = [=](const Candidate& one) {
    return first + one.record().index > after &&
           (numbers == ",," ||
            numbers.find("," + one.row().text_of("tradeNo") + ",") != std::string::npos);
  };
  const Rows page = rows_of(trades, ask, fault);
  Value list = Value::list();
  for (const Value& row : page.rows) list.items.push_back(with_fields(row, fields));
  Value data = Value::map().add("trades", std::move(list));
  if (fields.find(",scrollId,") != std::string::npos && fault.name != "no_cursor") {
    std::string next;
    if (!page.records.empty()) {
      next = base64("scroll " + std::to_string(trades.first_key + page.records.back().index));
    }
    data.add("scrollId", Value::text(next));
  }
  if (biz.whole_of("hasTotal") == 1) data.add("totalResults", Value::number(page.total));
  return Found{std::move(data), "trades", "200"};
}

Answer Jikeyun::envelope(const Found& found, const Fault& fault) {
  Dress rows_dress = dress(fault);
  const std::string ids = settings_.get("jikeyun.ids");
  rows_dress.ids_quoted = ids == "text" || (ids == "mixed" && trace_id()[0] < '8');
  const std::string shape = settings_.get("jikeyun.data");
  std::string data;
  if (fault.name == "missing_list") {
    data = "null";
  } else if (shape == "array") {
    data = written(*found.data.find(found.rows_key), rows_dress);
  } else {
    data = written(found.data, rows_dress);
  }
  if (fault.name == "truncated_inner") data.resize(data.size() * 2 / 3);
  Value result = Value::map().add("contextId", Value::text(trace_id()));
  const bool as_text = shape == "text" || fault.name == "truncated_inner";
  result.add("data", as_text ? Value::text(data) : Value::of(Kind::raw, data));
  const bool text_code = settings_.is("jikeyun.code", "text") || fault.name == "code_as_text";
  Value body = Value::map().add("code", text_code ? Value::text("200") : Value::number(200));
  body.add("msg", Value::text("操作成功")).add("subCode", Value::text(found.sub_code));
  return json(written(body.add("result", std::move(result))));
}

Erp::Outcome Jikeyun::respond(const Call& call, const Fault& fault) {
  const auto biz = parse(call.param("bizcontent"));
  if (!biz || !biz->is(Kind::object)) return Refusal{"0050030002", "bizcontent不是JSON"};
  const std::string method = call.param("method");
  auto found = method == channel_api ? channels(*biz, fault)
               : method == goods_api ? goods(*biz, fault)
                                     : trades(*biz, fault);
  if (auto* const refusal = std::get_if<Refusal>(&found)) return *refusal;
  return envelope(std::get<Found>(found), fault);
}

Answer Jikeyun::refuse(const Refusal& refusal) {
  const bool text_code = settings_.is("jikeyun.code", "text");
  Value body = Value::map().add("code", text_code ? Value::text("0") : Value::number(0));
  body.add("msg", Value::text(refusal.message)).add("result", Value::map().add("data", Value{}));
  return json(written(body.add("subCode", Value::text(refusal.code))));
}

}  // namespace mock
