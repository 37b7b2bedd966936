// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/data/node.hpp"

#include <charconv>

#include "document_impl.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/data/hash.hpp"

namespace erp2mysql::data {

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "true/false";
    case Kind::number: return "number";
    case Kind::text: return "text";
    case Kind::array: return "list";
    case Kind::object: return "object";
  }
  return "?";
}

Digits digits_of(std::string_view text) {
  const auto run = [&](std::size_t from) {
    while (from < text.size() && text[from] >= '0' && text[from] <= '9') ++from;
    return from;
  };
  const std::size_t start = text.starts_with('-') ? 1 : 0;
  const std::size_t point = run(start);
  if (point == start || text.size() >= 400) return Digits::other;
  if (text[start] == '0' && point > start + 1) return Digits::other;
  if (point == text.size()) return Digits::whole;
  if (text[point] != '.' || point + 1 == text.size()) return Digits::other;
  return run(point + 1) == text.size() ? Digits::fraction : Digits::other;
}

const Node* Node::find(std::string_view key) const {
  if (kind != Kind::object) return nullptr;
  for (std::uint32_t i = count; i > 0; --i) {
    if (same_text(first[i - 1].key, key)) return &first[i - 1].value;
  }
  return nullptr;
}

const Node* Node::search(std::string_view key, std::uint32_t& hint) const {
  if (kind != Kind::object) return nullptr;
  for (std::uint32_t i = count; i > 0; --i) {
    if (!same_text(first[i - 1].key, key)) continue;
    hint = i - 1;
    return &first[hint].value;
  }
  return nullptr;
}

std::string_view Node::scalar() const {
  if (kind == Kind::boolean) return truth ? "true" : "false";
  return kind == Kind::number || kind == Kind::text ? text : std::string_view();
}

const Node* find_path(const Node& root, std::string_view path) {
  const Node* node = &root;
  while (true) {
    if (const Node* whole = node->find(path)) return whole;
    const auto dot = path.find('.');
    const auto step = path.substr(0, dot);
    if (node->is_array()) {
      std::uint32_t index = 0;
      const auto [end, failed] = std::from_chars(step.data(), step.data() + step.size(), index);
      if (failed != std::errc() || end != step.data() + step.size() || index >= node->count) {
        return nullptr;
      }
      node = &node->first[index].value;
    } else {
      node = node->find(step);
    }
    if (node == nullptr || dot == std::string_view::npos) return node;
    path.remove_prefix(dot + 1);
  }
}

void append_json(std::string& out, const Node& node) {
  switch (node.kind) {
    case Kind::null: out += "null"; return;
    case Kind::boolean: out += node.truth ? "true" : "false"; return;
    case Kind::number: out += node.text; return;
    case Kind::text: out += base::quoted(node.text); return;
    case Kind::array:
    case Kind::object: break;
  }
  const bool object = node.is_object();
  out += object ? '{' : '[';
  bool first = true;
  for (const auto& member : node.members()) {
    if (!first) out += ',';
    first = false;
    if (object) {
      out += base::quoted(member.key);
      out += ':';
    }
    append_json(out, member.value);
  }
  out += object ? '}' : ']';
}

std::uint64_t digest(const Node& node) {
  if (!node.is_scalar() && !node.text.empty()) return hash(node.text);
  const auto mix = [](std::uint64_t a, std::uint64_t b) {
    return (a ^ b) * 0x9E3779B97F4A7C15ULL + (a >> 29);  // odd constant: 2^64 / golden ratio
  };
  std::uint64_t out = mix(static_cast<std::uint64_t>(node.kind) + 1, node.truth ? 2 : 1);
  if (node.is_scalar()) return mix(out, hash(node.text));
  for (const auto& member : node.members()) {
    out = mix(out, hash(member.key));
    out = mix(out, digest(member.value));
  }
  return mix(out, node.count);
}

std::string to_json(const Node& node) {
  std::string out;
  append_json(out, node);
  return out;
}

Document::Document() : impl_(std::make_unique<Impl>()) {}
Document::~Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
const Node& Document::root() const { return impl_->root; }
std::shared_ptr<const std::string> Document::text() const { return impl_->text; }
std::size_t Document::bytes() const {
  return (impl_->text ? impl_->text->capacity() : 0) + impl_->arena.bytes();
}

DocumentBuilder::DocumentBuilder() = default;
DocumentBuilder::~DocumentBuilder() = default;

std::string_view DocumentBuilder::keep(std::string_view text) {
  return document_.impl_->arena.copy(text);
}

const Member* DocumentBuilder::keep(std::span<const Member> members) {
  return document_.impl_->arena.copy(members);
}

Document DocumentBuilder::finish(const Node& root) {
  document_.impl_->root = root;
  return std::move(document_);
}

}  // namespace erp2mysql::data
