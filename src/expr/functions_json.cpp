// SPDX-License-Identifier: Apache-2.0
// Functions that read JSON.
#include <algorithm>

#include "erp2mysql/base/text.hpp"
#include "families.hpp"
#include "json.hpp"
#include "kit.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

JsonPtr document(const Call& call, std::size_t i = 0) {
  return json_argument(call[i], static_cast<int>(i) + 1,
                       base::lower(call.node().function->entry.name));
}
Path path_of(const Call& call, std::size_t i) { return parse_path(call.text(i)); }
Path single_path(const Call& call, std::size_t i) {
  Path out = path_of(call, i);
  if (out.many())
    fail(3149, "In this situation, path expressions may not contain the * and ** tokens");
  return out;
}

Item extract(const Call& call) {
  const JsonPtr json = document(call);
  Json::Array found;
  bool many = call.size() > 2;
  for (std::size_t i = 1; i < call.size(); ++i) {
    const Path path = path_of(call, i);
    many = many || path.many();
    for (auto& value : find_all(json, path)) found.push_back(std::move(value));
  }
  if (found.empty()) return Item::null();
  return Item::of_json(many ? make_json(std::move(found)) : found[0]);
}

Item unquote(const Call& call) {
  const Item& item = call[0];
  if (item.kind == Kind::json) {
    const auto* scalar = item.json->scalar();
    if (scalar != nullptr && scalar->item.is_text()) return Item::of_text(scalar->item.text);
    if (scalar != nullptr && scalar->item.is_temporal()) {
      const std::string quoted = json_text(*item.json);
      return Item::of_text(quoted.substr(1, quoted.size() - 2));
    }
    return Item::of_text(json_text(*item.json));
  }
  if (!item.is_text()) fail(3064, "Incorrect type for argument 1 in function json_unquote.");
  const std::string text = to_text(item);
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return Item::of_text(text);
  const auto value = parse_json(text);
  if (!value || value->scalar() == nullptr)
    fail(k_invalid_json, "Invalid JSON text in argument 1 to function json_unquote");
  return Item::of_text(value->scalar()->item.text);
}

Type unquote_type(const Call&) {
  Type out = Type::text();
  out.collation = Collation::bin;
  return out;
}

Item quote(const Call& call) {
  if (!call[0].is_text()) fail(3064, "Incorrect type for argument 1 in function json_quote.");
  return Item::of_text(json_quoted(call.text(0)));
}

Item valid(const Call& call) {
  const Kind kind = call.type(0).kind;
  if (kind != Kind::text && kind != Kind::json && kind != Kind::null) return Item::of_bool(false);
  const Item item = call.eval(0);
  if (item.is_null()) return item;
  if (item.kind == Kind::json) return Item::of_bool(true);
  if (!item.is_text() || item.charset == Charset::binary) return Item::of_bool(false);
  return Item::of_bool(parse_json(to_text(item)) != nullptr);
}

Item type_name(const Call& call) { return Item::of_text(json_type_name(*document(call))); }
Item depth(const Call& call) { return Item::of_integer(json_depth(*document(call))); }
Item pretty(const Call& call) { return Item::of_text(json_pretty(*document(call))); }

// The value at the path of an argument, when there is one.
JsonPtr target(const Call& call, std::size_t path) {
  const JsonPtr json = document(call);
  if (call.size() <= path) return json;
  const auto found = find_all(json, single_path(call, path));
  return found.empty() ? nullptr : found[0];
}

Item length(const Call& call) {
  const JsonPtr json = target(call, 1);
  if (!json) return Item::null();
  if (const auto* array = json->array())
    return Item::of_integer(static_cast<std::int64_t>(array->size()));
  if (const auto* object = json->object())
    return Item::of_integer(static_cast<std::int64_t>(object->size()));
  return Item::of_integer(1);
}

Item keys(const Call& call) {
  const JsonPtr json = target(call, 1);
  if (!json || json->object() == nullptr) return Item::null();
  Json::Array out;
  for (const auto& [key, value] : *json->object()) out.push_back(make_scalar(Item::of_text(key)));
  return Item::of_json(make_json(std::move(out)));
}

