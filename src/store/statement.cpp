// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/statement.hpp"

#include <fmt/format.h>

#include <optional>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;

struct Token {
  enum class Kind { word, name, text, mark, end } kind = Kind::end;
  std::string text;  // name: without its backticks
  std::size_t begin = 0;
};

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view sql) : sql_(sql) { advance(); }

  const Token& peek() const { return token_; }
  Token take() {
    Token out = token_;
    advance();
    return out;
  }
  bool take_word(std::string_view word) {
    if (token_.kind != Token::Kind::word || !base::equal_ignore_case(token_.text, word))
      return false;
    advance();
    return true;
  }
  bool take_mark(char mark) {
    if (token_.kind != Token::Kind::mark || token_.text[0] != mark) return false;
    advance();
    return true;
  }

 private:
  static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (static_cast<unsigned char>(c) & 0x80) != 0;
  }
  static bool is_dash_comment(std::string_view rest) {
    return rest.starts_with("--") && (rest.size() == 2 || std::string_view(" \t\r\n").find(
                                                              rest[2]) != std::string_view::npos);
  }
  void skip_blanks() {
    while (at_ < sql_.size()) {
      const auto rest = sql_.substr(at_);
      if (std::string_view(" \t\r\n").find(rest[0]) != std::string_view::npos) {
        ++at_;
      } else if (rest.starts_with("/*")) {
        const auto end = rest.find("*/");
        if (end == std::string_view::npos)
          throw Error(ErrorKind::config, "a comment is not closed");
        at_ += end + 2;
      } else if (rest.starts_with("#") || is_dash_comment(rest)) {
        const auto end = rest.find('\n');
        at_ = end == std::string_view::npos ? sql_.size() : at_ + end + 1;
      } else {
        return;
      }
    }
  }
  std::string quoted(char quote) {
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
  void advance() {
    skip_blanks();
    token_ = {Token::Kind::end, "", at_};
    if (at_ >= sql_.size()) return;
    const char c = sql_[at_];
    if (c == '`') {
      token_.kind = Token::Kind::name;
      token_.text = quoted(c);
    } else if (c == '\'' || c == '"') {
      token_.kind = Token::Kind::text;
      token_.text = quoted(c);
    } else if (is_word(c)) {
      token_.kind = Token::Kind::word;
      while (at_ < sql_.size() && is_word(sql_[at_])) token_.text += sql_[at_++];
    } else {
      token_.kind = Token::Kind::mark;
      token_.text = sql_[at_++];
    }
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  Token token_;
};

std::string show(const Token& token) {
  return token.kind == Token::Kind::end ? "the end" : base::quoted(base::shorten(token.text, 40));
}

std::string take_name(Tokenizer& in, std::string_view what) {
  const Token token = in.take();
  if (token.kind != Token::Kind::word && token.kind != Token::Kind::name) {
    throw Error(ErrorKind::config, fmt::format("expected {} but found {}", what, show(token)));
  }
  return token.text;
}

void need_mark(Tokenizer& in, char mark, std::string_view where) {
  if (in.take_mark(mark)) return;
  throw Error(ErrorKind::config,
              fmt::format("expected '{}' {} but found {}", mark, where, show(in.peek())));
}

InsertStatement::Kind take_verb(Tokenizer& in) {
  using Kind = InsertStatement::Kind;
  if (in.take_word("replace")) return Kind::replace;
  if (in.take_word("insert")) return in.take_word("ignore") ? Kind::insert_ignore : Kind::insert;
  throw Error(ErrorKind::config,
              fmt::format("the statement starts with {}; a batch takes REPLACE or INSERT",
                          show(in.peek())));
}

// A printed "(?, ?, …)" is redundant but common; it must then agree with the columns.
void check_marks(Tokenizer& in, std::size_t columns) {
  if (!in.take_mark('(')) return;
  std::size_t marks = 0;
  const auto refuse = [&] {
    throw Error(
        ErrorKind::config,
        fmt::format("a batch takes only ? marks after VALUES but found {}", show(in.peek())))
        .hint(
            "end the statement at VALUES; the rows are appended in the order of the request items");
  };
  do {
    if (!in.take_mark('?')) refuse();
    ++marks;
  } while (in.take_mark(','));
  if (!in.take_mark(')')) refuse();
  if (marks != columns) {
    throw Error(ErrorKind::config, fmt::format("{} columns but {} ? marks", columns, marks))
        .hint(
            "end the statement at VALUES; the rows are appended in the order of the request items");
  }
}

// Reads ON DUPLICATE KEY UPDATE … up to a final ';' or the end. True when every assignment is
// `column = VALUES(column)`, so that a row sent twice changes nothing.
bool take_update_tail(Tokenizer& in) {
  for (const std::string_view word : {"on", "duplicate", "key", "update"}) {
    if (in.take_word(word)) continue;
    throw Error(ErrorKind::config,
                fmt::format("expected ON DUPLICATE KEY UPDATE but found {}", show(in.peek())));
  }
  std::vector<Token> tokens;
  while (in.peek().kind != Token::Kind::end &&
         !(in.peek().kind == Token::Kind::mark && in.peek().text == ";")) {
    tokens.push_back(in.take());
  }
  const auto name = [&](std::size_t i) {
    return tokens[i].kind == Token::Kind::word || tokens[i].kind == Token::Kind::name;
  };
  constexpr std::size_t k_length = 6;  // column = VALUES ( column ), and a comma between them
  if (tokens.size() % (k_length + 1) != k_length) return false;
  for (std::size_t i = 0; i < tokens.size(); i += k_length + 1) {
    const bool plain = name(i) && tokens[i + 1].text == "=" &&
                       base::equal_ignore_case(tokens[i + 2].text, "values") &&
                       tokens[i + 3].text == "(" && name(i + 4) && tokens[i + 5].text == ")" &&
                       base::equal_ignore_case(tokens[i].text, tokens[i + 4].text);
    if (!plain || (i + k_length < tokens.size() && tokens[i + k_length].text != ",")) return false;
  }
  return true;
}

std::string quote(std::string_view name) {
  std::string out = "`";
  for (const char c : name) out += c == '`' ? std::string("``") : std::string(1, c);
  return out + "`";
}

void build_head(InsertStatement& out) {
  static constexpr std::string_view k_verbs[] = {"INSERT INTO ", "INSERT IGNORE INTO ",
                                                 "REPLACE INTO ", "INSERT INTO "};
  out.head = k_verbs[static_cast<std::size_t>(out.kind)];
  if (!out.database.empty()) out.head += quote(out.database) + ".";
  out.head += quote(out.table) + " (";
  for (std::size_t i = 0; i < out.columns.size(); ++i)
    out.head += (i == 0 ? "" : ",") + quote(out.columns[i]);
  out.head += ") VALUES";
}

}  // namespace

