// SPDX-License-Identifier: Apache-2.0
#include "metadata_marks.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::cli {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

constexpr std::array k_wide{Pair{"｛", "{"}, Pair{"｝", "}"}, Pair{"［", "["}, Pair{"］", "]"},
                            Pair{"【", "["}, Pair{"】", "]"}, Pair{"：", ":"}, Pair{"，", ","}};
constexpr std::array<std::string_view, 5> k_curly{"“", "”", "„", "‟", "＂"};
constexpr std::array<std::string_view, 5> k_quote_entities{"&quot;", "&ldquo;", "&rdquo;", "&#34;",
                                                           "&#x22;"};
constexpr std::array<std::string_view, 4> k_single{"'", "‘", "’", "＇"};
constexpr std::array k_entities{Pair{"&lt;", "<"},    Pair{"&gt;", ">"},   Pair{"&amp;", "&"},
                                Pair{"&nbsp;", " "},  Pair{"&apos;", "'"}, Pair{"&lsquo;", "'"},
                                Pair{"&rsquo;", "'"}, Pair{"&quot;", "\""}};
// No-break, zero-width, ideographic, byte order mark.
constexpr std::array<std::string_view, 5> k_blanks{"\u00A0", "\u200B", "\u3000", "\uFEFF",
                                                   "&nbsp;"};

template <class List>
std::size_t found(const List& list, std::string_view text) {
  for (const std::string_view one : list) {
    if (text.starts_with(one)) return one.size();
  }
  return 0;
}

bool digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<Mark> structural_at(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (std::string_view("{}[]:,").find(text[0]) != std::string_view::npos) return Mark{text[0], 1};
  for (const auto& [wide, sign] : k_wide) {
    if (text.starts_with(wide)) return Mark{sign[0], wide.size()};
  }
  return std::nullopt;
}

std::string Quote::name() const {
  switch (kind) {
    case Kind::curly: return "curly quotes";
    case Kind::entity: return "HTML entities";
    case Kind::single: return "single quotes";
    case Kind::plain: break;
  }
  return "a plain quote for a curly one";
}

std::optional<Quote> quote_at(std::string_view text) {
  if (text.starts_with('"')) return Quote{Quote::Kind::plain, 1};
  if (const auto size = found(k_curly, text); size > 0) return Quote{Quote::Kind::curly, size};
  if (const auto size = found(k_quote_entities, text); size > 0)
    return Quote{Quote::Kind::entity, size};
  if (const auto size = found(k_single, text); size > 0) return Quote{Quote::Kind::single, size};
  return std::nullopt;
}

std::optional<Entity> entity_at(std::string_view text) {
  if (!text.starts_with('&')) return std::nullopt;
  for (const auto& [name, sign] : k_entities) {
    if (text.starts_with(name)) return Entity{std::string(sign), name.size()};
  }
  const auto end = text.find(';');
  if (!text.starts_with("&#") || end == std::string_view::npos || end > 7) return std::nullopt;
  auto digits = text.substr(2, end - 2);
  const bool hex = digits.starts_with('x') || digits.starts_with('X');
  if (hex) digits.remove_prefix(1);
  int code = 0;
  const auto [stop, failed] =
      std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
  const bool whole = failed == std::errc() && stop == digits.data() + digits.size();
  if (!whole || code < 0x20 || code > 0x7E) return std::nullopt;
  return Entity{std::string(1, static_cast<char>(code)), end + 1};
}

std::size_t blank_at(std::string_view text) {
  if (text.empty()) return 0;
  if (std::string_view(" \t\r\n").find(text[0]) != std::string_view::npos) return 1;
  return found(k_blanks, text);
}

std::size_t comment_at(std::string_view text) {
  if (text.starts_with("/*")) {
    const auto end = text.find("*/", 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  if (text.starts_with("//")) return std::min(text.find('\n'), text.size());
  std::size_t dots = 0;
  while (text.substr(dots).starts_with("…")) dots += std::string_view("…").size();
  if (dots > 0) return dots;
  if (!text.starts_with("...")) return 0;
  return std::min(text.find_first_not_of('.'), text.size());
}

std::size_t code_point_bytes(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.empty() ? 0 : text[0]);
  const std::size_t bytes = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  return std::min(bytes, text.size());
}

std::optional<std::string_view> literal_of(std::string_view word) {
  if (base::equal_ignore_case(word, "true")) return "true";
  if (base::equal_ignore_case(word, "false")) return "false";
  if (base::equal_ignore_case(word, "null") || word == "None" || word == "undefined") return "null";
  return std::nullopt;
}

bool is_number(std::string_view word) {
  base::NumberText parts;
  return base::parse_number(word, parts);
}

bool four_hex_digits(std::string_view text) {
  const auto digits = text.substr(std::min<std::size_t>(1, text.size()), 4);
  return digits.size() == 4 && std::all_of(digits.begin(), digits.end(), [](char c) {
           return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

}  // namespace erp2mysql::cli
