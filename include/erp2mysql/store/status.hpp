// SPDX-License-Identifier: Apache-2.0
// What the state tables say of a job, read without locks and without creating anything.
#pragma once

#include "erp2mysql/store/state.hpp"

namespace erp2mysql::store {

struct JobStatus {
  struct OpenWindow {
    std::string from, to, status;
  };
  struct PastRun {
    std::string run_id, started, status, exit_code, rows_written, error;
  };
  std::optional<base::Instant> watermark;
  std::optional<base::Millis> longest_window;  // learned: longer ones were too big for the API
  std::uint64_t windows_done = 0, quarantine_open = 0;
  std::vector<OpenWindow> open_windows;  // planned, running or failed, at most 20
  std::vector<base::Range> done;         // all windows that are done, by their start
  std::vector<PastRun> runs;             // newest first, at most 5
};

/// Begins the error of a run that wrote all its rows but whose number was unusual.
inline constexpr std::string_view k_anomaly_place = "anomaly";

struct RunVolume {
  base::Instant started;
  std::uint64_t rows_read = 0;
};
/// The runs of that command which read all that they should, newest first, of the last 1000.
std::vector<RunVolume> read_volumes(mysql::Connection& connection, const State& state,
                                    const std::string& command);

JobStatus read_status(mysql::Connection& connection, const State& state);

}  // namespace erp2mysql::store
