// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "document_impl.hpp"
#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::data {
namespace {

namespace od = simdjson::ondemand;

[[noreturn]] void refuse(const std::string& what) {
  throw base::Error(base::ErrorKind::protocol,
                    "the answer is not a complete JSON document: " + what);
}

template <class T>
T checked(simdjson::simdjson_result<T> result) {
  T value;
  if (const auto error = std::move(result).get(value)) refuse(simdjson::error_message(error));
  return value;
}

class PageReader {
 public:
  PageReader(Arena& arena, const Document::Limits& limits) : arena_(arena), limits_(limits) {}

  Node read(od::value value, std::size_t depth) {
    if (depth > limits_.depth) refuse(fmt::format("nested deeper than {} levels", limits_.depth));
    if (++nodes_ > limits_.nodes) refuse(fmt::format("more than {} values", limits_.nodes));
    Node node;
    switch (checked(value.type())) {
      case od::json_type::null:
        if (base::trim(value.raw_json_token()) != "null") refuse("a word that is not null");
        break;
      case od::json_type::boolean:
        node.kind = Kind::boolean;
        node.truth = checked(value.get_bool());
        break;
      case od::json_type::string:
        node.kind = Kind::text;
        node.text = checked(value.get_string());
        break;
      case od::json_type::number: read_number(value, node); break;
      case od::json_type::array: read_array(checked(value.get_array()), node, depth); break;
      case od::json_type::object: read_object(checked(value.get_object()), node, depth); break;
    }
    return node;
  }

 private:
  // The iterator skips what was looked at but not consumed, so the token stays text for good.
  static void read_number(od::value& value, Node& node) {
    node.kind = Kind::number;
    node.text = base::trim(value.raw_json_token());
    base::NumberText parts;
    if (!base::parse_number(node.text, parts)) refuse("a malformed number");
  }

  void read_array(od::array list, Node& node, std::size_t depth) {
    node.kind = Kind::array;
    const std::size_t start = stack_.size();
    for (auto item : list) {
      auto value = checked(item);
      const Node child = read(value, depth + 1);
      stack_.push_back({{}, child, 0});
    }
    keep(node, start);
  }

  void read_object(od::object object, Node& node, std::size_t depth) {
    node.kind = Kind::object;
    const std::size_t start = stack_.size();
    for (auto item : object) {
      auto field = checked(std::move(item));
      const std::string_view key = checked(field.unescaped_key());
      auto value = std::move(field).value();
      const Node child = read(value, depth + 1);
      stack_.push_back({key, child, 0});
    }
    keep(node, start);
    node.repeats = has_repeated_key(node.members(), depth);
  }

  // Objects of one depth mostly have the same keys in the same order: only a new shape is sorted.
  bool has_repeated_key(std::span<const Member> members, std::size_t depth) {
    if (shapes_.size() <= depth) shapes_.resize(depth + 1);
    auto& shape = shapes_[depth];
    const auto same = [](const Member& a, const Member& b) { return a.key == b.key; };
    if (std::equal(members.begin(), members.end(), shape.begin(), shape.end(), same)) return false;
    keys_.clear();
    for (const auto& member : members) keys_.push_back(member.key);
    std::sort(keys_.begin(), keys_.end());
    if (std::adjacent_find(keys_.begin(), keys_.end()) != keys_.end()) return true;
    shape = members;
    return false;
  }

  void keep(Node& node, std::size_t start) {
    node.count = static_cast<std::uint32_t>(stack_.size() - start);
    node.first = arena_.copy(std::span<const Member>(stack_).subspan(start));
    stack_.resize(start);
  }

  Arena& arena_;
  const Document::Limits& limits_;
  std::vector<Member> stack_;
  std::vector<std::span<const Member>> shapes_;  // by depth: the last one without repetition
  std::vector<std::string_view> keys_;
  std::size_t nodes_ = 0;
};

}  // namespace

Document Document::parse_page(std::string text, const Limits& limits) {
  Document document;
  Impl& impl = *document.impl_;
  impl.text = std::move(text);
  std::size_t start = impl.text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  if (base::trim(std::string_view(impl.text).substr(start)).empty()) refuse("it is empty");
  const std::size_t length = impl.text.size() - start;
  impl.text.reserve(impl.text.size() + simdjson::SIMDJSON_PADDING);
  const simdjson::padded_string_view view(impl.text.data() + start, length,
                                          length + simdjson::SIMDJSON_PADDING);
  auto json = checked(impl.parser.iterate(view));
  PageReader reader(impl.arena, limits);
  switch (checked(json.type())) {
    case od::json_type::array:
    case od::json_type::object: {
      auto value = checked(json.get_value());
      impl.root = reader.read(value, 1);
      break;
    }
    default: refuse("it is neither an object nor a list");
  }
  if (!json.current_location().error()) refuse("something follows its end");
  return document;
}

Document Document::parse_page(std::string text) { return parse_page(std::move(text), Limits{}); }

}  // namespace erp2mysql::data
