// SPDX-License-Identifier: Apache-2.0
#include "metadata_values.hpp"

#include <array>
#include <utility>

#include "erp2mysql/base/text.hpp"
#include "metadata_marks.hpp"

namespace erp2mysql::cli {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array k_braces{Pair{"｛", "{"}, Pair{"｝", "}"}, Pair{"｜", "|"}};
constexpr std::array k_quotes{Pair{"‘", "'"}, Pair{"’", "'"}, Pair{"＇", "'"}, Pair{"“", "'"},
                              Pair{"”", "'"}};
constexpr std::array k_signs{Pair{"（", "("}, Pair{"）", ")"}, Pair{"，", ","}, Pair{"；", ";"},
                             Pair{"＝", "="}, Pair{"＜", "<"}, Pair{"＞", ">"}, Pair{"：", ":"},
                             Pair{"＋", "+"}, Pair{"－", "-"}, Pair{"＊", "*"}, Pair{"％", "%"}};
constexpr std::array<std::string_view, 5> k_formats{"datetime", "date", "time", "timestamp",
                                                    "timestamp_ms"};

void note(Repairs& repairs, const std::string& what, const std::string& before,
          const std::string& after) {
  if (before != after) repairs.note(what, 0);
}

template <class List>
std::string replace_all(std::string text, const List& list) {
  for (const auto& [from, to] : list) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
      text.replace(at, from.size(), to);
  }
  return text;
}

// Only where no quote protects them: in a text of the language they are meant.
std::string replace_outside_quotes(const std::string& text) {
  std::string out;
  char quote = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto rest = std::string_view(text).substr(at);
    const char c = rest[0];
    if (quote == 0 && (c == '\'' || c == '"' || c == '`')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    }
    const Pair* wide = nullptr;
    for (const auto& pair : k_signs) {
      if (quote == 0 && rest.starts_with(pair.first)) wide = &pair;
    }
    out += wide != nullptr ? wide->second : rest.substr(0, 1);
    at += wide != nullptr ? wide->first.size() : 1;
  }
  return out;
}

std::string decode_entities(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto entity = entity_at(std::string_view(text).substr(at));
    out += entity ? entity->text : text.substr(at, 1);
    at += entity ? entity->bytes : 1;
  }
  return out;
}

// "\_" that an article escaped twice.
std::string without_escapes(std::string text) {
  for (std::size_t at = 0; (at = text.find("\\_", at)) != std::string::npos;) text.erase(at, 1);
  return text;
}

bool of_a_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// "{ {" and "{{ NAME }}" with any blanks between; not <{name: }>, not JSON.
std::string tighten(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto blank = blank_at(std::string_view(text).substr(at));
    if (blank == 0) {
      out += text[at++];
      continue;
    }
    std::size_t end = at;
    for (std::size_t size = blank; size > 0;
         size = blank_at(std::string_view(text).substr(end += size))) {
    }
    const char before = out.empty() ? ' ' : out.back();
    const char after = end < text.size() ? text[end] : ' ';
    const bool opens = before == '{' && (after == '{' || of_a_name(after));
    const bool closes = after == '}' && (before == '}' || of_a_name(before));
    if (!opens && !closes) out += text.substr(at, end - at);
    at = end;
  }
  return out;
}

bool is_format(std::string_view word) {
  for (const auto known : k_formats) {
    if (base::equal_ignore_case(word, known)) return true;
  }
  return false;
}

// "{{NAME datetime}}" as tables print it.
std::string restore_pipes(std::string text) {
  for (std::size_t at = 0; (at = text.find('{', at)) != std::string::npos; ++at) {
    const auto end = text.find_first_of("{}", at + 1);
    if (end == std::string::npos || text[end] != '}') continue;
    const auto inner = base::trim(std::string_view(text).substr(at + 1, end - at - 1));
    const auto blank = inner.find_first_of(" \t");
    if (blank == std::string_view::npos || inner.find('|') != std::string_view::npos) continue;
    const auto format = base::trim(inner.substr(blank));
    const auto name = inner.substr(0, blank);
    if (!is_format(format) || name.find_first_of(":'\"(,") != std::string_view::npos) continue;
    text.replace(at + 1, end - at - 1, std::string(name) + "|" + std::string(format));
  }
  return text;
}

std::string repair_common(std::string text, Repairs& repairs) {
  const auto step = [&](const char* what, std::string after) {
    note(repairs, what, text, after);
    text = std::move(after);
  };
  step("HTML entities", decode_entities(text));
  step("escaped underscores", without_escapes(text));
  step("full-width braces or pipes", replace_all(text, k_braces));
  return text;
}

}  // namespace

std::string repair_value(std::string text, Repairs& repairs) {
  text = repair_common(std::move(text), repairs);
  if (text.find('{') != std::string::npos) {
    auto tight = tighten(text);
    note(repairs, "blanks inside braces", text, tight);
    auto piped = restore_pipes(tight);
    note(repairs, "lost pipes between a name and its format", tight, piped);
    text = std::move(piped);
  }
  const auto trimmed = base::trim(text);
  if (!trimmed.starts_with("_function")) return text;
  auto quoted = replace_all(std::string(trimmed), k_quotes);
  note(repairs, "curly quotes in an expression", text, quoted);
  auto out = replace_outside_quotes(quoted);
  note(repairs, "full-width punctuation in an expression", quoted, out);
  return out;
}

std::string repair_sql(std::string text, Repairs& repairs) {
  text = repair_common(std::move(text), repairs);
  auto quoted = replace_all(text, k_quotes);
  note(repairs, "curly quotes in SQL", text, quoted);
  auto out = replace_outside_quotes(quoted);
  note(repairs, "full-width punctuation in SQL", quoted, out);
  return out;
}

}  // namespace erp2mysql::cli
