// SPDX-License-Identifier: Apache-2.0
#include "kingdee.hpp"

#include <algorithm>
#include <array>

#include "civil_time.hpp"

namespace mock {
namespace {

constexpr std::string_view stub = "Kingdee.BOS.WebApi.ServicesStub.";
constexpr std::string_view suffix = ".common.kdsvc";
constexpr std::string_view bill_query = "DynamicFormService.BillQuery";
constexpr std::string_view array_query = "DynamicFormService.ExecuteBillQuery";
constexpr std::string_view wrong_root =
    "<!DOCTYPE html><html><head><title>金蝶云星空</title></head><body>404</body></html>";

constexpr auto faults = std::to_array<FaultRow>({
    {"throttle", "14", "调用次数已达上限，请稍后再试"},
    {"quota", "14", "当日调用次数已达上限"},
    {"session_lost", "1", "会话信息已丢失，请重新登录"},
    {"isp", "6", "数据库执行失败"},
    {"isv", "2", "您没有该功能的操作权限"},
    {"unknown_code", "99", "未知的错误"},
});

bool starts_with_any_case(std::string_view text, std::string_view lower_prefix) {
  if (text.size() < lower_prefix.size()) return false;
  return std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(), [](char want, char c) {
    return want == (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  });
}

}  // namespace

Kingdee::Kingdee(const Options& options, Settings& settings, Stats& all)
    : Erp("kingdee", options, settings, all) {
  set_limits({});
}

bool Kingdee::takes(const Call& call) const { return starts_with_any_case(call.path, "/k3cloud/"); }

std::string Kingdee::api_of(const Call& call) const {
  std::string_view name = std::string_view(call.path).substr(9);
  if (!name.starts_with(stub) || !name.ends_with(suffix)) return "";
  name.remove_prefix(stub.size());
  name.remove_suffix(suffix.size());
  return std::string(name);
}

std::int64_t Kingdee::page_of(const Call& call) const {
  const auto request = request_of(call);
  if (!request) return 1;
  const std::int64_t limit = request->whole_of("Limit").value_or(0);
  return limit < 1 ? 1 : request->whole_of("StartRow").value_or(0) / limit + 1;
}

Table* Kingdee::table(const std::string& form) const {
  const std::string id = form.empty() ? "SAL_SaleOrder" : form;
  const kingdee::Form* const found = kingdee::form_of(id);
  if (found == nullptr) return nullptr;
  const std::lock_guard lock(tables_mutex_);
  const auto [place, fresh] = forms_.try_emplace(id);
  if (fresh) {
    place->second =
        std::make_unique<Table>(place->first, found->key, found->first_key, found->head, options_);
  }
  return place->second.get();
}

std::span<const FaultRow> Kingdee::fault_rows() const { return faults; }

std::string Kingdee::limit_key(const Call& call) const {
  return api_of(call).starts_with("AuthService.") ? "" : "acct";
}

Erp::Outcome Kingdee::respond(const Call& call, const Fault& fault) {
  const std::string api = api_of(call);
  if (api.starts_with("AuthService.")) return sign_in(call, std::string_view(api).substr(12));
  if (api != bill_query && api != array_query) {
    Answer answer;
    answer.body = wrong_root;
    answer.type = "text/html; charset=utf-8";
    return answer;
  }
  const auto request = request_of(call);
  if (!request || !request->is(Kind::object)) return Refusal{"8", "请求参数错误"};
  auto asked = read_query(*request);
  if (auto* const refusal = std::get_if<Refusal>(&asked)) return *refusal;
  auto outcome = query(std::get<Query>(asked), api == bill_query, fault);
  if (auto* const refusal = std::get_if<Refusal>(&outcome)) {
    if (api == bill_query) refusal->sub_code = "BillQuery";
    return *refusal;
  }
  return std::get<Answer>(std::move(outcome));
}

Answer Kingdee::refuse(const Refusal& refusal) {
  const std::string shape = settings_.get("kingdee.errors");
  if (shape == "text") return json("response_error:" + refusal.message);
  Value error = Value::map().add("FieldName", Value{});
  error.add("Message", Value::text(refusal.message)).add("DIndex", Value::number(0));
  Value errors = Value::list();
  errors.items.push_back(std::move(error));
  Value status = Value::map().add("ErrorCode", Value::number(500));
  status.add("IsSuccess", Value::boolean(false)).add("Errors", std::move(errors));
  status.add("SuccessEntitys", Value::list()).add("SuccessMessages", Value::list());
  status.add("MsgCode", Value::of(Kind::number, refusal.code));
  const Value result = Value::map().add("ResponseStatus", std::move(status));
  std::string body = written(Value::map().add("Result", result));
  if (shape == "nested") body = refusal.sub_code.empty() ? "[[" + body + "]]" : "[" + body + "]";
  return json(std::move(body));
}

std::optional<std::string> Kingdee::truth(const Params& asked) const {
  const auto param = [&](const char* name) {
    const auto found = asked.find(name);
    return found == asked.end() ? std::string{} : found->second;
  };
  Query query;
  query.form = param("api").empty() ? "SAL_SaleOrder" : param("api");
  const Table* const wanted = table(query.form);
  if (wanted == nullptr) return std::nullopt;
  const kingdee::Form& form = *kingdee::form_of(query.form);
  if (const std::string fields = param("fields"); !fields.empty()) {
    Value request = Value::map().add("FormId", Value::text(query.form));
    auto read = read_query(request.add("FieldKeys", Value::text(fields)));
    if (std::holds_alternative<Refusal>(read)) return std::nullopt;
    query.fields = std::get<Query>(read).fields;
  } else {
    for (const Column& column : form.head) query.fields.emplace_back(column.name);
    for (std::size_t i = 0; form.lines != nullptr && i < form.lines->inner_size; ++i) {
      query.fields.emplace_back(form.lines->inner[i].name);
    }
  }
  Window window{parse_time(param("from")), parse_time(param("to"))};
  if (window.to) --*window.to;
  std::string out;
  const auto records = wanted->records().find(window, Sorting::modified);
  for (const Line& line : lines_of(*wanted, query, records)) {
    write(out, row(*wanted, query, line, true));
    out += '\n';
  }
  return out;
}

}  // namespace mock
