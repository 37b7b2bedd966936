// SPDX-License-Identifier: Apache-2.0
// Walks the tree twice: types from the leaves up, then values. It refuses to know functions other
// than by their table entry.
#include <algorithm>

#include "json.hpp"
#include "parser.hpp"
#include "tree.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

Item from_value(const Value& value) {
  if (value.kind == Value::Kind::null) return Item::null();
  if (value.kind == Value::Kind::text) return Item::of_text(value.text);
  auto number = number_literal(value.text);
  if (!number) fail(1367, "a referenced number has too many digits");
  return std::move(*number);
}

// As operand of arithmetic, a field whose text is a number counts as that exact number, as it
// would if it had been written into the expression.
bool is_operand(const Node& parent) {
  if (parent.kind == Node::Kind::call) return parent.function->aggregate;
  return parent.kind == Node::Kind::operation && parent.op >= Operator::add &&
         parent.op <= Operator::negate;
}

void load_reference(const Node& node, Context& context) {
  const Value* element =
      node.reference < context.elements.size() ? context.elements[node.reference] : nullptr;
  Item& item = context.references[node.reference];
  item = from_value(element != nullptr ? *element
                                       : context.scope.value(context.names[node.reference]));
  context.types[node.id] = Type::of_item(item);
}

void use_as_number(const Node& node, Context& context) {
  const Item& item = context.references[node.reference];
  if (!item.is_text()) return;
  const auto number = Decimal::parse(item.text);
  if (!number) return;
  context.types[node.id] = number->scale == 0 ? Type::of_item(Item::of_whole(number->digits))
                                              : Type::of_item(Item::of_decimal(*number));
}

Item reference(const Node& node, Context& context) {
  const Item& item = context.references[node.reference];
  const Type& type = context.types[node.id];
  if (item.is_text() && (type.kind == Kind::integer || type.kind == Kind::decimal)) {
    const auto number = Decimal::parse(item.text);
    return number->scale == 0 ? Item::of_whole(number->digits) : Item::of_decimal(*number);
  }
  return item;
}

std::string joined(const std::vector<Node::Part>& parts, const Context& context) {
  std::string out;
  for (const auto& part : parts) {
    if (!part.is_reference) {
      out += part.text;
    } else if (part.reference < context.elements.size() && context.elements[part.reference]) {
      out += context.elements[part.reference]->text;
    } else {
      out += context.scope.value(context.names[part.reference]).text;
    }
    check_size(out.size());
  }
  return out;
}

Item quoted(const Node& node, const Context& context) {
  Item out = Item::of_text(joined(node.parts, context));
  out.charset = node.introducer;
  return out;
}

Item lookup(const Node& node, const Context& context) {
  Lookup wanted{node.literal.text, node.word, {}};
  for (const auto& condition : node.wanted) {
    const bool single = condition.parts.size() == 1 && condition.parts[0].is_reference;
    wanted.conditions.emplace_back(
        condition.field, single ? context.scope.value(context.names[condition.parts[0].reference])
                                : Value::of_text(joined(condition.parts, context)));
  }
  return from_value(context.scope.find(wanted));
}

// Children: [operand] (test, answer)… other.
Item case_when(const Node& node, Context& context) {
  const std::size_t first = node.negated ? 1 : 0;
  const std::size_t last = node.children.size() - 1;
  const Item operand = first ? evaluate(*node.children[0], context) : Item::null();
  std::size_t chosen = last;
  const bool hopeless = first != 0 && operand.is_null();
  for (std::size_t i = first; i + 1 <= last && chosen == last && !hopeless; i += 2) {
    const Node& test_node = *node.children[i];
    const Item test = evaluate(test_node, context);
    if (test.is_null()) continue;
    if (!first) {
      if (to_truth(test)) chosen = i + 1;
      continue;
    }
    const Type pair[] = {context.types[node.children[0]->id], context.types[test_node.id]};
    CompareAs as = comparison_of(pair[0], pair[1]);
    if (as == CompareAs::text && (pair[0].kind == Kind::time || pair[1].kind == Kind::time))
      as = CompareAs::time;
    if (compare(operand, test, as, merged_text(pair, "case").collation, context) == 0)
      chosen = i + 1;
  }
  return as_type(evaluate(*node.children[chosen], context), context.types[node.id], context);
}

Type case_type(const Node& node, const Context& context) {
  std::vector<Type> types;
  const std::size_t last = node.children.size() - 1;
  for (std::size_t i = (node.negated ? 1 : 0) + 1; i <= last; i += 2)
    types.push_back(context.types[node.children[i]->id]);
  types.push_back(context.types[node.children[last]->id]);
  return merged(types);
}

Type operation_type(const Node& node, Context& context) {
  const auto child = [&](std::size_t i) -> const Type& {
    return context.types[node.children[i]->id];
  };
  switch (node.op) {
    case Operator::add:
    case Operator::subtract:
    case Operator::multiply:
    case Operator::divide:
    case Operator::divide_whole:
    case Operator::modulo:
    case Operator::negate: return arithmetic_type(node, context);
    case Operator::bit_or:
    case Operator::bit_and:
    case Operator::bit_xor:
    case Operator::bit_not:
    case Operator::shift_left:
    case Operator::shift_right: return bit_type(node, context);
    case Operator::regexp:
      check_pattern(*node.children[0], *node.children[1], context);
      return Type::integer();
    case Operator::between: check_between(node, context); return Type::integer();
    case Operator::equal:
    case Operator::safe_equal:
    case Operator::not_equal:
    case Operator::less:
    case Operator::less_equal:
    case Operator::greater:
    case Operator::greater_equal:
      check_compared(*node.children[0], *node.children[1], context);
      return Type::integer();
    case Operator::binary: return Type::bytes();
    case Operator::collate: {
      Type out = child(0);
      out = out.is_text() ? out : Type::text();
      if (out.charset != node.collation.charset)
        throw ServerError(base::ErrorKind::config, 1253,
                          "this COLLATION is not valid for the CHARACTER SET of the text");
      out.collation = node.collation.collation;
      out.coercibility = Coercibility::explicit_;
      out.is_hex = false;
      return out;
    }
    default: return Type::integer();
  }
}

