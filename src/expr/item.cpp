// SPDX-License-Identifier: Apache-2.0
#include "item.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "calendar.hpp"
#include "json.hpp"
#include "numbers.hpp"
#include "warnings.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

// Bits of a hexadecimal literal beside a number: its last eight bytes.
std::uint64_t hex_bits(std::string_view bytes) {
  std::uint64_t out = 0;
  for (const char c : bytes.substr(bytes.size() > 8 ? bytes.size() - 8 : 0))
    out = (out << 8) | static_cast<unsigned char>(c);
  return out;
}

Whole whole_of_real(double value) {
  constexpr double k_two63 = 9223372036854775808.0;
  const double rounded = std::rint(value);
  if (rounded >= k_two63) {
    warn_truncated("INTEGER", real_text(value));
    return {std::numeric_limits<std::int64_t>::max(), false};
  }
  if (rounded < -k_two63) fail(k_out_of_range, "BIGINT value is out of range");
  return {static_cast<std::int64_t>(rounded), false};
}

Whole whole_of_decimal(const Decimal& value) {
  const mpz_class whole = value.rounded(0).digits;
  if (fits_signed(whole)) return {whole.get_si(), false};
  return {sgn(whole) < 0 ? std::numeric_limits<std::int64_t>::min()
                         : std::numeric_limits<std::int64_t>::max(),
          false};
}

}  // namespace

Item Item::of_text(std::string text) {
  Item out;
  out.kind = Kind::text;
  out.text = std::move(text);
  return out;
}

Item Item::of_bytes(std::string bytes) {
  Item out = of_text(std::move(bytes));
  out.charset = Charset::binary;
  return out;
}

Item Item::of_real(double value, int decimals) {
  if (!std::isfinite(value)) fail(k_out_of_range, "a DOUBLE value is out of range");
  Item out;
  out.kind = Kind::real;
  out.real = value;
  out.decimals = static_cast<std::int8_t>(decimals);
  return out;
}

Item Item::of_integer(std::int64_t value) {
  Item out;
  out.kind = Kind::integer;
  out.whole = value;
  return out;
}

Item Item::of_bool(bool value) {
  Item out = of_integer(value ? 1 : 0);
  out.is_bool = true;
  return out;
}

Item Item::of_unsigned(std::uint64_t value) {
  Item out = of_integer(static_cast<std::int64_t>(value));
  out.is_unsigned = true;
  return out;
}

Item Item::of_decimal(Decimal value) {
  Item out;
  out.kind = Kind::decimal;
  out.number = std::move(value);
  return out;
}

Item Item::of_temporal(Kind kind, const Temporal& when) {
  Item out;
  out.kind = kind;
  out.when = when;
  // A date has no clock; left-overs would count in differences.
  if (kind == Kind::date) {
    out.when.hour = out.when.minute = out.when.second = out.when.micro = out.when.digits = 0;
  } else if (kind == Kind::time) {
    out.when.year = out.when.month = out.when.day = 0;
  }
  return out;
}

Item Item::of_json(JsonPtr value) {
  Item out;
  out.kind = Kind::json;
  out.json = std::move(value);
  return out;
}

Item Item::of_whole(const mpz_class& value) {
  if (fits_signed(value)) return of_integer(value.get_si());
  if (fits_unsigned(value)) return of_unsigned(value.get_ui());
  return of_decimal({value, 0});
}

bool fits_signed(const mpz_class& value) { return mpz_fits_slong_p(value.get_mpz_t()) != 0; }
bool fits_unsigned(const mpz_class& value) { return mpz_fits_ulong_p(value.get_mpz_t()) != 0; }

mpz_class to_mpz(Whole whole) {
  if (whole.is_unsigned) return mpz_class(static_cast<unsigned long>(whole.value));
  return mpz_class(static_cast<long>(whole.value));
}

std::string to_text(const Item& item) {
  switch (item.kind) {
    case Kind::null: return {};
    case Kind::integer:
      return item.is_unsigned ? std::to_string(item.bits()) : std::to_string(item.whole);
    case Kind::decimal: return item.number.text();
    case Kind::real:
      if (item.is_float) return float_text(item.real);
      return item.decimals < k_not_fixed ? fixed_text(item.real, item.decimals)
                                         : real_text(item.real, k_real_width);
    case Kind::text: return decode(item.text, item.charset);
    case Kind::json: return json_text(*item.json);
    default: return temporal_text(item.kind, item.when);
  }
}

