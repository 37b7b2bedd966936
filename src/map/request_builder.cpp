// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/map/request_builder.hpp"

#include <algorithm>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::map {
namespace {

data::Arguments list_of(std::string_view text, std::string_view separator) {
  data::Arguments out;
  if (base::trim(text).empty()) return out;
  while (true) {
    const auto at = separator.empty() ? std::string_view::npos : text.find(separator);
    out.push_back({"", data::Argument::Kind::text, std::string(text.substr(0, at)), {}});
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + separator.size());
  }
}

bool is_bare(std::string_view text) {
  base::NumberText number;
  return text == "true" || text == "false" || base::parse_number(text, number);
}

}  // namespace

RequestBuilder RequestBuilder::compile(const std::vector<job::Item>& items,
                                       CompileProblems& problems) {
  RequestBuilder builder;
  builder.entries_ = compile_entries(items, problems);
  return builder;
}

std::vector<RequestBuilder::Entry> RequestBuilder::compile_entries(
    const std::vector<job::Item>& items, CompileProblems& problems) {
  std::vector<Entry> out;
  for (const auto& item : items) {
    Entry entry;
    entry.field = item.field;
    entry.list = base::lower(item.type) == "array";
    entry.nested = !item.children.empty();
    const auto type = base::lower(item.type);
    entry.bare = type == "int" || type == "float" || type == "number" || type == "boolean";
    entry.has_value = (item.value && !item.value->empty()) || item.default_value;
    entry.parser = item.parser;
    job::Item as_text = item;
    // Wire values are text; lists and objects are shaped here, not by the value's type.
    if (entry.list || base::lower(item.type) == "object") as_text.type = "string";
    entry.rule = ValueRule::compile(as_text, "", problems);
    entry.children = compile_entries(item.children, problems);
    out.push_back(std::move(entry));
  }
  return out;
}

std::optional<data::Argument> RequestBuilder::fill_scalar(const Entry& entry,
                                                          const Variables& variables) {
  if (!entry.has_value) return std::nullopt;
  const auto text = entry.rule.text({}, variables);
  if (!text || text->empty()) return std::nullopt;
  using Kind = data::Argument::Kind;
  if (entry.parser && entry.parser->name == "StringToArray") {
    return data::Argument{entry.field, Kind::list, "", list_of(*text, entry.parser->params)};
  }
  if (entry.list && !entry.parser) {
    return data::Argument{entry.field, Kind::list, "", {{"", Kind::text, *text, {}}}};
  }
  return data::Argument{entry.field, Kind::text, *text, {}, entry.bare && is_bare(*text)};
}

data::Arguments RequestBuilder::fill(const std::vector<Entry>& entries,
                                     const Variables& variables) {
  using Kind = data::Argument::Kind;
  data::Arguments out;
  for (const auto& entry : entries) {
    if (!entry.nested) {
      if (auto argument = fill_scalar(entry, variables)) out.push_back(std::move(*argument));
      continue;
    }
    // Elements of a list are written as items without a name, in a parent of either type.
    auto children = fill(entry.children, variables);
    const bool list = entry.list || std::all_of(entry.children.begin(), entry.children.end(),
                                                [](const Entry& c) { return c.field.empty(); });
    out.push_back({entry.field, list ? Kind::list : Kind::object, "", std::move(children)});
  }
  return out;
}

data::Arguments RequestBuilder::build(const Variables& variables) const {
  return fill(entries_, variables);
}

bool RequestBuilder::any_uses_window(const std::vector<Entry>& entries) {
  return std::any_of(entries.begin(), entries.end(), [](const Entry& entry) {
    return entry.rule.uses_window() || any_uses_window(entry.children);
  });
}

bool RequestBuilder::uses_window() const { return any_uses_window(entries_); }

}  // namespace erp2mysql::map
