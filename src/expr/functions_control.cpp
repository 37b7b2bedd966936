// SPDX-License-Identifier: Apache-2.0
// Choices, conversions and aggregates over lists. Arguments that are not chosen are not evaluated.
#include <algorithm>
#include <optional>

#include "compare.hpp"
#include "letters.hpp"
#include "tree.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

bool any_text(const Arguments& a, std::size_t first) {
  for (std::size_t i = first; i < a.size(); ++i) {
    if (yields_text(a.child(i))) return true;
  }
  return false;
}

// Number literals among the arguments widen the scale of the result: COALESCE(1,2.50) is 1.00.
int literal_scale(const Arguments& a) {
  int out = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Node& child = a.child(i);
    if (child.kind == Node::Kind::literal && child.literal.kind == Kind::decimal)
      out = std::max(out, child.literal.number.scale);
  }
  return out;
}

Item choose_if(const Arguments& a) {
  const Item test = a[0];
  return as_result(a[!test.is_null() && to_truth(test) ? 1 : 2], any_text(a, 1));
}

Item coalesce(const Arguments& a) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    Item item = a[i];
    if (item.is_null()) continue;
    if (any_text(a, 0)) return as_result(std::move(item), true);
    if (const int scale = literal_scale(a); item.is_exact() && scale > item.number.scale)
      return Item::of_decimal(item.number.rounded(scale));
    return item;
  }
  return Item::null();
}

Item null_if(const Arguments& a) {
  const Item first = a[0];
  const Item second = a[1];
  if (first.is_null() || second.is_null()) return first;
  return compare(first, second) == 0 ? Item::null() : first;
}

Item is_null(const Arguments& a) { return Item::of_bool(a[0].is_null()); }

Item extreme(const Arguments& a, int wanted) {
  std::vector<Item> items;
  int scale = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    items.push_back(a[i]);
    if (items.back().is_null()) return Item::null();
    scale = std::max(scale, items.back().number.scale);
  }
  unify(items, true);
  const Item* best = &items.front();
  bool real = false;
  for (const Item& item : items) {
    real = real || item.kind == Kind::real;
    if (compare(item, *best) * wanted > 0) best = &item;
  }
  if (real && best->is_exact()) return Item::of_real(to_real(*best));
  if (best->is_exact() && scale > best->number.scale)
    return Item::of_decimal(best->number.rounded(scale));
  return *best;
}
Item greatest(const Arguments& a) { return extreme(a, 1); }
Item least(const Arguments& a) { return extreme(a, -1); }

Item cast_text(const Item& item, int most) {
  std::string text = to_text(item);
  if (most >= 0) text.resize(character_offset(text, static_cast<std::size_t>(most)));
  return Item::of_text(std::move(text));
}

Item cast_decimal(const Item& item, int precision, int scale) {
  Decimal out = to_decimal(item).rounded(scale);
  const mpz_class most = power_of_ten(precision) - 1;
  if (abs(out.digits) > most) out.digits = out.sign() < 0 ? mpz_class(-most) : most;
  return Item::of_decimal(std::move(out));
}

// Whole numbers wrap between signed and unsigned; decimals and doubles stop at the limit.
Item cast_integer(const Item& item, bool is_unsigned) {
  const mpz_class two64 = mpz_class(1) << 64;
  mpz_class value;
  if (item.is_text()) {
    value = leading_integer(item.text);
    if (value >= two64) value = two64 - 1;
  } else if (item.kind == Kind::integer) {
    value = item.number.digits;
  } else {
    value =
        item.kind == Kind::real ? mpz_class(to_integer(item)) : to_decimal(item).rounded(0).digits;
    if (value >= two64 / 2 && !is_unsigned) value = two64 / 2 - 1;
    if (value >= two64) value = two64 - 1;
  }
  if (value < -two64 / 2) value = -two64 / 2;
  if (is_unsigned && value < 0) value += two64;
  if (!is_unsigned && value >= two64 / 2) value -= two64;
  Item out = Item::of_whole(value);
  out.is_unsigned = is_unsigned;
  return out;
}

Temporal with_digits(Temporal t, int digits) {
  t.digits = std::max(digits, 0);
  const auto unit = static_cast<int>(power_of_ten(6 - t.digits).get_si());
  t.micro = t.micro / unit * unit;
  return t;
}

Item cast_calendar(const Item& item, CastType type, int digits) {
  if (type == CastType::as_time) {
    const auto time = to_time(item);
    return time ? Item::of_temporal(Kind::time, with_digits(*time, digits)) : Item::null();
  }
  const auto parsed = to_calendar(item);
  if (!parsed) return Item::null();
  const bool date = type == CastType::as_date;
  return Item::of_temporal(date ? Kind::date : Kind::datetime, with_digits(parsed->when, digits));
}

// --- aggregates -------------------------------------------------------------------------------

void collect(const Node& node, std::vector<std::size_t>& out) {
  if (node.kind == Node::Kind::reference) out.push_back(node.reference);
  for (const auto& part : node.parts) {
    if (part.is_reference) out.push_back(part.reference);
  }
  for (const auto& child : node.children) collect(*child, out);
}

