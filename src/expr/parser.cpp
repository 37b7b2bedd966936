// SPDX-License-Identifier: Apache-2.0
#include "parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::expr {
namespace {

constexpr int k_max_nesting = 100;
constexpr int k_max_height = 1000;

struct Symbol {
  std::string_view text;
  Operator op;
};
constexpr std::array<Symbol, 8> k_comparisons = {{{"<=>", Operator::safe_equal},
                                                  {"=", Operator::equal},
                                                  {"<>", Operator::not_equal},
                                                  {"!=", Operator::not_equal},
                                                  {"<=", Operator::less_equal},
                                                  {"<", Operator::less},
                                                  {">=", Operator::greater_equal},
                                                  {">", Operator::greater}}};
struct Leveled {
  int level;
  std::string_view text;
  Operator op;
  bool word;
};
constexpr int k_sum_level = 3;
constexpr int k_levels = 6;
constexpr std::array<Leveled, 12> k_bits = {{{0, "|", Operator::bit_or, false},
                                             {1, "&", Operator::bit_and, false},
                                             {2, "<<", Operator::shift_left, false},
                                             {2, ">>", Operator::shift_right, false},
                                             {3, "+", Operator::add, false},
                                             {3, "-", Operator::subtract, false},
                                             {4, "*", Operator::multiply, false},
                                             {4, "/", Operator::divide, false},
                                             {4, "%", Operator::modulo, false},
                                             {4, "DIV", Operator::divide_whole, true},
                                             {4, "MOD", Operator::modulo, true},
                                             {5, "^", Operator::bit_xor, false}}};

}  // namespace

Parser::Parser(std::string_view text) : text_(text), tokens_(tokenize(text)) {}

NodePtr Parser::parse() {
  auto root = expression();
  if (current().kind != Token::Kind::end) unexpected("an operator or the end");
  if (root->kind == Node::Kind::row) refuse(text_, root->at, "a row is no single value", 1241);
  return root;
}

NodePtr Parser::expression() {
  if (++nesting_ > k_max_nesting)
    refuse(text_, current().at, "the expression is nested deeper than 100 levels");
  auto out = conjunction(0);
  --nesting_;
  return out;
}

