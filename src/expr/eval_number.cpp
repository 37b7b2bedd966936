// SPDX-License-Identifier: Apache-2.0
// Arithmetic and bit operators: the type of their result, and the result.
#include <algorithm>
#include <cmath>

#include "numbers.hpp"
#include "tree.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;
constexpr int k_division_digits = 4;

const Type& child_type(const Node& node, std::size_t i, const Context& context) {
  return context.types[node.children[i]->id];
}

void check_scalar(const Node& node) {
  for (const auto& child : node.children) {
    if (child->kind == Node::Kind::row) fail(1241, "Operand should contain 1 column(s)");
  }
}

Type real_type(Operator op, const Type& a, const Type& b) {
  Type out = Type::real();
  if (a.decimals < k_not_fixed && b.decimals < k_not_fixed) {
    out.decimals =
        std::max(a.decimals, b.decimals) + (op == Operator::divide ? k_division_digits : 0);
    out.decimals = std::min(out.decimals, k_not_fixed);
  }
  return out;
}

Type number_type(Operator op, const Type& a, const Type& b) {
  const Numeric left = numeric_of(a);
  const Numeric right = numeric_of(b);
  if (op == Operator::divide_whole) return Type::integer(a.is_unsigned || b.is_unsigned);
  if (left == Numeric::real || right == Numeric::real) return real_type(op, a, b);
  const bool whole = left == Numeric::integer && right == Numeric::integer;
  const int da = left == Numeric::integer ? 0 : a.decimals;
  const int db = right == Numeric::integer ? 0 : b.decimals;
  if (op == Operator::divide)
    return Type::of(Kind::decimal, std::min(da + k_division_digits, k_max_scale));
  if (whole) {
    const bool left_unsigned = a.is_unsigned || a.is_hex;
    return Type::integer(op == Operator::modulo ? left_unsigned
                                                : left_unsigned || b.is_unsigned || b.is_hex);
  }
  if (op == Operator::multiply) return Type::of(Kind::decimal, std::min(da + db, k_max_scale));
  return Type::of(Kind::decimal, std::max(da, db));
}

Type negated_type(const Node& node, const Context& context) {
  const Type& a = child_type(node, 0, context);
  if (a.is_temporal()) return Type::of(Kind::real, a.decimals);
  const Numeric numeric = numeric_of(a);
  if (numeric == Numeric::real) {
    Type out = Type::real();
    out.decimals = a.kind == Kind::real ? a.decimals : k_not_fixed;
    return out;
  }
  if (numeric == Numeric::decimal) return Type::of(Kind::decimal, a.decimals);
  const Node& child = *node.children[0];
  if (child.kind != Node::Kind::literal)
    return a.is_unsigned ? Type::of(Kind::decimal) : Type::integer();
  if (child.literal.kind == Kind::integer && child.literal.is_unsigned &&
      child.literal.bits() > (std::uint64_t{1} << 63))
    return Type::of(Kind::decimal);
  return Type::integer();
}

[[noreturn]] void out_of_range(bool is_unsigned) {
  fail(k_out_of_range,
       is_unsigned ? "BIGINT UNSIGNED value is out of range" : "BIGINT value is out of range");
}

Item whole_result(const mpz_class& value, bool is_unsigned) {
  if (is_unsigned ? !fits_unsigned(value) : !fits_signed(value)) out_of_range(is_unsigned);
  if (is_unsigned) return Item::of_unsigned(value.get_ui());
  return Item::of_integer(value.get_si());
}

Item decimal_result(const Decimal& value, const Type& type) {
  if (!fits_decimal(value)) fail(k_out_of_range, "DECIMAL value is out of range");
  if (value.scale == type.decimals) return Item::of_decimal(value);
  return Item::of_decimal(value.rounded(std::min(type.decimals, k_max_digits)));
}

Item real_result(Operator op, double a, double b, int decimals) {
  switch (op) {
    case Operator::add: return Item::of_real(a + b, decimals);
    case Operator::subtract: return Item::of_real(a - b, decimals);
    case Operator::multiply: return Item::of_real(a * b, decimals);
    case Operator::divide: return Item::of_real(a / b, decimals);
    default: return Item::of_real(std::fmod(a, b), decimals);
  }
}

