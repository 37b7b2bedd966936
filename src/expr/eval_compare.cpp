// SPDX-License-Identifier: Apache-2.0
// Comparisons, truth and predicates, with their NULL rules.
#include <algorithm>
#include <array>
#include <optional>

#include "json.hpp"
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

template <class T>
int sign_of(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

int compare_whole(Whole a, Whole b) {
  if (a.negative() != b.negative() && (a.is_unsigned != b.is_unsigned))
    return a.negative() ? -1 : 1;
  if (a.is_unsigned || b.is_unsigned)
    return sign_of(static_cast<std::uint64_t>(a.value), static_cast<std::uint64_t>(b.value));
  return sign_of(a.value, b.value);
}

// What is no date counts as the zero date; constants were checked before.
std::int64_t calendar_micros(const Item& item, const Context& context) {
  const auto parsed =
      calendar_of(item, context, item.is_text() ? ZeroParts::refuse : ZeroParts::allow);
  return parsed ? total_micros(parsed->kind, parsed->when) : 0;
}

std::int64_t time_micros(const Item& item) {
  const auto time = to_time(item);
  return time ? total_micros(Kind::time, *time) : 0;
}

struct Pair {
  CompareAs as;
  Collation collation;
};

Pair pair_of(const Node& a, const Node& b, const Context& context) {
  const Type& left = context.types[a.id];
  const Type& right = context.types[b.id];
  Pair out{comparison_of(left, right), Collation::ai_ci};
  if (out.as == CompareAs::text) {
    const std::array<Type, 2> types = {left, right};
    out.collation = merged_text(types, "=").collation;
  }
  return out;
}

// Sums of texts are texts here, whatever they hold.
int compare_dates(const Node& a, const Node& b, const Item& left, const Item& right,
                  const Context& context) {
  const auto moment = [&](const Node& node, const Item& item) {
    const bool text = context.types[node.id].is_text();
    return calendar_micros(text ? Item::of_text(to_text(item)) : item, context);
  };
  return sign_of(moment(a, left), moment(b, right));
}

Truth order_truth(Operator op, int order) {
  switch (op) {
    case Operator::not_equal: return order != 0;
    case Operator::less: return order < 0;
    case Operator::less_equal: return order <= 0;
    case Operator::greater: return order > 0;
    case Operator::greater_equal: return order >= 0;
    default: return order == 0;
  }
}

Truth compare_rows(Operator op, const Node& a, const Node& b, Context& context);

Truth compare_nodes(Operator op, const Node& a, const Node& b, Context& context) {
  if (a.kind == Node::Kind::row || b.kind == Node::Kind::row)
    return compare_rows(op, a, b, context);
  const Item left = evaluate(a, context);
  if (left.is_null() && op != Operator::safe_equal) return std::nullopt;
  const Item right = evaluate(b, context);
  if (left.is_null() || right.is_null()) {
    if (op != Operator::safe_equal) return std::nullopt;
    return left.is_null() && right.is_null();
  }
  const Pair pair = pair_of(a, b, context);
  if (pair.as == CompareAs::calendar)
    return order_truth(op, compare_dates(a, b, left, right, context));
  return order_truth(op, compare(left, right, pair.as, pair.collation, context));
}

Truth compare_rows(Operator op, const Node& a, const Node& b, Context& context) {
  const std::size_t size = a.children.size();
  if (a.kind != b.kind || size != b.children.size())
    fail(1241, "Operand should contain as many columns as the other");
  const bool equality =
      op == Operator::equal || op == Operator::not_equal || op == Operator::safe_equal;
  if (equality) {
    bool unknown = false;
    for (std::size_t i = 0; i < size; ++i) {
      const Operator each = op == Operator::not_equal ? Operator::equal : op;
      const Truth same = compare_nodes(each, *a.children[i], *b.children[i], context);
      if (same && !*same) return op == Operator::not_equal;
      unknown = unknown || !same;
    }
    if (unknown) return std::nullopt;
    return op != Operator::not_equal;
  }
  for (std::size_t i = 0; i < size; ++i) {
    const Truth same = compare_nodes(Operator::equal, *a.children[i], *b.children[i], context);
    if (!same) return std::nullopt;
    if (*same && i + 1 < size) continue;
    return compare_nodes(op, *a.children[i], *b.children[i], context);
  }
  return std::nullopt;
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

// BETWEEN knows no JSON.
void use_as_text(Item& item, Type& type) {
  if (!item.is_null()) item = Item::of_text(to_text(item));
  type = Type::text();
  type.collation = Collation::bin;
}

Truth between(const Node& node, Context& context) {
  std::array<Item, 3> items;
  std::array<Type, 3> types;
  for (std::size_t i = 0; i < 3; ++i) {
    if (node.children[i]->kind == Node::Kind::row) fail(1241, "Operand should contain 1 column(s)");
    items[i] = evaluate(*node.children[i], context);
    if (i == 0 && items[0].is_null()) return std::nullopt;
    types[i] = context.types[node.children[i]->id];
    if (types[i].kind == Kind::json) use_as_text(items[i], types[i]);
  }
  const CompareAs as = comparison_of(types);
  const Collation collation = merged_text(types, "between").collation;
  const auto at_least = [&](const Item& a, const Item& b) {
    if (a.is_null() || b.is_null()) return Truth();
    return Truth(compare(a, b, as, collation, context) >= 0);
  };
  return both(at_least(items[0], items[1]), at_least(items[2], items[0]));
}

enum class ListAs { pairs, dates, datetimes, times };

// Of several values of one kind beside a datetime or a time, all are read as such.
ListAs list_comparison(const Node& node, const Context& context) {
  if (node.children.size() < 3) return ListAs::pairs;
  const Type& first = context.types[node.children[0]->id];
  bool texts = true;
  bool numbers = true;
  bool datetime = false;
  bool date = false;
  bool time = false;
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    const Type& type = context.types[node.children[i]->id];
    datetime = datetime || type.kind == Kind::datetime;
    date = date || type.has_date();
    time = time || type.kind == Kind::time;
    texts = texts && (type.is_text() || (first.is_text() && type.is_temporal()));
    numbers = numbers && type.kind >= Kind::integer && type.kind <= Kind::real;
  }
  if (first.kind == Kind::time) return texts || numbers ? ListAs::times : ListAs::pairs;
  if (!first.is_text() || !texts) return ListAs::pairs;
  if (datetime) return ListAs::datetimes;
  return date ? ListAs::dates : (time ? ListAs::times : ListAs::pairs);
}

// What is no time or date equals nothing; beside datetimes it is the zero date.
bool is_hopeless(const Item& wanted, ListAs list, const Context& context) {
  if (list == ListAs::times) return !to_time(wanted);
  return list == ListAs::dates && !calendar_of(wanted, context);
}

Truth in_list_as(const Node& node, ListAs list, Context& context) {
  const CompareAs as = list == ListAs::times ? CompareAs::time : CompareAs::calendar;
  const auto plain = [&](std::size_t i) {
    Item item = evaluate(*node.children[i], context);
    const bool text = context.types[node.children[i]->id].is_text();
    return text && !item.is_null() ? Item::of_text(to_text(item)) : item;
  };
  const Item wanted = plain(0);
  if (wanted.is_null()) return std::nullopt;
  const bool hopeless = is_hopeless(wanted, list, context);
  bool unknown = false;
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    const Item item = plain(i);
    unknown = unknown || item.is_null();
    if (hopeless || item.is_null()) continue;
    if (compare(wanted, item, as, Collation::binary, context) == 0) return true;
  }
  return unknown ? Truth() : Truth(false);
}

