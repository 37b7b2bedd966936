// SPDX-License-Identifier: Apache-2.0
#include "lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "erp2mysql/base/text.hpp"
#include "warnings.hpp"

namespace erp2mysql::expr {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_wide(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(char c) { return is_letter(c) || is_digit(c) || is_wide(c) || c == '$'; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

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
                     [](char c) { return is_name(c) || c == '.' || c == '-'; });
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
    std::size_t end = 0;
    for (skip(); at_ < text_.size(); skip()) {
      const bool blank = at_ > end;
      tokens_.push_back(next());
      tokens_.back().blank_before = blank;
      end = at_;
    }
    tokens_.push_back({Token::Kind::end, text_.size(), {}, {}, true});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void skip_line() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  }

  void skip() {
    for (;;) {
      while (is_blank(peek())) ++at_;
      const bool dashes =
          peek() == '-' && peek(1) == '-' && (is_blank(peek(2)) || at_ + 2 == text_.size());
      if (dashes || peek() == '#') {
        skip_line();
        continue;
      }
      if (peek() != '/' || peek(1) != '*') return;
      const auto end = text_.find("*/", at_ + 2);
      if (end == std::string_view::npos) refuse(text_, at_, "this comment has no end");
      if (peek(2) == '!') refuse(text_, at_, "comments that hold code are not supported");
      at_ = end + 2;
    }
  }

  Token next() {
    Token token{Token::Kind::symbol, at_, {}, {}, false};
    const char c = peek();
    if (c == '\'' || c == '"') {
      read_text(token);
    } else if ((c == 'x' || c == 'X' || c == 'b' || c == 'B') && peek(1) == '\'') {
      read_quoted_bits(token);
    } else if ((c == 'n' || c == 'N') && peek(1) == '\'') {
      ++at_;
      read_text(token);
    } else if (c == '0' && (peek(1) == 'x' || peek(1) == 'b') && read_bare_bits(token)) {
      return token;
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      read_number(token);
    } else if (c == '{' && read_odbc(token)) {
      return token;
    } else if (c == '{') {
      auto reference = read_reference(text_.substr(at_));
      if (!reference)
        refuse(text_, at_, "this is no reference: {name}, {{name}} or {{name|format}}");
      token.kind = Token::Kind::reference;
      token.text = std::move(reference->name);
      at_ += reference->length;
    } else if (c == '`') {
      const auto end = text_.find('`', at_ + 1);
      if (end == std::string_view::npos) refuse(text_, at_, "this name has no closing quote");
      token.kind = Token::Kind::quoted_name;
      token.text = text_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
    } else if (is_letter(c) || is_wide(c)) {
      read_name(token);
    } else {
      read_symbol(token);
    }
    return token;
  }

