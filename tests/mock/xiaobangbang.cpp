// SPDX-License-Identifier: Apache-2.0
#include "xiaobangbang.hpp"

#include <algorithm>
#include <array>

#include "digest.hpp"
#include "xiaobangbang_rows.hpp"

namespace mock {
namespace {

constexpr std::int64_t gmt8 = 8 * 3600;
constexpr std::int64_t largest_page = 100;

// Codes of throttling, quota and a wrong signature are not known; clients tell them by their text.
constexpr auto faults = std::to_array<FaultRow>({
    {"throttle", "100019", "操作过于频繁，接口调用频率不能超过20次/秒"},
    {"quota", "100019", "超出每天接口调用次数上限100000"},
    {"isv", "701020", "字段数据格式错误"},
    {"isp", "500", "系统繁忙，请稍后再试"},
    {"session_lost", "100012", "token已失效"},
    {"unknown_code", "987654", "未知的错误"},
    {"too_big", "100020", "查询数据过多，请缩小查询条件"},
});

const Refusal format_error{"701020", "字段数据格式错误"};

// What a condition compares with: a member of the row or of its data.
const Value* attribute(const Value& row, const std::string& name) {
  if (const Value* const own = row.find(name)) return own;
  const Value* const data = row.find("data");
  return data == nullptr ? nullptr : data->find(name);
}

struct Condition {
  std::string attribute, symbol;
  std::vector<std::string> values;
};

bool holds(const Condition& condition, const Value& row) {
  const Value* const cell = attribute(row, condition.attribute);
  const std::string have = cell != nullptr && cell->is_scalar() ? cell->token : std::string{};
  const auto& values = condition.values;
  const auto listed = [&] { return std::find(values.begin(), values.end(), have) != values.end(); };
  if (condition.symbol == "empty") return have.empty();
  if (condition.symbol == "equal" || condition.symbol == "in") return listed();
  if (condition.symbol == "noin") return !listed();
  if (condition.symbol == "like") return have.find(values.front()) != std::string::npos;
  if (have.empty()) return false;
  if (condition.symbol == "greaterequal") return compare_decimals(have, values.front()) >= 0;
  if (condition.symbol == "lessequal") return compare_decimals(have, values.front()) <= 0;
  return compare_decimals(have, values[0]) >= 0 && compare_decimals(have, values[1]) <= 0;
}

std::optional<Condition> read_condition(const Value& item) {
  constexpr std::array<std::string_view, 8> symbols{"equal", "in",           "like",      "noin",
                                                    "range", "greaterequal", "lessequal", "empty"};
  Condition condition{item.text_of("attr"), item.text_of("symbol"), {}};
  if (std::find(symbols.begin(), symbols.end(), condition.symbol) == symbols.end()) return {};
  const Value* const value = item.find("value");
  if (condition.symbol == "empty") return condition;
  if (value == nullptr || !value->is(Kind::array) || value->items.empty()) return {};
  for (const Value& one : value->items) {
    if (!one.is_scalar() || one.token.empty()) return {};
    condition.values.push_back(one.token);
  }
  if (condition.symbol == "range" && condition.values.size() != 2) return {};
  return condition.attribute.empty() ? std::nullopt : std::optional(condition);
}

// Bounds of the time of change need no look at a row; drift must know them as well.
bool narrow(Window& window, const Condition& condition) {
  const bool low = condition.symbol == "greaterequal", high = condition.symbol == "lessequal";
  if (condition.attribute != "updateTime" || (!low && !high && condition.symbol != "range")) {
    return false;
  }
  const auto first = whole_number(condition.values.front());
  const auto last = whole_number(condition.values.back());
  if (!first || !last) return false;
  if (!high) window.from = std::max(window.from.value_or(INT64_MIN), *first + gmt8);
  if (!low) window.to = std::min(window.to.value_or(INT64_MAX), *last + gmt8);
  return true;
}

// Waiting for approval: such rows come only with viewApproval.
bool under_approval(const Record& record) { return record.index % 19 == 4; }

}  // namespace

std::string xiaobangbang_sign(std::string_view body, std::string_view token) {
  std::string text{body};
  text += token;
  return digest_hex(Hash::sha256, text);
}

Xiaobangbang::Xiaobangbang(const Options& options, Settings& settings, Stats& all)
    : Erp("xiaobangbang", options, settings, all) {
  using namespace xiaobangbang;
  add_table(std::make_unique<Table>("/product/list", "dataId", 10458231, products(), options));
  add_table(std::make_unique<Table>("/customer/list", "dataId", 20450001, customers(), options));
  add_table(std::make_unique<Table>("/contract/list", "dataId", 30450001, contracts(), options));
  set_limits({{20, 1000}, {1000, 60'000}}, true);
}

bool Xiaobangbang::in_truth(const Table&, const Record& record) const {
  return !under_approval(record);
}

std::int64_t Xiaobangbang::page_of(const Call& call) const {
  const auto body = parse(call.body);
  return body ? body->whole_of("page").value_or(1) : 1;
}

std::span<const FaultRow> Xiaobangbang::fault_rows() const { return faults; }

std::string Xiaobangbang::limit_key(const Call&) const { return "corpid"; }

std::optional<Refusal> Xiaobangbang::check(const Call& call) {
  if (!call.header("content-type").starts_with("application/json")) {
    return Refusal{"100001", "Content-Type必须为application/json"};
  }
  if (call.header("sign") != xiaobangbang_sign(call.body, settings_.get("xiaobangbang.token"))) {
    Refusal refusal{"100012", "签名错误或token已失效"};
    refusal.signature = true;
    return refusal;
  }
  const auto body = parse(call.body);
  if (!body || !body->is(Kind::object)) return Refusal{"100001", "请求体不是JSON"};
  if (body->text_of("corpid") != settings_.get("xiaobangbang.corpid")) {
    return Refusal{"100002", "corpid错误"};
  }
  if (table(api_of(call)) == nullptr) return Refusal{"100404", "接口不存在"};
  return std::nullopt;
}

std::optional<Refusal> Xiaobangbang::check_form(const Table& table, const Value& body) const {
  if (table.api == "/product/list") return std::nullopt;
  const std::string name =
      table.api == "/customer/list" ? "xiaobangbang.customer_form" : "xiaobangbang.contract_form";
  if (body.text_of("formId").empty()) return Refusal{"100003", "formId为必填字段"};
  if (body.text_of("formId") != settings_.get(name)) return Refusal{"100004", "表单不存在"};
  return std::nullopt;
}

std::optional<Refusal> Xiaobangbang::read_conditions(const Value& body, Ask& ask) const {
  std::vector<Condition> conditions;
  if (const Value* const list = body.find("conditions")) {
    if (!list->is(Kind::array)) return format_error;
    for (const Value& item : list->items) {
      const auto condition = read_condition(item);
      if (!condition) return format_error;
      if (!narrow(ask.window, *condition)) conditions.push_back(*condition);
    }
  }
  const bool approval = body.whole_of("viewApproval") == 1;
  ask.match = [conditions, approval](const Candidate& one) {
    return (approval || !under_approval(one.record())) &&
           std::all_of(conditions.begin(), conditions.end(),
                       [&](const Condition& condition) { return holds(condition, one.row()); });
  };
  return std::nullopt;
}

Erp::Outcome Xiaobangbang::respond(const Call& call, const Fault& fault) {
  const Value body = *parse(call.body);
  Table& rows = *table(api_of(call));
  if (const auto refusal = check_form(rows, body)) return *refusal;
  for (const char* const name : {"page", "pageSize"}) {
    const Value* const given = body.find(name);
    if (given != nullptr && body.whole_of(name).value_or(0) < 1) return format_error;
  }
  std::int64_t size = body.whole_of("pageSize").value_or(20);
  if (size > largest_page && settings_.is("xiaobangbang.oversize", "error")) {
    return Refusal{"701020", "pageSize最大为100"};
  }
  size = std::min(size, largest_page);
  Ask ask;
  if (const auto refusal = read_conditions(body, ask)) return *refusal;
  ask.skip = (std::min<std::int64_t>(body.whole_of("page").value_or(1), 1'000'000'000) - 1) * size;
  ask.limit = size;
  ask.order = usual_order();
  Rows page = rows_of(rows, ask, fault);
  const std::int64_t total = page.total + (fault.name == "total_moves" ? 1 : 0);
  Value list = Value::list();
  list.items = std::move(page.rows);
  Value result = Value::map();
  if (fault.name != "missing_list") {
    result.add("list", Value::of(Kind::raw, written(list, dress(fault))));
  }
  if (fault.name != "no_total") {
    result.add("totalCount", Value::number(total));
    result.add("totalPage", Value::number((total + size - 1) / size));
  }
  Value answer = Value::map();
  answer.add("code", fault.name == "code_as_text" ? Value::text("1") : Value::number(1));
  answer.add("msg", Value::text("操作成功")).add("success", Value::boolean(true));
  return json(written(answer.add("result", std::move(result))));
}

Answer Xiaobangbang::refuse(const Refusal& refusal) {
  Value answer = Value::map().add("code", Value::of(Kind::number, refusal.code));
  answer.add("msg", Value::text(refusal.message)).add("success", Value::boolean(false));
  return json(written(answer));
}

}  // namespace mock
