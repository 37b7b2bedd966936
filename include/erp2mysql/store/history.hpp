// SPDX-License-Identifier: Apache-2.0
// What the state tables remember of a job's past, for reports. Reads without locks, creates nothing
// and interprets nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "erp2mysql/store/state.hpp"

namespace erp2mysql::store {

struct History {
  struct Run {
    std::string run_id, command, status, error;
    int exit_code = 0;
    base::Instant started, ended;
    std::uint64_t read = 0, written = 0, quarantined = 0;
    base::Millis waited_limit{}, waited_source{}, waited_target{};
  };
  /// How far a window's end was behind when its rows were committed.
  struct Lag {
    base::Instant committed;
    base::Millis behind{0};
  };
  struct Reason {
    std::string field, reason;
    std::uint64_t rows = 0;
  };
  std::vector<Run> runs;        // oldest first
  std::vector<Lag> lags;        // of incremental windows, oldest first
  std::vector<Reason> reasons;  // of open entries, most frequent first, at most 20
};

/// At most `limit` runs and windows, the newest. Empty when the tables are not there.
History read_history(mysql::Connection& connection, const State& state, std::size_t limit);

}  // namespace erp2mysql::store
