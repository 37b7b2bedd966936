// SPDX-License-Identifier: Apache-2.0
// One `_function` expression: compiled once, evaluated per row. It does not know what a job, a
// row or a window is: names are resolved through the Scope it is given.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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

/// One `_findCollection find FIELD from JOB where a=… b=… _endFind`, its right sides evaluated.
struct Lookup {
  std::string field;
  std::string job;
  std::vector<std::pair<std::string, Value>> conditions;
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
  /// Microseconds of NOW() below its milliseconds.
  virtual int now_micros() const { return 0; }
  /// Throws Error{data} unless the scope has a store of rows to look into.
  virtual Value find(const Lookup& lookup) const;
};

/// An error that a MySQL server would have answered too, with its number.
class ServerError : public base::Error {
 public:
  ServerError(base::ErrorKind kind, int number, std::string message)
      : base::Error(kind, std::move(message)), number_(number) {}
  int number() const { return number_; }

 private:
  int number_;
};

struct Warning {
  int number;
  std::string message;
};

/// How an evaluation treats what SELECT only warns about.
struct Settings {
  /// Division by zero is NULL and a warning, as in SELECT; otherwise an error.
  bool division_by_zero_is_null = false;
  /// Receives truncation warnings; null: nobody asks.
  std::vector<Warning>* warnings = nullptr;
};

class Expression {
 public:
  /// Throws ServerError{config}: what was found, with a caret line under the text, and what is
  /// allowed there (nearest function name, arity).
  static Expression compile(std::string_view text);
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
  ~Expression();

  /// Throws ServerError{data} when it fails; division by zero is a failure unless `settings` say
  /// otherwise. Never the expression's own text. Thread safe.
  Value evaluate(const Scope& scope, const Settings& settings = {}) const;

  /// Names referred to, in order, as written between the braces (trimmed).
  const std::vector<std::string>& references() const;
  /// Whether NOW() or one of its kin is called.
  bool reads_clock() const;
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

/// The same entries by family, in reading order.
struct FunctionFamily {
  std::string_view title;
  std::vector<FunctionEntry> entries;
};
const std::vector<FunctionFamily>& function_families();

}  // namespace erp2mysql::expr