Item contains(const Call& call) {
  const JsonPtr part = document(call, 1);
  const JsonPtr whole = target(call, 2);
  return whole ? Item::of_bool(json_contains(*whole, *part)) : Item::null();
}

bool wants_all(const Call& call, std::size_t i) {
  const std::string mode = base::lower(call.text(i));
  if (mode != "one" && mode != "all")
    fail(3154, "The oneOrAll argument may take these values: 'one' or 'all'.");
  return mode == "all";
}

Item contains_path(const Call& call) {
  const JsonPtr json = document(call);
  const bool all = wants_all(call, 1);
  for (std::size_t i = 2; i < call.size(); ++i) {
    if (find_all(json, path_of(call, i)).empty() == all) return Item::of_bool(!all);
  }
  return Item::of_bool(all);
}

Item overlaps(const Call& call) {
  return Item::of_bool(json_overlaps(*document(call, 0), *document(call, 1)));
}

// JSON_VALUE: the scalar at a path as text, or as the type after RETURNING.
Item value_at(const Call& call) {
  // NULL ON ERROR is its default.
  if (call[0].is_text() && parse_json(call.text(0)) == nullptr) return Item::null();
  const auto found = find_all(document(call), single_path(call, 1));
  if (found.empty()) {
    if (call.node().word.find("Me") != std::string::npos)
      fail(3966, "No value was found by 'json_value'");
    return Item::null();
  }
  const Json& json = *found[0];
  const auto* scalar = json.scalar();
  if (scalar != nullptr && scalar->item.is_null()) return Item::null();
  const bool to_json = call.node().cast.to == CastSpec::To::json;
  if (to_json) return Item::of_json(found[0]);
  if (scalar == nullptr || call.node().cast.to == CastSpec::To::none ||
      call.node().cast.to == CastSpec::To::text)
    return Item::of_text(scalar != nullptr && scalar->item.is_text() ? scalar->item.text
                                                                     : json_text(json));
  return cast_item(scalar->item, call.node().cast, call.context());
}
Type value_type(const Call& call) {
  const CastSpec& cast = call.node().cast;
  return cast.to == CastSpec::To::none ? Type::text() : cast_type(cast, Type::text());
}

// ---- JSON_SEARCH

struct Search {
  std::string pattern;
  char32_t escape;
  bool all;
  Json::Array found;
  std::vector<const Json*> roots;  // where the wanted paths lead
};

void search_in(const Json& json, const std::string& path, Search& search, bool inside = false) {
  if (!search.all && !search.found.empty()) return;
  inside =
      inside || std::find(search.roots.begin(), search.roots.end(), &json) != search.roots.end();
  if (const auto* scalar = json.scalar()) {
    if (inside && scalar->item.is_text() &&
        like(scalar->item.text, search.pattern, search.escape, Collation::ai_ci))
      search.found.push_back(make_scalar(Item::of_text(path)));
  } else if (const auto* array = json.array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      search_in(*(*array)[i], path + "[" + std::to_string(i) + "]", search, inside);
  } else {
    for (const auto& [key, value] : *json.object()) {
      const bool plain = !key.empty() && (key[0] < '0' || key[0] > '9') &&
                         std::all_of(key.begin(), key.end(), [](char c) {
                           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                  (c >= '0' && c <= '9') || c == '_' || c == '$';
                         });
      search_in(*value, path + "." + (plain ? key : json_quoted(key)), search, inside);
    }
  }
}

// Paths come in the order in which they were asked for, none twice.
void search_below(const std::vector<JsonPtr>& roots, const Json& json, Search& search) {
  search.roots.clear();
  for (const auto& root : roots) search.roots.push_back(root.get());
  Json::Array before = std::move(search.found);
  search.found.clear();
  if (search.all || before.empty()) search_in(json, "$", search);
  for (auto& path : search.found) {
    const bool known = std::any_of(before.begin(), before.end(), [&](const JsonPtr& other) {
      return other->scalar()->item.text == path->scalar()->item.text;
    });
    if (!known) before.push_back(std::move(path));
  }
  search.found = std::move(before);
}

