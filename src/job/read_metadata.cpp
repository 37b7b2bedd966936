// SPDX-License-Identifier: Apache-2.0
// Items, conditions and the source; the target has rules of its own in read_target.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "check.hpp"
#include "erp2mysql/base/text.hpp"
#include "parts.hpp"

namespace erp2mysql::job {
namespace {

constexpr std::string_view k_unsupported = "is not supported by this version";

void check_expression(const Reader& item, const std::string& value) {
  const auto refuse = [&](std::string_view what) {
    item.context().problem(item.pointer("value"), fmt::format("\"{}\" {}", what, k_unsupported));
  };
  if (value.starts_with("_mongoQuery")) return refuse("_mongoQuery");
}

bool is_container(std::string_view type) { return type == "array" || type == "object"; }

void read_value(const Reader& item, Item& out) {
  const auto* value = item.find("value");
  const auto mapping = item.text("mapping");
  if (value != nullptr && !value->is_scalar() && !is_container(out.type)) {
    return report_mismatch(item.context(), *value, item.pointer("value"),
                           "a text, a number, true or false", false,
                           "lists and objects need type \"array\" or \"object\"");
  }
  if (value != nullptr) {
    out.value = item.context().text(*value);
    check_expression(item, *out.value);
  }
  if (!mapping || mapping->empty()) return;
  if (out.value) {
    return item.context().problem(item.pointer("mapping"), "value and mapping exclude each other",
                                  "keep one of them");
  }
  out.value = "{{" + *mapping + "}}";
}

void read_parser(const Reader& item, Item& out) {
  const Reader parser = item.object("parser");
  const auto name = parser.text("name");
  if (!name) return;
  for (const std::string_view known : {"ArrayToString", "StringToArray"}) {
    if (base::equal_ignore_case(known, *name)) {
      out.parser = Parser{std::string(known), parser.text("params").value_or("")};
    }
  }
  if (out.parser || name->empty()) return;
  item.context().problem(parser.pointer("name"),
                         fmt::format("the parser {} {}", base::quoted(*name), k_unsupported),
                         "supported: ArrayToString, StringToArray");
}

Item read_item(const Reader& item) {
  Item out;
  out.pointer = item.pointer();
  out.field = item.text("field").value_or("");
  const auto type = item.lower("type");
  out.children = read_items(item.elements("children"));
  out.type = type.value_or(out.children.empty() ? "string" : "object");
  out.default_value = item.text("default");
  if (item.lower("onDivisionByZero") == "null") out.on_division_by_zero = "null";
  if (item.lower("onFunctionError") == "text") out.on_function_error = "text";
  read_value(item, out);
  read_parser(item, out);
  if (!out.children.empty() && !is_container(out.type)) {
    item.context().problem(item.pointer("type"),
                           fmt::format("an item of type \"{}\" has no children", out.type),
                           "its type is \"object\" or \"array\"");
  }
  if (out.field.empty() && out.children.empty() && !item.has("field")) {
    item.context().problem(item.pointer(), "an item needs a field name, or children",
                           "add \"field\"");
  }
  return out;
}

bool valid_range(const Reader& condition) {
  const auto* value = condition.find("value");
  if (value == nullptr || value->is_object()) return false;
  if (value->is_array()) return value->count == 2 && condition.texts("value").size() == 2;
  return condition.text("value")->find(',') != std::string::npos;
}

std::optional<Condition> read_condition(const Reader& condition) {
  auto& context = condition.context();
  Condition out;
  out.pointer = condition.pointer();
  out.field = condition.text("field").value_or("");
  out.logic = condition.lower("logic").value_or("");
  out.strict = condition.boolean("strictMode").value_or(false);
  if (out.logic.empty()) return std::nullopt;
  const bool unary = out.logic == "notnull" || out.logic == "isnull";
  const auto* value = condition.find("value");
  if (out.logic == "between" && !valid_range(condition)) {
    context.problem(value == nullptr ? out.pointer : condition.pointer("value"),
                    "between needs two values, such as \"100,500\"");
  } else if (value == nullptr && !unary && !condition.node()->find("value")) {
    context.problem(out.pointer, fmt::format("{} needs a value", out.logic), "add \"value\"");
  } else if (value != nullptr && !value->is_scalar() && out.logic != "between") {
    report_mismatch(context, *value, condition.pointer("value"), "one value", false);
  }
  out.value = base::join(condition.texts("value"), ",");
  return out;
}

void read_conditions(const Reader& source, Source& out) {
  for (const auto& group : source.elements("condition")) {
    std::vector<Condition> all;
    for (const auto& element : group.elements()) {
      if (const auto condition = read_condition(element)) all.push_back(*condition);
    }
    if (group.node()->is_array() && group.node()->count == 0) {
      group.context().problem(group.pointer(), "an empty list of comparisons lets every row pass",
                              "remove it");
    }
    out.condition.push_back(std::move(all));
  }
}

void read_beat_flat(const Reader& source, Source& out) {
  const Reader extra = source.object("otherRequestParams");
  const bool twice = source.has("beatFlat") && extra.has("beatFlat");
  const Reader& place = source.has("beatFlat") ? source : extra;
  out.beat_flat = place.texts("beatFlat");
  auto& context = source.context();
  if (twice) {
    context.problem(extra.pointer("beatFlat"), "beatFlat is given twice", "keep one of them");
  }
  if (out.beat_flat.size() > 1) {
    context.problem(place.pointer("beatFlat"),
                    fmt::format("beatFlat with more than one array {}", k_unsupported));
  }
  for (const auto& name : out.beat_flat) {
    if (base::trim(name).empty()) {
      context.problem(place.pointer("beatFlat"), "beatFlat names an array, found an empty text");
    }
  }
}

void warn_repeated_fields(const Reader& source, std::string_view key,
                          const std::vector<Item>& items) {
  std::set<std::string> seen;
  for (const auto& item : items) {
    if (item.field.empty() || seen.insert(item.field).second) continue;
    source.context().warning(
        item.pointer, fmt::format("{} stands in {} more than once", base::quoted(item.field), key),
        "platforms take one of them");
  }
}

void check_platform(const Reader& source, const Source& out) {
  if (out.platform.empty()) return;
  if (connection_section(out.platform) != nullptr && out.platform != "mysql") return;
  std::vector<std::string_view> known;
  for (const auto& platform : platforms()) {
    if (platform.platform != "mysql") known.push_back(platform.platform);
  }
  auto hint = out.platform == "mysql" ? "" : did_you_mean(out.platform, known);
  if (hint.empty()) hint = fmt::format("known platforms: {}", fmt::join(known, ", "));
  source.context().problem(
      source.pointer("platform"),
      fmt::format("{} is no source platform", base::quoted(base::shorten(out.platform, 40))),
      std::move(hint));
}

void read_reading(const Reader& read, Read& out) {
  out.list = read.text("list");
  out.total = read.text("total");
  out.page_field = read.text("pageField");
  out.size_field = read.text("sizeField");
  out.first_page = read.integer("firstPage");
  out.max_page_size = read.integer("maxPageSize");
  out.cursor_field = read.text("cursorField");
  out.cursor_start = read.text("cursorStart");
  out.cursor_path = read.text("cursorPath");
  out.cursor_key = read.text("key");
  out.from_fields = read.texts("fromFields");
  out.to_fields = read.texts("toFields");
  out.max_window = read.duration("maxWindow");
  out.max_pages = read.integer("maxPages");
  if (out.cursor_path && out.cursor_key && !out.cursor_key->empty()) {
    read.context().problem(read.pointer("key"), "cursorPath and key exclude each other",
                           "keep one of them");
  }
}

// A name that the request does not have is sent as well, but is more likely a slip.
void read_remedy(const Reader& remedy, Source& out) {
  if (!remedy.exists()) return;
  out.remedy = Remedy{read_items(remedy.elements("takeOverRequest"))};
  const auto known = [&](const Item& item) {
    const auto same = [&](const Item& other) { return other.field == item.field; };
    return std::any_of(out.request.begin(), out.request.end(), same) ||
           std::any_of(out.other_request.begin(), out.other_request.end(), same);
  };
  for (const auto& item : out.remedy->take_over) {
    if (known(item)) continue;
    remedy.context().warning(item.pointer,
                             fmt::format("the request has no {}, so nothing is replaced by it",
                                         base::quoted(base::shorten(item.field, 40))),
                             "it is sent beside the others");
  }
}

}  // namespace

std::vector<Item> read_items(const std::vector<Reader>& items) {
  std::vector<Item> out;
  for (const auto& item : items) {
    if (item.node()->is_object()) out.push_back(read_item(item));
  }
  return out;
}

void read_source(const Reader& source, Source& out) {
  out.platform = source.lower("platform").value_or("");
  check_platform(source, out);
  out.api = source.text("api").value_or("");
  if (const auto method = source.text("method"); method && !method->empty()) {
    out.method = *method;
    std::transform(out.method.begin(), out.method.end(), out.method.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  }
  out.id = source.text("id").value_or("");
  out.number = source.text("number").value_or("");
  out.id_check = source.boolean("idCheck").value_or(false);
  if (out.id_check && base::trim(out.id).empty() && !source.node()->find("id")) {
    source.context().problem(source.pointer("idCheck"), "idCheck needs the key \"id\"",
                             "name the field that tells records apart");
  }
  out.page_size = source.object("pagination").integer("pageSize");
  read_reading(source.object("read"), out.read);
  read_beat_flat(source, out);
  out.request = read_items(source.elements("request"));
  out.other_request = read_items(source.elements("otherRequest"));
  warn_repeated_fields(source, "request", out.request);
  warn_repeated_fields(source, "otherRequest", out.other_request);
  read_remedy(source.object("omissionRemedy"), out);
  read_conditions(source, out);
}

}  // namespace erp2mysql::job
