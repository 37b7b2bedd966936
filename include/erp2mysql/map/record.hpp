// SPDX-License-Identifier: Apache-2.0
// A source record as the rows it becomes, and the names by which its fields are reached:
// "o_id", "a.b", and after flattening "items_sku_id". Knows no column and no type.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/data/node.hpp"
#include "erp2mysql/expr/expression.hpp"
#include "erp2mysql/map/template.hpp"
#include "erp2mysql/map/variables.hpp"

namespace erp2mysql::map {

/// One row of a record: the header and, when a list was flattened, one of its lines.
struct FlatRow {
  const data::Node* header = nullptr;
  const data::Node* line = nullptr;
  std::uint32_t position = 0;  // among the rows of the record
};

/// The rows of a record: one per element of the list `flat` (empty name: no flattening). A missing,
/// null or empty list gives one row without a line. Throws base::Error{data} when the field is no
/// list of objects.
std::vector<FlatRow> flatten(const data::Node& record, std::string_view flat);

/// A compiled field name. Remembers where it found the field last, so one path serves one thread.
class FieldPath {
 public:
  FieldPath(std::string name, std::string_view flat);
  /// The field's value; null when it is missing.
  const data::Node* find(const FlatRow& row) const;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::string line_name_;  // without the flattened prefix; empty when it has none
  mutable std::uint32_t header_hint_ = 0;
  mutable std::uint32_t line_hint_ = 0;
};

/// Text of a value inside a template: null is empty, lists and objects are compact JSON.
std::string text_of(const data::Node* node);

/// Names inside expressions: variables first, then fields of the row.
class RowScope : public expr::Scope {
 public:
  RowScope(const FlatRow& row, std::string_view flat, const Variables& variables)
      : row_(row), flat_(flat), variables_(variables) {}
  expr::Value value(std::string_view name) const override;
  std::optional<std::vector<expr::Value>> list(std::string_view name) const override;
  base::Instant now() const override { return variables_.window.to; }
  const base::Zone& zone() const override { return variables_.zone; }
  expr::Value find(const expr::Lookup& lookup) const override;

 private:
  const FlatRow& row_;
  std::string_view flat_;
  const Variables& variables_;
};

}  // namespace erp2mysql::map