Type type_of(const Node& node, Context& context) {
  switch (node.kind) {
    case Node::Kind::literal: return Type::of_item(node.literal);
    case Node::Kind::quoted: {
      Item sample = Item::of_text({});
      sample.charset = node.introducer;
      return Type::of_item(sample);
    }
    case Node::Kind::operation: return operation_type(node, context);
    case Node::Kind::case_when: return case_type(node, context);
    case Node::Kind::interval: return shifted_type(Call(node, context));
    case Node::Kind::lookup: return Type::text();
    case Node::Kind::call: return node.function->type(Call(node, context));
    default: return {};
  }
}

Item operation(const Node& node, Context& context) {
  switch (node.op) {
    case Operator::binary: {
      const Item item = evaluate(*node.children[0], context);
      return item.is_null() ? Item::null() : Item::of_bytes(to_bytes(item));
    }
    case Operator::collate: {
      Item item = evaluate(*node.children[0], context);
      return item.is_null() || item.is_text() ? item : Item::of_text(to_text(item));
    }
    default: break;
  }
  if (node.op >= Operator::bit_or) return bit_operation(node, context);
  if (node.op >= Operator::add) return arithmetic(node, context);
  if (node.op >= Operator::equal && node.op <= Operator::greater_equal)
    return comparison(node, context);
  return predicate(node, context);
}

}  // namespace

void resolve(const Node& node, Context& context) {
  if (node.kind == Node::Kind::reference) return load_reference(node, context);
  const bool operand = is_operand(node);
  for (const auto& child : node.children) {
    resolve(*child, context);
    if (operand && child->kind == Node::Kind::reference) use_as_number(*child, context);
  }
  context.types[node.id] = type_of(node, context);
}

Item as_type(Item item, const Type& type, const Context& context) {
  item.is_bool = false;
  if (type.is_text() && !item.is_null() && !item.is_text()) {
    Item out = Item::of_text(to_text(item));
    if (item.is_temporal()) {
      out.origin = item.kind;
      out.when = item.when;
    }
    return out;
  }
  if (type.kind == Kind::real && item.is_exact())
    return Item::of_real(to_real(item), type.decimals);
  if (item.is_null() || item.kind == type.kind) {
    if (type.is_temporal() && !item.is_null() && item.when.digits != type.decimals)
      item.when.digits = type.kind == Kind::date ? 0 : type.decimals;
    return item;
  }
  if (!type.is_temporal() || !item.is_temporal()) return item;
  const auto parsed = item.kind == Kind::time ? calendar_of(item, context) : std::nullopt;
  Temporal when = parsed ? parsed->when : item.when;
  when.digits = type.decimals;
  return Item::of_temporal(type.kind, when);
}

Item evaluate(const Node& node, Context& context) {
  switch (node.kind) {
    case Node::Kind::literal: {
      if (node.literal.kind != Kind::datetime || node.literal.whole == 0) return node.literal;
      return Item::of_temporal(Kind::datetime, calendar_of(node.literal, context)->when);
    }
    case Node::Kind::reference: return reference(node, context);
    case Node::Kind::quoted: return quoted(node, context);
    case Node::Kind::operation: return operation(node, context);
    case Node::Kind::case_when: return case_when(node, context);
    case Node::Kind::lookup: return lookup(node, context);
    case Node::Kind::interval: {
      Call call(node, context);
      if (!call.load()) return Item::null();
      return shift_date(call, node.negated);
    }
    case Node::Kind::row: fail(1241, "Operand should contain 1 column(s)");
    case Node::Kind::call: break;
  }
  Call call(node, context);
  if (node.function->nulls == Nulls::strict && !call.load()) return Item::null();
  Item out = node.function->body(call);
  if (out.is_text() && call.out().is_binary()) out.charset = Charset::binary;
  return out;
}

bool Call::load() {
  items_.reserve(node_.children.size());
  for (const auto& child : node_.children) {
    items_.push_back(evaluate(*child, context_));
    if (items_.back().is_null()) return false;
  }
  return true;
}

void Call::load_all() {
  for (const auto& child : node_.children) items_.push_back(evaluate(*child, context_));
}

std::size_t Call::size() const { return node_.children.size(); }
Item Call::eval(std::size_t i) const { return evaluate(*node_.children[i], context_); }
const Type& Call::type(std::size_t i) const { return context_.types[node_.children[i]->id]; }
const Type& Call::out() const { return context_.types[node_.id]; }
const Node& Call::child(std::size_t i) const { return *node_.children[i]; }

Type text_type(const Call& call, std::size_t first, std::size_t step) {
  std::vector<Type> types;
  for (std::size_t i = first; i < call.size(); i += step) types.push_back(call.type(i));
  return merged_text(types, "function");
}

}  // namespace erp2mysql::expr
