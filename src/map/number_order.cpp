// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/map/number_order.hpp"

#include <cstdint>
#include <string>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::map {
namespace {

// 0.DIGITS times ten to the power `magnitude`, the first and the last digit not zero; no digits
// stand for zero. Nothing is written out, so "1e99999" costs as little as "1".
struct Number {
  bool negative = false;
  std::string digits;
  std::int64_t magnitude = 0;
};

// Past 10^18 all powers are the same: no two texts that fit memory differ by less than that.
std::int64_t power_of(std::string_view text) {
  constexpr std::int64_t k_most = 1'000'000'000'000'000'000;
  const auto mark = text.find_first_of("eE");
  if (mark == std::string_view::npos) return 0;
  text.remove_prefix(mark + 1);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  for (const char c : text) {
    if (value > k_most / 10) {
      value = k_most;
      break;
    }
    value = value * 10 + (c - '0');
  }
  return negative ? -value : value;
}

bool read_number(std::string_view text, Number& out) {
  base::NumberText parts;
  if (!base::parse_number(text, parts, true)) return false;
  out.digits = parts.whole;
  out.digits += parts.fraction;
  const auto first = out.digits.find_first_not_of('0');
  if (first == std::string::npos) {
    out = {};
    return true;
  }
  out.negative = parts.negative;
  out.magnitude = static_cast<std::int64_t>(parts.whole.size()) - static_cast<std::int64_t>(first) +
                  power_of(text);
  out.digits.erase(out.digits.find_last_not_of('0') + 1);
  out.digits.erase(0, first);
  return true;
}

int compare_size(const Number& a, const Number& b) {
  if (a.digits.empty() || b.digits.empty()) {
    return static_cast<int>(b.digits.empty()) - static_cast<int>(a.digits.empty());
  }
  if (a.magnitude != b.magnitude) return a.magnitude < b.magnitude ? -1 : 1;
  return a.digits.compare(b.digits);
}

}  // namespace

int compare_values(std::string_view a, std::string_view b) {
  Number x;
  Number y;
  if (!read_number(a, x) || !read_number(b, y)) return a.compare(b);
  if (x.negative != y.negative) return x.negative ? -1 : 1;
  return x.negative ? compare_size(y, x) : compare_size(x, y);
}

}  // namespace erp2mysql::map
