// SPDX-License-Identifier: Apache-2.0
// Rounding, signs and number bases.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "erp2mysql/base/text.hpp"
#include "families.hpp"
#include "kit.hpp"
#include "numbers.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

// ---- ROUND and TRUNCATE

Type round_type(const Call& call) {
  const Type& a = call.type(0);
  if (a.kind == Kind::integer) return Type::integer(a.is_unsigned);
  if (a.kind != Kind::decimal) return Type::real();
  if (call.size() < 2) return Type::of(Kind::decimal);
  const Item places = call.eval(1);
  const std::int64_t wanted = places.is_null() ? 0 : kit::count_of(places);
  return Type::of(Kind::decimal, static_cast<int>(std::clamp<std::int64_t>(
                                     wanted, 0, std::min(a.decimals, k_max_scale))));
}

Item round_whole(Item item, std::int64_t places, bool truncate) {
  item.is_bool = false;
  if (places >= 0) return item;
  const Decimal value{to_mpz(to_whole(item)), 0};
  const int scale = static_cast<int>(std::max<std::int64_t>(places, -100));
  const mpz_class out = (truncate ? value.truncated(scale) : value.rounded(scale)).digits;
  if (item.is_unsigned ? !fits_unsigned(out) : !fits_signed(out))
    fail(k_out_of_range, item.is_unsigned ? "BIGINT UNSIGNED value is out of range"
                                          : "BIGINT value is out of range");
  return item.is_unsigned ? Item::of_unsigned(out.get_ui()) : Item::of_integer(out.get_si());
}

Item rounded(const Call& call, bool truncate) {
  const std::int64_t places = call.size() > 1 ? kit::count_of(call[1]) : 0;
  const Type& out = call.out();
  if (out.kind == Kind::integer) return round_whole(call[0], places, truncate);
  if (out.kind == Kind::real) return Item::of_real(round_real(to_real(call[0]), places, truncate));
  const int scale = static_cast<int>(std::clamp<std::int64_t>(places, -100, out.decimals));
  const Decimal value = to_decimal(call[0]);
  return Item::of_decimal(truncate ? value.truncated(scale) : value.rounded(scale));
}
Item round_(const Call& call) { return rounded(call, false); }
Item truncate_(const Call& call) { return rounded(call, true); }

// ---- FLOOR, CEIL, ABS, SIGN

Type whole_type(const Call& call) {
  if (call.type(0).is_temporal()) return Type::real();
  switch (numeric_of(call.type(0))) {
    case Numeric::integer: return Type::integer(call.type(0).is_unsigned);
    case Numeric::decimal: return Type::of(Kind::decimal);
    default: return Type::real();
  }
}

Item to_next(const Call& call, bool up) {
  const Type& out = call.out();
  if (out.kind == Kind::real) {
    const double value = to_real(call[0]);
    return Item::of_real(up ? std::ceil(value) : std::floor(value));
  }
  const Decimal value = to_decimal(call[0]);
  Decimal whole = up ? value.ceiling() : value.floor();
  if (out.kind == Kind::integer || fits_signed(whole.digits)) return Item::of_whole(whole.digits);
  return Item::of_decimal(std::move(whole));
}
Item ceiling(const Call& call) { return to_next(call, true); }
Item floor_(const Call& call) { return to_next(call, false); }

Type abs_type(const Call& call) {
  const Type& a = call.type(0);
  if (a.is_temporal()) return Type::of(Kind::real, a.decimals);
  switch (numeric_of(a)) {
    case Numeric::integer: return Type::integer(a.is_unsigned);
    case Numeric::decimal: return Type::of(Kind::decimal, a.decimals);
    default: break;
  }
  Type out = Type::real();
  out.decimals = a.kind == Kind::real ? a.decimals : k_not_fixed;
  return out;
}

Item abs_(const Call& call) {
  const Type& out = call.out();
  if (out.kind == Kind::real) return Item::of_real(std::fabs(to_real(call[0])), out.decimals);
  if (out.kind == Kind::integer) {
    const Whole value = to_whole(call[0]);
    if (!value.negative())
      return call[0].kind == Kind::integer ? call[0] : Item::of_integer(value.value);
    if (value.value == INT64_MIN) fail(k_out_of_range, "BIGINT value is out of range");
    return Item::of_integer(-value.value);
  }
  Decimal value = to_decimal(call[0]);
  value.digits = abs(value.digits);
  return Item::of_decimal(std::move(value));
}

