// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/map/record.hpp"

#include <fmt/format.h>

#include <charconv>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/map/lookup.hpp"

namespace erp2mysql::map {
namespace {

expr::Value value_of(const data::Node* node) {
  if (node == nullptr) return expr::Value::null();
  switch (node->kind) {
    case data::Kind::null: return expr::Value::null();
    case data::Kind::boolean: return expr::Value::number(node->truth ? "1" : "0");
    case data::Kind::number: return expr::Value::number(std::string(node->text));
    case data::Kind::text: return expr::Value::of_text(std::string(node->text));
    case data::Kind::array:
    case data::Kind::object: return expr::Value::of_text(data::to_json(*node));
  }
  return expr::Value::null();
}

// "items.qty" over a list: the list `items` and the rest "qty".
std::optional<std::vector<expr::Value>> collect(const data::Node& root, std::string_view path) {
  for (auto dot = path.find('.');; dot = path.find('.', dot + 1)) {
    const data::Node* node = data::find_path(root, path.substr(0, dot));
    if (node == nullptr) return std::nullopt;
    if (node->is_array()) {
      std::vector<expr::Value> out;
      for (const auto& element : node->members()) {
        const data::Node* inner = dot == std::string_view::npos
                                      ? &element.value
                                      : data::find_path(element.value, path.substr(dot + 1));
        out.push_back(value_of(inner));
      }
      return out;
    }
    if (dot == std::string_view::npos) return std::nullopt;
  }
}

}  // namespace

std::vector<FlatRow> flatten(const data::Node& record, std::string_view flat) {
  if (flat.empty()) return {{&record, nullptr}};
  const data::Node* list = data::find_path(record, flat);
  if (list == nullptr || list->is_null()) return {{&record, nullptr}};
  if (!list->is_array()) {
    throw base::Error(base::ErrorKind::data,
                      fmt::format("field \"{}\" should be flattened but is a {}, not a list", flat,
                                  data::to_string(list->kind)));
  }
  if (list->count == 0) return {{&record, nullptr}};
  std::vector<FlatRow> rows;
  rows.reserve(list->count);
  for (const auto& element : list->members()) {
    if (!element.value.is_object()) {
      throw base::Error(base::ErrorKind::data,
                        fmt::format("an element of the list \"{}\" is a {}, not an object", flat,
                                    data::to_string(element.value.kind)));
    }
    rows.push_back({&record, &element.value, static_cast<std::uint32_t>(rows.size())});
  }
  return rows;
}

const data::Node* Guess::search(const data::Node& object, std::string_view key) const {
  auto at = static_cast<std::uint32_t>(load());
  const auto* node = object.find(key, at);
  const std::uint64_t shape = object.shape;
  if (node != nullptr) {
    store(shape << 32 | (shape == 0 ? at : object.first[at].key_offset));
  } else if (shape != 0 && object.truth) {
    store(shape << 32 | k_missing);  // no object of the shape has it
  }
  return node;
}

Walk::Walk(std::string_view path) {
  while (true) {
    const auto dot = path.find('.');
    const auto step = path.substr(0, dot);
    std::uint32_t index = 0;
    const auto [end, failed] = std::from_chars(step.data(), step.data() + step.size(), index);
    const bool number = failed == std::errc() && end == step.data() + step.size();
    levels_.push_back({std::string(path),
                       std::string(step),
                       number ? std::optional(index) : std::nullopt,
                       {},
                       {}});
    if (dot == std::string_view::npos) return;
    path.remove_prefix(dot + 1);
  }
}

const data::Node* Walk::go(const data::Node& root) const {
  const data::Node* node = &root;
  for (const auto& level : levels_) {
    if (const auto* whole = level.rest_at.find(*node, level.rest)) return whole;
    if (node->is_array()) {
      const bool inside = level.index && *level.index < node->count;
      node = inside ? &node->first[*level.index].value : nullptr;
    } else {
      node = level.step_at.find(*node, level.step);
    }
    if (node == nullptr) return nullptr;
  }
  return node;
}

FieldPath::FieldPath(std::string name, std::string_view flat)
    : name_(std::move(name)), header_(name_) {
  if (flat.empty() || name_.size() <= flat.size() + 1 || !name_.starts_with(flat)) return;
  const char separator = name_[flat.size()];
  if (separator == '_' || separator == '.') line_.emplace(name_.substr(flat.size() + 1));
}

std::vector<NamedField> compile_names(const std::vector<std::string>& texts,
                                      std::string_view flat) {
  std::vector<NamedField> out;
  for (const auto& text : texts) {
    auto reference = parse_reference(text);
    FieldPath path(reference.name, flat);
    const bool variable = is_variable(reference.name);
    out.push_back({text, std::move(reference), std::move(path), variable});
  }
  return out;
}

std::string text_of(const data::Node* node) {
  if (node == nullptr || node->is_null()) return {};
  return node->is_scalar() ? std::string(node->scalar()) : data::to_json(*node);
}

void append_text(std::string& out, const data::Node& node) {
  if (node.is_scalar()) {
    out += node.scalar();
  } else {
    data::append_json(out, node);
  }
}

expr::Value RowScope::value(std::string_view name) const {
  for (const auto& known : names_) {
    if (!data::same_text(known.text, name)) continue;
    if (!known.variable && variables_.extra.empty()) return value(known.reference, known.path);
    break;
  }
  const auto reference = parse_reference(name);
  if (auto variable = variables_.find(reference.name, reference.format)) return *variable;
  return value(reference, FieldPath(reference.name, flat_));
}

expr::Value RowScope::value(const Reference& reference, const FieldPath& path) const {
  if (row_.header == nullptr) return expr::Value::null();
  auto value = value_of(path.find(row_));
  if (reference.format.empty() || value.is_null() || value.text.empty()) return value;
  return expr::Value::of_text(apply_format(value.text, reference.format, variables_.zone));
}

expr::Value RowScope::find(const expr::Lookup& lookup) const {
  return variables_.records == nullptr ? Scope::find(lookup) : variables_.records->find(lookup);
}

std::optional<std::vector<expr::Value>> RowScope::list(std::string_view name) const {
  if (row_.header == nullptr) return std::nullopt;
  const auto reference = parse_reference(name);
  // A flattened row answers with its own line's value, not with the whole list.
  if (row_.line != nullptr && FieldPath(reference.name, flat_).find(row_) != nullptr)
    return std::nullopt;
  return collect(*row_.header, reference.name);
}

}  // namespace erp2mysql::map
