// SPDX-License-Identifier: Apache-2.0
#include "parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::expr {
namespace {

constexpr int k_max_nesting = 100;
// Chains such as 1+1+1… grow to the left without brackets; evaluation recurses into them.
constexpr int k_max_height = 2000;

constexpr std::array<std::pair<std::string_view, Operator>, 8> k_comparisons = {{
    {"=", Operator::equal},
    {"<=>", Operator::safe_equal},
    {"<>", Operator::not_equal},
    {"!=", Operator::not_equal},
    {"<", Operator::less},
    {"<=", Operator::less_equal},
    {">", Operator::greater},
    {">=", Operator::greater_equal},
}};

std::string found(const Token& token) {
  switch (token.kind) {
    case Token::Kind::end: return "the end of the expression";
    case Token::Kind::text: return "a text";
    case Token::Kind::reference: return "the reference {" + token.text + "}";
    default: return base::quoted(base::shorten(token.text, 40));
  }
}

}  // namespace

Parser::Parser(std::string_view text) : text_(text), tokens_(tokenize(text)) {}

NodePtr Parser::parse() {
  auto out = expression();
  if (current().kind != Token::Kind::end) unexpected("an operator or the end");
  return out;
}

const Token& Parser::ahead(std::size_t n) const {
  return tokens_[std::min(position_ + n, tokens_.size() - 1)];
}
bool Parser::is_symbol(std::string_view symbol) const {
  return current().kind == Token::Kind::symbol && current().text == symbol;
}
bool Parser::is_word(std::string_view word) const {
  return current().kind == Token::Kind::name && base::equal_ignore_case(current().text, word);
}
bool Parser::accept_symbol(std::string_view symbol) {
  const bool yes = is_symbol(symbol);
  if (yes) ++position_;
  return yes;
}
bool Parser::accept_word(std::string_view word) {
  const bool yes = is_word(word);
  if (yes) ++position_;
  return yes;
}
void Parser::expect_symbol(std::string_view symbol) {
  if (!accept_symbol(symbol)) unexpected(base::quoted(symbol));
}
void Parser::expect_word(std::string_view word) {
  if (!accept_word(word)) unexpected(word);
}
void Parser::unexpected(std::string_view wanted) {
  refuse(text_, current().at, fmt::format("found {}, expected {}", found(current()), wanted));
}

NodePtr Parser::make(Node::Kind kind, std::size_t at) const {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->at = at;
  return node;
}

void Parser::adopt(Node& parent, NodePtr child) {
  parent.height = std::max(parent.height, child->height + 1);
  if (parent.height > k_max_height)
    refuse(text_, parent.at, "the expression has too many operators in one chain");
  parent.children.push_back(std::move(child));
}

NodePtr Parser::operation(Operator op, std::size_t at, NodePtr left, NodePtr right) {
  auto node = make(Node::Kind::operation, at);
  node->op = op;
  adopt(*node, std::move(left));
  if (right) adopt(*node, std::move(right));
  return node;
}

NodePtr Parser::expression() {
  if (++nesting_ > k_max_nesting)
    refuse(text_, current().at, "the expression is nested deeper than 100 levels");
  auto out = conjunction(0);
  --nesting_;
  return out;
}

// OR, XOR, AND from loose to tight.
NodePtr Parser::conjunction(int level) {
  constexpr std::array<Operator, 3> k_operators = {Operator::logical_or, Operator::logical_xor,
                                                   Operator::logical_and};
  constexpr std::array<std::string_view, 3> k_words = {"OR", "XOR", "AND"};
  constexpr std::array<std::string_view, 3> k_symbols = {"||", "", "&&"};
  if (level == 3) return negation();
  const auto i = static_cast<std::size_t>(level);
  auto left = conjunction(level + 1);
  for (;;) {
    const std::size_t at = current().at;
    if (!accept_word(k_words[i]) && !accept_symbol(k_symbols[i])) return left;
    left = operation(k_operators[i], at, std::move(left), conjunction(level + 1));
  }
}