Item sign(const Call& call) {
  if (numeric_of(call.type(0)) == Numeric::real) {
    const double value = to_real(call[0]);
    return Item::of_integer(value < 0 ? -1 : (value > 0 ? 1 : 0));
  }
  return Item::of_integer(to_decimal(call[0]).sign());
}

// ---- MOD and DIV as functions

Type modulo_type(const Call& call) {
  const Type& a = call.type(0);
  const Type& b = call.type(1);
  const Numeric left = numeric_of(a);
  const Numeric right = numeric_of(b);
  if (left == Numeric::real || right == Numeric::real) {
    Type out = Type::real();
    if (a.decimals < k_not_fixed && b.decimals < k_not_fixed)
      out.decimals = std::max(a.decimals, b.decimals);
    return out;
  }
  if (left == Numeric::integer && right == Numeric::integer) return Type::integer(a.is_unsigned);
  return Type::of(Kind::decimal, std::max(left == Numeric::integer ? 0 : a.decimals,
                                          right == Numeric::integer ? 0 : b.decimals));
}
Item modulo(const Call& call) {
  return arithmetic_of(Operator::modulo, call[0], call[1], call.out(), call.context());
}

// ---- bases

std::string in_base(std::uint64_t value, unsigned base) {
  std::string out;
  do {
    out += "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[value % base];
    value /= base;
  } while (value != 0);
  std::reverse(out.begin(), out.end());
  return out;
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

// Leading digits of a base, clamped to 64 bits; a signed result when `is_signed`.
std::uint64_t from_base(std::string_view text, int base, bool is_signed) {
  std::size_t at = text.find_first_not_of(" \t\n\r\v\f");
  if (at == std::string_view::npos) return 0;
  const bool negative = text[at] == '-';
  if (negative || text[at] == '+') ++at;
  std::uint64_t out = 0;
  bool overflow = false;
  for (; at < text.size() && digit_value(text[at]) < base; ++at) {
    overflow = overflow || __builtin_mul_overflow(out, static_cast<std::uint64_t>(base), &out) ||
               __builtin_add_overflow(out, static_cast<std::uint64_t>(digit_value(text[at])), &out);
  }
  const auto edge = std::uint64_t{1} << 63;
  if (is_signed) {
    if (negative) return overflow || out > edge ? edge : 0 - out;
    return overflow || out >= edge ? edge - 1 : out;
  }
  if (overflow) return UINT64_MAX;
  return negative ? 0 - out : out;
}

Item converted(const Item& item, std::int64_t from, std::int64_t to) {
  const auto legal = [](std::int64_t base) {
    return std::llabs(base) >= 2 && std::llabs(base) <= 36;
  };
  if (!legal(from) || !legal(to)) return Item::null();
  const std::string text = to_text(item);
  if (text.empty()) return Item::null();
  std::uint64_t value = 0;
  if (item.is_hex && from == 10)
    value = static_cast<std::uint64_t>(to_whole(item).value);
  else
    value = from_base(text, static_cast<int>(std::llabs(from)), from < 0);
  if (to < 0 && static_cast<std::int64_t>(value) < 0)
    return Item::of_text("-" + in_base(0 - value, static_cast<unsigned>(-to)));
  return Item::of_text(in_base(value, static_cast<unsigned>(std::llabs(to))));
}

Item conv(const Call& call) { return converted(call[0], call.integer(1), call.integer(2)); }
Item bin(const Call& call) { return converted(call[0], 10, 2); }
Item oct(const Call& call) { return converted(call[0], 10, 8); }

Item bit_count(const Call& call) {
  if (call.type(0).is_binary() && !call[0].is_hex) {
    std::int64_t out = 0;
    for (const char c : call[0].text) out += __builtin_popcount(static_cast<unsigned char>(c));
    return Item::of_integer(out);
  }
  const Item& item = call[0];
  std::uint64_t bits = static_cast<std::uint64_t>(to_whole(item).value);
  return Item::of_integer(__builtin_popcountll(bits));
}

// ---- FORMAT

struct Locale {
  std::string_view name;
  std::string_view thousands;
  std::string_view point;
  bool indian = false;
};
constexpr std::array<Locale, 24> k_locales = {{
    {"de_DE", ".", ","}, {"de_AT", "", ","},  {"de_CH", "'", "."},       {"fr_FR", "", ","},
    {"es_ES", "", ","},  {"it_IT", "", ","},  {"nl_NL", "", ","},        {"pt_BR", "", ","},
    {"pt_PT", "", ","},  {"ru_RU", ".", ","}, {"pl_PL", "", ","},        {"sv_SE", " ", ","},
    {"da_DK", ".", ","}, {"nb_NO", " ", ","}, {"fi_FI", " ", ","},       {"cs_CZ", " ", ","},
    {"tr_TR", ".", ","}, {"uk_UA", ".", ","}, {"en_IN", ",", ".", true}, {"hi_IN", ",", ".", true},
    {"id_ID", ".", ","}, {"vi_VN", ".", ","}, {"hu_HU", ".", ","},       {"ro_RO", ".", ","},
}};

std::string grouped(const std::string& digits, const Locale& locale) {
  std::string out;
  std::size_t left = digits.size();
  for (std::size_t i = 0; i < digits.size(); ++i, --left) {
    const bool mark = locale.indian ? left == 3 || (left > 3 && left % 2 == 1) : left % 3 == 0;
    if (i > 0 && mark) out += locale.thousands;
    out += digits[i];
  }
  return out;
}

Item format(const Call& call) {
  const int places = std::clamp(static_cast<int>(kit::count_of(call[1])), 0, k_max_scale);
  Locale locale{"en_US", ",", "."};
  if (call.size() > 2) {
    const std::string name = call.text(2);
    for (const auto& known : k_locales) {
      if (base::equal_ignore_case(known.name, name)) locale = known;
    }
  }
  std::string text;
  if (numeric_of(call.type(0)) == Numeric::real || call.type(0).is_temporal())
    text = fixed_text(round_real(to_real(call[0]), places, false), places);
  else
    text = to_decimal(call[0]).rounded(places).text();
  const bool negative = text[0] == '-';
  if (negative) text.erase(0, 1);
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string out = grouped(text.substr(0, point), locale);
  if (point < text.size()) out += std::string(locale.point) + text.substr(point + 1);
  return Item::of_text((negative ? "-" : "") + out);
}

Item format_bytes(const Call& call) {
  constexpr std::array<std::string_view, 7> k_units = {"bytes", "KiB", "MiB", "GiB",
                                                       "TiB",   "PiB", "EiB"};
  double value = to_real(call[0]);
  std::size_t unit = 0;
  for (; std::fabs(value) >= 1024 && unit + 1 < k_units.size(); ++unit) value /= 1024;
  if (unit == 0) return Item::of_text(fmt::format("{:4} bytes", static_cast<std::int64_t>(value)));
  return Item::of_text(fmt::format("{:.2f} {}", value, k_units[unit]));
}

}  // namespace

