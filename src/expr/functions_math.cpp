// SPDX-License-Identifier: Apache-2.0
// Functions of doubles.
#include <cmath>
#include <numbers>
#include <random>

#include "families.hpp"
#include "kit.hpp"

namespace erp2mysql::expr {
namespace {

Item bad_logarithm() {
  warn(3020, "Invalid argument for logarithm");
  return Item::null();
}

Item pi(const Call& call) { return Item::of_real(std::numbers::pi, call.out().decimals); }
Type pi_type(const Call&) {
  Type out = Type::real();
  out.decimals = 6;
  return out;
}

Item square_root(const Call& call) {
  const double x = to_real(call[0]);
  return x < 0 ? Item::null() : Item::of_real(std::sqrt(x));
}
Item power(const Call& call) { return Item::of_real(std::pow(to_real(call[0]), to_real(call[1]))); }
Item exponential(const Call& call) { return Item::of_real(std::exp(to_real(call[0]))); }

Item natural(double x) { return x <= 0 ? bad_logarithm() : Item::of_real(std::log(x)); }
Item ln(const Call& call) { return natural(to_real(call[0])); }
Item log(const Call& call) {
  const double x = to_real(call[0]);
  if (call.size() < 2) return natural(x);
  const double y = to_real(call[1]);
  if (x <= 0 || y <= 0) return bad_logarithm();
  const double base = std::log(x);
  if (base == 0) return division_by_zero(call.context());
  return Item::of_real(std::log(y) / base);
}
Item log2(const Call& call) {
  const double x = to_real(call[0]);
  return x <= 0 ? bad_logarithm() : Item::of_real(std::log(x) / std::numbers::ln2);
}
Item log10(const Call& call) {
  const double x = to_real(call[0]);
  return x <= 0 ? bad_logarithm() : Item::of_real(std::log10(x));
}

Item sine(const Call& call) { return Item::of_real(std::sin(to_real(call[0]))); }
Item cosine(const Call& call) { return Item::of_real(std::cos(to_real(call[0]))); }
Item tangent(const Call& call) { return Item::of_real(std::tan(to_real(call[0]))); }
Item cotangent(const Call& call) { return Item::of_real(1.0 / std::tan(to_real(call[0]))); }
Item arc_sine(const Call& call) {
  const double x = to_real(call[0]);
  return x < -1 || x > 1 ? Item::null() : Item::of_real(std::asin(x));
}
Item arc_cosine(const Call& call) {
  const double x = to_real(call[0]);
  return x < -1 || x > 1 ? Item::null() : Item::of_real(std::acos(x));
}
Item arc_tangent(const Call& call) {
  if (call.size() > 1) return Item::of_real(std::atan2(to_real(call[0]), to_real(call[1])));
  return Item::of_real(std::atan(to_real(call[0])));
}
Item degrees(const Call& call) {
  return Item::of_real(to_real(call[0]) * (180 / std::numbers::pi));
}
Item radians(const Call& call) {
  return Item::of_real(to_real(call[0]) * (std::numbers::pi / 180));
}

// The server's own generator: the first number of a seed is part of its answers.
Item random(const Call& call) {
  constexpr std::uint32_t k_most = 0x3FFFFFFF;
  if (call.size() == 0) {
    thread_local std::mt19937_64 engine{std::random_device{}()};
    return Item::of_real(std::uniform_real_distribution<double>(0, 1)(engine));
  }
  const Item item = call.eval(0);
  const auto seed = static_cast<std::uint32_t>(item.is_null() ? 0 : to_integer(item));
  std::uint64_t first = (seed * 0x10001U + 55555555U) % k_most;
  const std::uint64_t second = (seed * 0x10000001U) % k_most;
  first = (first * 3 + second) % k_most;
  return Item::of_real(static_cast<double>(first) / static_cast<double>(k_most));
}

}  // namespace

const std::vector<Function>& math_functions() {
  static const std::vector<Function> k_functions = {
      {{"PI", 0, 0, "", "π, shown with six places.", "PI()"}, pi, pi_type},
      {{"SQRT", 1, 1, "x", "The square root.", "SQRT(2)"}, square_root, kit::real},
      {{"POW", 2, 2, "x, y", "x to the power of y.", "POW(2,10)"}, power, kit::real},
      {{"POWER", 2, 2, "x, y", "POW.", "POWER(2,-1)"}, power, kit::real},
      {{"EXP", 1, 1, "x", "e to the power of x.", "EXP(1)"}, exponential, kit::real},
      {{"LN", 1, 1, "x", "The natural logarithm.", "LN(1)"}, ln, kit::real},
      {{"LOG", 1, 2, "base, x", "The logarithm; of one argument the natural one.", "LOG(2,8)"},
       log,
       kit::real},
      {{"LOG2", 1, 1, "x", "The logarithm to base 2.", "LOG2(8)"}, log2, kit::real},
      {{"LOG10", 1, 1, "x", "The logarithm to base 10.", "LOG10(1000)"}, log10, kit::real},
      {{"SIN", 1, 1, "x", "The sine.", "SIN(0)"}, sine, kit::real},
      {{"COS", 1, 1, "x", "The cosine.", "COS(0)"}, cosine, kit::real},
      {{"TAN", 1, 1, "x", "The tangent.", "TAN(1)"}, tangent, kit::real},
      {{"COT", 1, 1, "x", "The cotangent.", "COT(1)"}, cotangent, kit::real},
      {{"ASIN", 1, 1, "x", "The arc sine.", "ASIN(0)"}, arc_sine, kit::real},
      {{"ACOS", 1, 1, "x", "The arc cosine.", "ACOS(1)"}, arc_cosine, kit::real},
      {{"ATAN", 1, 2, "y, x", "The arc tangent of y, or of y/x.", "ATAN(1,2)"},
       arc_tangent,
       kit::real},
      {{"ATAN2", 1, 2, "y, x", "ATAN.", "ATAN2(-1,-1)"}, arc_tangent, kit::real},
      {{"DEGREES", 1, 1, "x", "Radians in degrees.", "DEGREES(PI())"}, degrees, kit::real},
      {{"RADIANS", 1, 1, "x", "Degrees in radians.", "RADIANS(180)"}, radians, kit::real},
      {{"RAND", 0, 1, "seed", "A number between 0 and 1; of a seed always the same.", "RAND(3)"},
       random,
       kit::real,
       Nulls::own},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
