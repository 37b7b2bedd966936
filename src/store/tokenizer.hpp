// SPDX-License-Identifier: Apache-2.0
// SQL text as tokens: words, names, texts, marks and placeholders, each with its place. It knows
// no statement and changes nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace erp2mysql::store {

struct Token {
  enum class Kind { word, name, text, mark, placeholder, end } kind = Kind::end;
  /// A name without its backticks, a text without its quotes, a placeholder's name ("" for ?).
  std::string text;
  std::optional<std::string> fallback;  // of <{name: fallback}>, trimmed
  std::size_t begin = 0, end = 0;       // bytes of the SQL text

  bool is_word(std::string_view word) const;  // any case
  bool is_mark(char mark) const { return kind == Kind::mark && text[0] == mark; }
  bool is_name() const { return kind == Kind::word || kind == Kind::name; }
};

/// Placeholders are ?, :name and <{name: default}>. Throws base::Error{config} when a quote or a
/// comment is not closed.
class Tokenizer {
 public:
  explicit Tokenizer(std::string_view sql) : sql_(sql) { advance(); }

  std::string_view sql() const { return sql_; }
  const Token& peek() const { return token_; }
  Token take();
  bool take_word(std::string_view word);
  bool take_mark(char mark);
  bool at_end() const { return token_.kind == Token::Kind::end; }

 private:
  void skip_blanks();
  std::string quoted(char quote);
  bool follows_word() const;
  bool take_placeholder();
  void advance();

  std::string_view sql_;
  std::size_t at_ = 0;
  Token token_;
};

/// The token for messages, shortened.
std::string show(const Token& token);

}  // namespace erp2mysql::store
