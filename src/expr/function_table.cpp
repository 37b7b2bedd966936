// SPDX-License-Identifier: Apache-2.0
// All functions in one table: look-up by name, nearest name for slips, entries for messages.
#include <algorithm>
#include <map>

#include "erp2mysql/base/text.hpp"
#include "families.hpp"

namespace erp2mysql::expr {
namespace {

const std::map<std::string, const Function*, std::less<>>& table() {
  static const auto k_table = [] {
    std::map<std::string, const Function*, std::less<>> out;
    for (const Family& family : families()) {
      for (const Function& function : family.functions)
        out.emplace(base::lower(function.entry.name), &function);
    }
    return out;
  }();
  return k_table;
}

}  // namespace

const std::vector<Family>& families() {
  static const std::vector<Family> k_families = {
      {"Choices", control_functions()},
      {"Lists", aggregate_functions()},
      {"Conversions", cast_functions()},
      {"Texts", text_functions()},
      {"Finding and measuring texts", search_functions()},
      {"Filling up and trimming texts", padding_functions()},
      {"Regular expressions", regexp_functions()},
      {"Numbers", number_functions()},
      {"Mathematics", math_functions()},
      {"Parts of dates", date_part_functions()},
      {"Sums of dates", date_sum_functions()},
      {"Dates as text", date_text_functions()},
      {"Clock and zones", clock_functions()},
      {"JSON", json_functions()},
      {"Changing JSON", json_change_functions()},
      {"Digests", digest_functions()},
      {"Encodings", encoding_functions()},
      {"Addresses and UUIDs", address_functions()},
  };
  return k_families;
}

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

const std::vector<FunctionFamily>& function_families() {
  static const auto k_families = [] {
    std::vector<FunctionFamily> out;
    for (const Family& family : families()) {
      out.push_back({family.title, {}});
      for (const Function& function : family.functions)
        out.back().entries.push_back(function.entry);
    }
    return out;
  }();
  return k_families;
}

}  // namespace erp2mysql::expr
