// SPDX-License-Identifier: Apache-2.0
// What the server refuses while it prepares a statement: constants that cannot be what they are
// compared with, in branches that are never taken too. It refuses to judge what the row or the
// clock decides.
#include <algorithm>

#include "tree.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

bool reads_row(const Node& node) {
  if (node.kind == Node::Kind::reference || node.kind == Node::Kind::lookup) return true;
  const auto referring = [](const Node::Part& part) { return part.is_reference; };
  return std::any_of(node.parts.begin(), node.parts.end(), referring) ||
         std::any_of(node.children.begin(), node.children.end(),
                     [](const auto& child) { return reads_row(*child); });
}

bool is_constant(const Node& node) { return !reads_row(node) && !reads_clock(node); }

// Numbers have the letters of latin1.
bool is_foreign(const Item& item) {
  constexpr unsigned char k_beyond_latin1 = 0xC4;
  return item.is_text() && item.charset != Charset::binary &&
         std::any_of(item.text.begin(), item.text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= k_beyond_latin1; });
}

}  // namespace

bool reads_clock(const Node& node) {
  if (node.function != nullptr &&
      (node.function->syntax == Syntax::clock || node.function->syntax == Syntax::bare_clock))
    return true;
  return std::any_of(node.children.begin(), node.children.end(),
                     [](const auto& child) { return reads_clock(*child); });
}

void check_compared(const Node& a, const Node& b, Context& context) {
  if (a.kind == Node::Kind::row || b.kind == Node::Kind::row) {
    for (std::size_t i = 0; i < std::min(a.children.size(), b.children.size()); ++i)
      check_compared(*a.children[i], *b.children[i], context);
    return;
  }
  const Type& left = context.types[a.id];
  const Type& right = context.types[b.id];
  if (comparison_of(left, right) != CompareAs::calendar) return;
  for (const Node* node : {&a, &b}) {
    if (!context.types[node->id].is_text() || !is_constant(*node)) continue;
    const Item item = evaluate(*node, context);
    if (!item.is_null() && !calendar_of(Item::of_text(to_text(item)), context))
      fail(k_wrong_value, "a text beside a date is no date");
  }
}

void check_pattern(const Node& a, const Node& b, const Context& context) {
  if (reads_row(a) || reads_row(b)) return;
  require_same_bytes(context.types[a.id], context.types[b.id]);
}

void require_same_bytes(const Type& a, const Type& b) {
  if (a.is_text() && b.is_text() && a.is_binary() != b.is_binary())
    fail(3995, "a binary text cannot meet a character text in a regular expression");
}

void check_between(const Node& node, Context& context) {
  const Type& first = context.types[node.children[0]->id];
  const auto is_number = [](const Type& t) {
    return t.kind >= Kind::integer && t.kind <= Kind::real;
  };
  if (node.negated || !(is_number(first) || first.is_temporal())) return;
  bool foreign = false;
  for (std::size_t i = 1; i <= 2; ++i) {
    const Node& bound = *node.children[i];
    const Type& type = context.types[bound.id];
    if (is_number(type) || bound.kind == Node::Kind::row || !is_constant(bound)) return;
    if (type.is_text() && type.charset != Charset::binary)
      foreign = foreign || is_foreign(evaluate(bound, context));
  }
  if (foreign) fail(3854, "a text beside numbers in BETWEEN has letters that they cannot have");
}

}  // namespace erp2mysql::expr