InsertStatement parse_insert(std::string_view sql) {
  Tokenizer in(sql);
  InsertStatement out;
  out.kind = take_verb(in);
  in.take_word("into");
  out.table = take_name(in, "a table name");
  if (in.take_mark('.')) {
    out.database = out.table;
    out.table = take_name(in, "a table name");
  }
  need_mark(in, '(', "before the column list");
  do {
    out.columns.push_back(take_name(in, "a column name"));
  } while (in.take_mark(','));
  need_mark(in, ')', "after the column list");
  if (!in.take_word("values") && !in.take_word("value")) {
    throw Error(ErrorKind::config, fmt::format("expected VALUES but found {}", show(in.peek())));
  }
  check_marks(in, out.columns.size());
  if (in.peek().kind == Token::Kind::word && base::equal_ignore_case(in.peek().text, "on")) {
    if (out.kind != InsertStatement::Kind::insert) {
      throw Error(ErrorKind::config, "ON DUPLICATE KEY UPDATE belongs to a plain INSERT");
    }
    out.kind = InsertStatement::Kind::insert_or_update;
    const std::size_t begin = in.peek().begin;
    out.repeatable_update = take_update_tail(in);
    const std::size_t end = in.peek().begin;
    in.take_mark(';');
    if (in.peek().kind != Token::Kind::end) {
      throw Error(ErrorKind::config, fmt::format("found {} after the statement", show(in.peek())));
    }
    out.tail = " " + std::string(base::trim(sql.substr(begin, end - begin)));
  } else {
    in.take_mark(';');
    if (in.peek().kind != Token::Kind::end) {
      throw Error(ErrorKind::config, fmt::format("found {} after VALUES", show(in.peek())))
          .hint("end the statement at VALUES");
    }
  }
  build_head(out);
  return out;
}

}  // namespace erp2mysql::store
