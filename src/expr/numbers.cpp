// SPDX-License-Identifier: Apache-2.0
#include "numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace erp2mysql::expr {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view skip_blanks(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

bool only_blanks(std::string_view text) { return skip_blanks(text).empty(); }

std::size_t digits_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// [+-]digits[.digits][e[+-]digits]; empty when no digit is there.
std::string_view number_prefix(std::string_view text) {
  const std::size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  std::size_t end = digits_end(text, sign);
  std::size_t digits = end - sign;
  if (end < text.size() && text[end] == '.') {
    const std::size_t after = digits_end(text, end + 1);
    digits += after - end - 1;
    end = after;
  }
  if (digits == 0) return {};
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    const std::size_t mark = end + 1;
    const std::size_t start =
        mark < text.size() && (text[mark] == '-' || text[mark] == '+') ? mark + 1 : mark;
    if (const auto after = digits_end(text, start); after > start) end = after;
  }
  return text.substr(0, end);
}

// The digits and the place of the point: 0.d1d2d3… times ten to the power of `point`.
struct Digits {
  std::string digits;
  int point = 0;
};

Digits digits_of(std::string_view scientific) {
  const auto mark = scientific.find('e');
  Digits out{std::string(1, scientific[0]), 0};
  if (mark > 2) out.digits += scientific.substr(2, mark - 2);
  const auto tail = scientific.substr(mark + (scientific[mark + 1] == '+' ? 2 : 1));
  std::from_chars(tail.data(), tail.data() + tail.size(), out.point);
  ++out.point;
  while (out.digits.size() > 1 && out.digits.back() == '0') out.digits.pop_back();
  return out;
}

std::string spread(const Digits& number, bool negative, std::size_t width = 400) {
  constexpr int k_plain_places = 15;
  auto digits = number.digits;
  const int point = number.point;
  const std::string sign = negative ? "-" : "";
  const std::size_t plain_width =
      digits.size() + (point <= 0 ? static_cast<std::size_t>(2 - point) : 1) + sign.size();
  const bool long_whole =
      point > k_plain_places && digits.size() <= static_cast<std::size_t>(point);
  if (long_whole || point <= -k_plain_places || plain_width > width) {
    if (digits.size() > 1) digits.insert(1, ".");
    return sign + digits + "e" + std::to_string(point - 1);
  }
  if (point <= 0) return sign + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  const auto places = static_cast<std::size_t>(point);
  if (digits.size() <= places) return sign + digits + std::string(places - digits.size(), '0');
  return sign + digits.insert(places, ".");
}

}  // namespace

ReadReal read_real(std::string_view text) {
  text = skip_blanks(text);
  auto prefix = number_prefix(text);
  if (prefix.empty()) return {0, false};
  ReadReal out;
  out.clean = only_blanks(text.substr(prefix.size()));
  if (prefix[0] == '+') prefix.remove_prefix(1);
  const auto result = std::from_chars(prefix.data(), prefix.data() + prefix.size(), out.value);
  if (result.ec != std::errc::result_out_of_range) return out;
  const auto exponent = prefix.find_first_of("eE");
  const bool tiny = exponent != std::string_view::npos &&
                    prefix.substr(exponent).find('-') != std::string_view::npos;
  out.clean = tiny && out.clean;
  out.value = tiny ? 0 : std::numeric_limits<double>::max();
  if (prefix[0] == '-') out.value = -out.value;
  return out;
}

ReadDecimal read_decimal(std::string_view text) {
  text = skip_blanks(text);
  const auto prefix = number_prefix(text);
  if (prefix.empty()) return {{}, false};
  ReadDecimal out;
  out.clean = only_blanks(text.substr(prefix.size()));
  if (const auto number = Decimal::parse(prefix)) {
    out.value = clamped(number->scale > k_max_digits ? number->rounded(k_max_scale) : *number);
    return out;
  }
  const auto mark = prefix.find_first_of("eE");
  const bool tiny = mark != std::string_view::npos && prefix[mark + 1] == '-';
  if (!tiny && read_real(prefix).value != 0) out.value = largest(prefix[0] == '-');
  out.clean = false;
  return out;
}

ReadWhole read_whole(std::string_view text) {
  constexpr auto k_most = std::numeric_limits<std::uint64_t>::max();
  text = skip_blanks(text);
  const bool negative = !text.empty() && text[0] == '-';
  const std::size_t start = negative || (!text.empty() && text[0] == '+') ? 1 : 0;
  const std::size_t end = digits_end(text, start);
  if (end == start) return {0, false, false};
  ReadWhole out;
  out.clean = only_blanks(text.substr(end));
  std::uint64_t magnitude = 0;
  for (std::size_t i = start; i < end; ++i) {
    const auto digit = static_cast<std::uint64_t>(text[i] - '0');
    if (magnitude > (k_most - digit) / 10) {
      out.clean = false;
      magnitude = k_most;
      break;
    }
    magnitude = magnitude * 10 + digit;
  }
  constexpr std::uint64_t k_edge = std::uint64_t{1} << 63;
  if (negative) {
    if (magnitude > k_edge) out.clean = false;
    out.value = static_cast<std::int64_t>(-std::min(magnitude, k_edge));
  } else {
    out.value = static_cast<std::int64_t>(magnitude);
    out.is_unsigned = magnitude >= k_edge;
  }
  return out;
}

std::string real_text(double value, std::size_t width) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value),
                                 std::chars_format::scientific);
  return spread(digits_of({buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data())}),
                std::signbit(value), width);
}

std::string float_text(double value) {
  return spread(digits_of(fmt::format("{:.5e}", std::fabs(value))), std::signbit(value));
}

std::string fixed_text(double value, int decimals) {
  constexpr double k_exact = 1e17;
  if (std::fabs(value) >= k_exact)
    return read_decimal(real_text(value)).value.rounded(decimals).text();
  return fmt::format("{:.{}f}", value, decimals);
}

double round_real(double value, std::int64_t places, bool truncate) {
  const auto power = std::min<std::int64_t>(std::llabs(places), 400);
  const double scale = std::pow(10.0, static_cast<double>(power));
  const bool right = places >= 0;
  if (!right && std::isinf(scale)) return 0;
  if (right && (std::isinf(scale) || std::isinf(value * scale))) return value;
  const double moved = right ? value * scale : value / scale;
  double whole = 0;
  if (truncate)
    whole = value >= 0 ? std::floor(moved) : std::ceil(moved);
  else
    whole = std::rint(moved);
  return right ? whole / scale : whole * scale;
}

}  // namespace erp2mysql::expr
