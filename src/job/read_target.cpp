// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "check.hpp"
#include "erp2mysql/base/text.hpp"
#include "parts.hpp"
#include "values.hpp"

namespace erp2mysql::job {
namespace {

constexpr std::string_view k_no_op = "写入空操作";
constexpr std::string_view k_extend_sql = "extend_sql_";
constexpr std::string_view k_extend_params = "extend_params_";
constexpr std::int64_t k_most_rows = 10'000;

std::string read_api(const Reader& target) {
  const auto given = target.text("api");
  if (!given || base::trim(*given).empty()) return {};
  const auto api = base::lower(base::trim(*given));
  if (api == "batchexecute" || api == "execute") return api;
  if (api == k_no_op || api == "空操作") return std::string(k_no_op);
  constexpr std::array<std::string_view, 3> k_known = {"batchexecute", "execute", k_no_op};
  auto hint = did_you_mean(api, k_known);
  if (hint.empty()) hint = "supported: batchexecute, execute, 写入空操作";
  target.context().problem(target.pointer("api"),
                           fmt::format("the target api {} is not supported by this version",
                                       base::quoted(base::shorten(*given, 40))),
                           std::move(hint));
  return {};
}

// Kept in plain digits: "1e3" and " 500 " are numbers here as everywhere in a job file.
void check_limit(const Reader& target, Target& out) {
  const auto at = out.other_request.find("limit");
  if (at == out.other_request.end()) return;
  const auto value = to_integer(at->second);
  if (value && *value >= 1 && *value <= k_most_rows) {
    at->second = std::to_string(*value);
    return;
  }
  target.context().problem(out.other_pointer.at("limit"),
                           fmt::format("limit is a whole number from 1 to {}, found {}",
                                       k_most_rows, base::quoted(base::shorten(at->second, 40))),
                           "rows per statement; the default is 1000");
}

// extend_sql_n runs for every line of extend_params_n, which names its list without braces.
void take_extension(const Reader& target, const Item& item, const std::string& sql, Target& out) {
  auto& context = target.context();
  const auto name = std::string(k_extend_params) + item.field.substr(k_extend_sql.size());
  if (out.api != "execute") {
    return context.problem(item.pointer + "/field",
                           fmt::format("{} belongs to execute", base::quoted(item.field)));
  }
  const auto params = std::find_if(out.request.begin(), out.request.end(),
                                   [&](const Item& one) { return one.field == name; });
  if (params == out.request.end() || !params->value || params->children.empty()) {
    return context.problem(
        item.pointer + "/field",
        fmt::format("{} needs {} in request", base::quoted(item.field), base::quoted(name)),
        fmt::format("{{\"field\": \"{}\", \"type\": \"array\", \"value\": \"items\", "
                    "\"children\": […]}}",
                    name));
  }
  auto list = std::string(base::trim(*params->value));
  while (list.size() > 2 && list.starts_with('{') && list.ends_with('}'))
    list = list.substr(1, list.size() - 2);
  out.extensions.push_back({item.field, sql, item.pointer + (item.value ? "/value" : "/default"),
                            list, params->children});
}

// One control of the statement. Exports carry unused ones without a value.
void take_control(const Reader& target, const Item& item, Target& out) {
  auto& context = target.context();
  const auto at = item.pointer + "/field";
  const auto value = item.value ? item.value : item.default_value;
  const bool blank = !value || base::trim(*value).empty();
  if (item.field.starts_with(k_extend_sql)) {
    if (!blank) take_extension(target, item, *value, out);
    return;
  }
  if (item.field != "main_sql" && item.field != "limit") {
    if (blank && item.children.empty()) return;
    constexpr std::array<std::string_view, 2> k_known = {"main_sql", "limit"};
    auto hint = did_you_mean(item.field, k_known);
    if (hint.empty()) hint = "known: main_sql, limit";
    return context.problem(
        at, fmt::format("{} is no setting of a target", base::quoted(item.field)), std::move(hint));
  }
  if (out.other_request.contains(item.field)) {
    return context.problem(at, fmt::format("{} is given twice", base::quoted(item.field)),
                           "keep one of them");
  }
  if (blank) return;
  out.other_request[item.field] = *value;
  out.other_pointer[item.field] = item.pointer + (item.value ? "/value" : "/default");
}

void check_statement(const Reader& target, const Target& out) {
  if (out.api.empty() || out.api == k_no_op || out.other_request.contains("main_sql")) return;
  // A reference that failed, or a list of a wrong shape, was reported already.
  const auto* list = target.node()->find("otherRequest");
  if (list != nullptr && !list->is_null() && !list->is_array()) return;
  for (const auto& item : target.elements("otherRequest")) {
    const auto* value = item.node()->find("value");
    if (item.text("field") == "main_sql" && value != nullptr && item.context().broken(*value)) {
      return;
    }
  }
  target.context().problem(target.pointer("otherRequest"),
                           fmt::format("{} needs main_sql", out.api),
                           "{\"field\": \"main_sql\", \"value\": \"INSERT INTO …\"}");
}

void check_repeated(const Reader& target, const std::vector<Item>& items) {
  std::set<std::string> seen;
  for (const auto& item : items) {
    if (item.field.empty() || seen.insert(item.field).second) continue;
    target.context().problem(item.pointer + "/field",
                             fmt::format("{} is given twice", base::quoted(item.field)),
                             "keep one of them");
  }
}

void check_columns(const Reader& target, const Target& out) {
  const auto* list = target.node()->find("request");
  const bool wrong_kind = list != nullptr && !list->is_null() && !list->is_array();
  if (out.request.empty() && !wrong_kind) {
    return target.context().problem(target.pointer("request"),
                                    "batchexecute needs a list of columns",
                                    "one item per column, in the order of the statement");
  }
  for (const auto& item : out.request) {
    if (item.children.empty()) continue;
    target.context().problem(item.pointer + "/children", "the columns of batchexecute are flat",
                             "put the children themselves into request");
  }
  check_repeated(target, out.request);
}

void check_parameters(const Reader& target, const Target& out) {
  check_repeated(target, out.request);
  for (const auto& item : out.request) {
    check_repeated(target, item.children);
    if (!item.field.starts_with(k_extend_params)) continue;
    const auto name = std::string(k_extend_sql) + item.field.substr(k_extend_params.size());
    const bool used = std::any_of(out.extensions.begin(), out.extensions.end(),
                                  [&](const Extension& one) { return one.name == name; });
    if (used) continue;
    target.context().problem(
        item.pointer + "/field",
        fmt::format("{} has no {} in otherRequest", base::quoted(item.field), base::quoted(name)));
  }
}

// Only the write-back among the declared response fields has a meaning at run time.
void check_write_back(const Reader& list) {
  for (const auto& item : list.elements()) {
    if (!item.node()->is_object()) continue;
    if (item.text("field") == "primaryWriteback") {
      item.context().problem(item.pointer("field"),
                             "\"primaryWriteback\" is not supported by this version");
    }
    check_write_back({item.context(), item.find("children"), item.pointer("children")});
  }
}

}  // namespace

void read_target(const Reader& target, Target& out) {
  out.platform = target.lower("platform").value_or("mysql");
  out.api = read_api(target);
  out.request = read_items(target.elements("request"));
  for (const auto& item : read_items(target.elements("otherRequest"))) {
    take_control(target, item, out);
  }
  // extend_sql_2 before extend_sql_10
  std::stable_sort(out.extensions.begin(), out.extensions.end(), [](const auto& a, const auto& b) {
    return std::pair(a.name.size(), a.name) < std::pair(b.name.size(), b.name);
  });
  check_limit(target, out);
  check_statement(target, out);
  check_write_back({target.context(), target.find("response"), target.pointer("response")});
  if (out.api == "batchexecute") {
    check_columns(target, out);
    out.other_request.try_emplace("limit", "1000");
  } else {
    check_parameters(target, out);
  }
}

}  // namespace erp2mysql::job
