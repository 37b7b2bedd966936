// SPDX-License-Identifier: Apache-2.0
// The parts of an expression that are no operators: literals, CASE, calls.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "erp2mysql/base/text.hpp"
#include "parser.hpp"

namespace erp2mysql::expr {
namespace {

// Words of the language that a call or a name must not be read as.
constexpr std::array<std::string_view, 12> k_statements = {"SELECT", "INSERT", "UPDATE",  "DELETE",
                                                           "DROP",   "EXISTS", "UNION",   "FROM",
                                                           "WHERE",  "SET",    "COLLATE", "BINARY"};
constexpr std::array<std::string_view, 14> k_forbidden = {
    "SLEEP",        "BENCHMARK",    "LOAD_FILE", "GET_LOCK",     "RELEASE_LOCK",
    "IS_FREE_LOCK", "IS_USED_LOCK", "USER",      "CURRENT_USER", "SESSION_USER",
    "SYSTEM_USER",  "DATABASE",     "SCHEMA",    "VERSION"};

template <class Names>
bool listed(const Names& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view n) { return base::equal_ignore_case(n, name); });
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return out;
}

std::string arity_text(const FunctionEntry& e) {
  if (e.max_arguments < 0) return fmt::format("at least {}", e.min_arguments);
  if (e.min_arguments == e.max_arguments) return fmt::format("{}", e.min_arguments);
  return fmt::format("{} to {}", e.min_arguments, e.max_arguments);
}

}  // namespace

std::size_t Parser::add_name(const std::string& name) {
  names_.push_back(name);
  return names_.size() - 1;
}

NodePtr Parser::primary() {
  const Token& token = current();
  switch (token.kind) {
    case Token::Kind::number: {
      auto node = make(Node::Kind::literal, token.at);
      if (token.text.find_first_of("eE") != std::string::npos) {
        node->literal = Item::of_real(leading_real(token.text));
      } else {
        auto item = Item::of_number_text(token.text);
        if (!item) refuse(text_, token.at, "this number has too many digits");
        node->literal = std::move(*item);
      }
      ++position_;
      return node;
    }
    case Token::Kind::text: return quoted();
    case Token::Kind::reference: {
      auto node = make(Node::Kind::reference, token.at);
      node->reference = add_name(token.text);
      ++position_;
      return node;
    }
    case Token::Kind::name: return named();
    default: break;
  }
  if (!accept_symbol("(")) unexpected("a value");
  auto out = expression();
  expect_symbol(")");
  return out;
}

// Texts side by side are one text.
NodePtr Parser::quoted() {
  auto node = make(Node::Kind::quoted, current().at);
  bool plain = true;
  std::string joined;
  for (; current().kind == Token::Kind::text; ++position_) {
    for (const auto& part : current().parts) {
      plain = plain && !part.is_reference;
      joined += part.text;
      node->parts.push_back(
          {part.is_reference, part.text, part.is_reference ? add_name(part.text) : 0});
    }
  }
  if (plain) {
    node->kind = Node::Kind::literal;
    node->parts.clear();
    node->literal = Item::of_text(std::move(joined));
  }
  return node;
}

NodePtr Parser::named() {
  const Token token = current();
  if (accept_word("CASE")) return case_when();
  auto literal = make(Node::Kind::literal, token.at);
  if (accept_word("NULL")) return literal;
  if (accept_word("TRUE") || accept_word("FALSE")) {
    literal->literal = Item::of_bool(base::equal_ignore_case(token.text, "TRUE"));
    return literal;
  }
  const bool called = ahead().kind == Token::Kind::symbol && ahead().text == "(";
  if (ahead().kind == Token::Kind::text) return temporal_literal();
  if (listed(k_statements, token.text) || (!called && is_word("INTERVAL")))
    refuse(text_, token.at, fmt::format("{} is not supported in an expression", upper(token.text)));
  const Function* function = find_function(token.text);
  if (!called && !(function && function->syntax == Syntax::clock)) {
    if (function)
      refuse(text_, token.at,
             fmt::format("{} is a function: write {}(…)", upper(token.text), upper(token.text)));
    refuse(text_, token.at,
           fmt::format("found the bare word {}; a field is written {{{}}} and a text in quotes",
                       base::quoted(base::shorten(token.text, 40)), base::shorten(token.text, 40)));
  }
  return call(token);
}

// DATE'…', TIME'…', TIMESTAMP'…'
NodePtr Parser::temporal_literal() {
  auto node = make(Node::Kind::literal, current().at);
  const bool date = is_word("DATE");
  const bool time = is_word("TIME");
  if (!date && !time && !is_word("TIMESTAMP")) unexpected("an operator or \"(\" after a name");
  ++position_;
  const auto text = quoted();
  if (text->kind != Node::Kind::literal)
    refuse(text_, text->at, "use DATE({name}) instead of a literal");
  if (time) {
    if (const auto when = to_time(text->literal)) {
      node->literal = Item::of_temporal(Item::Kind::time, *when);
      return node;
    }
  } else if (const auto when = to_calendar(text->literal)) {
    node->literal = Item::of_temporal(date ? Item::Kind::date : Item::Kind::datetime, when->when);
    return node;
  }
  refuse(text_, text->at, "this is no valid date or time");
}

NodePtr Parser::case_when() {
  auto node = make(Node::Kind::case_when, current().at);
  node->negated = !is_word("WHEN");
  if (node->negated) adopt(*node, expression());
  expect_word("WHEN");
  do {
    adopt(*node, expression());
    expect_word("THEN");
    adopt(*node, expression());
  } while (accept_word("WHEN"));
  if (accept_word("ELSE")) {
    adopt(*node, expression());
  } else {
    adopt(*node, make(Node::Kind::literal, current().at));
  }
  expect_word("END");
  return node;
}

void Parser::unknown_function(const Token& name) {
  const auto known = nearest_function(name.text);
  const auto shown = upper(base::shorten(name.text, 60));
  if (listed(k_forbidden, name.text))
    refuse(text_, name.at, fmt::format("function {} is forbidden in a job", shown));
  refuse(text_, name.at,
         fmt::format("function {} is not supported by this version{}", shown,
                     known.empty() ? "" : "; did you mean " + known + "?"));
}

NodePtr Parser::call(const Token& name) {
  auto node = make(Node::Kind::call, name.at);
  node->function = find_function(name.text);
  if (!node->function) unknown_function(name);
  ++position_;
  if (!accept_symbol("(")) return node;
  special_arguments(*node);
  expect_symbol(")");
  check_arity(*node);
  return node;
}

void Parser::check_arity(const Node& node) {
  const auto& entry = node.function->entry;
  const auto count = static_cast<int>(node.children.size());
  const bool many = entry.max_arguments >= 0 && count > entry.max_arguments;
  const bool clock = entry.arguments == "[digits]" && count == 1;
  if (clock && !(node.children[0]->literal.kind == Item::Kind::integer &&
                 node.children[0]->literal.number.digits <= 3))
    refuse(text_, node.at, "the digits must be a number from 0 to 3: the clock has milliseconds");
  if (count >= entry.min_arguments && !many) return;
  refuse(text_, node.at,
         fmt::format("{}({}) takes {} arguments, not {}", entry.name, entry.arguments,
                     arity_text(entry), count));
}

}  // namespace erp2mysql::expr