std::string to_bytes(const Item& item) { return item.is_text() ? item.text : to_text(item); }

double to_real(const Item& item) {
  if (item.origin != Kind::null) return temporal_number(item.origin, item.when).to_double();
  switch (item.kind) {
    case Kind::null: return 0;
    case Kind::integer:
      return item.is_unsigned ? static_cast<double>(item.bits()) : static_cast<double>(item.whole);
    case Kind::real: return item.real;
    case Kind::json: return json_real(*item.json);
    case Kind::text: {
      if (item.is_hex) return static_cast<double>(hex_bits(item.text));
      const auto read = read_real(to_text(item));
      if (!read.clean) warn_truncated("DOUBLE", item.text);
      return read.value;
    }
    default: return to_decimal(item).to_double();
  }
}

Decimal to_decimal(const Item& item) {
  if (item.origin != Kind::null) return temporal_number(item.origin, item.when);
  switch (item.kind) {
    case Kind::null: return {};
    case Kind::integer: return {to_mpz({item.whole, item.is_unsigned}), 0};
    case Kind::decimal: return item.number;
    case Kind::real: return read_decimal(real_text(item.real)).value;
    case Kind::json: return json_decimal(*item.json);
    case Kind::text: {
      if (item.is_hex) return {to_mpz(to_whole(item)), 0};
      auto read = read_decimal(to_text(item));
      if (!read.clean) warn_truncated("DECIMAL", item.text);
      return std::move(read.value);
    }
    default: return temporal_number(item.kind, item.when);
  }
}

Whole to_whole(const Item& item) {
  if (item.origin != Kind::null) return to_whole(Item::of_temporal(item.origin, item.when));
  switch (item.kind) {
    case Kind::null: return {};
    case Kind::integer: return {item.whole, item.is_unsigned};
    case Kind::real: return whole_of_real(item.real);
    case Kind::decimal: return whole_of_decimal(item.number);
    case Kind::json: return json_whole(*item.json);
    case Kind::text: {
      if (item.is_hex) return {static_cast<std::int64_t>(hex_bits(item.text)), true};
      const auto read = read_whole(to_text(item));
      if (!read.clean) warn_truncated("INTEGER", item.text);
      return {read.value, read.is_unsigned};
    }
    default: {
      const auto rounded = round_fraction(item.kind, item.when, 0);
      return whole_of_decimal(temporal_number(item.kind, rounded));
    }
  }
}

bool to_truth(const Item& item) {
  if (item.kind == Kind::integer) return item.whole != 0;
  if (item.is_text() || item.kind == Kind::real) return to_real(item) != 0;
  if (item.kind == Kind::json) return json_truth(*item.json);
  return to_decimal(item).sign() != 0;
}

Value to_value(const Item& item) {
  if (item.is_null()) return Value::null();
  if (item.kind == Kind::real && !item.is_float && item.decimals >= k_not_fixed)
    return Value::number(real_text(item.real));
  if (item.is_temporal() && item.when.loose && item.when.digits >= 0) {
    Item shown = item;
    shown.when.loose = false;
    return Value::of_text(to_text(shown));
  }
  return item.is_number() ? Value::number(to_text(item)) : Value::of_text(to_text(item));
}

std::optional<Item> number_literal(std::string_view text) {
  const auto decimal = Decimal::parse(text);
  if (text.find_first_of("eE") != std::string_view::npos) {
    if (!decimal && read_decimal(text).value.sign() == 0 && !read_real(text).clean)
      return std::nullopt;
    const auto read = read_real(text);
    return read.clean ? std::optional(Item::of_real(read.value)) : std::nullopt;
  }
  if (!decimal) return std::nullopt;
  return text.find('.') == std::string_view::npos ? Item::of_whole(decimal->digits)
                                                  : Item::of_decimal(*decimal);
}

}  // namespace erp2mysql::expr
