// SPDX-License-Identifier: Apache-2.0
// Walks the tree: operators and their NULL rules. It refuses to know functions other than by
// their table entry.
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "compare.hpp"
#include "letters.hpp"
#include "tree.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;
using Truth = std::optional<bool>;

Truth truth_of(const Item& item) {
  if (item.is_null()) return std::nullopt;
  return to_truth(item);
}
Item truth_item(Truth truth) { return truth ? Item::of_bool(*truth) : Item::null(); }

const Value* element(const Node& node, const Context& context) {
  return node.reference < context.elements.size() ? context.elements[node.reference] : nullptr;
}

Item reference(const Node& node, Context& context) {
  if (const Value* value = element(node, context)) return from_value(*value);
  return from_value(context.scope.value(context.names[node.reference]));
}

Item quoted(const Node& node, Context& context) {
  std::string out;
  for (const auto& part : node.parts) {
    if (!part.is_reference) {
      out += part.text;
    } else if (part.reference < context.elements.size() && context.elements[part.reference]) {
      out += context.elements[part.reference]->text;
    } else {
      out += context.scope.value(context.names[part.reference]).text;
    }
    check_size(out.size());
  }
  return Item::of_text(std::move(out));
}

Item exact_result(const Item& a, const Item& b, Decimal result) {
  if (a.kind == Kind::decimal || b.kind == Kind::decimal)
    return Item::of_decimal(std::move(result));
  const bool is_unsigned = a.is_unsigned || b.is_unsigned;
  if (is_unsigned ? !fits_unsigned(result.digits) : !fits_signed(result.digits))
    fail("an integer result is out of range of 64 bits");
  Item out = Item::of_whole(result.digits);
  out.is_unsigned = is_unsigned;
  return out;
}

Item real_result(Operator op, double a, double b) {
  switch (op) {
    case Operator::add: return Item::of_real(a + b);
    case Operator::subtract: return Item::of_real(a - b);
    case Operator::multiply: return Item::of_real(a * b);
    case Operator::divide: return Item::of_real(a / b);
    default: return Item::of_real(std::fmod(a, b));
  }
}

Item divide_whole(const Item& a, const Item& b) {
  const mpz_class result = quotient(to_decimal(a), to_decimal(b));
  const bool is_unsigned = a.is_unsigned || b.is_unsigned;
  if (is_unsigned ? !fits_unsigned(result) : !fits_signed(result))
    fail("an integer result is out of range of 64 bits");
  return Item::of_whole(result);
}

Item arithmetic(const Node& node, Context& context) {
  const Item a = to_number(evaluate_operand(*node.children[0], context));
  const Item b = to_number(evaluate_operand(*node.children[1], context));
  return arithmetic_of(node.op, a, b);
}

Item negate(const Node& node, Context& context) {
  Item item = to_number(evaluate_operand(*node.children[0], context));
  if (item.kind == Kind::real) return Item::of_real(-item.real);
  if (item.is_null()) return item;
  item.number.digits = -item.number.digits;
  if (item.kind == Kind::decimal) return item;
  return Item::of_whole(item.number.digits);
}

Item comparison(const Node& node, Context& context) {
  const Item a = evaluate(*node.children[0], context);
  const Item b = evaluate(*node.children[1], context);
  if (a.is_null() || b.is_null()) {
    return node.op == Operator::safe_equal ? Item::of_bool(a.is_null() && b.is_null())
                                           : Item::null();
  }
  const int order = compare(a, b);
  switch (node.op) {
    case Operator::not_equal: return Item::of_bool(order != 0);
    case Operator::less: return Item::of_bool(order < 0);
    case Operator::less_equal: return Item::of_bool(order <= 0);
    case Operator::greater: return Item::of_bool(order > 0);
    case Operator::greater_equal: return Item::of_bool(order >= 0);
    default: return Item::of_bool(order == 0);
  }
}

Truth both(Truth a, Truth b) {
  if ((a && !*a) || (b && !*b)) return false;
  return a && b ? Truth(true) : std::nullopt;
}

// The right side is not evaluated when the left decides.
Item logic(const Node& node, Context& context) {
  const Truth a = truth_of(evaluate(*node.children[0], context));
  if (node.op == Operator::logical_not) return a ? Item::of_bool(!*a) : Item::null();
  if (node.op == Operator::logical_and && a && !*a) return Item::of_bool(false);
  if (node.op == Operator::logical_or && a && *a) return Item::of_bool(true);
  const Truth b = truth_of(evaluate(*node.children[1], context));
  if (node.op == Operator::logical_and) return truth_item(both(a, b));
  if (node.op == Operator::logical_xor) return a && b ? Item::of_bool(*a != *b) : Item::null();
  if (b && *b) return Item::of_bool(true);
  return a && b ? Item::of_bool(false) : Item::null();
}

Truth between(const Node& node, Context& context) {
  std::array<Item, 3> items;
  for (std::size_t i = 0; i < 3; ++i) items[i] = evaluate(*node.children[i], context);
  if (items[0].is_null()) return std::nullopt;
  unify(items, false);
  const auto at_least = [](const Item& a, const Item& b) {
    return a.is_null() || b.is_null() ? Truth() : Truth(compare(a, b) >= 0);
  };
  return both(at_least(items[0], items[1]), at_least(items[2], items[0]));
}

