// SPDX-License-Identifier: Apache-2.0
// What both halves of the ledger say SQL with. It decides nothing.
#pragma once

#include <exception>
#include <string_view>

#include "cells.hpp"
#include "erp2mysql/store/ledger.hpp"

namespace erp2mysql::store {

inline constexpr std::string_view k_this_window =
    "job = ? AND kind = ? AND from_ms = ? AND to_ms = ?";
inline constexpr std::string_view k_reaching_in =
    "job = ? AND kind = ? AND from_ms < ? AND to_ms > ?";

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