// In a mixed list a text beside a time is read as one, when it can be.
Truth same_in_list(const Node& a, const Node& b, Context& context, bool single) {
  const Type& left = context.types[a.id];
  const Type& right = context.types[b.id];
  const bool mixed =
      (left.kind == Kind::time && right.is_text()) || (left.is_text() && right.kind == Kind::time);
  if (single || !mixed) return compare_nodes(Operator::equal, a, b, context);
  const Item x = evaluate(a, context);
  const Item y = evaluate(b, context);
  if (x.is_null() || y.is_null()) return std::nullopt;
  const auto s = to_time(x);
  const auto t = to_time(y);
  return s && t && total_micros(Kind::time, *s) == total_micros(Kind::time, *t);
}

Truth in_list(const Node& node, Context& context) {
  const ListAs list = list_comparison(node, context);
  if (list != ListAs::pairs) return in_list_as(node, list, context);
  bool unknown = false;
  for (std::size_t i = 1; i < node.children.size(); ++i) {
    const Truth same =
        same_in_list(*node.children[0], *node.children[i], context, node.children.size() == 2);
    if (same && *same) return true;
    unknown = unknown || !same;
  }
  return unknown ? Truth() : Truth(false);
}

Collation pattern_collation(const Node& node, const Context& context) {
  const std::array<Type, 2> types = {context.types[node.children[0]->id],
                                     context.types[node.children[1]->id]};
  return merged_text(types, "like").collation;
}

