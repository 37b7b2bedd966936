// SPDX-License-Identifier: Apache-2.0
#include "syntax_error.hpp"

#include <array>
#include <cstdint>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::job {
namespace {

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

Complaint bad_escape(std::string_view text, std::size_t at) {
  constexpr std::string_view k_known = "\"\\/bfnrt";
  const char next = at + 1 < text.size() ? text[at + 1] : '\0';
  if (next == 'u') {
    return {at, "a \\u escape in a text needs four hex digits and proper surrogate pairs", {}};
  }
  if (k_known.find(next) == std::string_view::npos) {
    return {at, "unknown escape in a text", "write a backslash as \\\\"};
  }
  return {at, "malformed text", {}};
}

bool good_unicode_escape(std::string_view text, std::size_t at, unsigned& code) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return false;
  code = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    if (!is_hex(text[i])) return false;
    const auto digit = text[i] <= '9' ? text[i] - '0' : (text[i] | 0x20) - 'a' + 10;
    code = code * 16 + static_cast<unsigned>(digit);
  }
  return true;
}

// Length of a correct escape at `at`, 0 when it is wrong.
std::size_t escape_length(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size()) return 0;
  if (text[at + 1] != 'u') {
    return std::string_view("\"\\/bfnrt").find(text[at + 1]) == std::string_view::npos ? 0 : 2;
  }
  unsigned code = 0;
  if (!good_unicode_escape(text, at, code) || (code >= 0xDC00 && code < 0xE000)) return 0;
  if (code < 0xD800 || code >= 0xDC00) return 6;
  unsigned low = 0;
  const bool paired = good_unicode_escape(text, at + 6, low) && low >= 0xDC00 && low < 0xE000;
  return paired ? 12 : 0;
}

Complaint explain_text(std::string_view text, std::size_t start) {
  std::size_t at = start + 1;
  while (at < text.size() && text[at] != '"') {
    if (text[at] == '\n' || text[at] == '\r') {
      return {at, "a text ends in the middle of a line", "close it with \", or write \\n"};
    }
    if (static_cast<std::uint8_t>(text[at]) < 0x20) {
      return {at, "a control character inside a text", "write a tab as \\t"};
    }
    if (text[at] != '\\') {
      ++at;
      continue;
    }
    const std::size_t length = escape_length(text, at);
    if (length == 0) return bad_escape(text, at);
    at += length;
  }
  return {start, "a text without its closing double quote", {}};
}

Complaint explain_word(std::string_view text, std::size_t start, std::string_view expected) {
  std::size_t end = start;
  while (end < text.size() && is_word(text[end])) ++end;
  const std::string word = base::lower(text.substr(start, end - start));
  constexpr std::array<std::string_view, 8> k_known = {"nan",  "infinity",  "none", "true",
                                                       "null", "undefined", "inf",  "false"};
  for (const auto known : k_known) {
    if (word != known) continue;
    return {start, std::string(text.substr(start, end - start)) + " is no JSON value",
            "JSON knows true, false and null in small letters, and finite numbers"};
  }
  return {start, "expected " + std::string(expected) + ", found an unquoted word",
          "keys and texts stand in double quotes"};
}

Complaint explain_number(std::string_view text, std::size_t start, std::string_view expected) {
  std::size_t end = start;
  while (end < text.size() &&
         (is_word(text[end]) || text[end] == '.' || text[end] == '+' || text[end] == '-')) {
    ++end;
  }
  base::NumberText number;
  if (!base::parse_number(text.substr(start, end - start), number)) {
    return {start, "malformed number", "no leading zero or plus; digits on both sides of a point"};
  }
  if (expected.find("value") != std::string_view::npos) {
    return {start, "the number is out of range", {}};
  }
  return {start, "expected " + std::string(expected) + ", found a number", {}};
}

Complaint explain_mark(std::string_view text, std::size_t at, const std::string& expected) {
  const auto rest = text.substr(at);
  if (rest.starts_with("//") || rest.starts_with("/*") || rest[0] == '#') {
    return {at, "comments are not allowed in JSON", "use the key \"notes\" for remarks"};
  }
  if (rest[0] == '\'') {
    return {at, expected + ", found a single quote", "keys and texts stand in double quotes"};
  }
  if (rest.starts_with("\u201c") || rest.starts_with("\u201d") || rest.starts_with("\uff02")) {
    return {at, expected + ", found a curly quote", "use plain double quotes"};
  }
  if (rest.starts_with("\uff0c")) return {at, expected + ", found a full-width comma", {}};
  if (rest.starts_with("\uff1a")) return {at, expected + ", found a full-width colon", {}};
  if (std::string_view("{}[],:").find(rest[0]) != std::string_view::npos) {
    const bool closing = rest[0] == '}' || rest[0] == ']';
    const auto before = base::trim(text.substr(0, at));
    const bool trailing = closing && !before.empty() && before.back() == ',';
    return {at, expected + ", found \"" + rest[0] + '"',
            trailing ? "remove the comma before it" : ""};
  }
  return {at, expected + ", found something else", {}};
}

}  // namespace

Complaint explain_syntax(std::string_view text, std::size_t offset, std::string_view expected) {
  const std::string wanted = "expected " + std::string(expected);
  if (offset >= text.size()) return {text.size(), wanted + ", but the file ends here", {}};
  const char c = text[offset];
  if (c == '"') {
    const bool fits = expected.find("value") != std::string_view::npos ||
                      expected.find("key") != std::string_view::npos;
    if (fits) return explain_text(text, offset);
    return {offset, wanted + ", found a text", "a comma or colon may be missing before it"};
  }
  if ((c >= '0' && c <= '9') || c == '-' || c == '+') {
    return explain_number(text, offset, expected);
  }
  if (is_word(c)) return explain_word(text, offset, expected);
  return explain_mark(text, offset, wanted);
}

std::size_t find_bad_utf8(std::string_view text) {
  std::size_t start = 0;
  // Line by line, so that the byte-wise search below only sees one line.
  while (start < text.size()) {
    const auto end = std::min(text.find('\n', start), text.size() - 1) + 1;
    const auto line = text.substr(start, end - start);
    if (base::valid_utf8(line)) {
      start = end;
      continue;
    }
    std::size_t good = 0;
    while (good < line.size()) {
      std::size_t length = 1;
      while (length <= 4 && !base::valid_utf8(line.substr(good, length))) ++length;
      if (length > 4) break;
      good += length;
    }
    return start + good;
  }
  return std::string_view::npos;
}

}  // namespace erp2mysql::job
