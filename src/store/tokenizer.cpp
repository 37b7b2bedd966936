// SPDX-License-Identifier: Apache-2.0
#include "tokenizer.hpp"

#include <fmt/format.h>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view k_blanks = " \t\r\n\f\v";

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$' || (static_cast<unsigned char>(c) & 0x80) != 0;
}

bool starts_name(std::string_view text) {
  return !text.empty() && is_word_byte(text[0]) && (text[0] < '0' || text[0] > '9');
}

bool is_dash_comment(std::string_view rest) {
  return rest.starts_with("--") && (rest.size() == 2 || static_cast<unsigned char>(rest[2]) <= ' ');
}

}  // namespace

bool Token::is_word(std::string_view word) const {
  return kind == Kind::word && base::equal_ignore_case(text, word);
}

Token Tokenizer::take() {
  Token out = std::move(token_);
  advance();
  return out;
}

bool Tokenizer::take_word(std::string_view word) {
  if (!token_.is_word(word)) return false;
  advance();
  return true;
}

bool Tokenizer::take_mark(char mark) {
  if (!token_.is_mark(mark)) return false;
  advance();
  return true;
}

void Tokenizer::skip_blanks() {
  while (at_ < sql_.size()) {
    const auto rest = sql_.substr(at_);
    if (k_blanks.find(rest[0]) != std::string_view::npos) {
      ++at_;
    } else if (rest.starts_with("/*")) {
      const auto end = rest.find("*/", 2);
      if (end == std::string_view::npos) throw Error(ErrorKind::config, "a comment is not closed");
      at_ += end + 2;
    } else if (rest.starts_with("#") || is_dash_comment(rest)) {
      const auto end = rest.find('\n');
      at_ = end == std::string_view::npos ? sql_.size() : at_ + end + 1;
    } else {
      return;
    }
  }
}

std::string Tokenizer::quoted(char quote) {
  std::string out;
  for (++at_; at_ < sql_.size(); ++at_) {
    const bool more = at_ + 1 < sql_.size();
    const bool escapes = sql_[at_] == '\\' && quote != '`';
    const bool doubled = more && sql_[at_] == quote && sql_[at_ + 1] == quote;
    if (more && (escapes || doubled)) {
      out += sql_[++at_];
    } else if (sql_[at_] != quote) {
      out += sql_[at_];
    } else {
      ++at_;
      return out;
    }
  }
  throw Error(ErrorKind::config, fmt::format("a {} quote is not closed", quote));
}

// After a word or another colon, a colon belongs to something else.
bool Tokenizer::follows_word() const {
  return at_ > 0 && (sql_[at_ - 1] == ':' || is_word_byte(sql_[at_ - 1]));
}

bool Tokenizer::take_placeholder() {
  const auto rest = sql_.substr(at_);
  if (rest[0] == '?') {
    ++at_;
  } else if (rest[0] == ':' && starts_name(rest.substr(1)) && !follows_word()) {
    while (++at_ < sql_.size() && is_word_byte(sql_[at_])) token_.text += sql_[at_];
  } else if (rest.starts_with("<{")) {
    const auto close = rest.find("}>");
    const auto inside = rest.substr(2, close == std::string_view::npos ? 0 : close - 2);
    const auto colon = inside.find(':');
    token_.text = base::trim(inside.substr(0, colon));
    if (token_.text.empty()) {
      throw Error(ErrorKind::config, "a placeholder <{ has no name or is not closed")
          .hint("write <{name: default}> or <{name: }>");
    }
    if (colon != std::string_view::npos) token_.fallback = base::trim(inside.substr(colon + 1));
    at_ += close + 2;
  } else {
    return false;
  }
  token_.kind = Token::Kind::placeholder;
  return true;
}

void Tokenizer::advance() {
  skip_blanks();
  token_ = {};
  token_.begin = token_.end = at_;
  if (at_ >= sql_.size()) return;
  const char c = sql_[at_];
  const bool placeholder = take_placeholder();
  if (placeholder) {
    token_.end = at_;
    return;
  }
  if (c == '`') {
    token_.kind = Token::Kind::name;
    token_.text = quoted(c);
  } else if (c == '\'' || c == '"') {
    token_.kind = Token::Kind::text;
    token_.text = quoted(c);
  } else if (is_word_byte(c)) {
    token_.kind = Token::Kind::word;
    while (at_ < sql_.size() && is_word_byte(sql_[at_])) token_.text += sql_[at_++];
  } else {
    token_.kind = Token::Kind::mark;
    token_.text = sql_[at_++];
  }
  token_.end = at_;
}

std::string show(const Token& token) {
  return token.kind == Token::Kind::end ? "the end" : base::quoted(base::shorten(token.text, 40));
}

}  // namespace erp2mysql::store
