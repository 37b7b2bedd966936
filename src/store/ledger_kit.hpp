// SPDX-License-Identifier: Apache-2.0
// What both halves of the ledger say SQL with. It decides nothing.
#pragma once

#include <charconv>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/store/ledger.hpp"

namespace erp2mysql::store {

using Params = std::vector<std::optional<std::string>>;

inline constexpr std::string_view k_this_window =
    "job = ? AND kind = ? AND from_ms = ? AND to_ms = ?";
inline constexpr std::string_view k_reaching_in =
    "job = ? AND kind = ? AND from_ms < ? AND to_ms > ?";

inline std::string ms(base::Instant t) { return std::to_string(t.time_since_epoch().count()); }
inline std::string readable(base::Instant t) { return base::format_iso(t, base::Zone()); }

template <class T>
T number(const std::optional<std::string>& text) {
  T value{};
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

inline base::Instant instant(const std::optional<std::string>& text) {
  return base::Instant(base::Millis(number<std::int64_t>(text)));
}

/// `work` in a transaction of its own that holds the row of the job, or of the part.
template <class Work>
void alone(mysql::Connection& connection, const State& state, const JobState& owner,
           const Work& work) {
  connection.begin();
  try {
    state.hold(connection, owner);
    work();
    connection.commit();
  } catch (const std::exception&) {
    connection.rollback();
    throw;
  }
}

}  // namespace erp2mysql::store
