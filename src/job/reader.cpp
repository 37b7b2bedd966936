// SPDX-License-Identifier: Apache-2.0
#include "reader.hpp"

#include "erp2mysql/base/text.hpp"
#include "values.hpp"

namespace erp2mysql::job {

using data::Node;

const Node* Reader::find(std::string_view key) const {
  const Node* child = node_ == nullptr ? nullptr : node_->find(key);
  return child == nullptr || child->is_null() || context_->broken(*child) ? nullptr : child;
}

std::optional<std::string> Reader::text(std::string_view key) const {
  const Node* child = find(key);
  if (child == nullptr || !child->is_scalar()) return std::nullopt;
  return context_->text(*child);
}

std::optional<std::string> Reader::lower(std::string_view key) const {
  auto value = text(key);
  if (value) value = base::lower(*value);
  return value;
}

std::optional<std::int64_t> Reader::integer(std::string_view key) const {
  const auto value = text(key);
  return value ? to_integer(*value) : std::nullopt;
}

std::optional<bool> Reader::boolean(std::string_view key) const {
  const auto value = text(key);
  return value ? to_boolean(*value) : std::nullopt;
}

std::optional<base::Millis> Reader::duration(std::string_view key) const {
  const auto value = text(key);
  return value ? base::parse_duration(*value) : std::nullopt;
}

std::optional<base::Millis> Reader::time(std::string_view key, std::int64_t unit) const {
  const auto value = text(key);
  return value ? to_time(*value, unit) : std::nullopt;
}

Reader Reader::object(std::string_view key) const {
  const Node* child = find(key);
  const bool fits = child != nullptr && child->is_object();
  return {*context_, fits ? child : nullptr, pointer(key)};
}

std::vector<Reader> Reader::elements() const {
  std::vector<Reader> out;
  if (node_ == nullptr || !node_->is_array()) return out;
  for (std::size_t i = 0; i < node_->count; ++i) {
    const Node& child = node_->first[i].value;
    if (!child.is_scalar()) out.emplace_back(*context_, &child, child_pointer(pointer_, i));
  }
  return out;
}

std::vector<Reader> Reader::elements(std::string_view key) const {
  return Reader(*context_, find(key), pointer(key)).elements();
}

std::vector<std::string> Reader::texts(std::string_view key) const {
  std::vector<std::string> out;
  const Node* child = find(key);
  if (child == nullptr) return out;
  if (child->is_scalar()) return {context_->text(*child)};
  for (const auto& member : child->members()) {
    if (member.value.is_scalar()) out.push_back(context_->text(member.value));
  }
  return out;
}

}  // namespace erp2mysql::job
