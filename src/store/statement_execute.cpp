// SPDX-License-Identifier: Apache-2.0
// Statements of `execute`: one row each, placeholders anywhere. What the text shows about columns
// and repetition is noted; what it does not show is left to the server.
#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/store/statement.hpp"
#include "statement_text.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;

// The default of <{name: 'x'}> without its quotes; a blank one and NULL are none.
std::optional<std::string> fallback_of(const Token& token) {
  if (!token.fallback || token.fallback->empty()) return std::nullopt;
  if (base::equal_ignore_case(*token.fallback, "null")) return std::nullopt;
  Tokenizer in(*token.fallback);
  return in.peek().kind == Token::Kind::text ? in.peek().text : *token.fallback;
}

void add_marks(Tokens tokens, const std::string& column, bool condition, Statement& out) {
  const bool alone = tokens.size() == 1;
  for (const auto& token : tokens) {
    if (token.kind != Token::Kind::placeholder) continue;
    out.marks.push_back({token.text, fallback_of(token), alone ? column : "", condition});
  }
}

// The tokens of a parenthesis that `tokens` starts with, both marks included.
Tokens parenthesis(Tokens tokens) {
  int depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    depth += tokens[i].is_mark('(') ? 1 : tokens[i].is_mark(')') ? -1 : 0;
    if (depth == 0) return tokens.first(i + 1);
  }
  throw Error(ErrorKind::config, "a '(' is not closed");
}

// `x = :name` of the tail becomes `x = VALUES(column)` where the tuple gives that column just
// :name, so that many rows fit in one statement.
std::string tail_text(std::string_view sql, Tokens tail, Statement& out) {
  std::string text;
  const auto tuple_marks = out.marks;
  for (std::size_t i = 0; i < tail.size(); ++i) {
    const auto& token = tail[i];
    if (i == 0 || tail[i - 1].end < token.begin) text += ' ';
    const auto same = std::find_if(tuple_marks.begin(), tuple_marks.end(), [&](const Mark& mark) {
      return !mark.column.empty() && !token.text.empty() && mark.name == token.text;
    });
    if (token.kind == Token::Kind::placeholder && same != tuple_marks.end()) {
      text += "VALUES(" + quote(same->column) + ")";
      continue;
    }
    text += text_of(sql, tail.subspan(i, 1));
    if (token.kind == Token::Kind::placeholder) {
      add_marks(tail.subspan(i, 1), "", false, out);
      out.sent.repeats = false;
    }
  }
  return text;
}

bool assigns_constants(Tokens assignments) {
  for (const Tokens part : split(assignments, ",")) {
    std::string column;
    const std::size_t length = name_length(part, column);
    if (length == 0 || length + 1 >= part.size() || !part[length].is_mark('=')) return false;
    const Tokens value = part.subspan(length + 1);
    const bool from_row = value.size() == 4 && value[0].is_word("values") && value[1].is_mark('(');
    if (!from_row && !is_constant(value)) return false;
  }
  return true;
}

void read_tail(std::string_view sql, Tokens tail, Statement& out) {
  if (tail.empty()) return;
  constexpr std::string_view k_update[] = {"update"};
  const std::size_t at = find_word(tail, k_update);
  if (at == tail.size() || !(tail[0].is_word("on") || tail[0].is_word("as")))
    throw Error(ErrorKind::config, fmt::format("found {} after the values", show(tail[0])));
  if (out.kind != Statement::Kind::insert)
    throw Error(ErrorKind::config, "ON DUPLICATE KEY UPDATE belongs to a plain INSERT");
  out.kind = Statement::Kind::insert_or_update;
  out.repeatable_update = assigns_constants(tail.subspan(at + 1));
  out.sent.tail = tail_text(sql, tail, out);
}

// INSERT … SET, INSERT … SELECT, several tuples: executed as written, once per row.
Statement as_written(std::string_view sql, Tokens tokens, Statement out) {
  out.sent.head = text_of(sql, tokens);
  add_marks(tokens, "", false, out);
  return out;
}

