// SPDX-License-Identifier: Apache-2.0
// Cells of the state tables as numbers and instants, and back. It knows no table. Each of these
// columns is written by this program alone, so a cell that is no number is 0, like a NULL.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "erp2mysql/base/time.hpp"

namespace erp2mysql::store {

using Params = std::vector<std::optional<std::string>>;

template <class T = std::int64_t>
T number(const std::optional<std::string>& text) {
  T value{};
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

inline base::Millis millis(const std::optional<std::string>& text) {
  return base::Millis(number(text));
}

/// Of a column in milliseconds since 1970.
inline base::Instant instant(const std::optional<std::string>& text) {
  return base::Instant(millis(text));
}

inline std::string ms(base::Instant t) { return std::to_string(t.time_since_epoch().count()); }

/// For the columns that people read, in UTC.
inline std::string readable(base::Instant t) { return base::format_iso(t, base::Zone()); }

}  // namespace erp2mysql::store
