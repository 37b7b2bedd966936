// SPDX-License-Identifier: Apache-2.0
// The metadata's `condition`: which rows of a record are kept. Outer list OR, inner list AND.
// Pure; knows no column.
#pragma once

#include <vector>

#include "erp2mysql/job/job.hpp"
#include "erp2mysql/map/record.hpp"
#include "erp2mysql/map/value_rule.hpp"

namespace erp2mysql::map {

class ConditionFilter {
 public:
  static ConditionFilter compile(const std::vector<std::vector<job::Condition>>& groups,
                                 std::string_view flat, CompileProblems& problems);
  /// Removes the rows that no group keeps. A `strictMode` comparison must hold for every row of
  /// the record, or its group keeps none of them.
  void keep(std::vector<FlatRow>& rows, const Variables& variables) const;

 private:
  struct Test {
    FieldPath path;
    std::string logic;
    Template value;
    bool strict;
  };
  static bool holds(const Test& test, const FlatRow& row, const Variables& variables);

  std::vector<std::vector<Test>> groups_;
};

}  // namespace erp2mysql::map
