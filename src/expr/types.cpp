// SPDX-License-Identifier: Apache-2.0
#include "types.hpp"

#include <algorithm>

#include "warnings.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

Type merge_two(const Type& a, const Type& b) {
  if (a.kind == Kind::null) return b;
  if (b.kind == Kind::null) return a;
  Type out = a;
  out.decimals = std::max(a.decimals, b.decimals);
  out.is_hex = a.is_hex && b.is_hex;
  out.is_year = a.is_year && b.is_year;
  out.is_float = a.is_float && b.is_float;
  if (a.kind == b.kind) {
    if (a.kind == Kind::integer && a.is_unsigned != b.is_unsigned) out.kind = Kind::decimal;
    out.is_unsigned = a.is_unsigned && b.is_unsigned;
    return out;
  }
  out.is_unsigned = false;
  const auto number = [](const Type& t) { return t.kind >= Kind::integer && t.kind <= Kind::real; };
  if (number(a) && number(b)) {
    out.kind = std::max(a.kind, b.kind);
  } else if (a.is_temporal() && b.is_temporal()) {
    out.kind = Kind::datetime;
  } else {
    out.kind = Kind::text;
    out.decimals = k_not_fixed;
  }
  return out;
}

// What values count as when they are compared without knowing better.
Numeric result_of(const Type& type, bool& text) {
  text = type.kind >= Kind::text || type.kind == Kind::null;
  return numeric_of(type);
}

CompareAs by_results(const Type& a, const Type& b) {
  bool a_text = false;
  bool b_text = false;
  const Numeric left = result_of(a, a_text);
  const Numeric right = result_of(b, b_text);
  if (a_text && b_text) return CompareAs::text;
  if (a_text || b_text || left == Numeric::real || right == Numeric::real) return CompareAs::real;
  if (left == Numeric::integer && right == Numeric::integer) return CompareAs::integer;
  return CompareAs::decimal;
}

}  // namespace

Type Type::of(Kind kind, int decimals) {
  Type out;
  out.kind = kind;
  out.decimals = decimals;
  if (kind != Kind::text && kind != Kind::json) out.coercibility = Coercibility::numeric;
  if (kind == Kind::json) out.decimals = k_not_fixed;
  if (kind == Kind::null) out.coercibility = Coercibility::ignorable;
  return out;
}

Type Type::integer(bool is_unsigned) {
  Type out = of(Kind::integer);
  out.is_unsigned = is_unsigned;
  return out;
}

Type Type::bytes() {
  Type out = text();
  out.charset = Charset::binary;
  out.collation = Collation::binary;
  return out;
}

Type Type::of_item(const Item& item) {
  Type out = of(item.kind);
  switch (item.kind) {
    case Kind::integer: out.is_unsigned = item.is_unsigned; break;
    case Kind::decimal: out.decimals = item.number.scale; break;
    case Kind::real: out.decimals = item.decimals; break;
    case Kind::text:
      out = item.charset == Charset::binary ? bytes() : text();
      out.is_hex = item.is_hex;
      out.charset = item.charset;
      break;
    case Kind::datetime:
    case Kind::time: out.decimals = item.when.digits; break;
    default: break;
  }
  return out;
}

Numeric numeric_of(const Type& type) {
  switch (type.kind) {
    case Kind::integer: return Numeric::integer;
    case Kind::decimal: return Numeric::decimal;
    case Kind::date:
    case Kind::datetime:
    case Kind::time: return type.decimals > 0 ? Numeric::decimal : Numeric::integer;
    case Kind::text: return type.is_hex ? Numeric::integer : Numeric::real;
    default: return Numeric::real;
  }
}

Type merged_text(std::span<const Type> types, std::string_view operation) {
  Type out = Type::text();
  out.coercibility = Coercibility::ignorable;
  bool first = true;
  for (const Type& type : types) {
    if (type.kind == Kind::null) continue;
    const Collation collation = type.is_text()
                                    ? type.collation
                                    : (type.kind == Kind::json ? Collation::bin : Collation::ai_ci);
    if (first || type.coercibility < out.coercibility) {
      out.collation = collation;
      out.charset = type.is_text() ? type.charset : Charset::utf8mb4;
      out.coercibility = type.coercibility;
      first = false;
      continue;
    }
    if (type.coercibility > out.coercibility || collation == out.collation) continue;
    if (type.coercibility == Coercibility::explicit_)
      fail(1267, "Illegal mix of collations for operation '" + std::string(operation) + "'");
    if ((type.is_text() || type.kind == Kind::json) && collation > out.collation &&
        (out.charset == type.charset || type.is_binary())) {
      out.collation = collation;
      out.charset = type.charset;
    }
  }
  if (out.charset != Charset::binary && out.charset != Charset::utf8mb4) {
    out.charset = Charset::utf8mb4;
    if (out.coercibility != Coercibility::explicit_) out.collation = Collation::ai_ci;
  }
  if (first) {
    out = Type::bytes();
    out.coercibility = Coercibility::ignorable;
  } else if (out.coercibility > Coercibility::literal) {
    out.coercibility = Coercibility::literal;
  }
  return out;
}

Type merged(std::span<const Type> types) {
  Type out;
  for (const Type& type : types) out = merge_two(out, type);
  if (out.kind == Kind::decimal) {
    for (const Type& type : types) out.decimals = std::max(out.decimals, type.decimals);
    out.decimals = std::min(out.decimals, k_max_scale);
  }
  if (out.kind == Kind::null) return Type::of(Kind::null);
  if (!out.is_text()) {
    out.coercibility = Type::of(out.kind).coercibility;
    return out;
  }
  Type text = merged_text(types, "case");
  text.is_hex = false;
  return text;
}

CompareAs comparison_of(const Type& a, const Type& b) {
  if (a.kind == Kind::json || b.kind == Kind::json) return CompareAs::json;
  const auto dates = [](const Type& date, const Type& other) {
    return date.has_date() && (other.is_temporal() || other.is_text());
  };
  if (dates(a, b) || dates(b, a)) return CompareAs::calendar;
  if (a.kind == Kind::time && b.kind == Kind::time) return CompareAs::time;
  if (a.is_text() && b.is_text()) return CompareAs::text;
  return by_results(a, b);
}

CompareAs comparison_of(std::span<const Type> types) {
  CompareAs out = comparison_of(types[0], types[1]);
  bool dates = false;
  bool times = true;
  bool text = true;
  for (const Type& type : types) {
    dates = dates || type.has_date();
    times = times && type.kind == Kind::time;
    text = text && (type.is_text() || type.is_temporal() || type.kind == Kind::null);
  }
  if (text && dates) return CompareAs::calendar;
  if (text) return times ? CompareAs::time : CompareAs::text;
  for (std::size_t i = 1; i < types.size(); ++i) {
    const CompareAs next = comparison_of(types[0], types[i]);
    if (next == CompareAs::json) return next;
    if (next == out) continue;
    const bool exact = (out == CompareAs::integer || out == CompareAs::decimal) &&
                       (next == CompareAs::integer || next == CompareAs::decimal);
    out = exact ? CompareAs::decimal : CompareAs::real;
  }
  return out;
}

}  // namespace erp2mysql::expr
