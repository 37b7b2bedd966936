// SPDX-License-Identifier: Apache-2.0
// One `_function` expression: compiled once, evaluated per row. It does not know what a job, a
// row or a window is: names are resolved through the Scope it is given.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/time.hpp"

namespace erp2mysql::expr {

/// What a reference stands for. `number` is exact decimal text (integers included).
struct Value {
  enum class Kind { null, number, text };
  Kind kind = Kind::null;
  std::string text;

  static Value null() { return {}; }
  static Value number(std::string text) { return {Kind::number, std::move(text)}; }
  static Value of_text(std::string text) { return {Kind::text, std::move(text)}; }
  bool is_null() const { return kind == Kind::null; }
};

/// Answers the names inside {…} and {{…}}; `name` is everything between the braces, trimmed
/// ("items.qty", "DAYS_AGO_1|datetime"). A missing field is NULL. For a path that crosses a list
/// the answer of `list` are its elements; nothing when it crosses none.
class Scope {
 public:
  virtual ~Scope() = default;
  virtual Value value(std::string_view name) const = 0;
  virtual std::optional<std::vector<Value>> list(std::string_view name) const = 0;
  /// What NOW() means: the window's end, and the zone it is shown in.
  virtual base::Instant now() const = 0;
  virtual const base::Zone& zone() const = 0;
};

class Expression {
 public:
  /// Throws base::Error{config}: what was found, with a caret line under the text, and what is
  /// allowed there (nearest function name, arity).
  static Expression compile(std::string_view text);
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
  ~Expression();

  /// Throws base::Error{data} when it fails; division by zero is a failure. Never the expression's
  /// own text. Thread safe.
  Value evaluate(const Scope& scope) const;

  /// Names referred to, in order, as written between the braces (trimmed).
  const std::vector<std::string>& references() const;
  const std::string& text() const;

  struct Impl;

 private:
  explicit Expression(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

/// One supported function, for messages and generated docs.
struct FunctionEntry {
  std::string_view name;
  int min_arguments;
  int max_arguments;  // -1: any number
  std::string_view arguments;
  std::string_view summary;
  std::string_view example;
};
const std::vector<FunctionEntry>& functions();

}  // namespace erp2mysql::expr
