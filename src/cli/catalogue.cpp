// SPDX-License-Identifier: Apache-2.0
#include "catalogue.hpp"

#include <array>
#include <charconv>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::cli {
namespace {

constexpr int k_deepest = 4;  // arguments of arguments

std::string unquoted(std::string_view line) {
  std::string out;
  const auto end = line.rfind('"');
  for (std::size_t at = line.find('"') + 1; at < end; ++at) {
    if (line[at] != '\\' || at + 1 == end) {
      out += line[at];
      continue;
    }
    const char c = line[++at];
    out += c == 'n' ? '\n' : c == 't' ? '\t' : c;
  }
  return out;
}

// Calls `text` with every literal piece and `argument` with the digits of every placeholder.
template <class Text, class Argument>
void walk(std::string_view from, Text text, Argument argument) {
  std::string literal;
  for (std::size_t at = 0; at < from.size(); ++at) {
    const char c = from[at];
    const bool doubled = at + 1 < from.size() && from[at + 1] == c;
    if ((c == '{' || c == '}') && doubled) {
      literal += c;
      ++at;
    } else if (c == '{') {
      const auto close = from.find('}', at);
      text(std::move(literal));
      literal.clear();
      argument(from.substr(at + 1, close - at - 1));
      at = close;
    } else {
      literal += c;
    }
  }
  text(std::move(literal));
}

// Every bracket and quote that opens also closes; windows close "[" by ")".
bool balanced(std::string_view argument) {
  int open = 0;
  bool quoted = false;
  for (const char c : argument) {
    if (c == '"') quoted = !quoted;
    if (c == '(' || c == '[' || c == '{') ++open;
    if (c == ')' || c == ']' || c == '}') --open;
  }
  return open == 0 && !quoted;
}

// Where an argument ends: before the first such literal that leaves it balanced, else the first.
std::size_t end_of_argument(std::string_view text, const std::string& literal) {
  const auto first = text.find(literal);
  for (auto at = first; at != std::string_view::npos; at = text.find(literal, at + 1)) {
    if (balanced(text.substr(0, at))) return at;
  }
  return first;
}

// The arguments when the literals stand in the text in this order; the first one begins it, the
// last one ends it.
std::optional<std::vector<std::string_view>> match(std::string_view text,
                                                   const std::vector<std::string>& literals) {
  if (!text.starts_with(literals.front())) return std::nullopt;
  text.remove_prefix(literals.front().size());
  if (!text.ends_with(literals.back())) return std::nullopt;
  text.remove_suffix(literals.back().size());
  std::vector<std::string_view> out;
  for (std::size_t i = 1; i + 1 < literals.size(); ++i) {
    const auto at = end_of_argument(text, literals[i]);
    if (at == std::string_view::npos) return std::nullopt;
    out.push_back(text.substr(0, at));
    text.remove_prefix(at + literals[i].size());
  }
  out.push_back(text);
  return out;
}

}  // namespace

Catalogue::Catalogue(std::string_view po) {
  std::string from;
  for (const auto line : base::split(po, '\n')) {
    if (line.starts_with("msgid ")) from = unquoted(line);
    if (line.starts_with("msgstr ") && !from.empty()) add(from, unquoted(line));
  }
}

void Catalogue::add(const std::string& from, const std::string& to) {
  Entry entry;
  entry.translation = to;
  walk(
      from,
      [&](std::string literal) {
        entry.letters += literal.size();
        entry.literals.push_back(std::move(literal));
      },
      [](std::string_view) {});
  if (entry.literals.size() == 1) exact_.emplace(entry.literals.front(), entries_.size());
  entries_.push_back(std::move(entry));
}

std::optional<std::string> Catalogue::exact(std::string_view text) const {
  const auto at = exact_.find(std::string(text));
  if (at == exact_.end()) return std::nullopt;
  return fill(entries_[at->second].translation, {}, 0);
}

std::optional<std::string> Catalogue::find(std::string_view text, int depth) const {
  if (const auto at = exact_.find(std::string(text)); at != exact_.end())
    return fill(entries_[at->second].translation, {}, depth);
  const Entry* best = nullptr;
  std::vector<std::string_view> arguments;
  for (const auto& entry : entries_) {
    if (entry.literals.size() == 1 || (best != nullptr && entry.letters <= best->letters)) continue;
    auto found = match(text, entry.literals);
    if (!found) continue;
    best = &entry;
    arguments = std::move(*found);
  }
  if (best == nullptr) return std::nullopt;
  return fill(best->translation, arguments, depth);
}

std::string Catalogue::fill(const std::string& to, const std::vector<std::string_view>& arguments,
                            int depth) const {
  std::string out;
  std::size_t next = 0;
  walk(
      to, [&](const std::string& literal) { out += literal; },
      [&](std::string_view digits) {
        std::size_t index = next++;
        if (!digits.empty()) std::from_chars(digits.data(), digits.data() + digits.size(), index);
        if (index < arguments.size()) out += translate(arguments[index], depth + 1);
      });
  return out;
}

std::string Catalogue::translate(std::string_view text, int depth) const {
  if (depth > k_deepest || text.empty()) return std::string(text);
  if (auto whole = find(text, depth)) return std::move(*whole);
  constexpr std::array k_separators{std::pair(": ", "："), std::pair("; ", "；"),
                                    std::pair(", ", "，")};
  for (const auto& [english, other] : k_separators) {
    for (auto at = text.find(english); at != std::string_view::npos;
         at = text.find(english, at + 1)) {
      const auto left = text.substr(0, at);
      const auto right = text.substr(at + 2);
      if (const auto done = find(left, depth)) return *done + other + translate(right, depth + 1);
      if (const auto done = find(right, depth)) return translate(left, depth + 1) + other + *done;
    }
  }
  return std::string(text);
}

}  // namespace erp2mysql::cli
