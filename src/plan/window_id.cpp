// SPDX-License-Identifier: Apache-2.0
// The name of a window says its range, so that it needs no list to be looked up in.
#include <algorithm>

#include "erp2mysql/plan/windows.hpp"

namespace erp2mysql::plan {
namespace {

const base::Zone& utc() {
  static const base::Zone k_utc = *base::Zone::parse("Z");
  return k_utc;
}

// 20240101T000000Z, with .mmm before the Z where there are milliseconds.
std::string compact(base::Instant time) {
  auto text = base::format_datetime(time, utc());
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  std::replace(text.begin(), text.end(), ' ', 'T');
  return text + "Z";
}

std::optional<base::Instant> instant(std::string_view text) {
  constexpr std::size_t k_shortest = 16;
  if (text.size() < k_shortest || text.back() != 'Z') return std::nullopt;
  std::string spread(text);
  for (const std::size_t at : {13, 11}) spread.insert(at, ":");
  for (const std::size_t at : {6, 4}) spread.insert(at, "-");
  const auto time = base::parse_datetime(spread, utc());
  return time && compact(*time) == text ? time : std::nullopt;
}

}  // namespace

std::string window_id(const base::Range& time) {
  return compact(time.from) + "-" + compact(time.to);
}

std::optional<base::Range> parse_window_id(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = instant(text.substr(0, dash));
  const auto to = instant(text.substr(dash + 1));
  if (!from || !to || *from >= *to) return std::nullopt;
  return base::Range{*from, *to};
}

}  // namespace erp2mysql::plan
