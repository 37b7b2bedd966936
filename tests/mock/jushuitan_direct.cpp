// SPDX-License-Identifier: Apache-2.0
#include "jushuitan_direct.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "civil_time.hpp"
#include "digest.hpp"
#include "jushuitan_rows.hpp"

namespace mock {
namespace {

constexpr std::int64_t gmt8 = 8 * 3600;
constexpr std::int64_t tolerance = 15 * 60;
constexpr std::int64_t longest_window = 7 * 86400;
constexpr std::string_view init_token = "/openWeb/auth/getInitToken";
constexpr std::string_view refresh_token = "/openWeb/auth/refreshToken";

constexpr auto faults = std::to_array<FaultRow>({
    {"throttle", "199", "调用过于频繁,每秒最多5次"},
    {"quota", "200", "超过每分钟100次的调用限制"},
    {"session_lost", "100", "access_token无效或已过期"},
    {"isv", "130", "参数转换失败"},
    {"isp", "10004", "请求过于频繁，请稍后再试"},
    {"unknown_code", "4711", "未知的错误"},
    {"too_big", "130", "数据量过大,请缩短时间段"},
});

// What differs between the three queries: the list's name and the largest page.
struct Api {
  std::string_view path, list;
  std::int64_t largest_page;
  std::string_view key;
};
constexpr auto apis = std::to_array<Api>({
    {"/open/orders/single/query", "orders", 50, "o_id"},
    {"/open/inventory/query", "inventorys", 100, "sku_id"},
    {"/open/orders/out/simple/query", "datas", 50, "io_id"},
});

const Api& api_at(std::string_view path) {
  return *std::find_if(apis.begin(), apis.end(), [&](const Api& api) { return api.path == path; });
}

// Parameters that name rows, and the columns they name them by.
using Pair = std::pair<std::string_view, std::string_view>;
constexpr std::array identifiers{Pair{"so_ids", "so_id"}, Pair{"o_ids", "o_id"},
                                 Pair{"io_ids", "io_id"}, Pair{"sku_ids", "sku_id"}};

// ",a,b," of a list, or of a text with commas.
std::string joined(const Value& biz, std::string_view name) {
  const Value* const value = biz.find(name);
  if (value == nullptr || value->is(Kind::null)) return {};
  if (value->is_scalar()) return value->token.empty() ? "" : "," + value->token + ",";
  std::string out;
  for (const Value& item : value->items) out += "," + item.token;
  return out.empty() ? out : out + ",";
}

bool fits(const Candidate& one, const Value& biz) {
  for (const auto& [parameter, column] : identifiers) {
    const std::string wanted = joined(biz, parameter);
    if (!wanted.empty() &&
        wanted.find("," + one.row().text_of(column) + ",") == std::string::npos) {
      return false;
    }
  }
  for (const char* const name : {"status", "shop_id", "wms_co_id"}) {
    const std::string wanted = biz.text_of(name);
    if (!wanted.empty() && one.row().text_of(name) != wanted) return false;
  }
  return true;
}

Refusal wrong(const std::string& message) { return {"130", message}; }

}  // namespace

std::string jushuitan_sign(const Params& params, std::string_view secret) {
  std::string text{secret};
  for (const auto& [name, value] : params) {
    if (name == "sign" || value.empty()) continue;
    text += name;
    text += value;
  }
  return digest_hex(Hash::md5, text);
}

JushuitanDirect::JushuitanDirect(const Options& options, Settings& settings, Stats& all)
    : Erp("jushuitan", options, settings, all) {
  using namespace jushuitan;
  const std::array columns{orders(), inventory(), outbound()};
  const std::array<std::int64_t, 3> first{112233445566778899, 100001, 900000123};
  for (std::size_t i = 0; i < apis.size(); ++i) {
    add_table(std::make_unique<Table>(apis[i].path, apis[i].key, first[i], columns[i], options));
  }
  set_limits({{5, 1000}, {100, 60'000}});
  tokens_.access = settings.get("jushuitan.access_token");
  tokens_.refresh = settings.get("jushuitan.refresh_token");
}

bool JushuitanDirect::takes(const Call& call) const {
  return call.path.starts_with("/openWeb/") ||
         (call.path.starts_with("/open/") && call.path != "/open/openapi/do");
}

std::int64_t JushuitanDirect::page_of(const Call& call) const {
  const auto biz = parse(call.param("biz"));
  return biz ? biz->whole_of("page_index").value_or(1) : 1;
}

void JushuitanDirect::expire() {
  const std::lock_guard lock(tokens_mutex_);
  tokens_.expired = true;
}

std::span<const FaultRow> JushuitanDirect::fault_rows() const { return faults; }

std::string JushuitanDirect::limit_key(const Call& call) const {
  return call.path.starts_with("/openWeb/") ? "" : call.param("app_key");
}

Refusal JushuitanDirect::too_fast(const Limits::Excess& excess) const {
  return *refusal_of(Fault{excess.window_ms > 1000 ? "quota" : "throttle"});
}

std::optional<Refusal> JushuitanDirect::check_token(const Call& call) {
  if (call.param("version") != "2") return wrong("version只能是2");
  const std::lock_guard lock(tokens_mutex_);
  if (tokens_.expired || call.param("access_token") != tokens_.access) {
    return Refusal{"100", "access_token无效或已过期"};
  }
  return std::nullopt;
}

std::optional<Refusal> JushuitanDirect::check(const Call& call) {
  const Form& form = call.form;
  if (!form.broken.empty() || !form.repeated.empty() || !call.form_body) return wrong("参数错误");
  if (call.param("app_key") != settings_.get("jushuitan.app_key")) {
    return Refusal{"10", "无效的app_key"};
  }
  if (call.param("sign") != jushuitan_sign(form.params, settings_.get("jushuitan.app_secret"))) {
    Refusal refusal{"10", "无效的签名"};
    refusal.signature = true;
    return refusal;
  }
  const auto time = whole_number(call.param("timestamp"));
  if (!time ||
      (options_.clock_skew_check && std::abs(*time - (platform_now() - gmt8)) > tolerance)) {
    return Refusal{"140", "timestamp与服务器时间相差超过15分钟"};
  }
  if (call.param("charset") != "utf-8") return wrong("charset只能是utf-8");
  if (call.path == init_token || call.path == refresh_token) return std::nullopt;
  if (table(call.path) == nullptr) return Refusal{"190", "接口不存在"};
  return check_token(call);
}

Erp::Outcome JushuitanDirect::give_tokens(const Call& call) {
  const std::lock_guard lock(tokens_mutex_);
  if (call.path == init_token) {
    if (call.param("grant_type") != "authorization_code" || call.param("code").size() != 6) {
      return wrong("grant_type或code错误");
    }
  } else if (call.param("grant_type") != "refresh_token" || call.param("scope") != "all") {
    return wrong("grant_type或scope错误");
  } else if (call.param("refresh_token") != tokens_.refresh) {
    return Refusal{"100", "refresh_token无效或已过期"};
  }
  const std::string number = std::to_string(++tokens_.issued);
  tokens_.access = "at-" + number + "-" + digest_hex(Hash::md5, "access" + number);
  tokens_.refresh = "rt-" + number + "-" + digest_hex(Hash::md5, "refresh" + number);
  tokens_.expired = false;
  stats().count(Counter::sign_ins);
  stats().issued(tokens_.access);
  stats().issued(tokens_.refresh);
  Value data = Value::map().add("access_token", Value::text(tokens_.access));
  data.add("refresh_token", Value::text(tokens_.refresh));
  data.add("expires_in", Value::number(30 * 86400)).add("scope", Value::text("all"));
  Value body = Value::map().add("code", Value::number(0)).add("msg", Value::text("执行成功"));
  return json(written(body.add("data", std::move(data))));
}

std::optional<Refusal> JushuitanDirect::read_ask(const Value& biz, const Table& table, Ask& ask) {
  const std::string from = biz.text_of("modified_begin"), to = biz.text_of("modified_end");
  ask.window = {parse_time(from), parse_time(to)};
  const auto start = biz.whole_of("start_ts");
  const bool named = std::any_of(identifiers.begin(), identifiers.end(), [&](const Pair& pair) {
    return !joined(biz, pair.first).empty();
  });
  if (ask.window.from.has_value() != !from.empty() || ask.window.to.has_value() != !to.empty()) {
    return wrong("时间格式错误");
  }
  if (from.empty() != to.empty()) return wrong("modified_begin和modified_end必须同时存在");
  if (!from.empty() && *ask.window.from > *ask.window.to) return wrong("开始时间大于结束时间");
  if (!from.empty() && *ask.window.to - *ask.window.from > longest_window) {
    return wrong("时间间隔不能超过七天");
  }
  if (from.empty() && !named && !start) return wrong("时间、单号、start_ts不能同时为空");
  const std::string kind = biz.text_of("date_type");
  const bool by_io_date = kind == "2" && table.api == apis[2].path && !from.empty();
  if (!kind.empty() && kind != "0" && !by_io_date) return wrong("date_type错误");
  const Window window = ask.window;
  if (by_io_date) ask.window = {};
  ask.order = start ? Sorting::stamp : Sorting::modified;
  ask.match = [=](const Candidate& one) {
    if (start && jushuitan::first_stamp + one.record().stamp <= *start) return false;
    if (by_io_date) {
      const auto sent = parse_time(one.row().text_of("io_date"));
      if (!sent || !window.holds(*sent)) return false;
    }
    return fits(one, biz);
  };
  return std::nullopt;
}

Value JushuitanDirect::page_data(const Table& table, const Rows& page, const Value& biz,
                                 std::int64_t size, const Fault& fault) const {
  const bool shows = biz.text_of("is_get_total") != "false" && fault.name != "no_total";
  const std::int64_t index = biz.whole_of("page_index").value_or(1);
  const std::int64_t pages = (page.total + size - 1) / size;
  Value data = Value::map().add("page_size", Value::number(size));
  data.add("page_index", Value::number(index));
  data.add("data_count", Value::number(shows ? page.total : 0));
  data.add("page_count", Value::number(shows ? pages : 0));
  data.add("has_next", Value::boolean(index < pages));
  if (fault.name != "missing_list") {
    Value list = Value::list();
    list.items = page.rows;
    data.add(api_at(table.api).list, Value::of(Kind::raw, written(list, dress(fault))));
  }
  return data;
}

Erp::Outcome JushuitanDirect::respond(const Call& call, const Fault& fault) {
  if (call.path.starts_with("/openWeb/")) return give_tokens(call);
  const auto biz = parse(call.param("biz"));
  if (!biz || !biz->is(Kind::object)) return wrong("biz不是JSON对象");
  Table& rows = *table(call.path);
  const std::int64_t largest = api_at(call.path).largest_page;
  std::int64_t size = biz->whole_of("page_size").value_or(30);
  if (size < 1 || biz->whole_of("page_index").value_or(1) < 1) return wrong("分页参数错误");
  if (size > largest && settings_.is("jushuitan.oversize", "error")) {
    return wrong("page_size最大" + std::to_string(largest));
  }
  size = std::min(size, largest);
  Ask ask;
  if (const auto refusal = read_ask(*biz, rows, ask)) return *refusal;
  const std::int64_t index = biz->whole_of("page_index").value_or(1);
  ask.skip = (std::min<std::int64_t>(index, 1'000'000'000) - 1) * size;
  ask.limit = size;
  const Rows page = rows_of(rows, ask, fault);
  Value body = Value::map();
  body.add("code", fault.name == "code_as_text" ? Value::text("0") : Value::number(0));
  body.add("msg", Value::text("执行成功"));
  if (settings_.is("jushuitan.issuccess", "on")) body.add("issuccess", Value::boolean(true));
  return json(written(body.add("data", page_data(rows, page, *biz, size, fault))));
}

Answer JushuitanDirect::refuse(const Refusal& refusal) {
  Value body = Value::map().add("code", Value::of(Kind::number, refusal.code));
  body.add("msg", Value::text(refusal.message));
  if (settings_.is("jushuitan.issuccess", "on")) body.add("issuccess", Value::boolean(false));
  return json(written(body.add("data", Value{})));
}

}  // namespace mock
