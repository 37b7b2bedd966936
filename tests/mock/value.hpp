// SPDX-License-Identifier: Apache-2.0
// A JSON value whose numbers are the digits that were written, never a double: rows of the imitated
// ERPs are built of it, and requests are read into it. How numbers and truth values are dressed
// (bare or as text) is decided when it is written. Refuses to know fields and platforms.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mock {

enum class Kind : std::uint8_t { null, number, id, money, boolean, text, raw, array, object };

// Which kinds are written in quotes.
struct Dress {
  bool numbers_quoted = false;
  bool ids_quoted = false;
  bool money_quoted = false;
  bool booleans_quoted = false;
};

struct Value {
  Kind kind = Kind::null;
  std::string token;               // of a scalar; the bare text of a text
  std::vector<std::string> names;  // of an object, beside items
  std::vector<Value> items;

  static Value of(Kind kind, std::string token) { return {kind, std::move(token), {}, {}}; }
  static Value text(std::string_view text) { return of(Kind::text, std::string(text)); }
  static Value number(std::int64_t number) { return of(Kind::number, std::to_string(number)); }
  static Value boolean(bool value) { return of(Kind::boolean, value ? "true" : "false"); }
  static Value list() { return of(Kind::array, {}); }
  static Value map() { return of(Kind::object, {}); }

  bool is(Kind wanted) const { return kind == wanted; }
  bool is_scalar() const { return kind != Kind::array && kind != Kind::object; }
  Value& add(std::string_view name, Value value);  // returns this object
  const Value* find(std::string_view name) const;
  // The bare text of a scalar member; empty when it is missing or null.
  std::string text_of(std::string_view name) const;
  // A member that is a whole number or the text of one.
  std::optional<std::int64_t> whole_of(std::string_view name) const;
};

std::optional<std::int64_t> whole_number(std::string_view text);
// Negative, zero, positive; by value, so 5 and 5.00 are equal. Both must be plain decimals.
int compare_decimals(std::string_view left, std::string_view right);

void write(std::string& out, const Value& value, const Dress& dress = {});
std::string written(const Value& value, const Dress& dress = {});
// Nothing when the text is not JSON.
std::optional<Value> parse(std::string_view json);

}  // namespace mock