NodePtr Parser::negation() {
  const std::size_t at = current().at;
  if (!accept_word("NOT")) return comparison();
  if (++nesting_ > k_max_nesting)
    refuse(text_, at, "the expression is nested deeper than 100 levels");
  auto out = operation(Operator::logical_not, at, negation());
  --nesting_;
  return out;
}

NodePtr Parser::comparison() {
  auto left = additive();
  for (;;) {
    const std::size_t at = current().at;
    const auto entry = std::find_if(k_comparisons.begin(), k_comparisons.end(),
                                    [&](const auto& e) { return is_symbol(e.first); });
    if (entry != k_comparisons.end()) {
      ++position_;
      left = operation(entry->second, at, std::move(left), additive());
    } else if (is_word("IS")) {
      left = is_predicate(std::move(left));
    } else if (is_word("NOT") || is_word("LIKE") || is_word("IN") || is_word("BETWEEN")) {
      left = predicate(std::move(left));
    } else {
      return left;
    }
  }
}

NodePtr Parser::is_predicate(NodePtr left) {
  const std::size_t at = current().at;
  expect_word("IS");
  const bool negated = accept_word("NOT");
  Operator op = Operator::is_null;
  if (accept_word("TRUE")) {
    op = Operator::is_true;
  } else if (accept_word("FALSE")) {
    op = Operator::is_false;
  } else if (!accept_word("NULL") && !accept_word("UNKNOWN")) {
    unexpected("NULL, TRUE or FALSE");
  }
  auto node = operation(op, at, std::move(left));
  node->negated = negated;
  return node;
}

NodePtr Parser::predicate(NodePtr left) {
  const std::size_t at = current().at;
  const bool negated = accept_word("NOT");
  NodePtr node;
  if (accept_word("LIKE")) {
    node = operation(Operator::like, at, std::move(left), additive());
    if (is_word("ESCAPE")) refuse(text_, current().at, "ESCAPE is not supported by this version");
  } else if (accept_word("BETWEEN")) {
    node = operation(Operator::between, at, std::move(left), additive());
    expect_word("AND");
    adopt(*node, additive());
  } else if (accept_word("IN")) {
    node = operation(Operator::in, at, std::move(left));
    expect_symbol("(");
    do adopt(*node, expression());
    while (accept_symbol(","));
    expect_symbol(")");
  } else {
    unexpected("LIKE, IN or BETWEEN");
  }
  node->negated = negated;
  return node;
}

NodePtr Parser::additive() {
  NodePtr left;
  if (is_word("INTERVAL")) {
    auto holder = interval_of(nullptr);
    expect_symbol("+");
    adopt(*holder, multiplicative());
    std::swap(holder->children[0], holder->children[1]);
    left = std::move(holder);
  } else {
    left = multiplicative();
  }
  for (;;) {
    const std::size_t at = current().at;
    const bool minus = is_symbol("-");
    if (!minus && !is_symbol("+")) return left;
    ++position_;
    if (is_word("INTERVAL")) {
      left = interval_of(std::move(left));
      left->negated = minus;
    } else {
      left = operation(minus ? Operator::subtract : Operator::add, at, std::move(left),
                       multiplicative());
    }
  }
}

NodePtr Parser::multiplicative() {
  auto left = unary();
  for (;;) {
    const std::size_t at = current().at;
    Operator op = Operator::none;
    if (accept_symbol("*"))
      op = Operator::multiply;
    else if (accept_symbol("/"))
      op = Operator::divide;
    else if (accept_word("DIV"))
      op = Operator::divide_whole;
    else if (accept_symbol("%") || accept_word("MOD"))
      op = Operator::modulo;
    else
      return left;
    left = operation(op, at, std::move(left), unary());
  }
}

NodePtr Parser::unary() {
  const std::size_t at = current().at;
  const bool minus = is_symbol("-");
  if (!minus && !is_symbol("+") && !is_symbol("!")) return primary();
  if (++nesting_ > k_max_nesting)
    refuse(text_, at, "the expression is nested deeper than 100 levels");
  const bool plus = is_symbol("+");
  ++position_;
  auto out = unary();
  --nesting_;
  if (plus) return out;
  return operation(minus ? Operator::negate : Operator::logical_not, at, std::move(out));
}

}  // namespace erp2mysql::expr