Statement parse_insert(std::string_view sql, Tokens tokens) {
  Cursor in(tokens);
  Statement out;
  out.kind = take_verb(in, "INSERT, REPLACE and UPDATE");
  in.take_table(out);
  if (in.peek().is_mark('(')) out.columns = in.take_columns();
  if (!in.take_word("values") && !in.take_word("value")) return as_written(sql, tokens, out);
  const std::size_t start = in.position();
  if (!in.peek().is_mark('('))
    throw Error(ErrorKind::config,
                fmt::format("expected '(' after VALUES but found {}", show(in.peek())))
        .hint("the short form that ends in VALUES belongs to batchexecute");
  const Tokens tuple = parenthesis(in.rest());
  in.skip(tuple.size());
  if (in.peek().is_mark(',')) return as_written(sql, tokens, out);
  const auto values = split(tuple.subspan(1, tuple.size() - 2), ",");
  if (!out.columns.empty() && values.size() != out.columns.size()) {
    throw Error(ErrorKind::config,
                fmt::format("{} columns but {} values", out.columns.size(), values.size()));
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    add_marks(values[i], out.columns.empty() ? "" : out.columns[i], false, out);
  out.sent.head = text_of(sql, tokens.first(start));
  out.sent.tuple = text_of(sql, tuple);
  out.sent.repeats = true;
  read_tail(sql, in.rest(), out);
  return out;
}

// Everything a keyed update is made of, for the INSERT that may stand in for it.
bool read_assignments(std::string_view sql, Tokens assignments, Statement& out) {
  bool simple = true;
  for (const Tokens part : split(assignments, ",")) {
    std::string column;
    const std::size_t length = name_length(part, column);
    if (length == 0 || length + 1 >= part.size() || !part[length].is_mark('=')) {
      throw Error(ErrorKind::config, fmt::format("expected column = value after SET but found {}",
                                                 show(part.empty() ? Token{} : part[0])));
    }
    out.columns.push_back(column);
    out.values.push_back(text_of(sql, part.subspan(length + 1)));
    add_marks(part.subspan(length + 1), column, false, out);
    simple = simple && is_constant(part.subspan(length + 1));
  }
  return simple;
}

bool read_condition(Tokens condition, Statement& out) {
  bool keyed = true;
  for (const Tokens part : split(condition, "and")) {
    std::string column;
    const std::size_t length = name_length(part, column);
    const bool plain = length > 0 && part.size() == length + 2 && part[length].is_mark('=') &&
                       part[length + 1].kind == Token::Kind::placeholder;
    add_marks(plain ? part.subspan(length + 1) : part, column, true, out);
    keyed = keyed && plain;
  }
  return keyed;
}

Statement parse_update(std::string_view sql, Tokens tokens) {
  Cursor in(tokens);
  Statement out;
  out.kind = Statement::Kind::update;
  in.take_word("update");
  in.take_word("low_priority");
  const bool ignore = in.take_word("ignore");
  in.take_table(out);
  const bool alone = in.peek().is_word("set");
  constexpr std::string_view k_set[] = {"set"};
  constexpr std::string_view k_where[] = {"where"};
  in.skip(find_word(in.rest(), k_set));
  if (!in.take_word("set"))
    throw Error(ErrorKind::config, fmt::format("expected SET but found {}", show(in.peek())));
  const Tokens rest = in.rest();
  const std::size_t where = find_word(rest, k_where);
  if (where + 1 >= rest.size()) {
    throw Error(ErrorKind::config, "an UPDATE without WHERE would change every row of the table")
        .hint("name the rows, e.g. WHERE id = :id");
  }
  const bool constant = read_assignments(sql, rest.first(where), out);
  const bool keyed = read_condition(rest.subspan(where + 1), out);
  out.repeatable_update = constant;
  out.keyed_update = constant && keyed && alone && !ignore;
  out.sent.head = text_of(sql, tokens);
  return out;
}

}  // namespace

Statement parse_execute(std::string_view sql) {
  const auto tokens = tokens_of(sql);
  const bool update = !tokens.empty() && tokens[0].is_word("update");
  return update ? parse_update(sql, tokens) : parse_insert(sql, tokens);
}

Statement insert_instead(const Statement& update) {
  Statement out;
  out.database = update.database;
  out.table = update.table;
  out.columns = update.columns;
  out.cells = update.cells;
  for (const auto& value : update.values)
    out.sent.tuple += (out.sent.tuple.empty() ? "(" : ",") + value;
  for (std::size_t i = 0; i < update.marks.size(); ++i) {
    const auto& mark = update.marks[i];
    if (mark.condition) {
      // A column both set and compared keeps what SET gives it.
      if (std::find(out.columns.begin(), out.columns.end(), mark.column) != out.columns.end())
        continue;
      out.columns.push_back(mark.column);
      out.sent.tuple += ",?";
    }
    out.marks.push_back(mark);
    out.sent.slots.push_back(update.sent.slots[i]);
  }
  out.sent.tuple += ')';
  out.sent.head = insert_head(out);
  out.sent.repeats = true;
  return out;
}

}  // namespace erp2mysql::store