Item search(const Call& given) {
  Call call = given;
  call.load_all();
  for (std::size_t i = 0; i < call.size(); ++i) {
    if (i != 3 && call[i].is_null()) return Item::null();
  }
  const JsonPtr json = document(call);
  Search wanted{call.text(2), U'\\', wants_all(call, 1), {}, {}};
  if (call.size() > 3 && !call[3].is_null() && !call.text(3).empty()) {
    std::size_t at = 0;
    const std::string escape = call.text(3);
    wanted.escape = next_character(escape, at);
  }
  if (call.size() <= 4) search_below({json}, *json, wanted);
  for (std::size_t i = 4; i < call.size(); ++i)
    search_below(find_all(json, parse_path(call.text(i))), *json, wanted);
  if (wanted.found.empty()) return Item::null();
  return Item::of_json(wanted.found.size() == 1 ? wanted.found[0]
                                                : make_json(std::move(wanted.found)));
}

}  // namespace

const std::vector<Function>& json_functions() {
  static const std::vector<Function> k_functions = {
      {{"JSON_EXTRACT", 2, -1, "json, path, …",
        "The value at a path; {field}->'$.a' is short for it.",
        "JSON_EXTRACT('{\"a\":[1,2]}','$.a[1]')"},
       extract,
       kit::json},
      {{"JSON_UNQUOTE", 1, 1, "json", "A JSON text without its quotes.", "JSON_UNQUOTE('\"a\"')"},
       unquote,
       unquote_type},
      {{"JSON_VALUE", 2, 2, "json, path [RETURNING type]",
        "The scalar at a path as text or a type.", "JSON_VALUE('{\"a\":\"x\"}','$.a')"},
       value_at,
       value_type,
       Nulls::strict,
       Syntax::value_of},
      {{"JSON_QUOTE", 1, 1, "text", "A text as a JSON text.", "JSON_QUOTE('a\"b')"},
       quote,
       kit::plain},
      {{"JSON_VALID", 1, 1, "text", "Whether it is JSON.", "JSON_VALID('{}')"},
       valid,
       kit::whole,
       Nulls::own},
      {{"JSON_TYPE", 1, 1, "json", "The name of its type.", "JSON_TYPE('[1]')"},
       type_name,
       kit::plain},
      {{"JSON_LENGTH", 1, 2, "json, path", "How many elements or members.",
        "JSON_LENGTH('[1,2,3]')"},
       length,
       kit::whole},
      {{"JSON_DEPTH", 1, 1, "json", "How deep it is nested.", "JSON_DEPTH('[1,[2]]')"},
       depth,
       kit::whole},
      {{"JSON_KEYS", 1, 2, "json, path", "The keys of an object.",
        "JSON_KEYS('{\"a\":1,\"b\":2}')"},
       keys,
       kit::json},
      {{"JSON_CONTAINS", 2, 3, "json, part, path", "Whether a value is contained in another.",
        "JSON_CONTAINS('[1,2]','2')"},
       contains,
       kit::whole},
      {{"JSON_CONTAINS_PATH", 3, -1, "json, 'one'|'all', path, …",
        "Whether the paths lead anywhere.", "JSON_CONTAINS_PATH('{\"a\":1}','one','$.a','$.b')"},
       contains_path,
       kit::whole},
      {{"JSON_OVERLAPS", 2, 2, "a, b", "Whether they share an element.",
        "JSON_OVERLAPS('[1,2]','[2,3]')"},
       overlaps,
       kit::whole},
      {{"JSON_SEARCH", 3, -1, "json, 'one'|'all', text, escape, path, …",
        "The path of a text, below the given paths.", "JSON_SEARCH('[\"abc\"]','one','a%')"},
       search,
       kit::json,
       Nulls::own},
      {{"JSON_PRETTY", 1, 1, "json", "With line breaks.", "JSON_PRETTY('[1]')"},
       pretty,
       kit::plain},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
