// SPDX-License-Identifier: Apache-2.0
// Builds the tree of one expression by precedence climbing, in the server's grammar. It refuses
// what a scalar expression must not hold, by name and position, and evaluates nothing.
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
  std::size_t nodes() const { return nodes_; }
  bool reads_clock() const { return reads_clock_; }

 private:
  // parser.cpp: operators
  NodePtr expression();
  NodePtr conjunction(int level);
  NodePtr negation();
  NodePtr comparison();
  NodePtr is_state(NodePtr left);
  NodePtr predicate();
  NodePtr predicate_of(NodePtr left, bool negated, std::size_t at);
  NodePtr like_tail(NodePtr left, bool negated, std::size_t at);
  NodePtr bits(int level);
  NodePtr sum_with_interval(NodePtr left, bool minus, std::size_t at);

  // parser_primary.cpp: literals, CASE, names
  NodePtr unary();
  NodePtr postfix(NodePtr left);
  NodePtr primary();
  NodePtr parenthesis();
  NodePtr row_of(NodePtr first, std::size_t at);
  NodePtr number();
  NodePtr quoted();
  NodePtr introduced(Charset charset);
  NodePtr named();
  NodePtr bare_word(const Token& name);
  NodePtr temporal_literal();
  NodePtr case_when();
  NodePtr interval_first();
  NodePtr lookup();
  std::vector<Node::Part> parts_of(const std::vector<TextPart>& parts);

  // parser_call.cpp: functions and their special arguments
  NodePtr call(const Token& name);
  NodePtr bare_call(const Token& name);
  void arguments(Node& node);
  void special_arguments(Node& node);
  void cast_arguments(Node& node);
  void convert_arguments(Node& node);
  void trim_arguments(Node& node);
  void substring_arguments(Node& node);
  void value_arguments(Node& node);
  void character_arguments(Node& node);
  void clock_arguments(Node& node);
  void unit_arguments(Node& node);
  void interval_arguments(Node& node);
  void finish_call(Node& node, const Token& name);
  CastSpec cast_spec();
  int length_in_parentheses(int most, int missing);
  Charset charset();
  Unit unit();
  [[noreturn]] void unknown_function(const Token& name);
  void check_arity(const Node& node, const Token& name);

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
  NodePtr make(Node::Kind kind, std::size_t at);
  NodePtr literal(Item item, std::size_t at);
  NodePtr operation(Operator op, std::size_t at, NodePtr left, NodePtr right = nullptr);
  void adopt(Node& parent, NodePtr child);

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t position_ = 0;
  std::size_t nodes_ = 0;
  int nesting_ = 0;
  bool reads_clock_ = false;
  std::vector<std::string> names_;
};

}  // namespace erp2mysql::expr