Item whole_operation(Operator op, Whole a, Whole b, bool is_unsigned) {
  if (!a.is_unsigned && !b.is_unsigned) {
    std::int64_t out = 0;
    bool overflow = false;
    switch (op) {
      case Operator::add: overflow = __builtin_add_overflow(a.value, b.value, &out); break;
      case Operator::subtract: overflow = __builtin_sub_overflow(a.value, b.value, &out); break;
      case Operator::multiply: overflow = __builtin_mul_overflow(a.value, b.value, &out); break;
      default: out = b.value == -1 ? 0 : a.value % b.value; break;
    }
    if (overflow || (is_unsigned && out < 0)) out_of_range(is_unsigned);
    return is_unsigned ? Item::of_unsigned(static_cast<std::uint64_t>(out)) : Item::of_integer(out);
  }
  const mpz_class x = to_mpz(a);
  const mpz_class y = to_mpz(b);
  switch (op) {
    case Operator::add: return whole_result(x + y, is_unsigned);
    case Operator::subtract: return whole_result(x - y, is_unsigned);
    case Operator::multiply: return whole_result(x * y, is_unsigned);
    default: return whole_result(x % y, is_unsigned);
  }
}

Item whole_quotient(const Item& a, const Item& b, const Type& type, const Context& context) {
  const Decimal divisor = to_decimal(b);
  if (divisor.sign() == 0) return division_by_zero(context);
  return whole_result(quotient(to_decimal(a), divisor), type.is_unsigned);
}

Item negate(const Item& a, const Type& type) {
  if (type.kind == Kind::real) return Item::of_real(-to_real(a), type.decimals);
  if (type.kind == Kind::decimal) {
    Decimal value = to_decimal(a);
    value.digits = -value.digits;
    return Item::of_decimal(std::move(value));
  }
  const mpz_class value = -to_mpz(to_whole(a));
  if (!fits_signed(value)) return Item::of_decimal({value, 0});
  return Item::of_integer(value.get_si());
}

// Byte strings meet byte by byte; literals count as numbers.
bool is_byte_operand(const Node& node, std::size_t i, const Context& context) {
  const Type& type = child_type(node, i, context);
  return type.is_binary() && !type.is_hex;
}

bool on_bytes(const Node& node, const Context& context) {
  if (node.op == Operator::bit_not || node.op >= Operator::shift_left)
    return is_byte_operand(node, 0, context);
  const auto binary = [&](std::size_t i) { return child_type(node, i, context).is_binary(); };
  return binary(0) && binary(1) &&
         (is_byte_operand(node, 0, context) || is_byte_operand(node, 1, context));
}

std::string shifted(const std::string& bytes, std::uint64_t by, bool left) {
  mpz_class value;
  mpz_import(value.get_mpz_t(), bytes.size(), 1, 1, 0, 0, bytes.data());
  const std::size_t bits = bytes.size() * 8;
  const auto count = static_cast<unsigned long>(std::min<std::uint64_t>(by, bits));
  value = left ? mpz_class(value << count) : mpz_class(value >> count);
  mpz_fdiv_r_2exp(value.get_mpz_t(), value.get_mpz_t(), bits);
  std::string out(bytes.size(), '\0');
  std::size_t used = (mpz_sizeinbase(value.get_mpz_t(), 2) + 7) / 8;
  if (value != 0)
    mpz_export(out.data() + (out.size() - used), &used, 1, 1, 0, 0, value.get_mpz_t());
  return out;
}

Item byte_operation(const Node& node, const Item& a, const Item& b) {
  std::string left = to_bytes(a);
  if (node.op == Operator::shift_left || node.op == Operator::shift_right)
    return Item::of_bytes(
        shifted(left, static_cast<std::uint64_t>(to_integer(b)), node.op == Operator::shift_left));
  if (node.op == Operator::bit_not) {
    for (char& c : left) c = static_cast<char>(~c);
    return Item::of_bytes(std::move(left));
  }
  const std::string right = to_bytes(b);
  if (left.size() != right.size())
    fail(3513, "Binary operands of bitwise operators must be of equal length");
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (node.op == Operator::bit_and) left[i] = static_cast<char>(left[i] & right[i]);
    if (node.op == Operator::bit_or) left[i] = static_cast<char>(left[i] | right[i]);
    if (node.op == Operator::bit_xor) left[i] = static_cast<char>(left[i] ^ right[i]);
  }
  return Item::of_bytes(std::move(left));
}

