// SPDX-License-Identifier: Apache-2.0
// All functions in one table: look-up by name, nearest name for slips, entries for messages.
#include <algorithm>
#include <map>

#include "erp2mysql/base/text.hpp"
#include "tree.hpp"

namespace erp2mysql::expr {
namespace {

const std::map<std::string, const Function*, std::less<>>& table() {
  static const auto k_table = [] {
    std::map<std::string, const Function*, std::less<>> out;
    for (const auto* group :
         {&text_functions(), &date_functions(), &control_functions(), &number_functions()}) {
      for (const Function& function : *group)
        out.emplace(base::lower(function.entry.name), &function);
    }
    return out;
  }();
  return k_table;
}

}  // namespace

const Function* find_function(std::string_view name) {
  const auto found = table().find(base::lower(name));
  return found == table().end() ? nullptr : found->second;
}

std::string nearest_function(std::string_view name) {
  std::vector<std::string_view> known;
  for (const auto& [key, function] : table()) known.push_back(key);
  const auto found = find_function(base::nearest(base::lower(name), known));
  return found ? std::string(found->entry.name) : std::string();
}

const std::vector<FunctionEntry>& functions() {
  static const auto k_entries = [] {
    std::vector<FunctionEntry> out;
    for (const auto& [key, function] : table()) out.push_back(function->entry);
    return out;
  }();
  return k_entries;
}

}  // namespace erp2mysql::expr
