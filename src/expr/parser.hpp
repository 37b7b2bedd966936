// SPDX-License-Identifier: Apache-2.0
// Builds the tree of one expression by precedence climbing. It refuses what is outside the
// supported subset, by name and position, and evaluates nothing.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lexer.hpp"
#include "tree.hpp"

namespace erp2mysql::expr {

using NodePtr = std::unique_ptr<Node>;

class Parser {
 public:
  explicit Parser(std::string_view text);
  /// The whole text as one expression; `names()` then holds its references.
  NodePtr parse();
  std::vector<std::string>& names() { return names_; }

 private:
  // parser.cpp: operators
  NodePtr expression();
  NodePtr conjunction(int level);
  NodePtr negation();
  NodePtr comparison();
  NodePtr predicate(NodePtr left);
  NodePtr is_predicate(NodePtr left);
  NodePtr additive();
  NodePtr multiplicative();
  NodePtr unary();

  // parser_primary.cpp: literals, CASE, calls
  NodePtr primary();
  NodePtr quoted();
  NodePtr named();
  NodePtr temporal_literal();
  NodePtr case_when();
  NodePtr call(const Token& name);

  // parser_arguments.cpp
  void arguments(Node& node);
  void special_arguments(Node& node);
  void cast_arguments(Node& node);
  void trim_arguments(Node& node);
  NodePtr interval_of(NodePtr date);
  void interval_tail(Node& node);
  Unit unit();
  int small_number(int most);
  [[noreturn]] void unknown_function(const Token& name);
  void check_arity(const Node& node);
  std::size_t add_name(const std::string& name);

  const Token& current() const { return tokens_[position_]; }
  const Token& ahead(std::size_t n = 1) const;
  bool is_symbol(std::string_view symbol) const;
  bool is_word(std::string_view word) const;
  bool accept_symbol(std::string_view symbol);
  bool accept_word(std::string_view word);
  void expect_symbol(std::string_view symbol);
  void expect_word(std::string_view word);
  [[noreturn]] void unexpected(std::string_view wanted);
  NodePtr make(Node::Kind kind, std::size_t at) const;
  NodePtr operation(Operator op, std::size_t at, NodePtr left, NodePtr right = nullptr);
  void adopt(Node& parent, NodePtr child);

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t position_ = 0;
  int nesting_ = 0;
  std::vector<std::string> names_;
};

}  // namespace erp2mysql::expr
