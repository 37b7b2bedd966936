// SPDX-License-Identifier: Apache-2.0
// One compiled value of the metadata: template or expression. The same rule serves a request
// argument (no row) and a target column (a row).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "erp2mysql/job/job.hpp"
#include "erp2mysql/map/coerce.hpp"
#include "erp2mysql/map/record.hpp"

namespace erp2mysql::map {

/// A mistake found while compiling; the pointer is that of the item.
struct CompileProblem {
  std::string pointer;
  std::string message;
  std::string hint;
};
using CompileProblems = std::vector<CompileProblem>;

class ValueRule {
 public:
  /// Never throws; mistakes are added to `problems` and the rule then yields NULL.
  static ValueRule compile(const job::Item& item, std::string_view flat, CompileProblems& problems);

  /// The value as text before coercion, nothing for NULL. Throws base::Error{data}.
  std::optional<std::string> text(const FlatRow& row, const Variables& variables) const;
  /// The value by the item's type. Throws base::Error{data}.
  Cell cell(const FlatRow& row, const Variables& variables, std::string& scratch) const {
    // The plain column whose value is in its form already, by far the most frequent.
    if (quick_.usable && row.header != nullptr && variables.extra.empty()) {
      const data::Node* node = find(row);
      if (node != nullptr && is_in_form(*node, type_)) return node->text;
      return of_node(node, variables, scratch);
    }
    return made(row, variables, scratch);
  }

  /// Names of window variables that the value depends on.
  bool uses_window() const;
  /// The value is the same for all rows of a record.
  bool same_for_record() const;
  Type type() const { return type_; }

 private:
  // What a plain column needs for most rows, side by side: the rest of a rule is spread over so
  // many cache lines that reaching for it costs more than the work.
  struct Quick {
    Guess line, header;
    bool usable = false;
    bool in_line = false;
  };
  const data::Node* find(const FlatRow& row) const {
    if (row.line != nullptr && quick_.in_line) {
      if (!quick_.line.knows(*row.line)) return find_and_learn(row);
      if (const auto* node = quick_.line.known(*row.line)) return node;
    }
    if (!quick_.header.knows(*row.header)) return find_and_learn(row);
    return quick_.header.known(*row.header);
  }
  const data::Node* find_and_learn(const FlatRow& row) const;

  struct Find;
  void compile_lookup(const std::string& value, const job::Item& item, CompileProblems& problems);
  std::optional<std::string> look_up(const FlatRow& row, const Variables& variables) const;
  std::optional<std::string> evaluate(const FlatRow& row, const Variables& variables) const;
  std::optional<std::string> parse(const data::Node* node) const;
  Cell of_node(const data::Node* node, const Variables& variables, std::string& scratch) const;
  Cell made(const FlatRow& row, const Variables& variables, std::string& scratch) const;
  bool append(const FlatRow& row, const Variables& variables, std::string& out) const;
  bool append_part(std::size_t part, const FlatRow& row, const Variables& variables,
                   std::string& out) const;

  mutable Quick quick_;
  Type type_ = Type::text;
  std::string flat_;
  Template template_;
  struct Field {
    FieldPath path;
    bool variable;
  };
  std::vector<Field> fields_;  // one per part of the template
  std::shared_ptr<const expr::Expression> expression_;
  std::vector<NamedField> names_;     // of the expression
  std::shared_ptr<const Find> find_;  // the value is a look-up
  std::optional<std::string> default_;
  std::optional<job::Parser> parser_;
  bool null_on_division_by_zero_ = false;
  bool text_on_error_ = false;
  bool has_value_ = false;
  bool plain_ = false;  // a single field reference without format
};

}  // namespace erp2mysql::map
