// SPDX-License-Identifier: Apache-2.0
// CAST and CONVERT: what each type makes of every other.
#include <algorithm>

#include "families.hpp"
#include "json.hpp"
#include "kit.hpp"
#include "numbers.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;
using To = CastSpec::To;

Item whole(const Item& item, bool is_unsigned) {
  if (item.origin != Item::Kind::null) return whole(Item::of_text(item.text), is_unsigned);
  if (item.kind == Kind::decimal) {
    const mpz_class value = item.number.rounded(0).digits;
    if (is_unsigned && sgn(value) >= 0)
      return Item::of_unsigned(fits_unsigned(value) ? value.get_ui() : UINT64_MAX);
    Item out = Item::of_integer(fits_signed(value) ? value.get_si()
                                                   : (sgn(value) < 0 ? INT64_MIN : INT64_MAX));
    out.is_unsigned = is_unsigned;
    return out;
  }
  Item out = Item::of_integer(to_whole(item).value);
  out.is_unsigned = is_unsigned;
  return out;
}

Item text(const Item& item, const CastSpec& spec) {
  std::string out = to_text(item);
  if (item.is_text() && item.charset == Charset::binary) {
    // Bytes that are no characters have no meaning as a text.
    if (spec.charset == Charset::utf8mb4) {
      for (std::size_t at = 0; at < out.size();) {
        const std::size_t length = character_length(out, at);
        if (length == 1 && static_cast<unsigned char>(out[at]) >= 0x80) return Item::null();
        at += length;
      }
    }
  }
  if (spec.length >= 0) {
    const std::size_t end = character_offset(out, static_cast<std::size_t>(spec.length));
    if (end < out.size()) warn_truncated("CHAR", out);
    out.resize(end);
  }
  Item result = Item::of_text(std::move(out));
  if (spec.charset != Charset::utf8mb4) {
    result.text = encode(result.text, spec.charset);
    result.charset = spec.charset;
  }
  return result;
}

Item bytes(const Item& item, int length) {
  std::string out = to_bytes(item);
  if (length >= 0) {
    if (static_cast<std::size_t>(length) > k_max_result) return Item::null();
    if (out.size() > static_cast<std::size_t>(length)) warn_truncated("BINARY", out);
    out.resize(static_cast<std::size_t>(length));
  }
  return Item::of_bytes(std::move(out));
}

Item decimal(const Item& item, const CastSpec& spec) {
  const Decimal out = to_decimal(item).rounded(spec.scale);
  if (mpz_class(abs(out.digits)) >= power_of_ten(spec.length)) {
    warn(1264, "Out of range value for DECIMAL");
    return Item::of_decimal(largest(out.sign() < 0, spec.length, spec.scale));
  }
  return Item::of_decimal(out);
}

Item real(const Item& item, bool is_float) {
  double value = to_real(item);
  if (!is_float) return Item::of_real(value);
  Item out = Item::of_real(static_cast<double>(static_cast<float>(value)));
  out.is_float = true;
  return out;
}

Item calendar(const Item& item, Kind kind, int digits, const Context& context) {
  const auto parsed = calendar_of(item, context);
  if (!parsed) return Item::null();
  if (kind == Kind::date) return Item::of_temporal(kind, parsed->when);
  return Item::of_temporal(kind, round_fraction(Kind::datetime, parsed->when, digits));
}

Item time(const Item& item, int digits) {
  const auto parsed = to_time(item);
  if (!parsed) return Item::null();
  return Item::of_temporal(Kind::time, round_fraction(Kind::time, *parsed, digits));
}

Item year_number(std::int64_t n, bool from_text) {
  if (n == 0 && !from_text) return Item::of_integer(0);
  if (n >= 0 && n < 70)
    n += 2000;
  else if (n >= 70 && n < 100)
    n += 1900;
  if (n < 1901 || n > 2155) {
    warn(k_bad_value, "Truncated incorrect YEAR value");
    return Item::null();
  }
  return Item::of_integer(n);
}

