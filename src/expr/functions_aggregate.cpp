// SPDX-License-Identifier: Apache-2.0
// SUM, AVG, MIN, MAX and COUNT over the elements of a list; of a single value they are what the
// server makes of one row.
#include <algorithm>
#include <functional>

#include "families.hpp"
#include "kit.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

void collect(const Node& node, std::vector<std::size_t>& out) {
  if (node.kind == Node::Kind::reference) out.push_back(node.reference);
  for (const auto& part : node.parts) {
    if (part.is_reference) out.push_back(part.reference);
  }
  for (const auto& child : node.children) collect(*child, out);
}

// Calls `visit` with the types of the argument resolved, once per element or just once.
void each_element(const Call& call, const std::function<void()>& visit) {
  Context& context = call.context();
  std::vector<std::size_t> references;
  collect(call.child(0), references);
  std::vector<std::pair<std::size_t, std::vector<Value>>> lists;
  std::size_t size = 0;
  for (const auto index : references) {
    if (auto list = context.scope.list(context.names[index])) {
      size = std::max(size, list->size());
      lists.emplace_back(index, std::move(*list));
    }
  }
  if (lists.empty()) return visit();
  static const Value k_missing;
  const auto before = context.elements;
  context.elements.resize(context.names.size(), nullptr);
  for (std::size_t i = 0; i < size; ++i) {
    for (const auto& [index, list] : lists)
      context.elements[index] = i < list.size() ? &list[i] : &k_missing;
    resolve(call.node(), context);
    visit();
  }
  context.elements = before;
}

// While elements are visited the type of the call must not ask for them again.
bool inside(const Call& call) {
  for (const Value* element : call.context().elements) {
    if (element != nullptr) return true;
  }
  return false;
}

Type argument_type(const Call& call) {
  if (inside(call)) return call.type(0);
  std::vector<Type> types;
  each_element(call, [&] { types.push_back(call.type(0)); });
  return merged(types);
}

Type sum_type(const Call& call) {
  const Type type = argument_type(call);
  const Numeric numeric = numeric_of(type);
  if (numeric == Numeric::real && type.kind != Kind::null) {
    Type out = Type::real();
    out.decimals = type.decimals;
    return out;
  }
  return Type::of(Kind::decimal, numeric == Numeric::decimal ? type.decimals : 0);
}

Type average_type(const Call& call) {
  Type out = sum_type(call);
  if (out.kind == Kind::decimal)
    out.decimals = std::min(out.decimals + 4, k_max_scale);
  else
    out.decimals = std::min(out.decimals + 4, k_not_fixed);
  return out;
}

Item total(const Call& call, bool average) {
  const Type out = call.out();
  Decimal exact;
  double real = 0;
  long count = 0;
  each_element(call, [&] {
    const Item item = call.eval(0);
    if (item.is_null()) return;
    ++count;
    if (out.kind == Kind::real)
      real += to_real(item);
    else
      exact = add(exact, to_decimal(item));
  });
  call.context().types[call.node().id] = out;
  if (count == 0) return Item::null();
  if (out.kind == Kind::real)
    return Item::of_real(average ? real / static_cast<double>(count) : real, out.decimals);
  if (average) return Item::of_decimal(divide(exact, {count, 0}, out.decimals));
  return Item::of_decimal(exact.rounded(out.decimals));
}
Item sum(const Call& call) { return total(call, false); }
Item average(const Call& call) { return total(call, true); }

Item extreme(const Call& call, int wanted) {
  const Type out = call.out();
  Item best;
  each_element(call, [&] {
    const Item item = call.eval(0);
    if (item.is_null()) return;
    const CompareAs as = comparison_of(out, out);
    if (best.is_null() || compare(item, best, as, out.collation, call.context()) * wanted > 0)
      best = item;
  });
  call.context().types[call.node().id] = out;
  return best;
}
Item least(const Call& call) { return extreme(call, -1); }
Item greatest(const Call& call) { return extreme(call, 1); }

Item count(const Call& call) {
  std::int64_t out = 0;
  each_element(call, [&] { out += call.eval(0).is_null() ? 0 : 1; });
  return Item::of_integer(out);
}

}  // namespace

const std::vector<Function>& aggregate_functions() {
  static const std::vector<Function> k_functions = {
      {{"SUM", 1, 1, "value", "The sum over a list; of one value that value.", "SUM(1)/3"},
       sum,
       sum_type,
       Nulls::own,
       Syntax::grammar,
       true,
       true},
      {{"AVG", 1, 1, "value", "The average over a list.", "AVG(1)"},
       average,
       average_type,
       Nulls::own,
       Syntax::grammar,
       false,
       true},
      {{"MIN", 1, 1, "value", "The smallest element of a list.", "MIN(3)"},
       least,
       argument_type,
       Nulls::own,
       Syntax::grammar,
       true,
       true},
      {{"MAX", 1, 1, "value", "The largest element of a list.", "MAX(3)"},
       greatest,
       argument_type,
       Nulls::own,
       Syntax::grammar,
       true,
       true},
      {{"COUNT", 1, 1, "value", "How many elements of a list are not NULL.", "COUNT('x')"},
       count,
       kit::whole,
       Nulls::own,
       Syntax::grammar,
       true,
       true},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
