// SPDX-License-Identifier: Apache-2.0
#include "value.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "json_text.hpp"

namespace mock {
namespace {

// Gets the library's events, because only they carry the digits of a number as they were sent.
class Builder {
 public:
  bool null() { return put({}); }
  bool boolean(bool value) { return put(Value::boolean(value)); }
  bool number_integer(std::int64_t value) { return put(Value::number(value)); }
  bool number_unsigned(std::uint64_t value) {
    return put(Value::of(Kind::number, std::to_string(value)));
  }
  bool number_float(double, const std::string& token) {
    return put(Value::of(Kind::number, token));
  }
  bool string(const std::string& text) { return put(Value::text(text)); }
  bool binary(const std::vector<std::uint8_t>&) { return false; }
  bool start_object(std::size_t) { return open(Value::map()); }
  bool start_array(std::size_t) { return open(Value::list()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(const std::string& name) {
    open_.back().names.push_back(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) {
    return false;
  }
  Value take() { return std::move(whole_); }

 private:
  bool open(Value value) {
    open_.push_back(std::move(value));
    return true;
  }
  bool close() {
    Value done = std::move(open_.back());
    open_.pop_back();
    return put(std::move(done));
  }
  bool put(Value value) {
    if (open_.empty()) {
      whole_ = std::move(value);
    } else {
      open_.back().items.push_back(std::move(value));
    }
    return true;
  }

  std::vector<Value> open_;
  Value whole_;
};

bool is_quoted(Kind kind, const Dress& dress) {
  switch (kind) {
    case Kind::number: return dress.numbers_quoted;
    case Kind::id: return dress.ids_quoted;
    case Kind::money: return dress.money_quoted;
    case Kind::boolean: return dress.booleans_quoted;
    default: return false;
  }
}

// What is left of a decimal without its sign and without zeros that say nothing.
struct Digits {
  bool negative = false;
  std::string_view whole, fraction;
};

Digits digits_of(std::string_view text) {
  Digits digits;
  digits.negative = text.starts_with('-');
  if (digits.negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  digits.whole = text.substr(0, point);
  if (point < text.size()) digits.fraction = text.substr(point + 1);
  while (digits.whole.starts_with('0')) digits.whole.remove_prefix(1);
  while (digits.fraction.ends_with('0')) digits.fraction.remove_suffix(1);
  if (digits.whole.empty() && digits.fraction.empty()) digits.negative = false;
  return digits;
}

}  // namespace

Value& Value::add(std::string_view name, Value value) {
  names.emplace_back(name);
  items.push_back(std::move(value));
  return *this;
}

const Value* Value::find(std::string_view name) const {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? nullptr : &items[static_cast<std::size_t>(found - names.begin())];
}

std::string Value::text_of(std::string_view name) const {
  const Value* const found = find(name);
  return found != nullptr && found->is_scalar() ? found->token : std::string{};
}

std::optional<std::int64_t> Value::whole_of(std::string_view name) const {
  return whole_number(text_of(name));
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (text.empty() || error != std::errc{} || end != last) return std::nullopt;
  return value;
}

int compare_decimals(std::string_view left, std::string_view right) {
  const Digits a = digits_of(left), b = digits_of(right);
  if (a.negative != b.negative) return a.negative ? -1 : 1;
  int order = 0;
  if (a.whole.size() != b.whole.size()) {
    order = a.whole.size() < b.whole.size() ? -1 : 1;
  } else {
    order = a.whole.compare(b.whole);
    if (order == 0) order = a.fraction.compare(b.fraction);
  }
  return a.negative ? -order : order;
}

void write(std::string& out, const Value& value, const Dress& dress) {
  const bool object = value.kind == Kind::object;
  switch (value.kind) {
    case Kind::null: out += "null"; return;
    case Kind::text: return append_quoted(out, value.token);
    case Kind::array:
    case Kind::object: break;
    default:
      if (is_quoted(value.kind, dress)) {
        out.append("\"").append(value.token).append("\"");
      } else {
        out += value.token;
      }
      return;
  }
  out += object ? '{' : '[';
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i != 0) out += ',';
    if (object) {
      append_quoted(out, value.names[i]);
      out += ':';
    }
    write(out, value.items[i], dress);
  }
  out += object ? '}' : ']';
}

std::string written(const Value& value, const Dress& dress) {
  std::string out;
  write(out, value, dress);
  return out;
}

std::optional<Value> parse(std::string_view json) {
  Builder builder;
  if (!nlohmann::json::sax_parse(json, &builder)) return std::nullopt;
  return builder.take();
}

}  // namespace mock