const std::vector<Function>& number_functions() {
  static const std::vector<Function> k_functions = {
      {{"ROUND", 1, 2, "x, places", "Rounded half away from zero (doubles: to even).",
        "ROUND(2.675,2)"},
       round_,
       round_type},
      {{"TRUNCATE", 2, 2, "x, places", "Cut after so many places.", "TRUNCATE(-1.999,1)"},
       truncate_,
       round_type,
       Nulls::strict,
       Syntax::grammar},
      {{"CEIL", 1, 1, "x", "The next whole number not below.", "CEIL(1.2)"}, ceiling, whole_type},
      {{"CEILING", 1, 1, "x", "CEIL.", "CEILING(-1.2)"}, ceiling, whole_type},
      {{"FLOOR", 1, 1, "x", "The next whole number not above.", "FLOOR(-1.2)"}, floor_, whole_type},
      {{"ABS", 1, 1, "x", "Without its sign.", "ABS(-1.50)"}, abs_, abs_type},
      {{"SIGN", 1, 1, "x", "-1, 0 or 1.", "SIGN(-3)"}, sign, kit::whole},
      {{"MOD", 2, 2, "a, b", "The rest of a division, with the sign of a.", "MOD(-10,3)"},
       modulo,
       modulo_type,
       Nulls::strict,
       Syntax::grammar},
      {{"CONV", 3, 3, "text, from, to", "A number in another base.", "CONV('ff',16,10)"},
       conv,
       kit::plain},
      {{"BIN", 1, 1, "n", "In base 2.", "BIN(5)"}, bin, kit::plain},
      {{"OCT", 1, 1, "n", "In base 8.", "OCT(8)"}, oct, kit::plain},
      {{"BIT_COUNT", 1, 1, "n", "How many bits are set.", "BIT_COUNT(255)"}, bit_count, kit::whole},
      {{"FORMAT", 2, 3, "x, places, locale", "With thousands separated.", "FORMAT(1234567.891,2)"},
       format,
       kit::plain,
       Nulls::strict,
       Syntax::grammar},
      {{"FORMAT_BYTES", 1, 1, "n", "A size in the fitting unit.", "FORMAT_BYTES(2048)"},
       format_bytes,
       kit::plain},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
