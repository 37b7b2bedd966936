// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/map/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/map/number_order.hpp"

namespace erp2mysql::map {
namespace {

constexpr std::array<std::string_view, 11> k_logics{
    "eq", "neq", "gt", "egt", "lt", "elt", "like", "notlike", "between", "notnull", "isnull"};

// Numbers by value, times by instant ("timestamp:SECONDS" on the right), all else as text.
int compare(std::string_view a, std::string_view b, const base::Zone& zone) {
  constexpr std::string_view k_stamp = "timestamp:";
  if (b.starts_with(k_stamp)) {
    const auto left = read_time(a, zone);
    const auto right = read_time(b.substr(k_stamp.size()), zone);
    if (left && right) return *left < *right ? -1 : *left > *right ? 1 : 0;
  }
  return compare_values(a, b);
}

bool between(std::string_view text, std::string_view bounds, const base::Zone& zone) {
  const auto comma = bounds.find(',');
  return compare(text, base::trim(bounds.substr(0, comma)), zone) >= 0 &&
         compare(text, base::trim(bounds.substr(comma + 1)), zone) <= 0;
}

}  // namespace

ConditionFilter ConditionFilter::compile(const std::vector<std::vector<job::Condition>>& groups,
                                         std::string_view flat, CompileProblems& problems) {
  ConditionFilter filter;
  for (const auto& group : groups) {
    auto& tests = filter.groups_.emplace_back();
    for (const auto& item : group) {
      const std::string logic = base::lower(item.logic);
      if (std::find(k_logics.begin(), k_logics.end(), logic) == k_logics.end()) {
        problems.push_back({item.pointer + "/logic",
                            fmt::format("unknown comparison \"{}\"", item.logic),
                            base::nearest(logic, k_logics)});
      }
      if (logic == "between" && item.value.find(',') == std::string::npos) {
        problems.push_back(
            {item.pointer + "/value", "\"between\" needs two values with a comma", ""});
      }
      tests.push_back(
          {FieldPath(item.field, flat), logic, Template::compile(item.value), item.strict});
    }
  }
  return filter;
}

bool ConditionFilter::holds(const Test& test, const FlatRow& row, const Variables& variables) {
  const data::Node* node = test.path.find(row);
  const bool missing = node == nullptr || node->is_null();
  if (test.logic == "isnull") return missing;
  if (test.logic == "notnull") return !missing;
  if (missing) return test.logic == "neq" || test.logic == "notlike";
  const std::string text = text_of(node);
  const std::string value =
      test.value.fill([&](const Reference& reference) -> std::optional<std::string> {
        const auto variable = variables.find(reference.name, reference.format);
        return variable ? std::optional(variable->text) : std::nullopt;
      });
  if (test.logic == "like") return text.find(value) != std::string::npos;
  if (test.logic == "notlike") return text.find(value) == std::string::npos;
  if (test.logic == "between") return between(text, value, variables.zone);
  const int order = compare(text, value, variables.zone);
  if (test.logic == "eq") return order == 0;
  if (test.logic == "neq") return order != 0;
  if (test.logic == "gt") return order > 0;
  if (test.logic == "egt") return order >= 0;
  if (test.logic == "lt") return order < 0;
  return order <= 0;
}

void ConditionFilter::keep(std::vector<FlatRow>& rows, const Variables& variables) const {
  if (groups_.empty()) return;
  std::vector<bool> kept(rows.size(), false);
  for (const auto& group : groups_) {
    const bool strict_holds = std::all_of(group.begin(), group.end(), [&](const Test& test) {
      return !test.strict || std::all_of(rows.begin(), rows.end(), [&](const FlatRow& row) {
        return holds(test, row, variables);
      });
    });
    if (!strict_holds) continue;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      kept[i] = kept[i] || std::all_of(group.begin(), group.end(), [&](const Test& test) {
                  return holds(test, rows[i], variables);
                });
    }
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (kept[i]) rows[next++] = rows[i];
  }
  rows.resize(next);
}

}  // namespace erp2mysql::map