// OR binds loosest, then XOR, then AND.
NodePtr Parser::conjunction(int level) {
  if (level == 3) return negation();
  auto left = conjunction(level + 1);
  for (;;) {
    const std::size_t at = current().at;
    if (level == 0 && (accept_word("OR") || accept_symbol("||"))) {
      left = operation(Operator::logical_or, at, std::move(left), conjunction(1));
    } else if (level == 1 && accept_word("XOR")) {
      left = operation(Operator::logical_xor, at, std::move(left), conjunction(2));
    } else if (level == 2 && (accept_word("AND") || accept_symbol("&&"))) {
      left = operation(Operator::logical_and, at, std::move(left), conjunction(3));
    } else {
      return left;
    }
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
  auto left = predicate();
  for (;;) {
    const std::size_t at = current().at;
    if (is_word("IS")) {
      left = is_state(std::move(left));
      continue;
    }
    const auto found = std::find_if(k_comparisons.begin(), k_comparisons.end(),
                                    [&](const Symbol& s) { return is_symbol(s.text); });
    if (found == k_comparisons.end()) return left;
    ++position_;
    left = operation(found->op, at, std::move(left), predicate());
  }
}

NodePtr Parser::is_state(NodePtr left) {
  const std::size_t at = current().at;
  expect_word("IS");
  const bool negated = accept_word("NOT");
  Operator op = Operator::none;
  if (accept_word("NULL") || accept_word("UNKNOWN")) {
    op = Operator::is_null;
  } else if (accept_word("TRUE")) {
    op = Operator::is_true;
  } else if (accept_word("FALSE")) {
    op = Operator::is_false;
  } else {
    unexpected("NULL, TRUE, FALSE or UNKNOWN");
  }
  auto out = operation(op, at, std::move(left));
  out->negated = negated;
  return out;
}

NodePtr Parser::predicate() {
  auto left = bits(0);
  const std::size_t at = current().at;
  const bool negated = accept_word("NOT");
  auto out = predicate_of(std::move(left), negated, at);
  return out;
}

NodePtr Parser::like_tail(NodePtr left, bool negated, std::size_t at) {
  auto out = operation(Operator::like, at, std::move(left), unary());
  if (accept_word("ESCAPE")) adopt(*out, unary());
  out->negated = negated;
  return out;
}

NodePtr Parser::predicate_of(NodePtr left, bool negated, std::size_t at) {
  NodePtr out;
  if (accept_word("LIKE")) {
    return like_tail(std::move(left), negated, at);
  } else if (accept_word("REGEXP") || accept_word("RLIKE")) {
    out = operation(Operator::regexp, at, std::move(left), bits(0));
  } else if (accept_word("BETWEEN")) {
    out = operation(Operator::between, at, std::move(left), bits(0));
    expect_word("AND");
    adopt(*out, predicate());
  } else if (accept_word("IN")) {
    out = operation(Operator::in, at, std::move(left));
    expect_symbol("(");
    do adopt(*out, expression());
    while (accept_symbol(","));
    expect_symbol(")");
  } else if (!negated && accept_word("SOUNDS")) {
    expect_word("LIKE");
    return operation(Operator::sounds_like, at, std::move(left), bits(0));
  } else if (!negated && accept_word("MEMBER")) {
    accept_word("OF");
    expect_symbol("(");
    out = operation(Operator::member_of, at, std::move(left), unary());
    expect_symbol(")");
  } else {
    if (negated) unexpected("LIKE, IN, BETWEEN or REGEXP");
    return left;
  }
  out->negated = negated;
  return out;
}

NodePtr Parser::bits(int level) {
  if (level == k_levels) return unary();
  auto left = bits(level + 1);
  for (;;) {
    const std::size_t at = current().at;
    const auto found = std::find_if(k_bits.begin(), k_bits.end(), [&](const Leveled& entry) {
      return entry.level == level && (entry.word ? is_word(entry.text) : is_symbol(entry.text));
    });
    if (found == k_bits.end()) return left;
    ++position_;
    const bool interval = level == k_sum_level && is_word("INTERVAL");
    left = interval ? sum_with_interval(std::move(left), found->op == Operator::subtract, at)
                    : operation(found->op, at, std::move(left), bits(level + 1));
  }
}

// date ± INTERVAL n unit; INTERVAL(n, 1, 2) without a unit is the function.
NodePtr Parser::sum_with_interval(NodePtr left, bool minus, std::size_t at) {
  const std::size_t start = position_;
  expect_word("INTERVAL");
  auto amount = expression();
  if (amount->kind == Node::Kind::row) {
    position_ = start;
    return operation(minus ? Operator::subtract : Operator::add, at, std::move(left),
                     bits(k_sum_level + 1));
  }
  auto out = make(Node::Kind::interval, at);
  adopt(*out, std::move(left));
  adopt(*out, std::move(amount));
  out->unit = unit();
  out->has_interval = true;
  out->negated = minus;
  return out;
}

std::size_t Parser::add_name(const std::string& name) {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found != names_.end()) return static_cast<std::size_t>(found - names_.begin());
  names_.push_back(name);
  return names_.size() - 1;
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
  if (!is_symbol(symbol)) return false;
  ++position_;
  return true;
}
bool Parser::accept_word(std::string_view word) {
  if (!is_word(word)) return false;
  ++position_;
  return true;
}
void Parser::expect_symbol(std::string_view symbol) {
  if (!accept_symbol(symbol)) unexpected(base::quoted(symbol));
}
void Parser::expect_word(std::string_view word) {
  if (!accept_word(word)) unexpected(word);
}

void Parser::unexpected(std::string_view wanted) {
  const Token& token = current();
  std::string found = "the end of the expression";
  if (token.kind == Token::Kind::reference) {
    found = "the reference {" + token.text + "}";
  } else if (token.kind == Token::Kind::text) {
    found = "a text";
  } else if (token.kind != Token::Kind::end) {
    found = base::quoted(base::shorten(token.text, 60));
  }
  refuse(text_, token.at, fmt::format("found {}, expected {}", found, wanted));
}

NodePtr Parser::make(Node::Kind kind, std::size_t at) {
  auto out = std::make_unique<Node>();
  out->kind = kind;
  out->at = at;
  out->id = nodes_++;
  return out;
}

NodePtr Parser::literal(Item item, std::size_t at) {
  auto out = make(Node::Kind::literal, at);
  out->literal = std::move(item);
  return out;
}

NodePtr Parser::operation(Operator op, std::size_t at, NodePtr left, NodePtr right) {
  auto out = make(Node::Kind::operation, at);
  out->op = op;
  adopt(*out, std::move(left));
  if (right) adopt(*out, std::move(right));
  return out;
}

void Parser::adopt(Node& parent, NodePtr child) {
  parent.height = std::max(parent.height, child->height + 1);
  if (parent.height > k_max_height)
    refuse(text_, parent.at, "too many operators in a chain: at most 1000");
  parent.children.push_back(std::move(child));
}

}  // namespace erp2mysql::expr
