// SPDX-License-Identifier: Apache-2.0
// JSON values as the server keeps them: keys sorted by length, exact decimals and dates possible.
// It refuses to know SQL functions.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "item.hpp"

namespace erp2mysql::expr {

struct KeyOrder {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};

struct Json {
  using Array = std::vector<JsonPtr>;
  using Object = std::map<std::string, JsonPtr, KeyOrder>;
  /// A scalar is an item: NULL, number, text or temporal; `truth` tells 0 and 1 from false and
  /// true.
  struct Scalar {
    Item item;
    bool truth = false;
  };
  std::variant<Scalar, Array, Object> value;

  const Scalar* scalar() const { return std::get_if<Scalar>(&value); }
  const Array* array() const { return std::get_if<Array>(&value); }
  const Object* object() const { return std::get_if<Object>(&value); }
};

JsonPtr make_json(Json::Array array);
JsonPtr make_json(Json::Object object);
JsonPtr make_scalar(Item item, bool truth = false);

/// Nothing when the text is no JSON or deeper than 100 levels.
JsonPtr parse_json(std::string_view text);
std::string json_text(const Json& json);
std::string json_pretty(const Json& json);
std::string base64_of(const std::string& data);
std::string json_quoted(std::string_view text);
std::string json_type_name(const Json& json);
int json_depth(const Json& json);

double json_real(const Json& json);
Decimal json_decimal(const Json& json);
Whole json_whole(const Json& json);
bool json_truth(const Json& json);

int compare_json(const Json& a, const Json& b);
/// Whether `part` is contained in `whole`, as JSON_CONTAINS asks; whether the two overlap.
bool json_contains(const Json& whole, const Json& part);
bool json_overlaps(const Json& a, const Json& b);
bool json_member(const Json& value, const Json& list);

/// A document: JSON as it is, text parsed; throws ServerError 3141 or 3146.
JsonPtr json_argument(const Item& item, int position, std::string_view function);
/// A value to put into a document: text becomes a JSON text.
JsonPtr json_scalar(const Item& item);

/// One step of a path: .key, [n], [last-n], [a to b], .*, [*], **.
struct PathLeg {
  enum class Kind { member, cell, range, any_member, any_cell, deep };
  Kind kind = Kind::member;
  std::string key;
  std::size_t from = 0;
  std::size_t to = 0;
  bool from_last = false;
  bool to_last = false;
};
struct Path {
  std::vector<PathLeg> legs;
  bool many() const;
};
/// Throws ServerError 3143.
Path parse_path(std::string_view text);
/// All values that a path reaches, in document order; `automatic` treats a scalar as [scalar].
std::vector<JsonPtr> find_all(const JsonPtr& json, const Path& path);

}  // namespace erp2mysql::expr
