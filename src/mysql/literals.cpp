// SPDX-License-Identifier: Apache-2.0
// Names and values as SQL text, and the marks in a statement that values take the place of. It
// asks no connection: UTF-8 has no byte below 0x80 inside a character, so escaping is pure.
#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/mysql/connection.hpp"

namespace erp2mysql::mysql {
namespace {

std::string hex_literal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out = "X'";
  out.reserve(bytes.size() * 2 + 3);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out += '\'';
}

std::size_t end_of_quoted(std::string_view sql, std::size_t at) {
  const char quote = sql[at];
  // A doubled quote ends one literal and starts the next: the same to us.
  for (++at; at < sql.size(); ++at) {
    if (sql[at] == '\\' && quote != '`') {
      ++at;
    } else if (sql[at] == quote) {
      return at + 1;
    }
  }
  return sql.size();
}

std::size_t after(std::string_view sql, std::size_t at, std::string_view mark) {
  const std::size_t found = sql.find(mark, at);
  return found == std::string_view::npos ? sql.size() : found + mark.size();
}

/// Behind the quoted text or comment that starts at `at`; `at` itself when none does.
std::size_t skip_opaque(std::string_view sql, std::size_t at) {
  const char c = sql[at];
  if (c == '\'' || c == '"' || c == '`') return end_of_quoted(sql, at);
  if (c == '#') return after(sql, at, "\n");
  const std::string_view two = sql.substr(at, 2);
  if (two == "/*") return after(sql, at + 2, "*/");
  const bool blank_follows = at + 2 >= sql.size() || static_cast<unsigned char>(sql[at + 2]) <= ' ';
  if (two == "--" && blank_follows) return after(sql, at, "\n");
  return at;
}

}  // namespace

std::string quote_name(std::string_view name) {
  std::string out = "`";
  for (const char c : name) {
    if (c == '`') out += '`';
    out += c;
  }
  return out += '`';
}

std::string quote_text(std::string_view text) {
  if (!base::valid_utf8(text)) return hex_literal(text);
  std::string out = "'";
  out.reserve(text.size() + text.size() / 16 + 2);
  for (const char c : text) {
    switch (c) {
      case '\0': out += "\\0"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\x1A': out += "\\Z"; break;
      case '\\': out += base::seeded_bug("backslash-bare") ? "\\" : "\\\\"; break;
      case '\'': out += "\\'"; break;
      case '"': out += "\\\""; break;
      default: out += c;
    }
  }
  return out += '\'';
}

std::string fill_marks(std::string_view sql,
                       const std::vector<std::optional<std::string>>& params) {
  std::string out;
  std::size_t used = 0;
  for (std::size_t at = 0; at < sql.size();) {
    const std::size_t end = skip_opaque(sql, at);
    if (end > at) {
      out += sql.substr(at, end - at);
      at = end;
      continue;
    }
    if (sql[at] != '?') {
      out += sql[at];
    } else if (used++ < params.size()) {
      const auto& value = params[used - 1];
      out += value ? quote_text(*value) : "NULL";
    }
    ++at;
  }
  if (used == params.size()) return out;
  throw base::Error(base::ErrorKind::bug, "the statement has " + std::to_string(used) +
                                              " marks for " + std::to_string(params.size()) +
                                              " parameters");
}

}  // namespace erp2mysql::mysql
