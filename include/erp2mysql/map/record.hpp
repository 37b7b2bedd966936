// SPDX-License-Identifier: Apache-2.0
// A source record as the rows it becomes, and the names by which its fields are reached:
// "o_id", "a.b", and after flattening "items_sku_id". Knows no column and no type.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
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

/// A member of objects that mostly have one shape: remembers where it was, or that it was missing.
/// Threads that share it spoil each other's guess and nothing else.
class Guess {
 public:
  Guess() = default;
  Guess(const Guess& other) : last_(other.load()) {}
  Guess& operator=(const Guess& other) {
    store(other.load());
    return *this;
  }

  const data::Node* find(const data::Node& object, std::string_view key) const {
    return knows(object) ? known(object) : search(object, key);
  }
  /// The place in this object's shape is known.
  bool knows(const data::Node& object) const {
    return object.shape != 0 && object.shape == load() >> 32;
  }
  /// Only when it is: the member, or null when the object has none.
  const data::Node* known(const data::Node& object) const {
    const auto place = static_cast<std::uint32_t>(load());
    if (place == k_missing) return nullptr;
    // As far from its place as keys before it are left out.
    std::uint32_t at = std::min(place, object.count - 1);
    while (at > 0 && object.first[at].key_offset > place) --at;
    return object.first[at].key_offset == place ? &object.first[at].value : nullptr;
  }

 private:
  static constexpr std::uint32_t k_missing = 0xFFFFFFFF;
  const data::Node* search(const data::Node& object, std::string_view key) const;
  std::uint64_t load() const { return last_.load(std::memory_order_relaxed); }
  void store(std::uint64_t last) const { last_.store(last, std::memory_order_relaxed); }

  mutable std::atomic<std::uint64_t> last_ = 0;  // shape, place of the key in it
};

/// data::find_path with the path taken apart beforehand.
class Walk {
 public:
  explicit Walk(std::string_view path);
  bool one_step() const { return levels_.size() == 1; }
  const Guess& guess() const { return levels_.front().rest_at; }
  const data::Node* find(const data::Node& root) const {
    const auto* whole = levels_.front().rest_at.find(root, levels_.front().rest);
    return whole != nullptr || levels_.size() == 1 ? whole : go(root);
  }

 private:
  struct Level {
    std::string rest;  // of the path from here on, which may be one name with dots
    std::string step;  // its first part
    std::optional<std::uint32_t> index;
    Guess rest_at, step_at;
  };
  const data::Node* go(const data::Node& root) const;

  std::vector<Level> levels_;
};

/// A compiled field name.
class FieldPath {
 public:
  FieldPath(std::string name, std::string_view flat);
  /// The field's value; null when it is missing.
  const data::Node* find(const FlatRow& row) const {
    if (row.line != nullptr && line_) {
      if (const auto* node = line_->find(*row.line)) return node;
    }
    return header_.find(*row.header);
  }
  const std::string& name() const { return name_; }
  const Walk& header() const { return header_; }
  const std::optional<Walk>& line() const { return line_; }

 private:
  std::string name_;
  Walk header_;
  std::optional<Walk> line_;  // without the flattened prefix; nothing when the name has none
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