Item year(const Item& item, const Context& context) {
  if (item.is_temporal()) {
    const auto parsed = calendar_of(item, context, ZeroParts::allow);
    if (!parsed) return Item::null();
    return year_number(parsed->when.year, false);
  }
  if (!item.is_text()) return year_number(to_integer(item), false);
  const auto read = read_real(item.text);
  if (!read.clean) warn(k_bad_value, "Truncated incorrect YEAR value");
  const std::string_view text = item.text;
  const bool zero = read.value == 0 && text.size() >= 4;
  return year_number(to_integer(Item::of_real(read.value)),
                     !zero && read.value < 100 && !text.empty());
}

Item cast(const Call& call) {
  const bool as_text = call.node().cast.to == To::whole && call.type(0).is_text();
  if (as_text && call[0].is_temporal())
    return cast_item(Item::of_text(to_text(call[0])), call.node().cast, call.context());
  return cast_item(call[0], call.node().cast, call.context());
}
Type type(const Call& call) { return cast_type(call.node().cast, call.type(0)); }

}  // namespace

Item cast_item(const Item& item, const CastSpec& spec, const Context& context) {
  if (item.is_null()) return item;
  switch (spec.to) {
    case To::whole: return whole(item, spec.is_unsigned);
    case To::text: return text(item, spec);
    case To::bytes: return bytes(item, spec.length);
    case To::decimal: return decimal(item, spec);
    case To::real: return real(item, spec.is_float);
    case To::date: return calendar(item, Kind::date, 0, context);
    case To::datetime: return calendar(item, Kind::datetime, spec.length, context);
    case To::time: return time(item, spec.length);
    case To::year: return year(item, context);
    case To::json:
      return Item::of_json(item.is_text() && item.charset != Charset::binary
                               ? json_argument(item, 1, "cast_as_json")
                               : json_scalar(item));
    default: return item;
  }
}

Type cast_type(const CastSpec& spec, const Type& from) {
  switch (spec.to) {
    case To::whole: return Type::integer(spec.is_unsigned);
    case To::bytes: return Type::bytes();
    case To::decimal: return Type::of(Kind::decimal, spec.scale);
    case To::real: {
      Type out = Type::real();
      out.is_float = spec.is_float;
      return out;
    }
    case To::date: return Type::of(Kind::date);
    case To::datetime: return Type::of(Kind::datetime, spec.length);
    case To::time: return Type::of(Kind::time, spec.length);
    case To::year: {
      Type out = Type::integer(true);
      out.is_year = true;
      return out;
    }
    case To::json: return Type::of(Kind::json);
    default: break;
  }
  Type out = Type::text();
  out.charset = spec.charset;
  if (spec.charset != Charset::utf8mb4) out.collation = Collation::ascii_ci;
  if (spec.charset == Charset::binary) return Type::bytes();
  if (from.is_text() && from.charset == spec.charset) out.collation = from.collation;
  if (from.is_text() && from.coercibility == Coercibility::explicit_)
    out.coercibility = Coercibility::explicit_;
  return out;
}

const std::vector<Function>& cast_functions() {
  static const std::vector<Function> k_functions = {
      {{"CAST", 1, 1, "value AS type",
        "The value as SIGNED, UNSIGNED, CHAR(n), BINARY(n), DECIMAL(p,s), DOUBLE, FLOAT, DATE, "
        "DATETIME(n), TIME(n), YEAR or JSON.",
        "CAST('12.345' AS DECIMAL(10,2))"},
       cast,
       type,
       Nulls::strict,
       Syntax::cast,
       true},
      {{"CONVERT", 1, 1, "value, type", "Like CAST; with USING, the text in another character set.",
        "CONVERT('12',SIGNED)"},
       cast,
       type,
       Nulls::strict,
       Syntax::convert},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
