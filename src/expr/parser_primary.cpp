// SPDX-License-Identifier: Apache-2.0
// Values: literals, references, CASE, parentheses and names.
#include <fmt/format.h>

#include "erp2mysql/base/text.hpp"
#include "parser.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

bool is_text_token(const Token& token) { return token.kind == Token::Kind::text; }

}  // namespace

NodePtr Parser::unary() {
  const std::size_t at = current().at;
  Operator op = Operator::none;
  if (accept_symbol("-"))
    op = Operator::negate;
  else if (accept_symbol("~"))
    op = Operator::bit_not;
  else if (accept_symbol("!") || accept_symbol("!!"))
    op = Operator::logical_not;
  else if (accept_word("BINARY"))
    op = Operator::binary;
  else if (accept_symbol("+"))
    op = Operator::none;
  else
    return postfix(primary());
  if (++nesting_ > 100) refuse(text_, at, "the expression is nested deeper than 100 levels");
  auto inner = unary();
  --nesting_;
  return op == Operator::none ? std::move(inner) : operation(op, at, std::move(inner));
}

NodePtr Parser::postfix(NodePtr left) {
  for (;;) {
    const std::size_t at = current().at;
    if (is_symbol("->") || is_symbol("->>")) {
      const bool unquote = current().text == "->>";
      ++position_;
      if (left->kind != Node::Kind::reference)
        refuse(text_, at, "-> takes a field on its left: {name}->'$.key'");
      if (!is_text_token(current())) unexpected("a path in quotes");
      auto extract = make(Node::Kind::call, at);
      extract->function = find_function("JSON_EXTRACT");
      adopt(*extract, std::move(left));
      adopt(*extract, quoted());
      left = std::move(extract);
      if (!unquote) continue;
      auto outer = make(Node::Kind::call, at);
      outer->function = find_function("JSON_UNQUOTE");
      adopt(*outer, std::move(left));
      left = std::move(outer);
    } else if (accept_word("COLLATE")) {
      const auto found = find_collation(current().text);
      if (!found)
        refuse(text_, current().at, "unknown collation " + base::quoted(current().text), 1273);
      left = operation(Operator::collate, current().at, std::move(left));
      left->collation = *found;
      ++position_;
    } else {
      return left;
    }
  }
}

NodePtr Parser::primary() {
  const Token& token = current();
  switch (token.kind) {
    case Token::Kind::number: return number();
    case Token::Kind::bytes: {
      Item item = Item::of_bytes(token.text);
      item.is_hex = true;
      ++position_;
      return literal(std::move(item), token.at);
    }
    case Token::Kind::text: return quoted();
    case Token::Kind::reference: {
      auto out = make(Node::Kind::reference, token.at);
      out->reference = add_name(token.text);
      ++position_;
      return out;
    }
    case Token::Kind::lookup: return lookup();
    case Token::Kind::name: return named();
    case Token::Kind::quoted_name:
      refuse(text_, token.at,
             fmt::format("found the column {}; a field is written {{{}}}", token.text, token.text),
             1054);
    default: break;
  }
  if (accept_symbol("(")) return parenthesis();
  unexpected("a value");
}

NodePtr Parser::number() {
  const Token& token = current();
  auto item = number_literal(token.text);
  if (!item) refuse(text_, token.at, "this number is out of range", 1367);
  ++position_;
  return literal(std::move(*item), token.at);
}

NodePtr Parser::parenthesis() {
  const std::size_t at = current().at;
  if (is_word("SELECT") || is_word("WITH") || is_word("VALUES") || is_word("TABLE"))
    refuse(text_, at, "SELECT is not supported: an expression reads no table");
  auto inner = expression();
  if (is_symbol(",")) return row_of(std::move(inner), at);
  expect_symbol(")");
  return inner;
}

NodePtr Parser::row_of(NodePtr first, std::size_t at) {
  auto out = make(Node::Kind::row, at);
  adopt(*out, std::move(first));
  while (accept_symbol(",")) adopt(*out, expression());
  expect_symbol(")");
  return out;
}

std::vector<Node::Part> Parser::parts_of(const std::vector<TextPart>& parts) {
  std::vector<Node::Part> out;
  for (const auto& part : parts) {
    out.push_back({part.is_reference, part.is_reference ? std::string() : part.text,
                   part.is_reference ? add_name(part.text) : 0});
  }
  return out;
}

// Adjacent texts are one text.
NodePtr Parser::quoted() {
  auto out = make(Node::Kind::quoted, current().at);
  bool references = false;
  std::string plain;
  for (; is_text_token(current()); ++position_) {
    for (auto& part : parts_of(current().parts)) {
      references = references || part.is_reference;
      plain += part.text;
      out->parts.push_back(std::move(part));
    }
  }
  if (references) return out;
  out->kind = Node::Kind::literal;
  out->literal = Item::of_text(std::move(plain));
  out->parts.clear();
  return out;
}

// _charset'…': the bytes are meant in that set.
NodePtr Parser::introduced(Charset charset) {
  const std::size_t at = current().at;
  if (current().kind == Token::Kind::bytes) {
    Item item = Item::of_bytes(current().text);
    item.charset = charset;
    ++position_;
    return literal(std::move(item), at);
  }
  auto out = quoted();
  out->introducer = charset;
  if (out->kind == Node::Kind::literal) out->literal.charset = charset;
  return out;
}

