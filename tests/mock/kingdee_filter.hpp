// SPDX-License-Identifier: Apache-2.0
// FilterString and OrderString of Kingdee: SQL-like text, read into a tree and judged row by row.
// Knows comparisons, LIKE, IN, BETWEEN, IS NULL, AND, OR, NOT and brackets. Refuses to know forms
// and to convert numbers to doubles.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "value.hpp"

namespace mock {

struct FilterError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using CellOf = std::function<Value(const std::string& field)>;

class KingdeeFilter {
 public:
  // Throws FilterError with the text for the user. An empty text holds for every row.
  explicit KingdeeFilter(std::string_view text);

  bool holds(const CellOf& cell_of) const;
  const std::vector<std::string>& fields() const { return fields_; }

  struct Node;

 private:
  std::shared_ptr<const Node> root_;
  std::vector<std::string> fields_;
};

struct KingdeeOrder {
  std::string field;
  bool descending = false;
};
std::vector<KingdeeOrder> parse_order(std::string_view text);

// By value for numbers, by time for times, else by text; null comes before everything.
int compare_cells(const Value& left, const Value& right);

}  // namespace mock
