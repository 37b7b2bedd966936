// SPDX-License-Identifier: Apache-2.0
// Pieces that both statement parsers share: all tokens of one statement, text made of them, the
// verb and the table. Private to the store floor.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/store/statement.hpp"
#include "tokenizer.hpp"

namespace erp2mysql::store {

using Tokens = std::span<const Token>;

/// All tokens of the one statement, without a final ';'. Throws base::Error{config} when another
/// one follows.
std::vector<Token> tokens_of(std::string_view sql);

/// The text of these tokens: ? for every placeholder, one blank for every gap.
std::string text_of(std::string_view sql, Tokens tokens);

/// Index of the first token at depth 0 of parentheses that is one of these words, or the size.
std::size_t find_word(Tokens tokens, std::span<const std::string_view> words);
/// Splits at the mark or word, depth 0 only.
std::vector<Tokens> split(Tokens tokens, std::string_view separator);

/// Reads tokens one after the other.
class Cursor {
 public:
  explicit Cursor(Tokens tokens) : tokens_(tokens) {}
  const Token& peek() const;
  bool at_end() const { return at_ == tokens_.size(); }
  std::size_t position() const { return at_; }
  Tokens rest() const { return tokens_.subspan(at_); }
  void skip(std::size_t count) { at_ += count; }
  bool take_word(std::string_view word);
  bool take_mark(char mark);
  /// Throws base::Error{config} that says what was expected.
  std::string take_name(std::string_view what);
  void need_mark(char mark, std::string_view where);
  /// [db.]table
  void take_table(Statement& out);
  /// (a, b, …)
  std::vector<std::string> take_columns();

 private:
  Tokens tokens_;
  std::size_t at_ = 0;
};

/// INSERT, INSERT IGNORE or REPLACE with the words that may follow; `allowed` is for the message.
Statement::Kind take_verb(Cursor& in, std::string_view allowed);

std::string quote(std::string_view name);
/// The canonical text up to and including VALUES.
std::string insert_head(const Statement& statement);

/// A name's last part and how many tokens it takes ("a", "t.a", "`d`.t.a"); 0 when it is none.
std::size_t name_length(Tokens tokens, std::string& last);
/// No column of the table is read: placeholders, literals and functions of such only.
bool is_constant(Tokens tokens);

}  // namespace erp2mysql::store
