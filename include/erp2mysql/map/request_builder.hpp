// SPDX-License-Identifier: Apache-2.0
// The job's `request` list with its values filled in for one window. Knows no platform: names and
// nesting stay as the metadata has them.
#pragma once

#include <vector>

#include "erp2mysql/data/flow.hpp"
#include "erp2mysql/map/value_rule.hpp"

namespace erp2mysql::map {

class RequestBuilder {
 public:
  static RequestBuilder compile(const std::vector<job::Item>& items, CompileProblems& problems);
  /// Items without a value, or with an empty one, are left out: the parameter is then not set.
  data::Arguments build(const Variables& variables) const;
  /// True when any value depends on the window; otherwise the job is a full read.
  bool uses_window() const;

 private:
  struct Entry {
    std::string field;
    bool list = false;
    bool nested = false;
    bool has_value = false;
    bool bare = false;
    std::optional<job::Parser> parser;
    ValueRule rule;
    std::vector<Entry> children;
  };
  static std::vector<Entry> compile_entries(const std::vector<job::Item>& items,
                                            CompileProblems& problems);
  static data::Arguments fill(const std::vector<Entry>& entries, const Variables& variables);
  static std::optional<data::Argument> fill_scalar(const Entry& entry, const Variables& variables);
  static bool any_uses_window(const std::vector<Entry>& entries);

  std::vector<Entry> entries_;
};

}  // namespace erp2mysql::map
