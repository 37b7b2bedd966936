// SPDX-License-Identifier: Apache-2.0
#include "item.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "calendar.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::expr {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view skip_blanks(std::string_view text) {
  while (!text.empty() && (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r'))) {
    text.remove_prefix(1);
  }
  return text;
}

std::size_t digits_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// The longest prefix that is a number with optional sign, fraction and exponent.
std::string_view number_prefix(std::string_view text) {
  std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const std::size_t whole = digits_end(text, at);
  std::size_t end = whole;
  std::size_t count = whole - at;
  if (end < text.size() && text[end] == '.') {
    end = digits_end(text, whole + 1);
    count += end - whole - 1;
  }
  if (count == 0) return {};
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    at = end + 1;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (digits_end(text, at) > at) end = digits_end(text, at);
  }
  return text.substr(0, end);
}

}  // namespace

void fail(std::string message) { throw base::Error(base::ErrorKind::data, std::move(message)); }

void check_size(std::size_t bytes) {
  if (bytes > k_max_result) fail("the result of the expression is longer than 16 MiB");
}

Item Item::of_text(std::string text) {
  check_size(text.size());
  Item out;
  out.kind = Kind::text;
  out.text = std::move(text);
  return out;
}

Item Item::of_real(double value) {
  if (!std::isfinite(value)) fail("a floating point number is out of range");
  Item out;
  out.kind = Kind::real;
  out.real = value == 0 ? 0 : value;
  return out;
}

Item Item::of_integer(std::int64_t value) {
  Item out;
  out.kind = Kind::integer;
  out.number.digits = mpz_class(static_cast<long>(value));
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
  }
  return out;
}

Item Item::of_whole(const mpz_class& value) {
  Item out = of_decimal({value, 0});
  if (!fits_signed(value) && !fits_unsigned(value)) return out;
  out.kind = Kind::integer;
  out.is_unsigned = !fits_signed(value);
  return out;
}

std::optional<Item> Item::of_number_text(std::string_view text) {
  auto number = Decimal::parse(text);
  if (!number) return std::nullopt;
  if (number->scale == 0) return of_whole(number->digits);
  return of_decimal(std::move(*number));
}

bool fits_signed(const mpz_class& value) { return mpz_fits_slong_p(value.get_mpz_t()) != 0; }
bool fits_unsigned(const mpz_class& value) { return mpz_fits_ulong_p(value.get_mpz_t()) != 0; }

std::int64_t saturated(const mpz_class& value) {
  if (fits_signed(value)) return value.get_si();
  return sgn(value) < 0 ? std::numeric_limits<std::int64_t>::min()
                        : std::numeric_limits<std::int64_t>::max();
}

double leading_real(std::string_view text) {
  auto prefix = number_prefix(skip_blanks(text));
  if (!prefix.empty() && prefix[0] == '+') prefix.remove_prefix(1);
  double out = 0;
  const auto result = std::from_chars(prefix.data(), prefix.data() + prefix.size(), out);
  if (result.ec != std::errc::result_out_of_range) return out;
  const auto exponent = prefix.find_first_of("eE");
  if (exponent != std::string_view::npos && prefix.substr(exponent).find('-') != std::string::npos)
    return 0;
  const double most = std::numeric_limits<double>::max();
  return prefix[0] == '-' ? -most : most;
}

Decimal leading_decimal(std::string_view text) {
  const auto prefix = number_prefix(skip_blanks(text));
  return Decimal::parse(prefix).value_or(Decimal{});
}

mpz_class leading_integer(std::string_view text) {
  text = skip_blanks(text);
  const std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const std::size_t end = std::min(digits_end(text, at), at + 1000);
  if (end == at) return 0;
  const mpz_class out(std::string(text.substr(at, end - at)), 10);
  return text[0] == '-' ? mpz_class(-out) : out;
}

// Shortest digits that read back to the same double; plain notation up to 15 places.
std::string real_text(double value) {
  constexpr int k_plain_places = 15;
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value),
                                 std::chars_format::scientific);
  const std::string_view shortest(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
  const auto mark = shortest.find('e');
  std::string digits(1, shortest[0]);
  if (mark > 2) digits += shortest.substr(2, mark - 2);
  int exponent = 0;
  const auto tail = shortest.substr(mark + (shortest[mark + 1] == '+' ? 2 : 1));
  std::from_chars(tail.data(), tail.data() + tail.size(), exponent);
  const int point = exponent + 1;
  const std::string sign = value < 0 ? "-" : "";
  if (point > k_plain_places || point <= -k_plain_places) {
    if (digits.size() > 1) digits.insert(1, ".");
    return sign + digits + "e" + std::to_string(exponent);
  }
  if (point <= 0) return sign + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  const auto places = static_cast<std::size_t>(point);
  if (digits.size() <= places) return sign + digits + std::string(places - digits.size(), '0');
  return sign + digits.insert(places, ".");
}

std::string to_text(const Item& item) {
  switch (item.kind) {
    case Item::Kind::null: return {};
    case Item::Kind::integer:
    case Item::Kind::decimal: return item.number.text();
    case Item::Kind::real: return real_text(item.real);
    case Item::Kind::text: return item.text;
    default: return temporal_text(item.kind, item.when);
  }
}

double to_real(const Item& item) {
  if (item.kind == Item::Kind::real) return item.real;
  if (item.kind == Item::Kind::text) return leading_real(item.text);
  return to_decimal(item).to_double();
}

Decimal to_decimal(const Item& item) {
  switch (item.kind) {
    case Item::Kind::null: return {};
    case Item::Kind::integer:
    case Item::Kind::decimal: return item.number;
    case Item::Kind::real: return leading_decimal(real_text(item.real));
    case Item::Kind::text: return leading_decimal(item.text);
    default: return temporal_number(item.kind, item.when);
  }
}

std::int64_t to_integer(const Item& item) {
  if (item.kind == Item::Kind::text) return saturated(leading_integer(item.text));
  if (item.kind == Item::Kind::real) return saturated(mpz_class(std::nearbyint(item.real)));
  return saturated(to_decimal(item).rounded(0).digits);
}

Item to_number(const Item& item) {
  if (item.is_null() || item.is_number()) return item;
  if (item.kind == Item::Kind::text) return Item::of_real(leading_real(item.text));
  Decimal number = temporal_number(item.kind, item.when);
  if (number.scale == 0) return Item::of_whole(number.digits);
  return Item::of_decimal(std::move(number));
}

bool to_truth(const Item& item) {
  if (item.is_text() || item.kind == Item::Kind::real) return to_real(item) != 0;
  return to_decimal(item).sign() != 0;
}

Value to_value(const Item& item) {
  if (item.is_null()) return Value::null();
  return item.is_number() ? Value::number(to_text(item)) : Value::of_text(to_text(item));
}

Item from_value(const Value& value) {
  if (value.kind == Value::Kind::null) return Item::null();
  if (value.kind == Value::Kind::text) return Item::of_text(value.text);
  auto number = Item::of_number_text(value.text);
  if (!number) fail("a referenced number has too many digits");
  return std::move(*number);
}

}  // namespace erp2mysql::expr
