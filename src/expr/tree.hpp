// SPDX-License-Identifier: Apache-2.0
// The tree of a parsed expression, its context of evaluation, and what a function sees of its
// arguments. It refuses to know text and tokens.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "calendar.hpp"
#include "item.hpp"

namespace erp2mysql::expr {

struct Node;

struct Context {
  const Scope& scope;
  const std::vector<std::string>& names;
  /// While an aggregate walks a list: the element that stands for the reference of that index.
  std::vector<const Value*> elements;
};

/// Arguments of a call, evaluated when asked for.
class Arguments {
 public:
  Arguments(const Node& node, Context& context) : node_(node), context_(context) {}
  std::size_t size() const;
  Item operator[](std::size_t i) const;
  const Node& node() const { return node_; }
  const Node& child(std::size_t i) const;
  Context& context() const { return context_; }

 private:
  const Node& node_;
  Context& context_;
};

using FunctionBody = Item (*)(const Arguments&);

/// `syntax`: the parser reads the arguments in a way of their own.
enum class Syntax { plain, substring, trim, interval, unit, cast, clock };
/// `text`: the result is text whatever the arguments are.
enum class Result { varies, text };

struct Function {
  FunctionEntry entry;
  FunctionBody body;
  Result result = Result::varies;
  Syntax syntax = Syntax::plain;
};

enum class Operator {
  none,
  logical_or,
  logical_xor,
  logical_and,
  logical_not,
  equal,
  safe_equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  is_null,
  is_true,
  is_false,
  like,
  in,
  between,
  add,
  subtract,
  multiply,
  divide,
  divide_whole,
  modulo,
  negate,
};

enum class CastType {
  none,
  as_signed,
  as_unsigned,
  as_text,
  as_decimal,
  as_date,
  as_datetime,
  as_time
};

struct Node {
  enum class Kind { literal, reference, quoted, operation, call, case_when, interval };
  struct Part {
    bool is_reference;
    std::string text;
    std::size_t reference;
  };

  Kind kind = Kind::literal;
  std::size_t at = 0;
  int height = 1;
  Item literal;
  std::size_t reference = 0;  // index into the names
  std::vector<Part> parts;    // quoted
  Operator op = Operator::none;
  bool negated = false;  // NOT LIKE, IS NOT …, date - INTERVAL, CASE with operand
  const Function* function = nullptr;
  Unit unit = Unit::day;      // interval, TIMESTAMPDIFF
  bool has_interval = false;  // DATE_ADD(d, INTERVAL n unit), not ADDDATE(d, n)
  CastType cast = CastType::none;
  int precision = -1;  // CAST
  int scale = 0;       // CAST
  std::vector<std::unique_ptr<Node>> children;
};

Item evaluate(const Node& node, Context& context);
/// As operand of arithmetic: a bare reference whose text is a number counts as that exact number,
/// as it would if it had been written into the expression.
Item evaluate_operand(const Node& node, Context& context);
/// The operands are numbers or NULL.
Item arithmetic_of(Operator op, const Item& a, const Item& b);
/// Whether the result is text whatever the data are, and an item as such a result.
bool yields_text(const Node& node);
Item as_result(Item item, bool text);
/// `date + INTERVAL`, DATE_ADD and their kin; the first argument is the date.
Item shift_date(const Arguments& arguments, bool backwards);
Item format_date(const Arguments& arguments);
Item format_when(const Item& when, const Item& format);
Item read_date(const Arguments& arguments);
Item cast(const Arguments& arguments);
/// What NOW() answers, with milliseconds.
Temporal local_now(const Context& context);

/// Null when unknown; ASCII case ignored.
const Function* find_function(std::string_view name);
std::string nearest_function(std::string_view name);

const std::vector<Function>& text_functions();
const std::vector<Function>& date_functions();
const std::vector<Function>& control_functions();
const std::vector<Function>& number_functions();

}  // namespace erp2mysql::expr
