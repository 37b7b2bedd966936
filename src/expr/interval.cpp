// SPDX-License-Identifier: Apache-2.0
// Reads what stands between INTERVAL and its unit. It refuses to know dates.
#include <array>
#include <cstdlib>

#include "calendar.hpp"
#include "warnings.hpp"

namespace erp2mysql::expr {
namespace {

constexpr std::int64_t k_second = 1'000'000;

struct Fields {
  std::array<std::int64_t, 5> values{};
  bool negative = false;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Numbers between anything that is no digit; missing ones are missing on the left.
std::optional<Fields> read_fields(std::string_view text, std::size_t count, bool micros) {
  Fields out;
  std::size_t at = 0;
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  if (at < text.size() && text[at] == '-') {
    out.negative = true;
    ++at;
  }
  while (at < text.size() && !is_digit(text[at])) ++at;
  std::size_t found = 0;
  for (; found < count; ++found) {
    std::int64_t value = 0;
    const std::size_t start = at;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      if (__builtin_mul_overflow(value, std::int64_t{10}, &value) ||
          __builtin_add_overflow(value, std::int64_t{text[at] - '0'}, &value))
        return std::nullopt;
    }
    out.values[found] = value;
    const auto length = static_cast<int>(at - start);
    while (at < text.size() && !is_digit(text[at])) ++at;
    if (micros && found == count - 1) {
      for (int i = length; i < 6; ++i) out.values[found] *= 10;
    }
    if (at == text.size() && found != count - 1) {
      const std::size_t have = found + 1;
      if (micros) {
        for (int i = length; i < 6; ++i) out.values[found] *= 10;
      }
      for (std::size_t i = 0; i < have; ++i) out.values[count - 1 - i] = out.values[found - i];
      for (std::size_t i = 0; i < count - have; ++i) out.values[i] = 0;
      return out;
    }
  }
  return out;
}

// Weights of the fields of a compound unit, in microseconds; a day counts in days.
struct Compound {
  std::size_t count;
  bool micros;
  std::array<std::int64_t, 5> weights;
};

Compound compound_of(Unit unit) {
  constexpr std::int64_t k_minute = 60 * k_second;
  constexpr std::int64_t k_hour = 60 * k_minute;
  constexpr std::int64_t k_day = 24 * k_hour;
  switch (unit) {
    case Unit::second_microsecond: return {2, true, {k_second, 1}};
    case Unit::minute_microsecond: return {3, true, {k_minute, k_second, 1}};
    case Unit::minute_second: return {2, false, {k_minute, k_second}};
    case Unit::hour_microsecond: return {4, true, {k_hour, k_minute, k_second, 1}};
    case Unit::hour_second: return {3, false, {k_hour, k_minute, k_second}};
    case Unit::hour_minute: return {2, false, {k_hour, k_minute}};
    case Unit::day_microsecond: return {5, true, {k_day, k_hour, k_minute, k_second, 1}};
    case Unit::day_second: return {4, false, {k_day, k_hour, k_minute, k_second}};
    case Unit::day_minute: return {3, false, {k_day, k_hour, k_minute}};
    default: return {2, false, {k_day, k_hour}};
  }
}

bool scaled(std::int64_t value, std::int64_t weight, std::int64_t& sum) {
  std::int64_t step = 0;
  return !__builtin_mul_overflow(value, weight, &step) && !__builtin_add_overflow(sum, step, &sum);
}

std::optional<Interval> read_compound(const Item& amount, Unit unit) {
  const auto text = to_text(amount);
  if (unit == Unit::year_month) {
    const auto fields = read_fields(text, 2, false);
    if (!fields) return std::nullopt;
    Interval out;
    if (!scaled(fields->values[0], 12, out.months) || !scaled(fields->values[1], 1, out.months))
      return std::nullopt;
    if (fields->negative) out.months = -out.months;
    return out;
  }
  const auto form = compound_of(unit);
  const auto fields = read_fields(text, form.count, form.micros);
  if (!fields) return std::nullopt;
  Interval out;
  for (std::size_t i = 0; i < form.count; ++i) {
    if (!scaled(fields->values[i], form.weights[i], out.micros)) return std::nullopt;
  }
  if (fields->negative) out.micros = -out.micros;
  return out;
}

std::optional<Interval> read_seconds(const Item& amount) {
  if (amount.kind == Item::Kind::integer) {
    Interval out;
    if (!scaled(amount.whole, k_second, out.micros)) return std::nullopt;
    return out;
  }
  const Decimal number = to_decimal(amount).truncated(6);
  if (!fits_signed(number.digits)) return std::nullopt;
  return Interval{0, 0, number.digits.get_si()};
}

}  // namespace

std::optional<Interval> read_interval(const Item& amount, Unit unit) {
  if (unit > Unit::year) return read_compound(amount, unit);
  if (unit == Unit::second) return read_seconds(amount);
  const Whole whole = to_whole(amount);
  const std::int64_t n = whole.value;
  Interval out;
  bool fits = true;
  switch (unit) {
    case Unit::microsecond: out.micros = n; break;
    case Unit::minute: fits = scaled(n, 60 * k_second, out.micros); break;
    case Unit::hour: fits = scaled(n, 3600 * k_second, out.micros); break;
    case Unit::day: out.days = n; break;
    case Unit::week: fits = scaled(n, 7, out.days); break;
    case Unit::month: out.months = n; break;
    case Unit::quarter: fits = scaled(n, 3, out.months); break;
    default: fits = scaled(n, 12, out.months); break;
  }
  if (!fits) return std::nullopt;
  return out;
}

}  // namespace erp2mysql::expr
