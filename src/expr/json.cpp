// SPDX-License-Identifier: Apache-2.0
#include "json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "calendar.hpp"
#include "letters.hpp"
#include "numbers.hpp"
#include "warnings.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;
constexpr std::size_t k_max_depth = 100;

/// Builds our values from the parser's events.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return put(make_scalar(Item::null())); }
  bool boolean(bool v) override { return put(make_scalar(Item::of_integer(v ? 1 : 0), true)); }
  bool number_integer(number_integer_t v) override { return put(make_scalar(Item::of_integer(v))); }
  bool number_unsigned(number_unsigned_t v) override {
    const auto most = static_cast<number_unsigned_t>(INT64_MAX);
    return put(make_scalar(v > most ? Item::of_unsigned(v)
                                    : Item::of_integer(static_cast<std::int64_t>(v))));
  }
  bool number_float(number_float_t v, const string_t&) override {
    return put(make_scalar(Item::of_real(v)));
  }
  bool string(string_t& v) override { return put(make_scalar(Item::of_text(std::move(v)))); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(true); }
  bool start_array(std::size_t) override { return open(false); }
  bool key(string_t& v) override {
    open_.back().key = std::move(v);
    return true;
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }
  JsonPtr take() { return std::move(root_); }

 private:
  struct Open {
    bool is_object;
    std::string key;
    Json::Array array;
    Json::Object object;
  };
  bool open(bool is_object) {
    if (open_.size() >= k_max_depth) return false;
    open_.push_back({is_object, {}, {}, {}});
    return true;
  }
  bool close() {
    Open last = std::move(open_.back());
    open_.pop_back();
    return put(last.is_object ? make_json(std::move(last.object))
                              : make_json(std::move(last.array)));
  }
  // The last of equal keys wins.
  bool put(JsonPtr value) {
    if (open_.empty())
      root_ = std::move(value);
    else if (open_.back().is_object)
      open_.back().object[open_.back().key] = std::move(value);
    else
      open_.back().array.push_back(std::move(value));
    return true;
  }

  std::vector<Open> open_;
  JsonPtr root_;
};

std::string scalar_text(const Json::Scalar& scalar) {
  const Item& item = scalar.item;
  switch (item.kind) {
    case Kind::null: return "null";
    case Kind::text: {
      if (item.charset != Charset::binary) return json_quoted(item.text);
      return "\"base64:type15:" + base64_of(item.text) + "\"";
    }
    case Kind::real: {
      std::string out = real_text(item.real);
      if (out.find_first_of(".e") == std::string::npos) out += ".0";
      return out;
    }
    case Kind::integer:
      if (scalar.truth) return item.whole != 0 ? "true" : "false";
      return to_text(item);
    case Kind::decimal: return to_text(item);
    default: {
      Temporal when = item.when;
      when.digits = item.kind == Kind::date ? 0 : 6;
      return "\"" + temporal_text(item.kind, when) + "\"";
    }
  }
}

void write(const Json& json, std::string& out, int indent, int level) {
  check_size(out.size());
  const auto line = [&](int at) {
    if (indent > 0) out += "\n" + std::string(static_cast<std::size_t>(at * indent), ' ');
  };
  const char* const comma = indent > 0 ? "," : ", ";
  if (const auto* scalar = json.scalar()) {
    out += scalar_text(*scalar);
  } else if (const auto* array = json.array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += comma;
      line(level + 1);
      write(*(*array)[i], out, indent, level + 1);
    }
    if (!array->empty()) line(level);
    out += ']';
  } else {
    out += '{';
    bool first = true;
    for (const auto& [key, value] : *json.object()) {
      if (!first) out += comma;
      first = false;
      line(level + 1);
      out += json_quoted(key) + ": ";
      write(*value, out, indent, level + 1);
    }
    if (!first) line(level);
    out += '}';
  }
}

}  // namespace

JsonPtr make_json(Json::Array array) { return std::make_shared<Json>(Json{std::move(array)}); }
JsonPtr make_json(Json::Object object) { return std::make_shared<Json>(Json{std::move(object)}); }
JsonPtr make_scalar(Item item, bool truth) {
  return std::make_shared<Json>(Json{Json::Scalar{std::move(item), truth}});
}

JsonPtr parse_json(std::string_view text) {
  Builder builder;
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return nullptr;
  return builder.take();
}

std::string json_text(const Json& json) {
  std::string out;
  write(json, out, 0, 0);
  return out;
}
std::string json_pretty(const Json& json) {
  std::string out;
  write(json, out, 2, 0);
  return out;
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        else
          out += c;
    }
  }
  return out + "\"";
}

std::string json_type_name(const Json& json) {
  if (json.array() != nullptr) return "ARRAY";
  if (json.object() != nullptr) return "OBJECT";
  const auto& scalar = *json.scalar();
  switch (scalar.item.kind) {
    case Kind::null: return "NULL";
    case Kind::integer:
      if (scalar.truth) return "BOOLEAN";
      return scalar.item.is_unsigned ? "UNSIGNED INTEGER" : "INTEGER";
    case Kind::decimal: return "DECIMAL";
    case Kind::real: return "DOUBLE";
    case Kind::date: return "DATE";
    case Kind::datetime: return "DATETIME";
    case Kind::time: return "TIME";
    default: return scalar.item.charset == Charset::binary ? "BLOB" : "STRING";
  }
}

int json_depth(const Json& json) {
  int below = 0;
  if (const auto* array = json.array()) {
    for (const auto& value : *array) below = std::max(below, json_depth(*value));
  } else if (const auto* object = json.object()) {
    for (const auto& [key, value] : *object) below = std::max(below, json_depth(*value));
  }
  return below + 1;
}

namespace {

// The scalar as a number or text; lists and objects are none.
Item plain(const Json& json) {
  const auto* scalar = json.scalar();
  if (scalar == nullptr || scalar->item.is_null()) {
    warn(3156, "Invalid JSON value for CAST");
    return Item::of_integer(0);
  }
  return scalar->item;
}

}  // namespace

double json_real(const Json& json) { return to_real(plain(json)); }
Decimal json_decimal(const Json& json) { return to_decimal(plain(json)); }
Whole json_whole(const Json& json) { return to_whole(plain(json)); }
bool json_truth(const Json& json) {
  const auto* scalar = json.scalar();
  if (scalar == nullptr) return true;
  if (scalar->item.is_null()) return true;
  if (scalar->item.is_text()) return true;
  return to_truth(scalar->item);
}

JsonPtr json_argument(const Item& item, int position, std::string_view function) {
  if (item.kind == Kind::json) return item.json;
  if (!item.is_text())
    fail(3146, fmt::format("Invalid data type for JSON data in argument {} to function {}",
                           position, function));
  if (item.charset == Charset::binary)
    fail(3144, "Cannot create a JSON value from a string with CHARACTER SET 'binary'");
  auto out = parse_json(to_text(item));
  if (!out)
    fail(k_invalid_json,
         fmt::format("Invalid JSON text in argument {} to function {}", position, function));
  return out;
}

JsonPtr json_scalar(const Item& item) {
  if (item.kind == Kind::json) return item.json;
  if (item.is_text() && item.charset != Charset::binary)
    return make_scalar(Item::of_text(to_text(item)));
  if (item.is_temporal() && item.when.digits < 0) return make_scalar(Item::of_text(to_text(item)));
  Item shown = item;
  shown.when.loose = false;
  return make_scalar(std::move(shown), item.is_bool);
}

}  // namespace erp2mysql::expr
