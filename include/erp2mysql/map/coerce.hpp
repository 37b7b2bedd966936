// SPDX-License-Identifier: Apache-2.0
// A source value as the text of one column, by the item's `type`. Exact: digits are never changed.
// Knows no row and no server; what the server's column refuses is found later.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "erp2mysql/base/time.hpp"
#include "erp2mysql/data/node.hpp"

namespace erp2mysql::map {

enum class Type { text, integer, number, datetime, date, boolean, json };

/// The `type` word of the metadata, any case; nothing when unknown.
std::optional<Type> parse_type(std::string_view word);

/// One value on its way into a batch; nothing is NULL. The text belongs to the record, the rule or
/// the scratch text of the caller, and is valid until any of them changes.
using Cell = std::optional<std::string_view>;

/// The value is a text that coerce would answer as it is.
inline bool is_in_form(const data::Node& node, Type type) {
  if (type == Type::text) return node.is_text() || node.is_number();
  if (!node.is_number() || node.digits == data::Digits::other) return false;
  return type == Type::number || (type == Type::integer && node.digits == data::Digits::whole);
}

/// The cell, or nothing for NULL: missing and null fields, and empty text for every type but text.
/// Throws base::Error{data} when the value does not fit; the message never quotes it.
Cell coerce(const data::Node* node, Type type, const base::Zone& zone, std::string& scratch);
/// The same for a text that a template or an expression made; it may be `scratch` itself.
Cell coerce_text(std::string_view text, Type type, const base::Zone& zone, std::string& scratch);

}  // namespace erp2mysql::map
