// SPDX-License-Identifier: Apache-2.0
// The tool's own tables in the target server: watermark, windows, runs, quarantine, records. All
// changes that belong to rows are made inside the caller's transaction. It knows no page and no
// mapping. The compare-and-set on (epoch, seq) fences runs and answers "did it commit?".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "erp2mysql/data/flow.hpp"
#include "erp2mysql/mysql/connection.hpp"

namespace erp2mysql::store {

struct JobState {
  std::uint64_t epoch = 0;
  std::uint64_t seq = 0;
  std::optional<base::Instant> watermark;
  std::string fingerprint;
  std::string run_id;
};

struct WindowCounts {
  data::Books books;
  std::uint64_t pages = 0, records = 0, expected = 0;
  std::uint64_t warnings = 0;   // of expressions: texts cut, dates that are none, …
  std::uint64_t unmatched = 0;  // rows whose UPDATE found nothing, whatever became of them
};

struct RunRecord {
  std::string run_id, command, status, error;
  int exit_code = 0;
  base::Instant started, ended;
  data::Books books;
};

class State {
 public:
  /// `database` holds the tables; `job` at most 64 characters. Owns nothing.
  State(std::string database, std::string job);

  /// CREATE TABLE statements, in order; what `ddl --state` prints.
  static std::vector<std::string> ddl(const std::string& database);
  /// Creates what is missing; refuses tables of a newer version with Error{config}.
  void ensure_tables(mysql::Connection& connection) const;
  bool tables_exist(mysql::Connection& connection) const;

  /// GET_LOCK on this connection; false when another session holds it for `wait` seconds.
  bool lock(mysql::Connection& connection, int wait_seconds) const;
  std::optional<JobState> load(mysql::Connection& connection) const;
  /// Raises the epoch, so that an older run can no longer commit. Outside a transaction.
  JobState take_over(mysql::Connection& connection, const std::string& run_id,
                     const std::string& fingerprint) const;

  enum class Advance { done, already_committed };
  /// First statement of every transaction: seq + 1, and the new watermark unless empty (it never
  /// moves back). `already_committed`: an earlier attempt of this very transaction took effect.
  /// Throws Error{locked} when somebody else owns the job.
  Advance advance(mysql::Connection& connection, const JobState& expected,
                  std::optional<base::Instant> watermark) const;

  void window_started(mysql::Connection& connection, const std::string& kind,
                      const data::Window& window, const std::string& run_id) const;
  void window_ended(mysql::Connection& connection, const std::string& kind,
                    const data::Window& window, const std::string& status,
                    const WindowCounts& counts) const;
  void quarantine(mysql::Connection& connection, const data::Window& window,
                  const std::string& run_id, const std::vector<data::BadRow>& rows) const;
  void run_ended(mysql::Connection& connection, const RunRecord& run) const;

  const std::string& job() const { return job_; }
  const std::string& database() const { return database_; }
  /// `database`.`erp2mysql_<name>`
  std::string table(std::string_view name) const;

 private:
  std::string database_;
  std::string job_;
};

}  // namespace erp2mysql::store
