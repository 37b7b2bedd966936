// SPDX-License-Identifier: Apache-2.0
// Functions that build and change JSON.
#include <functional>

#include "erp2mysql/base/text.hpp"
#include "families.hpp"
#include "json.hpp"
#include "kit.hpp"

namespace erp2mysql::expr {
namespace {

using LegKind = PathLeg::Kind;

JsonPtr document(const Call& call, std::size_t i = 0) {
  return json_argument(call[i], static_cast<int>(i) + 1,
                       base::lower(call.node().function->entry.name));
}
Path single_path(const Item& item) {
  Path out = parse_path(to_text(item));
  if (out.many())
    fail(3149, "In this situation, path expressions may not contain the * and ** tokens");
  return out;
}

Item array(const Call& call) {
  Json::Array out;
  for (std::size_t i = 0; i < call.size(); ++i) out.push_back(json_scalar(call.eval(i)));
  return Item::of_json(make_json(std::move(out)));
}

Item object(const Call& call) {
  Json::Object out;
  for (std::size_t i = 0; i + 1 < call.size(); i += 2) {
    const Item key = call.eval(i);
    if (key.is_null()) fail(3158, "JSON documents may not contain NULL member names.");
    out[to_text(key)] = json_scalar(call.eval(i + 1));
  }
  return Item::of_json(make_json(std::move(out)));
}

/// What happens at the end of a path: `found` is null when nothing is there yet.
using Change = std::function<JsonPtr(const JsonPtr& found)>;

JsonPtr changed(const JsonPtr& json, const Path& path, std::size_t at, const Change& change);

JsonPtr change_member(const JsonPtr& json, const Path& path, std::size_t at, const Change& change) {
  const auto* members = json->object();
  if (members == nullptr) return json;
  const std::string& key = path.legs[at].key;
  const auto found = members->find(key);
  const bool last = at + 1 == path.legs.size();
  if (found == members->end() && !last) return json;
  JsonPtr value =
      found == members->end() ? change(nullptr) : changed(found->second, path, at + 1, change);
  Json::Object out = *members;
  if (value == nullptr)
    out.erase(key);
  else
    out[key] = std::move(value);
  return make_json(std::move(out));
}

// A scalar counts as a list of one element.
JsonPtr change_cell(const JsonPtr& json, const Path& path, std::size_t at, const Change& change) {
  const PathLeg& leg = path.legs[at];
  const auto* elements = json->array();
  Json::Array out = elements != nullptr ? *elements : Json::Array{json};
  const std::size_t size = out.size();
  if (leg.from_last && leg.from >= size) {
    if (at + 1 != path.legs.size()) return json;
    JsonPtr value = change(nullptr);
    if (value == nullptr) return json;
    out.insert(out.begin(), std::move(value));
    return make_json(std::move(out));
  }
  const std::size_t index = leg.from_last ? size - 1 - leg.from : leg.from;
  if (index >= size) {
    if (at + 1 != path.legs.size()) return json;
    JsonPtr value = change(nullptr);
    if (value == nullptr) return json;
    out.push_back(std::move(value));
    return make_json(std::move(out));
  }
  JsonPtr value = changed(out[index], path, at + 1, change);
  if (elements == nullptr) return value == nullptr ? json : value;
  if (value == nullptr)
    out.erase(out.begin() + static_cast<std::ptrdiff_t>(index));
  else
    out[index] = std::move(value);
  return make_json(std::move(out));
}

JsonPtr changed(const JsonPtr& json, const Path& path, std::size_t at, const Change& change) {
  if (at == path.legs.size()) return change(json);
  return path.legs[at].kind == LegKind::member ? change_member(json, path, at, change)
                                               : change_cell(json, path, at, change);
}

enum class Mode { set, insert, replace, append };

Item change_pairs(const Call& call, Mode mode) {
  JsonPtr json = document(call);
  for (std::size_t i = 1; i + 1 < call.size(); i += 2) {
    if (call[i].is_null()) return Item::null();
    const JsonPtr value = json_scalar(call[i + 1]);
    json = changed(json, single_path(call[i]), 0, [&](const JsonPtr& found) -> JsonPtr {
      switch (mode) {
        case Mode::set: return value;
        case Mode::insert: return found ? found : value;
        case Mode::replace: return found ? value : nullptr;
        default: break;
      }
      if (!found) return nullptr;
      Json::Array list = found->array() != nullptr ? *found->array() : Json::Array{found};
      list.push_back(value);
      return make_json(std::move(list));
    });
  }
  return Item::of_json(json);
}

// Values may be NULL, the document and the paths may not.
template <Mode mode>
Item change(const Call& given) {
  Call call = given;
  call.load_all();
  if (call[0].is_null()) return Item::null();
  for (std::size_t i = 1; i < call.size(); i += 2) {
    if (call[i].is_null()) return Item::null();
  }
  return change_pairs(call, mode);
}

Item remove(const Call& call) {
  JsonPtr json = document(call);
  for (std::size_t i = 1; i < call.size(); ++i) {
    const Path path = single_path(call[i]);
    if (path.legs.empty()) fail(3153, "The path expression '$' is not allowed in this context.");
    json = changed(json, path, 0, [](const JsonPtr&) { return JsonPtr(); });
  }
  return Item::of_json(json);
}

Item array_insert(const Call& given) {
  Call call = given;
  call.load_all();
  if (call[0].is_null()) return Item::null();
  JsonPtr json = document(call);
  for (std::size_t i = 1; i + 1 < call.size(); i += 2) {
    if (call[i].is_null()) return Item::null();
    Path path = single_path(call[i]);
    if (path.legs.empty() || path.legs.back().kind != LegKind::cell)
      fail(3165, "A path expression is not a path to a cell in an array.");
    const PathLeg cell = path.legs.back();
    path.legs.pop_back();
    const JsonPtr value = json_scalar(call[i + 1]);
    json = changed(json, path, 0, [&](const JsonPtr& found) -> JsonPtr {
      if (!found || found->array() == nullptr) return found;
      Json::Array list = *found->array();
      std::size_t at = cell.from;
      if (cell.from_last) at = cell.from >= list.size() ? 0 : list.size() - 1 - cell.from;
      list.insert(list.begin() + static_cast<std::ptrdiff_t>(std::min(at, list.size())), value);
      return make_json(std::move(list));
    });
  }
  return Item::of_json(json);
}

JsonPtr preserved(const JsonPtr& a, const JsonPtr& b) {
  if (a->object() != nullptr && b->object() != nullptr) {
    Json::Object out = *a->object();
    for (const auto& [key, value] : *b->object()) {
      auto& place = out[key];
      place = place ? preserved(place, value) : value;
    }
    return make_json(std::move(out));
  }
  Json::Array out = a->array() != nullptr ? *a->array() : Json::Array{a};
  if (b->array() != nullptr)
    out.insert(out.end(), b->array()->begin(), b->array()->end());
  else
    out.push_back(b);
  return make_json(std::move(out));
}

JsonPtr patched(const JsonPtr& a, const JsonPtr& b) {
  if (b->object() == nullptr) return b;
  Json::Object out = a != nullptr && a->object() != nullptr ? *a->object() : Json::Object{};
  for (const auto& [key, value] : *b->object()) {
    const auto* scalar = value->scalar();
    if (scalar != nullptr && scalar->item.is_null()) {
      out.erase(key);
    } else {
      const auto found = out.find(key);
      JsonPtr merged = patched(found == out.end() ? nullptr : found->second, value);
      out[key] = std::move(merged);
    }
  }
  return make_json(std::move(out));
}

Item merge_preserve(const Call& call) {
  JsonPtr out = document(call);
  for (std::size_t i = 1; i < call.size(); ++i) out = preserved(out, document(call, i));
  return Item::of_json(out);
}

Item merge_patch(const Call& call) {
  JsonPtr out = document(call);
  for (std::size_t i = 1; i < call.size(); ++i) out = patched(out, document(call, i));
  return Item::of_json(out);
}

}  // namespace

const std::vector<Function>& json_change_functions() {
  constexpr auto own = Nulls::own;
  static const std::vector<Function> k_functions = {
      {{"JSON_ARRAY", 0, -1, "value, …", "A list of the values.", "JSON_ARRAY(1,'a',NULL)"},
       array,
       kit::json,
       own},
      {{"JSON_OBJECT", 0, -1, "key, value, …", "An object of the pairs.", "JSON_OBJECT('a',1)"},
       object,
       kit::json,
       own},
      {{"JSON_SET", 3, -1, "json, path, value, …", "Values put at paths.",
        "JSON_SET('{\"a\":1}','$.b',2)"},
       change<Mode::set>,
       kit::json,
       own},
      {{"JSON_INSERT", 3, -1, "json, path, value, …", "Values put where nothing was.",
        "JSON_INSERT('{\"a\":1}','$.a',2)"},
       change<Mode::insert>,
       kit::json,
       own},
      {{"JSON_REPLACE", 3, -1, "json, path, value, …", "Values put where something was.",
        "JSON_REPLACE('{\"a\":1}','$.a',2)"},
       change<Mode::replace>,
       kit::json,
       own},
      {{"JSON_REMOVE", 2, -1, "json, path, …", "Values taken out.", "JSON_REMOVE('[1,2]','$[0]')"},
       remove,
       kit::json},
      {{"JSON_ARRAY_APPEND", 3, -1, "json, path, value, …", "Values added to lists.",
        "JSON_ARRAY_APPEND('[1]','$',2)"},
       change<Mode::append>,
       kit::json,
       own},
      {{"JSON_ARRAY_INSERT", 3, -1, "json, path, value, …", "Values put into lists.",
        "JSON_ARRAY_INSERT('[1]','$[0]',2)"},
       array_insert,
       kit::json,
       own},
      {{"JSON_MERGE_PRESERVE", 2, -1, "json, json, …", "Merged; values of equal keys become lists.",
        "JSON_MERGE_PRESERVE('{\"a\":1}','{\"a\":2}')"},
       merge_preserve,
       kit::json},
      {{"JSON_MERGE", 2, -1, "json, json, …", "JSON_MERGE_PRESERVE.", "JSON_MERGE('[1]','[2]')"},
       merge_preserve,
       kit::json},
      {{"JSON_MERGE_PATCH", 2, -1, "json, json, …", "Merged; the later value wins.",
        "JSON_MERGE_PATCH('{\"a\":1}','{\"a\":2}')"},
       merge_patch,
       kit::json},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
