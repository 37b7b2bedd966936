// SPDX-License-Identifier: Apache-2.0
// A Scope for tests: fields from a map, a frozen clock. It refuses to know rows and windows.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "erp2mysql/expr/expression.hpp"

namespace erp2mysql::expr {

struct RowScope : Scope {
  std::map<std::string, Value, std::less<>> fields;
  std::map<std::string, std::vector<Value>, std::less<>> lists;
  base::Zone zone_;

  Value value(std::string_view name) const override {
    const auto found = fields.find(name);
    return found == fields.end() ? Value::null() : found->second;
  }
  std::optional<std::vector<Value>> list(std::string_view name) const override {
    const auto found = lists.find(name);
    if (found == lists.end()) return std::nullopt;
    return found->second;
  }
  // 2024-03-05 15:08:09.123 at +08:00
  Value find(const Lookup& lookup) const override {
    std::string out = "[" + lookup.field + " " + lookup.job;
    for (const auto& [field, wanted] : lookup.conditions) out += " " + field + "=" + wanted.text;
    return Value::of_text(out + "]");
  }
  int now_micros() const override { return 456; }
  base::Instant now() const override { return base::Instant(base::Millis(1709622489123)); }
  const base::Zone& zone() const override { return zone_; }
};

}  // namespace erp2mysql::expr
