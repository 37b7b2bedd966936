// SPDX-License-Identifier: Apache-2.0
// The job's `quality.rules` over mapped cells. Pure; counting and quarantine are not its business.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "erp2mysql/job/job.hpp"
#include "erp2mysql/map/value_rule.hpp"

namespace erp2mysql::map {

class QualityRules {
 public:
  static QualityRules compile(const std::vector<job::Rule>& rules,
                              const std::vector<std::string>& columns, CompileProblems& problems);
  /// Checks one cell; may change it (onFail null or default). Throws base::Error{data} for
  /// quarantine, and base::Error{config} for onFail "stop".
  void apply(std::size_t column, Cell& cell) const {
    if (!by_column_[column].empty()) check(by_column_[column], cell);
  }

 private:
  static void check(const std::vector<job::Rule>& rules, Cell& cell);
  static std::optional<std::string> violated(const job::Rule& rule, const Cell& cell);

  std::vector<std::vector<job::Rule>> by_column_;
};

}  // namespace erp2mysql::map
