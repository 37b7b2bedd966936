// SPDX-License-Identifier: Apache-2.0
// Calls: the function, its arguments in all the ways the grammar knows, their number.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "erp2mysql/base/text.hpp"
#include "forbidden.hpp"
#include "parser.hpp"

namespace erp2mysql::expr {

NodePtr Parser::bare_call(const Token& name) {
  auto out = make(Node::Kind::call, name.at);
  out->function = find_function(name.text);
  reads_clock_ = true;
  ++position_;
  return out;
}

NodePtr Parser::call(const Token& name) {
  const Function* function = find_function(name.text);
  if (function == nullptr) unknown_function(name);
  ++position_;
  if (function->no_blank && current().blank_before) {
    refuse(text_, name.at,
           fmt::format("no blank may stand between {} and its parenthesis", name.text), 1630);
  }
  auto out = make(Node::Kind::call, name.at);
  out->function = function;
  expect_symbol("(");
  if (function->syntax == Syntax::plain || function->syntax == Syntax::grammar)
    arguments(*out);
  else
    special_arguments(*out);
  finish_call(*out, name);
  return out;
}

void Parser::finish_call(Node& node, const Token& name) {
  if (!is_symbol(")"))
    unexpected(node.children.empty() ? "an argument or \")\"" : "\",\" or \")\"");
  ++position_;
  if (node.function->syntax == Syntax::clock || node.function->syntax == Syntax::bare_clock)
    reads_clock_ = true;
  if (node.function->entry.name == "UNIX_TIMESTAMP" && node.children.empty()) reads_clock_ = true;
  check_arity(node, name);
}

void Parser::arguments(Node& node) {
  if (is_symbol(")")) return;
  do adopt(node, expression());
  while (accept_symbol(","));
}

void Parser::special_arguments(Node& node) {
  switch (node.function->syntax) {
    case Syntax::substring: return substring_arguments(node);
    case Syntax::trim: return trim_arguments(node);
    case Syntax::interval:
    case Syntax::maybe_interval: return interval_arguments(node);
    case Syntax::unit_first: return unit_arguments(node);
    case Syntax::extract:
      node.unit = unit();
      expect_word("FROM");
      return adopt(node, expression());
    case Syntax::cast: return cast_arguments(node);
    case Syntax::convert: return convert_arguments(node);
    case Syntax::clock:
    case Syntax::bare_clock: return clock_arguments(node);
    case Syntax::character: return character_arguments(node);
    case Syntax::position:
      adopt(node, bits(0));
      expect_word("IN");
      return adopt(node, expression());
    case Syntax::get_format:
      node.word = base::lower(current().text);
      ++position_;
      expect_symbol(",");
      return adopt(node, expression());
    case Syntax::value_of: return value_arguments(node);
    default: break;
  }
  adopt(node, expression());
  if (accept_word("AS")) node.cast = cast_spec();
}

void Parser::substring_arguments(Node& node) {
  adopt(node, expression());
  if (accept_word("FROM")) {
    adopt(node, expression());
    if (accept_word("FOR")) adopt(node, expression());
    return;
  }
  expect_symbol(",");
  adopt(node, expression());
  if (accept_symbol(",")) adopt(node, expression());
}

void Parser::trim_arguments(Node& node) {
  for (const std::string_view side : {"LEADING", "TRAILING", "BOTH"}) {
    if (accept_word(side)) node.word = side;
  }
  if (node.word.empty() && current().kind == Token::Kind::name &&
      ahead().kind == Token::Kind::text && current().text[0] != '_' && !is_word("DATE") &&
      !is_word("TIME") && !is_word("TIMESTAMP"))
    unexpected("BOTH, LEADING or TRAILING");
  if (!node.word.empty() && accept_word("FROM")) return adopt(node, expression());
  adopt(node, expression());
  if (!accept_word("FROM")) {
    if (!node.word.empty()) unexpected("FROM");
    return;
  }
  if (node.word.empty()) node.word = "BOTH";
  adopt(node, expression());
}

void Parser::interval_arguments(Node& node) {
  adopt(node, expression());
  expect_symbol(",");
  if (accept_word("INTERVAL")) {
    adopt(node, expression());
    node.unit = unit();
    node.has_interval = true;
    return;
  }
  if (node.function->syntax == Syntax::interval) unexpected("INTERVAL");
  adopt(node, expression());
}

void Parser::unit_arguments(Node& node) {
  node.unit = unit();
  expect_symbol(",");
  adopt(node, expression());
  expect_symbol(",");
  adopt(node, expression());
}

void Parser::clock_arguments(Node& node) {
  if (is_symbol(")")) return;
  --position_;
  node.cast.length = length_in_parentheses(6, 0);
  --position_;
}

void Parser::character_arguments(Node& node) {
  arguments(node);
  node.cast.charset = Charset::binary;
  if (accept_word("USING")) node.cast.charset = charset();
}

void Parser::value_arguments(Node& node) {
  adopt(node, expression());
  expect_symbol(",");
  adopt(node, expression());
  if (accept_word("RETURNING")) node.cast = cast_spec();
  for (const std::string_view what : {"EMPTY", "ERROR"}) {
    std::string action;
    if (accept_word("NULL"))
      action = "n";
    else if (accept_word("ERROR"))
      action = "e";
    else if (accept_word("DEFAULT"))
      refuse(text_, current().at, "DEFAULT is not supported here");
    if (action.empty()) continue;
    expect_word("ON");
    if (!accept_word(what) && what == "EMPTY") {
      expect_word("ERROR");
      node.word += "E" + action;
      break;
    }
    node.word += (what == "EMPTY" ? "M" : "E") + action;
  }
}

void Parser::cast_arguments(Node& node) {
  adopt(node, expression());
  expect_word("AS");
  node.cast = cast_spec();
}

void Parser::convert_arguments(Node& node) {
  adopt(node, expression());
  if (accept_word("USING")) {
    node.cast.to = CastSpec::To::text;
    node.cast.charset = charset();
    node.has_interval = true;  // USING: nothing but the character set changes
    return;
  }
  expect_symbol(",");
  node.cast = cast_spec();
}

Charset Parser::charset() {
  const auto found = find_charset(current().text);
  if (current().kind != Token::Kind::name && current().kind != Token::Kind::text)
    unexpected("a character set");
  if (!found)
    refuse(text_, current().at, "unknown character set " + base::quoted(current().text), 1115);
  ++position_;
  return *found;
}

CastSpec Parser::cast_spec() {
  using To = CastSpec::To;
  CastSpec out;
  const std::size_t at = current().at;
  if (accept_word("SIGNED") || accept_word("UNSIGNED")) {
    out.is_unsigned = base::equal_ignore_case(tokens_[position_ - 1].text, "UNSIGNED");
    out.to = To::whole;
    if (!accept_word("INTEGER")) accept_word("INT");
  } else if (accept_word("CHAR") || accept_word("CHARACTER") || accept_word("NCHAR")) {
    out.to = To::text;
    out.length = length_in_parentheses(16'777'216, -1);
    if (accept_word("CHARACTER")) {
      expect_word("SET");
      out.charset = charset();
    } else if (accept_word("CHARSET")) {
      out.charset = charset();
    }
    if (out.charset == Charset::binary) out.to = To::bytes;
  } else if (accept_word("BINARY")) {
    out.to = To::bytes;
    out.length = length_in_parentheses(16'777'216, -1);
  } else if (accept_word("DECIMAL") || accept_word("DEC")) {
    out.to = To::decimal;
    out.length = 10;
    if (accept_symbol("(")) {
      --position_;
      const std::size_t scale_at = position_;
      position_ = scale_at + 1;
      const auto take = [&](int most, int number) {
        int n = 0;
        const auto& text = current().text;
        const auto end = text.data() + text.size();
        if (current().kind != Token::Kind::number ||
            std::from_chars(text.data(), end, n).ptr != end)
          unexpected("a whole number");
        if (n > most) refuse(text_, current().at, fmt::format("at most {}", most), number);
        ++position_;
        return n;
      };
      out.length = take(65, 1426);
      if (accept_symbol(",")) out.scale = take(30, 1425);
      expect_symbol(")");
      if (out.length == 0 && out.scale == 0) out.length = 10;
      if (out.scale > out.length) refuse(text_, at, "the scale exceeds the precision", 1427);
    }
  } else if (accept_word("FLOAT") || accept_word("DOUBLE") || accept_word("REAL")) {
    const bool is_float = base::equal_ignore_case(tokens_[position_ - 1].text, "FLOAT");
    out.to = To::real;
    if (!is_float) accept_word("PRECISION");
    const int bits = is_float ? length_in_parentheses(53, 0) : 0;
    out.is_float = is_float && bits <= 24;
  } else if (accept_word("DATE")) {
    out.to = To::date;
  } else if (accept_word("DATETIME") || accept_word("TIMESTAMP")) {
    out.to = To::datetime;
    out.length = length_in_parentheses(6, 0);
  } else if (accept_word("TIME")) {
    out.to = To::time;
    out.length = length_in_parentheses(6, 0);
  } else if (accept_word("YEAR")) {
    out.to = To::year;
  } else if (accept_word("JSON")) {
    out.to = To::json;
  } else {
    unexpected(
        "SIGNED, UNSIGNED, CHAR, BINARY, DECIMAL, DOUBLE, FLOAT, DATE, DATETIME, TIME, "
        "YEAR or JSON");
  }
  return out;
}

int Parser::length_in_parentheses(int most, int missing) {
  if (!accept_symbol("(")) return missing;
  int out = 0;
  const auto& text = current().text;
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out);
  if (current().kind != Token::Kind::number || read.ptr != end) unexpected("a whole number");
  if (read.ec != std::errc{} || out > most)
    refuse(text_, current().at, fmt::format("the largest number here is {}", most), 1426);
  ++position_;
  expect_symbol(")");
  return out;
}

