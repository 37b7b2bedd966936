// SPDX-License-Identifier: Apache-2.0
// A source record as the rows it becomes, and the names by which its fields are reached:
// "o_id", "a.b", and after flattening "items_sku_id". Knows no column and no type.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
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

/// Where a field was found last: a guess for the next record. Threads that share it may spoil each
/// other's guess and nothing else.
class Hint {
 public:
  Hint() = default;
  Hint(const Hint& other) : at_(other.load()) {}
  Hint& operator=(const Hint& other) {
    store(other.load());
    return *this;
  }
  std::uint32_t load() const { return at_.load(std::memory_order_relaxed); }
  void store(std::uint32_t at) { at_.store(at, std::memory_order_relaxed); }

 private:
  std::atomic<std::uint32_t> at_ = 0;
};

/// A compiled field name. Remembers where it found the field last.
class FieldPath {
 public:
  FieldPath(std::string name, std::string_view flat);
  /// The field's value; null when it is missing.
  const data::Node* find(const FlatRow& row) const;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  std::string line_name_;  // without the flattened prefix; empty when it has none
  bool walks_ = false;     // the name has steps
  mutable Hint header_hint_;
  mutable Hint line_hint_;
};

/// A name inside an expression, compiled: its text there, and what it refers to.
struct NamedField {
  std::string text;
  Reference reference;
  FieldPath path;
  bool variable = false;
};
std::vector<NamedField> compile_names(const std::vector<std::string>& texts, std::string_view flat);

/// Text of a value inside a template: null is empty, lists and objects are compact JSON.
std::string text_of(const data::Node* node);
void append_text(std::string& out, const data::Node& node);

/// Names inside expressions: variables first, then fields of the row. Those in `names` are compiled
/// already; others are looked up by their text.
class RowScope : public expr::Scope {
 public:
  RowScope(const FlatRow& row, std::string_view flat, const Variables& variables,
           std::span<const NamedField> names = {})
      : row_(row), flat_(flat), variables_(variables), names_(names) {}
  expr::Value value(std::string_view name) const override;
  std::optional<std::vector<expr::Value>> list(std::string_view name) const override;
  base::Instant now() const override { return variables_.window.to; }
  const base::Zone& zone() const override { return variables_.zone; }
  expr::Value find(const expr::Lookup& lookup) const override;

 private:
  expr::Value value(const Reference& reference, const FieldPath& path) const;

  const FlatRow& row_;
  std::string_view flat_;
  const Variables& variables_;
  std::span<const NamedField> names_;
};

}  // namespace erp2mysql::map