Truth in_list(const Node& node, Context& context) {
  const Item wanted = evaluate(*node.children[0], context);
  if (wanted.is_null()) return std::nullopt;
  bool unknown = false;
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    const Item item = evaluate(*node.children[i], context);
    if (item.is_null())
      unknown = true;
    else if (compare(wanted, item) == 0)
      return true;
  }
  return unknown ? Truth() : Truth(false);
}

Truth like_pattern(const Node& node, Context& context) {
  const Item text = evaluate(*node.children[0], context);
  const Item pattern = evaluate(*node.children[1], context);
  if (text.is_null() || pattern.is_null()) return std::nullopt;
  return like(to_text(text), to_text(pattern));
}

Truth is_state(const Node& node, Context& context) {
  const Item item = evaluate(*node.children[0], context);
  if (node.op == Operator::is_null) return item.is_null();
  const Truth truth = truth_of(item);
  return truth && *truth == (node.op == Operator::is_true);
}

Item predicate(const Node& node, Context& context) {
  Truth truth;
  switch (node.op) {
    case Operator::like: truth = like_pattern(node, context); break;
    case Operator::in: truth = in_list(node, context); break;
    case Operator::between: truth = between(node, context); break;
    default: truth = is_state(node, context); break;
  }
  if (truth && node.negated) truth = !*truth;
  return truth_item(truth);
}

Item operation(const Node& node, Context& context) {
  if (node.op == Operator::negate) return negate(node, context);
  if (node.op >= Operator::add) return arithmetic(node, context);
  if (node.op >= Operator::is_null) return predicate(node, context);
  return node.op >= Operator::equal ? comparison(node, context) : logic(node, context);
}

Item case_when(const Node& node, Context& context) {
  const std::size_t first = node.negated ? 1 : 0;
  const std::size_t last = node.children.size() - 1;
  bool text = false;
  for (std::size_t i = first; i <= last; i += 2) {
    text = text || yields_text(*node.children[std::min(i + 1, last)]);
  }
  const Item operand = first ? evaluate(*node.children[0], context) : Item::null();
  std::size_t chosen = last;
  for (std::size_t i = first; i + 1 <= last && chosen == last; i += 2) {
    const Item test = evaluate(*node.children[i], context);
    if (test.is_null() || (first && operand.is_null())) continue;
    if (first ? compare(operand, test) == 0 : to_truth(test)) chosen = i + 1;
  }
  return as_result(evaluate(*node.children[chosen], context), text);
}

}  // namespace

Item arithmetic_of(Operator op, const Item& a, const Item& b) {
  if (a.is_null() || b.is_null()) return Item::null();
  const bool divides =
      op == Operator::divide || op == Operator::divide_whole || op == Operator::modulo;
  if (divides && !to_truth(b)) fail("division by zero");
  if (op == Operator::divide_whole) return divide_whole(a, b);
  if (!a.is_exact() || !b.is_exact()) return real_result(op, to_real(a), to_real(b));
  switch (op) {
    case Operator::add: return exact_result(a, b, add(a.number, b.number));
    case Operator::subtract: return exact_result(a, b, subtract(a.number, b.number));
    case Operator::multiply: return exact_result(a, b, multiply(a.number, b.number));
    case Operator::divide: return Item::of_decimal(divide(a.number, b.number));
    default: break;
  }
  // The remainder has the sign of the dividend even when the divisor is unsigned.
  Decimal rest = remainder(a.number, b.number);
  if (rest.scale == 0 && a.kind == Kind::integer && b.kind == Kind::integer)
    return Item::of_whole(rest.digits);
  return Item::of_decimal(std::move(rest));
}

bool yields_text(const Node& node) {
  if (node.kind == Node::Kind::quoted) return true;
  if (node.kind == Node::Kind::literal) return node.literal.is_text();
  return node.kind == Node::Kind::call &&
         (node.function->result == Result::text || node.cast == CastType::as_text);
}

Item as_result(Item item, bool text) {
  if (!text || item.is_null() || item.is_text()) return item;
  return Item::of_text(to_text(item));
}

Item evaluate(const Node& node, Context& context) {
  switch (node.kind) {
    case Node::Kind::literal: return node.literal;
    case Node::Kind::reference: return reference(node, context);
    case Node::Kind::quoted: return quoted(node, context);
    case Node::Kind::operation: return operation(node, context);
    case Node::Kind::case_when: return case_when(node, context);
    case Node::Kind::interval: return shift_date(Arguments(node, context), node.negated);
    default: return node.function->body(Arguments(node, context));
  }
}

Item evaluate_operand(const Node& node, Context& context) {
  Item item = evaluate(node, context);
  if (node.kind != Node::Kind::reference || !item.is_text()) return item;
  if (auto number = Item::of_number_text(item.text)) return std::move(*number);
  return item;
}

std::size_t Arguments::size() const { return node_.children.size(); }
Item Arguments::operator[](std::size_t i) const { return evaluate(*node_.children[i], context_); }
const Node& Arguments::child(std::size_t i) const { return *node_.children[i]; }

}  // namespace erp2mysql::expr
