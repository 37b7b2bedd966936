// SPDX-License-Identifier: Apache-2.0
// Choices. Arguments that are not chosen are not evaluated.
#include "families.hpp"
#include "kit.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

Type merged_from(const Call& call, std::size_t first) {
  std::vector<Type> types;
  for (std::size_t i = first; i < call.size(); ++i) types.push_back(call.type(i));
  return merged(types);
}

Item choose_if(const Call& call) {
  const Item test = call.eval(0);
  return as_type(call.eval(!test.is_null() && to_truth(test) ? 1 : 2), call.out(), call.context());
}
Type if_type(const Call& call) { return merged_from(call, 1); }

Item coalesce(const Call& call) {
  for (std::size_t i = 0; i < call.size(); ++i) {
    Item item = call.eval(i);
    if (item.is_null()) continue;
    const Type& out = call.out();
    if (out.kind == Kind::decimal) return Item::of_decimal(to_decimal(item).rounded(out.decimals));
    if (out.kind == Kind::real && item.kind != Kind::real)
      return Item::of_real(to_real(item), out.decimals);
    if (out.kind == Kind::real && !out.is_float) item.is_float = false;
    item = as_type(std::move(item), out, call.context());
    item.origin = Kind::null;
    return item;
  }
  return Item::null();
}
Type coalesce_type(const Call& call) { return merged_from(call, 0); }

Item null_if(const Call& call) {
  const Item first = call.eval(0);
  const Item second = first.is_null() ? Item::null() : call.eval(1);
  if (second.is_null()) return first;
  const Type pair[] = {call.type(0), call.type(1)};
  const int order = compare(first, second, comparison_of(pair[0], pair[1]),
                            merged_text(pair, "nullif").collation, call.context());
  return order == 0 ? Item::null() : first;
}
Type null_if_type(const Call& call) {
  check_compared(call.child(0), call.child(1), call.context());
  return call.type(0);
}

Item is_null(const Call& call) { return Item::of_bool(call.eval(0).is_null()); }

// INTERVAL(n, a, b, …): how many of the rising numbers are not above n.
Item interval(const Call& call) {
  const Item wanted = call.eval(0);
  if (wanted.is_null()) return Item::of_integer(-1);
  bool exact = numeric_of(call.type(0)) != Numeric::real;
  for (std::size_t i = 1; i < call.size(); ++i)
    exact = exact && numeric_of(call.type(i)) != Numeric::real;
  std::int64_t out = 0;
  for (std::size_t i = 1; i < call.size(); ++i) {
    const Item item = call.eval(i);
    const bool above = !item.is_null() && (exact ? compare(to_decimal(item), to_decimal(wanted)) > 0
                                                 : to_real(item) > to_real(wanted));
    if (above) break;
    ++out;
  }
  return Item::of_integer(out);
}

Item first_value(const Call& call) { return call.eval(0); }
Type first_type(const Call& call) { return call.type(0); }
Item second_value(const Call& call) { return call.eval(1); }
Type second_type(const Call& call) { return call.type(1); }

}  // namespace

const std::vector<Function>& control_functions() {
  static const std::vector<Function> k_functions = {
      {{"IF", 3, 3, "condition, then, else",
        "The second value when the first is true, else the third.", "IF(2>1,'yes','no')"},
       choose_if,
       if_type,
       Nulls::own,
       Syntax::grammar},
      {{"IFNULL", 2, 2, "value, other", "The other value when the first is NULL.",
        "IFNULL(NULL,'x')"},
       coalesce,
       coalesce_type,
       Nulls::own},
      {{"NULLIF", 2, 2, "a, b", "NULL when both are equal, else the first.", "NULLIF('',  '')"},
       null_if,
       null_if_type,
       Nulls::own},
      {{"COALESCE", 1, -1, "value, …", "The first value that is not NULL.",
        "COALESCE(NULL,NULL,3)"},
       coalesce,
       coalesce_type,
       Nulls::own,
       Syntax::grammar},
      {{"ISNULL", 1, 1, "value", "1 when the value is NULL, else 0.", "ISNULL(NULL)"},
       is_null,
       kit::whole,
       Nulls::own},
      {{"INTERVAL", 2, -1, "n, a, b, …", "How many of the rising numbers are not above n.",
        "INTERVAL(23,1,15,17,30)"},
       interval,
       kit::whole,
       Nulls::own,
       Syntax::grammar},
      {{"GREATEST", 2, -1, "a, b, …", "The largest value.", "GREATEST(1.5,2,-1)"},
       greatest_of,
       coalesce_type},
      {{"LEAST", 2, -1, "a, b, …", "The smallest value.", "LEAST('b','a')"},
       least_of,
       coalesce_type},
      {{"ANY_VALUE", 1, 1, "value", "The value itself.", "ANY_VALUE(5)"},
       first_value,
       first_type,
       Nulls::own},
      {{"NAME_CONST", 2, 2, "name, value", "The value.", "NAME_CONST('n',5)"},
       second_value,
       second_type,
       Nulls::own},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
