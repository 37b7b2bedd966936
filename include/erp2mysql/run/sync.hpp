// SPDX-License-Identifier: Apache-2.0
// One run of a job: windows planned, shared out to lanes, each read, mapped, written and committed;
// the ledger and the watermark follow. It prints nothing.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "erp2mysql/http/transport.hpp"
#include "erp2mysql/mysql/connection.hpp"
#include "erp2mysql/run/compiled_job.hpp"
#include "erp2mysql/run/progress.hpp"
#include "erp2mysql/run/result.hpp"
#include "erp2mysql/source/client.hpp"

namespace erp2mysql::run {

/// The outside things of a run; all borrowed.
struct Wiring {
  base::Clock& clock;
  http::Transport& transport;  // retrying and throttled
  mysql::Connector connect;
  std::string target_database;           // where unqualified tables live
  std::function<Meters()> meters;        // what transport and limiter have counted so far
  source::TokenStore* tokens = nullptr;  // where renewed tokens are kept
  /// One more transport under the same limits, for another thread. Null: windows one by one.
  std::function<http::Transport&()> another_transport;
  Progress* progress = nullptr;  // is told how far the run is
};

/// Windows of their own in the ledger; what is done there is not read again.
struct BackfillOptions {
  std::optional<base::Millis> step;  // sync.window unless given
  std::optional<plan::Shard> shard;
  bool restart = false;  // forget what is done in this stretch
  bool window = false;   // the stretch is one window, which other processes leave to this one
};

struct RunOptions {
  std::optional<base::Instant> now;             // --now: what the job sees as time
  std::optional<base::Range> explicit_stretch;  // --from --to: never moves the watermark
  std::optional<BackfillOptions> backfill;      // of the explicit stretch
  bool full = false;                            // from sync.start instead of the watermark
  bool remedy = false;                          // the job's `request` is that of its remedy
  bool dry_run = false;
  bool preflight = true;                    // false: the table's metadata is not read
  bool plan_only = false;                   // the windows, and nothing is read
  bool accept_change = false;               // the job may differ from what its state knows
  std::size_t parallel = 0;                 // 0: sync.parallel
  std::optional<base::Millis> max_runtime;  // no window starts later than this
  std::string run_id;                       // empty: a new one
};

/// Never throws: every failure ends in the result.
RunResult sync(const CompiledJob& job, const Wiring& wiring, const RunOptions& options);

/// A random run id, 16 hex digits after the start time.
std::string new_run_id(base::Instant now);

}  // namespace erp2mysql::run
