// SPDX-License-Identifier: Apache-2.0
#include "values.hpp"

#include <charconv>
#include <string>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/base/time.hpp"

namespace erp2mysql::job {
namespace {

// Splits off the fraction of a plain number; zeros at its end do not count.
std::string_view take_fraction(std::string& plain, std::string& fraction) {
  const auto point = plain.find('.');
  if (point == std::string::npos) return fraction;
  fraction = plain.substr(point + 1);
  plain.resize(point);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return fraction;
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<std::int64_t> to_integer(std::string_view text) {
  std::string plain = base::plain_number(base::trim(text));
  std::string fraction;
  if (!take_fraction(plain, fraction).empty()) return std::nullopt;
  return parse_whole(plain);
}

std::optional<bool> to_boolean(std::string_view text) {
  text = base::trim(text);
  if (text == "1" || base::equal_ignore_case(text, "true")) return true;
  if (text == "0" || base::equal_ignore_case(text, "false")) return false;
  return std::nullopt;
}

std::optional<base::Millis> to_time(std::string_view text, std::int64_t unit) {
  constexpr std::int64_t k_most = 1'000'000'000'000;
  text = base::trim(text);
  std::string plain = base::plain_number(text);
  if (plain.empty()) return base::parse_duration(text);
  std::string fraction;
  const std::size_t places = unit == 1 ? 0 : 3;
  if (take_fraction(plain, fraction).size() > places) return std::nullopt;
  const auto whole = parse_whole(plain);
  if (!whole || *whole > k_most || *whole < 0 || plain[0] == '-') return std::nullopt;
  fraction.resize(places, '0');
  const auto rest = fraction.empty() ? 0 : *parse_whole(fraction);
  return base::Millis(*whole * unit + rest);
}

}  // namespace erp2mysql::job