char32_t escape_of(const Node& node, Context& context) {
  if (node.children.size() < 3) return U'\\';
  const Item item = evaluate(*node.children[2], context);
  const std::string text = to_text(item);
  if (count_characters(text) > 1) fail(k_wrong_arguments, "Incorrect arguments to ESCAPE");
  std::size_t at = 0;
  if (item.is_null()) return U'\\';
  return text.empty() ? U'\0' : next_character(text, at);
}

Truth text_predicate(const Node& node, Context& context) {
  const Item text = evaluate(*node.children[0], context);
  const Item pattern = evaluate(*node.children[1], context);
  const char32_t escape = node.op == Operator::like ? escape_of(node, context) : U'\0';
  if (text.is_null() || pattern.is_null()) return std::nullopt;
  if (node.op == Operator::sounds_like)
    return soundex_of(to_text(text)) == soundex_of(to_text(pattern));
  const Collation collation = pattern_collation(node, context);
  if (node.op == Operator::like) return like(to_text(text), to_text(pattern), escape, collation);
  const Type& a = context.types[node.children[0]->id];
  const Type& b = context.types[node.children[1]->id];
  require_same_bytes(a, b);
  return matches(to_text(text), to_text(pattern), case_insensitive(collation));
}

Truth is_state(const Node& node, Context& context) {
  const Item item = evaluate(*node.children[0], context);
  if (node.op == Operator::is_null) return item.is_null();
  const Truth truth = truth_of(item);
  return truth && *truth == (node.op == Operator::is_true);
}

Truth member_of(const Node& node, Context& context) {
  const Item value = evaluate(*node.children[0], context);
  const Item list = evaluate(*node.children[1], context);
  if (value.is_null() || list.is_null()) return std::nullopt;
  return json_member(*json_scalar(value), *json_argument(list, 2, "member of"));
}

}  // namespace

int compare(const Item& a, const Item& b, CompareAs as, Collation collation,
            const Context& context) {
  switch (as) {
    case CompareAs::json: return compare_json(*json_scalar(a), *json_scalar(b));
    case CompareAs::text:
      if (collation == Collation::binary) return sign_of(to_bytes(a), to_bytes(b));
      return compare_text(to_text(a), to_text(b), collation);
    case CompareAs::integer: return compare_whole(to_whole(a), to_whole(b));
    case CompareAs::decimal: return compare(to_decimal(a), to_decimal(b));
    case CompareAs::calendar:
      return sign_of(calendar_micros(a, context), calendar_micros(b, context));
    case CompareAs::time: return sign_of(time_micros(a), time_micros(b));
    default: return sign_of(to_real(a), to_real(b));
  }
}

Item comparison(const Node& node, Context& context) {
  return truth_item(compare_nodes(node.op, *node.children[0], *node.children[1], context));
}

Item predicate(const Node& node, Context& context) {
  Truth truth;
  switch (node.op) {
    case Operator::like:
    case Operator::regexp:
    case Operator::sounds_like: truth = text_predicate(node, context); break;
    case Operator::in: truth = in_list(node, context); break;
    case Operator::between: truth = between(node, context); break;
    case Operator::member_of: truth = member_of(node, context); break;
    case Operator::is_null:
    case Operator::is_true:
    case Operator::is_false: truth = is_state(node, context); break;
    default: return logic(node, context);
  }
  if (truth && node.negated) truth = !*truth;
  return truth_item(truth);
}

}  // namespace erp2mysql::expr
