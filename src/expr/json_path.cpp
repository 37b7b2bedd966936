// SPDX-License-Identifier: Apache-2.0
// Paths into JSON values: $.key[0].*
#include <algorithm>
#include <charconv>

#include "erp2mysql/base/text.hpp"
#include "json.hpp"
#include "letters.hpp"
#include "warnings.hpp"

namespace erp2mysql::expr {
namespace {

using LegKind = PathLeg::Kind;

[[noreturn]] void refuse_path() { fail(k_invalid_path, "Invalid JSON path expression"); }

class PathReader {
 public:
  explicit PathReader(std::string_view text) : text_(base::trim(text)) {}

  Path run() {
    if (text_.empty() || text_[0] != '$') refuse_path();
    ++at_;
    Path out;
    for (skip(); at_ < text_.size(); skip()) out.legs.push_back(leg());
    if (!out.legs.empty() && out.legs.back().kind == LegKind::deep) refuse_path();
    return out;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip() {
    while (peek() == ' ' || (peek() >= '\t' && peek() <= '\r')) ++at_;
  }
  bool accept(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  PathLeg leg() {
    PathLeg out;
    if (accept('.')) {
      skip();
      if (accept('*'))
        out.kind = LegKind::any_member;
      else
        out.key = member();
    } else if (accept('[')) {
      skip();
      if (accept('*'))
        out.kind = LegKind::any_cell;
      else
        cells(out);
      skip();
      if (!accept(']')) refuse_path();
    } else if (text_.substr(at_, 2) == "**") {
      at_ += 2;
      out.kind = LegKind::deep;
      if (peek() == '*' || at_ >= text_.size()) refuse_path();
    } else {
      refuse_path();
    }
    return out;
  }

  void cell(std::size_t& index, bool& last) {
    skip();
    if (base::starts_with_ignore_case(text_.substr(at_), "last")) {
      at_ += 4;
      last = true;
      skip();
      if (!accept('-')) return;
      skip();
    }
    const auto* begin = text_.data() + at_;
    std::uint32_t value = 0;
    const auto read = std::from_chars(begin, text_.data() + text_.size(), value);
    if (read.ptr == begin || read.ec != std::errc{}) refuse_path();
    at_ += static_cast<std::size_t>(read.ptr - begin);
    index = value;
  }

  void cells(PathLeg& out) {
    out.kind = LegKind::cell;
    cell(out.from, out.from_last);
    skip();
    if (!base::starts_with_ignore_case(text_.substr(at_), "to")) return;
    at_ += 2;
    out.kind = LegKind::range;
    cell(out.to, out.to_last);
    const bool wrong =
        out.from_last == out.to_last && (out.from_last ? out.from < out.to : out.from > out.to);
    if (wrong) refuse_path();
  }

  std::string member() {
    if (peek() == '"') {
      std::size_t end = at_ + 1;
      while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
      if (end >= text_.size()) refuse_path();
      const auto value = parse_json(text_.substr(at_, end + 1 - at_));
      if (!value || value->scalar() == nullptr) refuse_path();
      at_ = end + 1;
      return value->scalar()->item.text;
    }
    const std::size_t start = at_;
    while (at_ < text_.size() && text_.substr(at_, 1).find_first_of(" \t\n\r.[*") != 0) ++at_;
    const auto name = text_.substr(start, at_ - start);
    if (!is_identifier(name)) refuse_path();
    return std::string(name);
  }

  // The server's identifiers are those of JavaScript as its tables know them: no ideographs there.
  static bool is_identifier(std::string_view name) {
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
    for (const char c : name) {
      const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
                        (c >= '0' && c <= '9');
      if (!word) return false;
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::size_t resolve_index(std::size_t index, bool from_last, std::size_t size, bool& below) {
  if (!from_last) return index;
  below = index + 1 > size;
  return below ? 0 : size - 1 - index;
}

class Finder {
 public:
  explicit Finder(const Path& path) : path_(path) {}

  std::vector<JsonPtr> run(const JsonPtr& json) {
    walk(json, 0);
    return std::move(found_);
  }

 private:
  void add(const JsonPtr& json) {
    if (std::find(found_.begin(), found_.end(), json) == found_.end()) found_.push_back(json);
  }

  void walk(const JsonPtr& json, std::size_t at) {
    if (at == path_.legs.size()) return path_.many() ? add(json) : found_.push_back(json);
    const PathLeg& leg = path_.legs[at];
    switch (leg.kind) {
      case LegKind::member: return member(json, leg, at);
      case LegKind::any_member:
        if (const auto* object = json->object()) {
          for (const auto& [key, value] : *object) walk(value, at + 1);
        }
        return;
      case LegKind::any_cell:
        if (const auto* array = json->array()) {
          for (const auto& value : *array) walk(value, at + 1);
        }
        return;
      case LegKind::deep: return deep(json, at);
      default: return cells(json, leg, at);
    }
  }

  void member(const JsonPtr& json, const PathLeg& leg, std::size_t at) {
    const auto* object = json->object();
    if (object == nullptr) return;
    const auto found = object->find(leg.key);
    if (found != object->end()) walk(found->second, at + 1);
  }

  void cells(const JsonPtr& json, const PathLeg& leg, std::size_t at) {
    const auto* array = json->array();
    const std::size_t size = array != nullptr ? array->size() : 1;
    bool below = false;
    bool end_below = false;
    const std::size_t from = resolve_index(leg.from, leg.from_last, size, below);
    const std::size_t to =
        leg.kind == LegKind::cell ? from : resolve_index(leg.to, leg.to_last, size, end_below);
    if ((leg.kind == LegKind::cell && below) || end_below) return;
    for (std::size_t i = from; i <= to && i < size; ++i)
      walk(array != nullptr ? (*array)[i] : json, at + 1);
  }

  void deep(const JsonPtr& json, std::size_t at) {
    walk(json, at + 1);
    if (const auto* object = json->object()) {
      for (const auto& [key, value] : *object) deep(value, at);
    } else if (const auto* array = json->array()) {
      for (const auto& value : *array) deep(value, at);
    }
  }

  const Path& path_;
  std::vector<JsonPtr> found_;
};

}  // namespace

bool Path::many() const {
  return std::any_of(legs.begin(), legs.end(), [](const PathLeg& leg) {
    return leg.kind != LegKind::member && leg.kind != LegKind::cell;
  });
}

Path parse_path(std::string_view text) { return PathReader(text).run(); }

std::vector<JsonPtr> find_all(const JsonPtr& json, const Path& path) {
  return Finder(path).run(json);
}

}  // namespace erp2mysql::expr
