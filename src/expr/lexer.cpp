// SPDX-License-Identifier: Apache-2.0
#include "lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::expr {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_wide(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(char c) { return is_letter(c) || is_digit(c) || is_wide(c); }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

struct Reference {
  std::string name;
  std::size_t length;
};

// name[|format]: at least one letter, so that {0} of a pattern stays text.
bool is_reference_name(std::string_view name) {
  const auto bar = name.find('|');
  const auto path = name.substr(0, bar);
  if (std::none_of(path.begin(), path.end(), [](char c) { return is_letter(c) || is_wide(c); }))
    return false;
  return std::all_of(path.begin(), path.end(),
                     [](char c) { return is_name(c) || c == '.' || c == '-' || c == '$'; });
}

// {{name}} or {name} at the start of `text`.
std::optional<Reference> read_reference(std::string_view text) {
  const std::size_t braces = text.substr(0, 2) == "{{" ? 2 : 1;
  const auto end = text.find_first_of("{}'\"", braces);
  if (end == std::string_view::npos || text.substr(end, braces) != (braces == 2 ? "}}" : "}"))
    return std::nullopt;
  const auto name = base::trim(text.substr(braces, end - braces));
  if (!is_reference_name(name)) return std::nullopt;
  return Reference{std::string(name), end + braces};
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    for (skip(); at_ < text_.size(); skip()) tokens_.push_back(next());
    tokens_.push_back({Token::Kind::end, text_.size(), {}, {}});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void skip() {
    for (;;) {
      while (is_blank(peek())) ++at_;
      const bool dashes =
          peek() == '-' && peek(1) == '-' && (is_blank(peek(2)) || at_ + 2 == text_.size());
      if (dashes || peek() == '#')
        refuse(text_, at_, "a comment to the end of the line is not supported");
      if (peek() != '/' || peek(1) != '*') return;
      const auto end = text_.find("*/", at_ + 2);
      if (end == std::string_view::npos || peek(2) == '!') refuse(text_, at_, "bad comment");
      at_ = end + 2;
    }
  }

  Token next() {
    Token token{Token::Kind::symbol, at_, {}, {}};
    const char c = peek();
    if (c == '\'' || c == '"') {
      read_text(token);
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      read_number(token);
    } else if (c == '{') {
      auto reference = read_reference(text_.substr(at_));
      if (!reference)
        refuse(text_, at_, "this is no reference: {name}, {{name}} or {{name|format}}");
      token.kind = Token::Kind::reference;
      token.text = std::move(reference->name);
      at_ += reference->length;
    } else if (is_letter(c)) {
      token.kind = Token::Kind::name;
      while (is_name(peek())) token.text += text_[at_++];
    } else {
      read_symbol(token);
    }
    return token;
  }

  void read_symbol(Token& token) {
    constexpr std::array<std::string_view, 22> k_symbols = {
        "<=>", ">=", "<=", "<>", "!=", "||", "&&", "(", ")", ",", "+",
        "-",   "*",  "/",  "%",  "=",  "<",  ">",  "!", "?", ":", ";"};
    for (const auto symbol : k_symbols) {
      if (text_.substr(at_, symbol.size()) != symbol) continue;
      token.text = symbol;
      at_ += symbol.size();
      return;
    }
    refuse(text_, at_,
           fmt::format("{} is not supported here by this version",
                       is_wide(peek()) ? "this character" : base::quoted(text_.substr(at_, 1))));
  }

  void read_number(Token& token) {
    token.kind = Token::Kind::number;
    const std::size_t start = at_;
    while (is_digit(peek())) ++at_;
    if (peek() == '.') ++at_;
    while (is_digit(peek())) ++at_;
    const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
    if ((peek() == 'e' || peek() == 'E') && is_digit(peek(sign))) {
      at_ += sign;
      while (is_digit(peek())) ++at_;
    }
    if (is_name(peek()))
      refuse(text_, start,
             "a number runs into a name; hexadecimal and bit literals are not supported");
    token.text = text_.substr(start, at_ - start);
  }

  void read_text(Token& token) {
    token.kind = Token::Kind::text;
    const std::size_t start = at_;
    const char quote = text_[at_++];
    std::string plain;
    const auto flush = [&] {
      if (!plain.empty()) token.parts.push_back({false, std::move(plain)});
      plain.clear();
    };
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == quote && peek(1) != quote) {
        ++at_;
        flush();
        return;
      }
      if (c == '{') {
        if (auto reference = read_reference(text_.substr(at_))) {
          flush();
          token.parts.push_back({true, std::move(reference->name)});
          at_ += reference->length;
          continue;
        }
      }
      if (c == '\\' && at_ + 1 < text_.size()) {
        plain += unescaped(peek(1));
        at_ += 2;
      } else {
        plain += c;
        at_ += c == quote ? 2 : 1;
      }
    }
    refuse(text_, start, "the text that starts here has no closing quote");
  }

  static std::string unescaped(char c) {
    switch (c) {
      case '0': return std::string(1, '\0');
      case 'b': return "\b";
      case 'n': return "\n";
      case 'r': return "\r";
      case 't': return "\t";
      case 'Z': return "\x1a";
      case '%': return "\\%";  // kept for LIKE
      case '_': return "\\_";
      default: return std::string(1, c);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

// Columns on a terminal: CJK and full-width characters take two.
std::size_t columns(std::string_view text) {
  std::size_t out = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80) out += byte >= 0xE2 ? 2 : 1;
  }
  return out;
}

}  // namespace

std::vector<Token> tokenize(std::string_view text) { return Lexer(text).run(); }

void refuse(std::string_view text, std::size_t at, std::string_view message) {
  constexpr std::size_t k_before = 60;
  constexpr std::size_t k_line = 120;
  std::size_t begin = at > k_before ? at - k_before : 0;
  while (begin < at && is_wide(text[begin])) ++begin;
  if (const auto line = text.substr(0, at).rfind('\n'); line != std::string_view::npos)
    begin = std::max(begin, line + 1);
  auto shown = base::shorten(text.substr(begin), k_line);
  shown = shown.substr(0, shown.find('\n', at - begin));
  const auto caret = std::string(columns(text.substr(begin, at - begin)), ' ') + "^";
  throw base::Error(base::ErrorKind::config,
                    fmt::format("position {}: {}\n  {}\n  {}",
                                base::utf8_length(text.substr(0, at)) + 1, message, shown, caret));
}

}  // namespace erp2mysql::expr
