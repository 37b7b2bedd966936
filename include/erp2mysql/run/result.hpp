// SPDX-License-Identifier: Apache-2.0
// What a run came to: the one object that `--output json` prints, and the closing lines for people.
#pragma once

#include <optional>
#include <string>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/time.hpp"
#include "erp2mysql/data/flow.hpp"

namespace erp2mysql::run {

/// What HTTP counted.
struct Meters {
  std::uint64_t requests = 0, retries = 0, bytes_in = 0;
  base::Millis rate_limit{};  // waited for a free slot
  base::Millis source{};      // waited because the peer failed or asked to
};

/// Something about a run that is unusual although every row is right.
struct Anomaly {
  std::string rule;  // as in `quality`
  std::string message;
  bool fails = false;  // the job wants the run to fail for it
};

struct RunResult {
  std::string job, run_id;
  std::string status = "failed";  // done, partial, failed, interrupted, locked, nothing
  int exit_code = 70;
  std::optional<base::Range> stretch;
  std::size_t windows_planned = 0, windows_done = 0, windows_failed = 0;
  std::size_t windows_skipped = 0;  // of a backfill: done by an earlier run
  std::size_t windows_halved = 0;   // too big for the API, read as two
  /// Of a part of a backfill: windows taken from processes that died, windows that others took from
  /// this one, and how many others were at work when this one had nothing left to do.
  bool part = false;
  std::size_t windows_inherited = 0, windows_lost = 0, others_at_work = 0;
  /// Lengths of windows that were done: the shortest that came out of halving, the longest of all.
  std::optional<base::Millis> shortest_part, longest_window;
  std::vector<data::Window> planned;  // what this run reads
  std::uint64_t pages = 0, records = 0, scans = 0, expected = 0;
  data::Books rows;
  std::uint64_t affected = 0;
  std::uint64_t warnings = 0;  // of expressions
  Meters meters;
  base::Millis target_wait{};
  double seconds = 0;
  bool dry_run = false, plan_only = false, backfill = false;
  std::optional<base::Instant> watermark_before, watermark_after;
  bool incremental = false;  // from the watermark on, all of it
  /// NULLs by the columns of quality.nullShare, among so many rows that were mapped.
  std::vector<std::uint64_t> nulls;
  std::uint64_t mapped = 0;
  std::vector<Anomaly> anomalies;
  std::optional<base::Error> error;
  std::optional<data::Window> failed_window;  // the first one
};

/// The result object; times in `zone`. Secrets are scrubbed.
std::string to_json(const RunResult& result, const base::Zone& zone);
/// What a person would type after a run, complete commands.
struct NextCommands {
  std::string again, inspect;
};

/// A few lines; the last one starts with DONE, PARTIAL, FAILED … and says what to type next.
std::string to_text(const RunResult& result, const base::Zone& zone, const NextCommands& next);

}  // namespace erp2mysql::run