/// The argument once per element of the lists it refers to; once when it refers to none.
std::vector<Item> rows_of(const Arguments& a) {
  Context& context = a.context();
  std::vector<std::size_t> references;
  collect(a.child(0), references);
  std::vector<std::pair<std::size_t, std::vector<Value>>> lists;
  for (const std::size_t reference : references) {
    if (auto list = context.scope.list(context.names[reference]))
      lists.emplace_back(reference, std::move(*list));
  }
  if (lists.empty()) return {evaluate_operand(a.child(0), context)};
  const std::size_t count = lists.front().second.size();
  for (const auto& list : lists) {
    if (list.second.size() != count) fail("the lists of an aggregate differ in length");
  }
  Context inner{context.scope, context.names, context.elements};
  inner.elements.resize(context.names.size());
  std::vector<Item> out;
  for (std::size_t i = 0; i < count; ++i) {
    for (const auto& [reference, list] : lists) inner.elements[reference] = &list[i];
    out.push_back(evaluate_operand(a.child(0), inner));
  }
  return out;
}

Item total(const std::vector<Item>& rows, std::int64_t& count) {
  Item sum;
  for (const Item& row : rows) {
    if (row.is_null()) continue;
    const Item next = to_number(row);
    ++count;
    if (sum.is_null())
      sum = next;
    else if (sum.is_exact() && next.is_exact())
      sum = Item::of_decimal(add(sum.number, next.number));
    else
      sum = Item::of_real(to_real(sum) + to_real(next));
  }
  return sum;
}

Item sum(const Arguments& a) {
  std::int64_t count = 0;
  Item out = total(rows_of(a), count);
  return out.is_exact() ? Item::of_decimal(out.number) : out;
}

Item average(const Arguments& a) {
  std::int64_t count = 0;
  const Item out = total(rows_of(a), count);
  if (out.is_null()) return out;
  if (!out.is_exact()) return Item::of_real(out.real / static_cast<double>(count));
  return Item::of_decimal(divide(out.number, {mpz_class(static_cast<long>(count)), 0}));
}

Item count(const Arguments& a) {
  const auto rows = rows_of(a);
  return Item::of_integer(
      std::count_if(rows.begin(), rows.end(), [](const Item& i) { return !i.is_null(); }));
}

Item best_row(const Arguments& a, int wanted) {
  Item out;
  for (const Item& row : rows_of(a)) {
    if (row.is_null()) continue;
    if (out.is_null() || compare(row, out) * wanted > 0) out = row;
  }
  return out;
}
Item max_row(const Arguments& a) { return best_row(a, 1); }
Item min_row(const Arguments& a) { return best_row(a, -1); }

}  // namespace

Item cast(const Arguments& a) {
  const Item item = a[0];
  const Node& node = a.node();
  if (item.is_null()) return item;
  switch (node.cast) {
    case CastType::as_signed: return cast_integer(item, false);
    case CastType::as_unsigned: return cast_integer(item, true);
    case CastType::as_text: return cast_text(item, node.precision);
    case CastType::as_decimal: return cast_decimal(item, node.precision, node.scale);
    default: return cast_calendar(item, node.cast, node.precision);
  }
}

const std::vector<Function>& control_functions() {
  static const std::vector<Function> k_functions = {
      {{"IF", 3, 3, "test, then, else", "then when the test is true, else otherwise",
        "IF({qty}>0,'in','out')"},
       choose_if},
      {{"IFNULL", 2, 2, "value, other", "the value, or the other when it is NULL",
        "IFNULL({qty},0)"},
       coalesce},
      {{"COALESCE", 1, -1, "value, …", "the first value that is not NULL", "COALESCE({a},{b},'')"},
       coalesce},
      {{"NULLIF", 2, 2, "value, other", "NULL when both are equal, else the value",
        "NULLIF({remark},'')"},
       null_if},
      {{"ISNULL", 1, 1, "value", "1 when it is NULL", "ISNULL({qty})"}, is_null},
      {{"GREATEST", 2, -1, "value, …", "the largest; NULL when one is NULL", "GREATEST({a},{b})"},
       greatest},
      {{"LEAST", 2, -1, "value, …", "the smallest; NULL when one is NULL", "LEAST({a},{b})"},
       least},
      {{"CAST", 1, 1, "value AS type",
        "to SIGNED, UNSIGNED, CHAR, DECIMAL(m,d), DATE, DATETIME, TIME", "CAST({qty} AS SIGNED)"},
       cast,
       Result::varies,
       Syntax::cast},
      {{"SUM", 1, 1, "list", "sum over a list; of a single value the value", "SUM({items.qty})"},
       sum},
      {{"AVG", 1, 1, "list", "mean over a list", "AVG({items.price})"}, average},
      {{"MAX", 1, 1, "list", "largest of a list", "MAX({items.price})"}, max_row},
      {{"MIN", 1, 1, "list", "smallest of a list", "MIN({items.price})"}, min_row},
      {{"COUNT", 1, 1, "list", "how many elements are not NULL", "COUNT({items.id})"}, count},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
