// SPDX-License-Identifier: Apache-2.0
// The arguments of calls, plain and with a syntax of their own: FROM … FOR, INTERVAL, AS type.
#include <fmt/format.h>

#include <charconv>

#include "erp2mysql/base/text.hpp"
#include "parser.hpp"

namespace erp2mysql::expr {

void Parser::arguments(Node& node) {
  if (is_symbol(")")) return;
  do adopt(node, expression());
  while (accept_symbol(","));
}

void Parser::special_arguments(Node& node) {
  switch (node.function->syntax) {
    case Syntax::plain:
    case Syntax::clock: return arguments(node);
    case Syntax::cast: return cast_arguments(node);
    case Syntax::trim: return trim_arguments(node);
    case Syntax::unit:
      node.unit = unit();
      expect_symbol(",");
      return arguments(node);
    case Syntax::substring:
      adopt(node, expression());
      if (!is_word("FROM")) {
        if (accept_symbol(",")) arguments(node);
        return;
      }
      ++position_;
      adopt(node, expression());
      if (accept_word("FOR")) adopt(node, expression());
      return;
    case Syntax::interval: break;
  }
  adopt(node, expression());
  expect_symbol(",");
  if (is_word("INTERVAL")) return interval_tail(node);
  const auto name = node.function->entry.name;
  if (name == "DATE_ADD" || name == "DATE_SUB") unexpected("INTERVAL");
  adopt(node, expression());
}

void Parser::interval_tail(Node& node) {
  expect_word("INTERVAL");
  adopt(node, expression());
  node.unit = unit();
  node.has_interval = true;
}

// Without a date the caller puts one in front.
NodePtr Parser::interval_of(NodePtr date) {
  auto node = make(Node::Kind::interval, current().at);
  if (date) adopt(*node, std::move(date));
  interval_tail(*node);
  return node;
}

Unit Parser::unit() {
  const auto out = current().kind == Token::Kind::name ? parse_unit(current().text) : std::nullopt;
  if (!out) unexpected("a unit: MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR");
  ++position_;
  return *out;
}

// [[LEADING|TRAILING|BOTH] [what] FROM] text; the side goes into `precision`.
void Parser::trim_arguments(Node& node) {
  node.precision = accept_word("LEADING")    ? 1
                   : accept_word("TRAILING") ? 2
                   : accept_word("BOTH")     ? 3
                                             : 0;
  const bool side = node.precision != 0;
  if (!side || !is_word("FROM")) adopt(node, expression());
  if (!side && !is_word("FROM")) return;
  expect_word("FROM");
  adopt(node, expression());
}

int Parser::small_number(int most) {
  int out = -1;
  const auto& text = current().text;
  if (current().kind == Token::Kind::number)
    std::from_chars(text.data(), text.data() + text.size(), out);
  if (out < 0 || out > most || text.find_first_not_of("0123456789") != std::string::npos)
    unexpected(fmt::format("a number from 0 to {}", most));
  ++position_;
  return out;
}

void Parser::cast_arguments(Node& node) {
  adopt(node, expression());
  expect_word("AS");
  const auto sized = [&](int most) {
    if (!accept_symbol("(")) return false;
    node.precision = small_number(most);
    if (node.cast == CastType::as_decimal && accept_symbol(",")) node.scale = small_number(30);
    expect_symbol(")");
    return true;
  };
  if (is_word("SIGNED") || is_word("UNSIGNED")) {
    node.cast = is_word("SIGNED") ? CastType::as_signed : CastType::as_unsigned;
    ++position_;
    accept_word("INTEGER");
  } else if (accept_word("CHAR")) {
    node.cast = CastType::as_text;
    sized(1 << 24);
  } else if (accept_word("DECIMAL")) {
    node.cast = CastType::as_decimal;
    const std::size_t at = current().at;
    if (!sized(65)) node.precision = 10;
    if (node.precision < node.scale) refuse(text_, at, "DECIMAL(m,d) needs m of at least d");
  } else if (accept_word("DATE")) {
    node.cast = CastType::as_date;
  } else if (accept_word("DATETIME") || is_word("TIME")) {
    node.cast = accept_word("TIME") ? CastType::as_time : CastType::as_datetime;
    sized(6);
  } else {
    unexpected("SIGNED, UNSIGNED, CHAR, DECIMAL(m,d), DATE, DATETIME or TIME");
  }
}

}  // namespace erp2mysql::expr