NodePtr Parser::named() {
  const Token name = current();
  const Token& next = ahead();
  const auto opens = [&] { return next.kind == Token::Kind::symbol && next.text == "("; };
  if (base::equal_ignore_case(name.text, "CASE")) return case_when();
  if (base::equal_ignore_case(name.text, "INTERVAL")) return interval_first();
  if (base::equal_ignore_case(name.text, "ROW") && opens()) {
    position_ += 2;
    auto first = expression();
    return row_of(std::move(first), name.at);
  }
  if (is_text_token(next) || next.kind == Token::Kind::bytes) {
    if (name.text[0] == '_') {
      const auto set = find_charset(name.text.substr(1));
      if (!set) refuse(text_, name.at, "unknown character set " + name.text, 1054);
      ++position_;
      return introduced(*set);
    }
    if (auto out = temporal_literal()) return out;
  }
  if (opens()) {
    if (base::equal_ignore_case(name.text, "EXISTS"))
      refuse(text_, name.at, "SELECT is not supported: an expression reads no table");
    return call(name);
  }
  return bare_word(name);
}

NodePtr Parser::bare_word(const Token& name) {
  const auto constant = [&](Item item) {
    ++position_;
    return literal(std::move(item), name.at);
  };
  if (base::equal_ignore_case(name.text, "NULL")) return constant(Item::null());
  if (base::equal_ignore_case(name.text, "TRUE")) return constant(Item::of_bool(true));
  if (base::equal_ignore_case(name.text, "FALSE")) return constant(Item::of_bool(false));
  if (const Function* f = find_function(name.text); f && f->syntax == Syntax::bare_clock)
    return bare_call(name);
  constexpr std::array<std::string_view, 14> k_grammar = {"END",     "WHEN", "THEN", "ELSE", "AND",
                                                          "OR",      "XOR",  "IN",   "IS",   "LIKE",
                                                          "BETWEEN", "DIV",  "AS",   "FROM"};
  for (const auto word : k_grammar) {
    if (base::equal_ignore_case(name.text, word)) unexpected("a value");
  }
  const bool table = ahead().kind == Token::Kind::symbol && ahead().text == ".";
  refuse(text_, name.at,
         fmt::format("found the bare word {}; a field is written {{{}}}", base::quoted(name.text),
                     name.text),
         table ? 1109 : 1054);
}

NodePtr Parser::temporal_literal() {
  const Token& name = current();
  const auto is = [&](std::string_view word) { return base::equal_ignore_case(name.text, word); };
  const bool date = is("DATE");
  const bool time = is("TIME");
  if (!date && !time && !is("TIMESTAMP")) return nullptr;
  if (!is_text_token(ahead())) return nullptr;
  const auto& parts = ahead().parts;
  const std::string text = parts.empty() ? std::string() : parts[0].text;
  if (parts.size() > 1 || (!parts.empty() && parts[0].is_reference))
    refuse(text_, name.at, "a literal holds no reference; write CAST('{field}' AS …)");
  const auto item = read_literal(date ? Kind::date : (time ? Kind::time : Kind::datetime), text);
  if (!item) {
    refuse(text_, name.at,
           fmt::format("Incorrect {} value: {}", base::quoted(name.text), base::quoted(text)),
           1525);
  }
  position_ += 2;
  return literal(*item, name.at);
}

// Children: [operand] (test, answer)… other; `negated` tells that an operand leads.
NodePtr Parser::case_when() {
  auto out = make(Node::Kind::case_when, current().at);
  expect_word("CASE");
  if (!is_word("WHEN")) {
    out->negated = true;
    adopt(*out, expression());
  }
  if (!is_word("WHEN")) unexpected("WHEN");
  while (accept_word("WHEN")) {
    adopt(*out, expression());
    expect_word("THEN");
    adopt(*out, expression());
  }
  adopt(*out, accept_word("ELSE") ? expression() : literal(Item::null(), current().at));
  expect_word("END");
  return out;
}

// INTERVAL n unit + date, or the function INTERVAL(n, 1, 2).
NodePtr Parser::interval_first() {
  const Token name = current();
  const std::size_t start = position_++;
  auto amount = expression();
  if (amount->kind == Node::Kind::row) {
    position_ = start;
    return call(name);
  }
  auto out = make(Node::Kind::interval, name.at);
  out->unit = unit();
  out->has_interval = true;
  if (!accept_symbol("+")) unexpected("+ and a date after the interval");
  adopt(*out, bits(4));
  adopt(*out, std::move(amount));
  return out;
}

// find FIELD from JOB where a=… b=…
NodePtr Parser::lookup() {
  const Token& token = current();
  auto out = make(Node::Kind::lookup, token.at);
  std::vector<std::string_view> words;
  for (const auto word : base::split(token.text, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  const auto is = [&](std::size_t i, std::string_view word) {
    return i < words.size() && base::equal_ignore_case(words[i], word);
  };
  if (!is(0, "find") || !is(2, "from") || !is(4, "where") || words.size() < 6)
    refuse(text_, token.at,
           "a look-up reads: _findCollection find FIELD from JOB where a={b} _endFind");
  out->literal = Item::of_text(std::string(words[1]));
  out->word = words[3];
  for (std::size_t i = 5; i < words.size(); ++i) {
    const auto equals = words[i].find('=');
    if (equals == std::string_view::npos || equals == 0)
      refuse(
          text_, token.at,
          fmt::format("the condition {} of the look-up is no FIELD=VALUE", base::quoted(words[i])));
    out->wanted.push_back({std::string(words[i].substr(0, equals)),
                           parts_of(split_references(words[i].substr(equals + 1)))});
  }
  ++position_;
  return out;
}

}  // namespace erp2mysql::expr