Unit Parser::unit() {
  const auto found =
      current().kind == Token::Kind::name ? parse_unit(current().text) : std::nullopt;
  if (!found)
    unexpected(
        "a unit: MICROSECOND, SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER, "
        "YEAR or a pair such as DAY_SECOND");
  ++position_;
  return *found;
}

void Parser::unknown_function(const Token& name) {
  const auto reason = forbidden_reason(name.text);
  if (!reason.empty())
    refuse(text_, name.at, fmt::format("function {} is forbidden here: {}", name.text, reason));
  const auto nearest = nearest_function(name.text);
  refuse(text_, name.at,
         fmt::format("function {} is not known{}", name.text,
                     nearest.empty() ? "" : "; did you mean " + nearest + "?"),
         k_no_function);
}

void Parser::check_arity(const Node& node, const Token& name) {
  const auto& entry = node.function->entry;
  const auto count = static_cast<int>(node.children.size());
  const bool pairs =
      (entry.name == "JSON_OBJECT" && count % 2 != 0) ||
      ((entry.name == "JSON_SET" || entry.name == "JSON_INSERT" || entry.name == "JSON_REPLACE" ||
        entry.name == "JSON_ARRAY_APPEND" || entry.name == "JSON_ARRAY_INSERT") &&
       count % 2 == 0);
  const bool fits = count >= entry.min_arguments &&
                    (entry.max_arguments < 0 || count <= entry.max_arguments) && !pairs;
  if (fits) return;
  std::string wanted = std::to_string(entry.min_arguments);
  if (entry.max_arguments < 0)
    wanted += " or more";
  else if (entry.max_arguments > entry.min_arguments)
    wanted += " to " + std::to_string(entry.max_arguments);
  const bool plain = node.function->syntax == Syntax::plain;
  refuse(text_, name.at,
         fmt::format("{}({}) takes {} argument{}, not {}", entry.name, entry.arguments,
                     pairs ? "pairs of" : wanted, wanted == "1" ? "" : "s", count),
         plain ? k_argument_count : k_syntax);
}

}  // namespace erp2mysql::expr
