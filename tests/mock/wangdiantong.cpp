// SPDX-License-Identifier: Apache-2.0
#include "wangdiantong.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "civil_time.hpp"
#include "wangdiantong_rows.hpp"

namespace mock {
namespace {

constexpr std::string_view refund_api = "aftersales.refund.Refund.search";
constexpr std::string_view stockout_api = "wms.stockout.Sales.queryWithDetail";
constexpr std::int64_t longest_refund_window = 30 * 86400;
constexpr std::int64_t longest_stockout_window = 3600;

// One code for everything; only the text tells them apart.
constexpr auto faults = std::to_array<FaultRow>({
    {"throttle", "100", "超过每分钟最大调用频率限制,请稍后重试"},
    {"isp", "100", "超过每分钟最大并发次数限制,请稍后重试"},
    {"quota", "100", "超过每分钟最大调用频率限制,请稍后重试"},
    {"isv", "100", "没有权限访问该接口"},
    {"unknown_code", "4711", "未知的错误"},
    {"too_big", "100", "查询数据量过大,请缩小查询时间段"},
});

Refusal wrong(const std::string& message) { return {"100", message}; }

bool in_list(const std::string& list, const std::string& item) {
  return ("," + list + ",").find("," + item + ",") != std::string::npos;
}

// True when the filter names none of these columns, or the row's cell is among the named.
bool fits(const Candidate& one, const Value& filter,
          std::span<const std::pair<std::string_view, std::string_view>> columns) {
  return std::all_of(columns.begin(), columns.end(), [&](const auto& pair) {
    const std::string wanted = filter.text_of(pair.first);
    return wanted.empty() || in_list(wanted, one.row().text_of(pair.second));
  });
}

std::optional<Refusal> read_window(const Value& filter, const char* from, const char* to,
                                   std::int64_t longest, bool has_identifier, Window& window) {
  window.from = parse_time(filter.text_of(from));
  window.to = parse_time(filter.text_of(to));
  if (!window.from || !window.to) {
    if (has_identifier && filter.text_of(from).empty() && filter.text_of(to).empty()) return {};
    return wrong("参数中必须包含起止时间");
  }
  if (*window.from > *window.to) return wrong("开始时间不能大于结束时间");
  if (*window.to - *window.from > longest) return wrong("查询时间跨度超过最大限制");
  return std::nullopt;
}

}  // namespace

Wangdiantong::Wangdiantong(std::string_view name, const Options& options, Settings& settings,
                           Stats& all)
    : Erp(name, options, settings, all) {
  using namespace wangdiantong;
  add_table(
      std::make_unique<Table>(refund_api, "refund_id", 1130901, wangdiantong::refunds(), options));
  add_table(std::make_unique<Table>(stockout_api, "stockout_id", 3340001, wangdiantong::stockouts(),
                                    options));
  set_limits({{60, 60'000}});
}

std::span<const FaultRow> Wangdiantong::fault_rows() const { return faults; }

std::string Wangdiantong::secret() const {
  const std::string both = settings_.get("wangdiantong.appsecret");
  return both.substr(0, both.find(':'));
}

std::string Wangdiantong::salt() const {
  const std::string both = settings_.get("wangdiantong.appsecret");
  return both.substr(both.find(':') + 1);
}

std::optional<Refusal> Wangdiantong::refunds(const Value& filter, Ask& ask) const {
  using Pair = std::pair<std::string_view, std::string_view>;
  static constexpr std::array columns{Pair{"refund_no", "refund_no"},
                                      Pair{"tid", "tid_list"},
                                      Pair{"trade_no", "trade_no_list"},
                                      Pair{"raw_refund_nos", "raw_refund_nos"},
                                      Pair{"shop_nos", "shop_no"},
                                      Pair{"status", "status"},
                                      Pair{"type", "type"},
                                      Pair{"stockin_status", "stockin_status"},
                                      Pair{"buyer_nick", "buyer_nick"},
                                      Pair{"return_warehouse_nos", "return_warehouse_no"},
                                      Pair{"rr_status", "rr_status"}};
  const bool identified = std::any_of(columns.begin(), columns.begin() + 4, [&](const Pair& pair) {
    return !filter.text_of(pair.first).empty();
  });
  ask.match = [filter](const Candidate& one) { return fits(one, filter, columns); };
  return read_window(filter, "modified_from", "modified_to", longest_refund_window, identified,
                     ask.window);
}

std::optional<Refusal> Wangdiantong::stockouts(const Value& filter, Ask& ask) const {
  using Pair = std::pair<std::string_view, std::string_view>;
  static constexpr std::array columns{
      Pair{"stockout_no", "order_no"}, Pair{"src_order_no", "src_order_no"},
      Pair{"warehouse_no", "warehouse_no"}, Pair{"shop_nos", "shop_no"}};
  const bool identified =
      !filter.text_of("stockout_no").empty() || !filter.text_of("src_order_no").empty();
  if (const auto refusal = read_window(filter, "start_time", "end_time", longest_stockout_window,
                                       identified, ask.window)) {
    return refusal;
  }
  const auto kind = filter.whole_of("status_type");
  if (!identified && !kind) return wrong("status_type不能为空");
  std::string states;
  if (kind == 0) states = "90,110";
  if (kind == 1) states = "5";
  if (kind == 2) states = "55,60,70,90";
  if (kind == 3) states = filter.text_of("status");
  const bool by_consign_time = kind == 0 || (kind == 3 && states.empty());
  const Window window = ask.window;
  if (by_consign_time) ask.window = {};
  ask.match = [=](const Candidate& one) {
    if (!states.empty() && !in_list(states, one.row().text_of("status"))) return false;
    if (by_consign_time && window.from) {
      const auto consigned = parse_time(one.row().text_of("consign_time"));
      if (!consigned || !window.holds(*consigned)) return false;
    }
    return fits(one, filter, columns);
  };
  return std::nullopt;
}

bool Wangdiantong::overrun() {
  const std::int64_t most = settings_.number("wangdiantong.concurrency");
  if (most == 0) return false;
  const bool over = ++under_way_ > most;
  // Long enough for calls that were sent together to meet here.
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  --under_way_;
  return over;
}

Value Wangdiantong::dressed(Value row) const {
  const std::string manner = settings_.get("wangdiantong.modified");
  for (std::size_t i = 0; i < row.items.size(); ++i) {
    Value& cell = row.items[i];
    if (row.names[i] != "modified" || !cell.is(Kind::number)) continue;
    if (manner == "quoted") cell = Value::text(cell.token);
    if (manner == "text") {
      cell = Value::text(format_time(whole_number(cell.token).value_or(0) / 1000 + 8 * 3600));
    }
  }
  return row;
}

std::variant<Value, Refusal> Wangdiantong::answer(const Value& filter, const Pager& pager,
                                                  Table& table, const Fault& fault) {
  if (pager.page < 0) return wrong("page_no错误");
  if (pager.size < 1 || pager.size > settings_.number("wangdiantong.cap")) {
    return wrong("page_size超出范围");
  }
  Ask ask;
  const auto refusal = table.api == refund_api ? refunds(filter, ask) : stockouts(filter, ask);
  if (refusal) return *refusal;
  ask.skip = std::min<std::int64_t>(pager.page, 1'000'000'000) * pager.size;
  ask.limit = pager.size;
  ask.order = filter.whole_of("order_type") == 1 ? Sorting::modified_desc : usual_order();
  const bool empty = overrun();
  Rows page = rows_of(table, ask, empty ? Fault{"empty_page"} : fault);
  Dress rows_dress = dress(fault);
  if (settings_.is("wangdiantong.money", "text")) rows_dress.money_quoted = true;
  Value list = Value::list();
  for (Value& row : page.rows) list.items.push_back(dressed(std::move(row)));
  Value data = Value::map();
  const std::string total = settings_.get("wangdiantong.total");
  const bool shows = total == "always" || (total == "first_page" && pager.page == 0) ||
                     (total == "asked" && pager.asked_total);
  if (shows && fault.name != "no_total") data.add("total_count", Value::number(page.total));
  if (fault.name != "missing_list") {
    data.add("order", Value::of(Kind::raw, written(list, rows_dress)));
  }
  const bool text_status =
      settings_.is("wangdiantong.status", "text") || fault.name == "code_as_text";
  Value body = Value::map().add("status", text_status ? Value::text("0") : Value::number(0));
  return body.add("data", std::move(data));
}

Value Wangdiantong::failure(const Refusal& refusal) const {
  std::string message = refusal.message;
  const std::size_t comma = message.find(',');
  if (comma != std::string::npos && settings_.is("wangdiantong.comma", "wide")) {
    message.replace(comma, 1, "，");
  }
  const bool text_status = settings_.is("wangdiantong.status", "text");
  const Value status =
      text_status ? Value::text(refusal.code) : Value::of(Kind::number, refusal.code);
  return Value::map().add("status", status).add("message", Value::text(message));
}

}  // namespace mock
