// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/map/quality.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/map/number_order.hpp"

namespace erp2mysql::map {

QualityRules QualityRules::compile(const std::vector<job::Rule>& rules,
                                   const std::vector<std::string>& columns,
                                   CompileProblems& problems) {
  QualityRules out;
  out.by_column_.resize(columns.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string pointer = fmt::format("/quality/rules/{}", i);
    const auto at = std::find(columns.begin(), columns.end(), rules[i].field);
    if (at == columns.end()) {
      const std::vector<std::string_view> known(columns.begin(), columns.end());
      const auto near = base::nearest(rules[i].field, known);
      problems.push_back({pointer + "/field",
                          fmt::format("no mapped column \"{}\"", rules[i].field),
                          near.empty() ? near : fmt::format("did you mean \"{}\"?", near)});
      continue;
    }
    if (rules[i].pattern) {
      problems.push_back({pointer + "/pattern", "\"pattern\" is not supported by this version",
                          "use in, min, max, maxLength or required"});
    }
    out.by_column_[static_cast<std::size_t>(at - columns.begin())].push_back(rules[i]);
  }
  return out;
}

std::optional<std::string> QualityRules::violated(const job::Rule& rule, const Cell& cell) {
  if (!cell || cell->empty()) {
    return rule.required ? std::optional<std::string>("is required") : std::nullopt;
  }
  if (rule.max_length && base::utf8_length(*cell) > static_cast<std::size_t>(*rule.max_length)) {
    return fmt::format("is longer than {} characters", *rule.max_length);
  }
  if (!rule.in.empty() && std::find(rule.in.begin(), rule.in.end(), *cell) == rule.in.end()) {
    return "is none of the allowed values";
  }
  if (rule.min && compare_values(*cell, *rule.min) < 0) return "is below the minimum " + *rule.min;
  if (rule.max && compare_values(*cell, *rule.max) > 0) return "is above the maximum " + *rule.max;
  return std::nullopt;
}

void QualityRules::check(const std::vector<job::Rule>& rules, Cell& cell) {
  for (const auto& rule : rules) {
    const auto reason = violated(rule, cell);
    if (!reason) {
      continue;
    }
    if (rule.on_fail == "null") {
      cell.reset();
    } else if (rule.on_fail == "default") {
      cell = rule.default_value;
    } else if (rule.on_fail == "stop") {
      throw base::Error(base::ErrorKind::config, "the value " + *reason + " (onFail is \"stop\")");
    } else {
      throw base::Error(base::ErrorKind::data, "the value " + *reason);
    }
  }
}

}  // namespace erp2mysql::map