std::uint64_t bits_of(const Item& item) {
  if (item.kind == Kind::real && item.real >= 9223372036854775808.0)
    fail(k_out_of_range, "BIGINT UNSIGNED value is out of range");
  if (item.is_text() && !item.is_hex) return static_cast<std::uint64_t>(to_whole(item).value);
  return static_cast<std::uint64_t>(to_integer(item));
}

}  // namespace

Item division_by_zero(const Context& context) {
  if (!context.settings.division_by_zero_is_null) fail(k_division_by_zero, "division by zero");
  warn(k_division_by_zero, "Division by 0");
  return Item::null();
}

Type arithmetic_type(const Node& node, Context& context) {
  check_scalar(node);
  if (node.op == Operator::negate) return negated_type(node, context);
  return number_type(node.op, child_type(node, 0, context), child_type(node, 1, context));
}

Item arithmetic_of(Operator op, const Item& a, const Item& b, const Type& type, Context& context) {
  if (op == Operator::divide_whole) return whole_quotient(a, b, type, context);
  const bool divides = op == Operator::divide || op == Operator::modulo;
  if (type.kind == Kind::real) {
    const double divisor = to_real(b);
    if (divides && divisor == 0) return division_by_zero(context);
    return real_result(op, to_real(a), divisor, type.decimals);
  }
  if (type.kind == Kind::integer) {
    const Whole divisor = to_whole(b);
    if (divides && divisor.value == 0) return division_by_zero(context);
    return whole_operation(op, to_whole(a), divisor, type.is_unsigned);
  }
  const Decimal x = to_decimal(a);
  const Decimal y = to_decimal(b);
  if (divides && y.sign() == 0) return division_by_zero(context);
  switch (op) {
    case Operator::add: return decimal_result(add(x, y), type);
    case Operator::subtract: return decimal_result(subtract(x, y), type);
    case Operator::multiply: return decimal_result(multiply(x, y), type);
    case Operator::divide: return decimal_result(divide(x, y, type.decimals), type);
    default: return decimal_result(remainder(x, y), type);
  }
}

Item arithmetic(const Node& node, Context& context) {
  const Item a = evaluate(*node.children[0], context);
  const Type& type = context.types[node.id];
  // Doubles and whole numbers see both sides before they ask for NULL, decimals do not.
  if (a.is_null() && (node.op == Operator::negate || type.kind == Kind::decimal))
    return Item::null();
  if (node.op == Operator::negate) return negate(a, type);
  const Item b = evaluate(*node.children[1], context);
  if (a.is_null() || b.is_null()) return Item::null();
  return arithmetic_of(node.op, a, b, type, context);
}

Type bit_type(const Node& node, Context& context) {
  check_scalar(node);
  return on_bytes(node, context) ? Type::bytes() : Type::integer(true);
}

Item bit_operation(const Node& node, Context& context) {
  const Item a = evaluate(*node.children[0], context);
  if (a.is_null()) return a;
  const Item b = node.children.size() > 1 ? evaluate(*node.children[1], context) : Item();
  if (node.children.size() > 1 && b.is_null()) return b;
  if (on_bytes(node, context)) return byte_operation(node, a, b);
  const std::uint64_t x = bits_of(a);
  if (node.op == Operator::bit_not) return Item::of_unsigned(~x);
  const std::uint64_t y = bits_of(b);
  switch (node.op) {
    case Operator::bit_or: return Item::of_unsigned(x | y);
    case Operator::bit_and: return Item::of_unsigned(x & y);
    case Operator::bit_xor: return Item::of_unsigned(x ^ y);
    case Operator::shift_left: return Item::of_unsigned(y < 64 ? x << y : 0);
    default: return Item::of_unsigned(y < 64 ? x >> y : 0);
  }
}

}  // namespace erp2mysql::expr