  // {d '2024-01-02'}: the word, and a brace that is passed over behind the text.
  bool read_odbc(Token& token) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 3> k_words = {
        {{"d", "DATE"}, {"t", "TIME"}, {"ts", "TIMESTAMP"}}};
    std::size_t start = at_ + 1;
    while (start < text_.size() && is_blank(text_[start])) ++start;
    for (const auto& [word, name] : k_words) {
      std::size_t end = start + word.size();
      if (text_.substr(start, word.size()) != word) continue;
      while (end < text_.size() && is_blank(text_[end])) ++end;
      if (end >= text_.size() || text_[end] != '\'') continue;
      token.kind = Token::Kind::name;
      token.text = name;
      at_ = end;
      odbc_ = true;
      return true;
    }
    return false;
  }

  void read_name(Token& token) {
    token.kind = Token::Kind::name;
    while (is_name(peek())) token.text += text_[at_++];
    if (!base::equal_ignore_case(token.text, "_findCollection")) return;
    const auto end = text_.find("_endFind", at_);
    if (end == std::string_view::npos)
      refuse(text_, token.at, "_findCollection inside an expression ends with _endFind");
    token.kind = Token::Kind::lookup;
    token.text = base::trim(text_.substr(at_, end - at_));
    at_ = end + std::string_view("_endFind").size();
  }

  void read_symbol(Token& token) {
    constexpr std::array<std::string_view, 34> k_symbols = {
        "<=>", "->>", "!!", ">=", "<=", "<>", "!=", "||", "&&", "<<", ">>", "->",
        "(",   ")",   ",",  "+",  "-",  "*",  "/",  "%",  "=",  "<",  ">",  "!",
        "|",   "&",   "^",  "~",  ".",  "@",  "?",  ":",  ";",  "\\"};
    for (const auto symbol : k_symbols) {
      if (text_.substr(at_, symbol.size()) != symbol) continue;
      token.text = symbol;
      at_ += symbol.size();
      return;
    }
    refuse(text_, at_, fmt::format("{} has no meaning here", base::quoted(text_.substr(at_, 1))));
  }

  void read_number(Token& token) {
    token.kind = Token::Kind::number;
    const std::size_t start = at_;
    while (is_digit(peek())) ++at_;
    bool point = false;
    if (peek() == '.') {
      point = true;
      ++at_;
    }
    while (is_digit(peek())) ++at_;
    const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 2 : 1;
    if ((peek() == 'e' || peek() == 'E') && is_digit(peek(sign))) {
      point = true;
      at_ += sign;
      while (is_digit(peek())) ++at_;
    }
    if (is_name(peek()) && !point)
      refuse(text_, start, "a number runs into a name; a field is written {name}", 1054);
    if (is_name(peek())) refuse(text_, at_, "a number runs into a name");
    token.text = text_.substr(start, at_ - start);
  }

  // 0x41 and 0b101; false when letters follow and it is a name instead.
  bool read_bare_bits(Token& token) {
    const bool hex = peek(1) == 'x';
    std::size_t end = at_ + 2;
    while (end < text_.size() && digit_of(text_[end], hex) >= 0) ++end;
    if (end == at_ + 2 || (end < text_.size() && is_name(text_[end]))) return false;
    token.kind = Token::Kind::bytes;
    token.text = packed(text_.substr(at_ + 2, end - at_ - 2), hex);
    at_ = end;
    return true;
  }

  void read_quoted_bits(Token& token) {
    const bool hex = peek() == 'x' || peek() == 'X';
    const auto end = text_.find('\'', at_ + 2);
    if (end == std::string_view::npos) refuse(text_, at_, "this literal has no closing quote");
    const auto digits = text_.substr(at_ + 2, end - at_ - 2);
    for (const char c : digits) {
      if (digit_of(c, hex) < 0) refuse(text_, at_, "a digit of this literal is none");
    }
    if (hex && digits.size() % 2 != 0)
      refuse(text_, at_, "a hexadecimal literal needs an even number of digits");
    token.kind = Token::Kind::bytes;
    token.text = packed(digits, hex);
    at_ = end + 1;
  }

  static int digit_of(char c, bool hex) {
    const int value = hex_digit(c);
    return hex || value < 2 ? value : -1;
  }

  static std::string packed(std::string_view digits, bool hex) {
    const std::size_t per_byte = hex ? 2 : 8;
    std::string padded((per_byte - digits.size() % per_byte) % per_byte, '0');
    padded += digits;
    std::string out;
    for (std::size_t i = 0; i < padded.size(); i += per_byte) {
      unsigned value = 0;
      for (std::size_t j = 0; j < per_byte; ++j)
        value = value * (hex ? 16 : 2) + static_cast<unsigned>(hex_digit(padded[i + j]));
      out += static_cast<char>(value);
    }
    return out;
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
        if (odbc_) {
          while (is_blank(peek())) ++at_;
          if (peek() != '}') refuse(text_, at_, "expected } behind the literal");
          ++at_;
          odbc_ = false;
        }
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
  bool odbc_ = false;
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

std::vector<TextPart> split_references(std::string_view text) {
  std::vector<TextPart> out;
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    auto reference = text[at] == '{' ? read_reference(text.substr(at)) : std::nullopt;
    if (!reference) {
      plain += text[at++];
      continue;
    }
    if (!plain.empty()) out.push_back({false, std::move(plain)});
    plain.clear();
    out.push_back({true, std::move(reference->name)});
    at += reference->length;
  }
  if (!plain.empty()) out.push_back({false, std::move(plain)});
  return out;
}

void refuse(std::string_view text, std::size_t at, std::string_view message, int number) {
  constexpr std::size_t k_before = 60;
  constexpr std::size_t k_line = 120;
  std::size_t begin = at > k_before ? at - k_before : 0;
  while (begin < at && is_wide(text[begin])) ++begin;
  if (const auto line = text.substr(0, at).rfind('\n'); line != std::string_view::npos)
    begin = std::max(begin, line + 1);
  auto shown = base::shorten(text.substr(begin), k_line);
  shown = shown.substr(0, shown.find('\n', at - begin));
  const auto caret = std::string(columns(text.substr(begin, at - begin)), ' ') + "^";
  throw ServerError(base::ErrorKind::config, number,
                    fmt::format("position {}: {}\n  {}\n  {}",
                                base::utf8_length(text.substr(0, at)) + 1, message, shown, caret));
}

}  // namespace erp2mysql::expr
