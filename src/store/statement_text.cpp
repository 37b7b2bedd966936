// SPDX-License-Identifier: Apache-2.0
#include "statement_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;

const Token k_end{};

int depth_change(const Token& token) {
  return token.is_mark('(') ? 1 : token.is_mark(')') ? -1 : 0;
}

bool is_separator(const Token& token, std::string_view separator) {
  return token.kind == Token::Kind::mark ? token.text == separator : token.is_word(separator);
}

}  // namespace

std::vector<Token> tokens_of(std::string_view sql) {
  std::vector<Token> out;
  for (Tokenizer in(sql); !in.at_end();) {
    out.push_back(in.take());
    if (!out.back().is_mark(';')) continue;
    out.pop_back();
    if (in.at_end()) break;
    throw Error(ErrorKind::config, fmt::format("found {} after the statement", show(in.peek())))
        .hint("one statement only");
  }
  return out;
}

std::string text_of(std::string_view sql, Tokens tokens) {
  std::string out;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    if (i > 0 && tokens[i - 1].end < token.begin) out += ' ';
    if (token.kind == Token::Kind::placeholder) {
      out += '?';
    } else {
      out += sql.substr(token.begin, token.end - token.begin);
    }
  }
  return out;
}

std::size_t find_word(Tokens tokens, std::span<const std::string_view> words) {
  int depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    depth += depth_change(tokens[i]);
    if (depth != 0) continue;
    for (const auto word : words) {
      if (tokens[i].is_word(word)) return i;
    }
  }
  return tokens.size();
}

std::vector<Tokens> split(Tokens tokens, std::string_view separator) {
  std::vector<Tokens> out;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    depth += depth_change(tokens[i]);
    if (depth != 0 || !is_separator(tokens[i], separator)) continue;
    out.push_back(tokens.subspan(start, i - start));
    start = i + 1;
  }
  out.push_back(tokens.subspan(start));
  return out;
}

const Token& Cursor::peek() const { return at_end() ? k_end : tokens_[at_]; }

bool Cursor::take_word(std::string_view word) {
  if (!peek().is_word(word)) return false;
  ++at_;
  return true;
}

bool Cursor::take_mark(char mark) {
  if (!peek().is_mark(mark)) return false;
  ++at_;
  return true;
}

std::string Cursor::take_name(std::string_view what) {
  if (!peek().is_name()) {
    throw Error(ErrorKind::config, fmt::format("expected {} but found {}", what, show(peek())));
  }
  return tokens_[at_++].text;
}

void Cursor::need_mark(char mark, std::string_view where) {
  if (take_mark(mark)) return;
  throw Error(ErrorKind::config,
              fmt::format("expected '{}' {} but found {}", mark, where, show(peek())));
}

void Cursor::take_table(Statement& out) {
  out.table = take_name("a table name");
  if (!take_mark('.')) return;
  out.database = out.table;
  out.table = take_name("a table name");
}

std::vector<std::string> Cursor::take_columns() {
  std::vector<std::string> out;
  need_mark('(', "before the column list");
  do {
    out.push_back(take_name("a column name"));
  } while (take_mark(','));
  need_mark(')', "after the column list");
  return out;
}

Statement::Kind take_verb(Cursor& in, std::string_view allowed) {
  using Kind = Statement::Kind;
  const bool replace = in.take_word("replace");
  if (!replace && !in.take_word("insert")) {
    throw Error(ErrorKind::config, fmt::format("the statement starts with {}; allowed are {}",
                                               show(in.peek()), allowed));
  }
  for (const std::string_view word : {"low_priority", "delayed", "high_priority"}) {
    if (in.take_word(word)) break;
  }
  const bool ignore = !replace && in.take_word("ignore");
  in.take_word("into");
  return replace ? Kind::replace : ignore ? Kind::insert_ignore : Kind::insert;
}

std::string quote(std::string_view name) {
  std::string out = "`";
  for (const char c : name) out += c == '`' ? std::string("``") : std::string(1, c);
  return out + "`";
}

std::string insert_head(const Statement& statement) {
  static constexpr std::array<std::string_view, 5> k_verbs = {
      "INSERT INTO ", "INSERT IGNORE INTO ", "REPLACE INTO ", "INSERT INTO ", "INSERT INTO "};
  std::string out(k_verbs[static_cast<std::size_t>(statement.kind)]);
  if (!statement.database.empty()) out += quote(statement.database) + ".";
  out += quote(statement.table) + " (";
  for (std::size_t i = 0; i < statement.columns.size(); ++i)
    out += (i == 0 ? "" : ",") + quote(statement.columns[i]);
  return out + ") VALUES";
}

std::size_t name_length(Tokens tokens, std::string& last) {
  std::size_t length = 0;
  while (length < tokens.size() && tokens[length].is_name()) {
    last = tokens[length++].text;
    if (length >= tokens.size() || !tokens[length].is_mark('.')) break;
    ++length;
  }
  return length > 0 && tokens[length - 1].is_mark('.') ? 0 : length;
}

bool is_constant(Tokens tokens) {
  constexpr std::array<std::string_view, 7> k_words = {
      "null", "true", "false", "current_timestamp", "current_date", "interval", "now"};
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const auto& token = tokens[i];
    if (token.kind == Token::Kind::name) return false;
    if (token.kind != Token::Kind::word) continue;
    const bool number = token.text[0] >= '0' && token.text[0] <= '9';
    const bool call = i + 1 < tokens.size() && tokens[i + 1].is_mark('(');
    const bool known = std::any_of(k_words.begin(), k_words.end(),
                                   [&](std::string_view word) { return token.is_word(word); });
    if (!number && !call && !known) return false;
  }
  return true;
}

}  // namespace erp2mysql::store
