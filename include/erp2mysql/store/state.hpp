// SPDX-License-Identifier: Apache-2.0
// The tool's own tables in the target server: watermark, runs, quarantine, records (windows: see
// ledger.hpp). All changes that belong to rows are made inside the caller's transaction. It knows
// no page and no mapping. The compare-and-set on (epoch, seq) fences runs and answers "did it
// commit?".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/data/flow.hpp"
#include "erp2mysql/mysql/connection.hpp"

namespace erp2mysql::store {

/// The rows of a job's parts, as SQL; takes the job twice.
inline constexpr std::string_view k_parts = "LEFT(job, CHAR_LENGTH(?) + 1) = CONCAT(?, '#')";

/// Milliseconds of the one clock that all processes share, as SQL.
inline constexpr std::string_view k_server_now =
    "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000)";

struct JobState {
  std::uint64_t epoch = 0;
  std::uint64_t seq = 0;
  std::optional<base::Instant> watermark;
  std::string fingerprint;
  std::string run_id;
};

/// What a process that does a part of a job has claimed, until when by the server's clock. It says
/// who is alive, no more: what may be committed is decided by the row of each window.
struct Lease {
  std::string run_id;
  std::int64_t until = 0;  // ms
  base::Millis left{};     // 0: it is over
};

struct RunRecord {
  std::string run_id, command, status, error;
  int exit_code = 0;
  base::Instant started, ended;
  data::Books books;
  /// For a slot under the rate limit, for a peer that failed, for the server.
  base::Millis waited_limit{}, waited_source{}, waited_target{};
};

class State {
 public:
  static constexpr int k_version = 5;  // of the tables
  static constexpr base::Millis k_lease{60'000};

  /// `database` holds the tables; `job` at most 64 characters. Owns nothing. A run that does only
  /// the part `part` ("2/4") of a job has a lease and a fence of its own; the rest is the job's.
  State(std::string database, std::string job, const std::string& part = {},
        base::Millis lease = k_lease);

  /// CREATE TABLE statements, in order; what `ddl --state` prints.
  static std::vector<std::string> ddl(const std::string& database);
  /// Creates what is missing; refuses tables of a newer version with Error{config}.
  void ensure_tables(mysql::Connection& connection) const;
  bool tables_exist(mysql::Connection& connection) const;
  /// Tries what runs do with the tables, which must exist, and changes nothing. Throws
  /// Error{credentials} when the user lacks a right.
  void check_rights(mysql::Connection& connection) const;
  /// CREATE is granted to this user by name; what comes through a role is not seen.
  bool may_create(mysql::Connection& connection) const;

  /// GET_LOCK on this connection; false when another session holds it for `wait` seconds, or when
  /// the whole job and a part of it would run at once. A part takes no lock, since a server keeps
  /// that of a host that vanished; it has its lease. Throws Error{config} when the name is too long
  /// for a part.
  bool lock(mysql::Connection& connection, int wait_seconds) const;

  bool is_part() const { return owner_ != job_; }
  bool part_of_one_window() const {
    return is_part() && owner_.compare(job_.size(), 3, "#w/") == 0;
  }
  base::Millis lease_time() const { return lease_; }
  /// Who holds this part; nothing when nobody does.
  std::optional<Lease> lease(mysql::Connection& connection) const;
  /// Of this part, if it is still ours: prolongs the lease. False when it was taken over.
  bool renew(mysql::Connection& connection, const JobState& expected) const;
  /// The run ids of all parts, of whatever job, whose leases are not over.
  std::vector<std::string> alive(mysql::Connection& connection, const std::string& except) const;
  /// So that others find this connection when its process dies.
  void mark_session(mysql::Connection& connection, const std::string& run_id) const;
  /// Of processes whose leases are over. One that was paused, or whose host vanished, may have left
  /// a transaction open, and the server keeps its locks for hours. Best effort.
  void end_sessions_of_the_dead(mysql::Connection& connection) const;
  /// Gives the lease back, so that nobody waits for its end.
  void release(mysql::Connection& connection, const JobState& expected) const;
  std::optional<JobState> load(mysql::Connection& connection) const;
  /// Raises the epoch and closes what the run before left open, so that it can no longer commit.
  /// Outside a transaction. The first fingerprint stays until another one is accepted. Throws
  /// Error{locked} when another process holds the part.
  JobState take_over(mysql::Connection& connection, const std::string& run_id,
                     const std::string& fingerprint, bool accept_fingerprint = false) const;
  /// Locks the job's row until the transaction ends, and changes it. Throws as `lost` does when
  /// the job is not this run's.
  void hold(mysql::Connection& connection, const JobState& expected) const;
  /// Throws Error{locked} when another run took the job over, or a part of it that this run held,
  /// and Error{temporary} when the server holds an older state than it once confirmed.
  [[noreturn]] void lost(mysql::Connection& connection, const JobState& expected,
                         bool to_another = false) const;

  enum class Advance { done, already_committed };
  /// First statement of every transaction outside windows: seq + 1, and the new watermark unless
  /// empty (it never moves back). `already_committed`: an earlier attempt of this very transaction
  /// took effect. Throws Error{locked} when somebody else owns the job.
  Advance advance(mysql::Connection& connection, const JobState& expected,
                  std::optional<base::Instant> watermark) const;

  /// The longest window that the API is known to answer; nothing when it was never too long, or
  /// when tables of an earlier version do not say.
  std::optional<base::Millis> longest_window(mysql::Connection& connection) const;
  void set_longest_window(mysql::Connection& connection, std::optional<base::Millis> longest) const;

  /// By an operator's hand, also backwards; empty: none. Call after take_over.
  void set_watermark(mysql::Connection& connection, std::optional<base::Instant> watermark) const;
  /// Forgets watermark, fingerprint and all windows of the job; history and quarantine stay.
  void reset(mysql::Connection& connection) const;

  void quarantine(mysql::Connection& connection, const data::Window& window,
                  const std::string& run_id, const std::vector<data::BadRow>& rows) const;
  void run_ended(mysql::Connection& connection, const RunRecord& run) const;

  const std::string& job() const { return job_; }
  const std::string& database() const { return database_; }
  /// `database`.`erp2mysql_<name>`
  std::string table(std::string_view name) const;

 private:
  void upgrade(mysql::Connection& connection) const;
  void end_sessions_of(mysql::Connection& connection, const std::string& run_id) const;
  void add_part(mysql::Connection& connection) const;
  void refuse_if_held(mysql::Connection& connection, const std::string& run_id) const;
  void fence(mysql::Connection& connection, const std::string& before) const;

  std::string database_;
  std::string job_;
  std::string owner_;  // the name of lock, lease and fence
  base::Millis lease_;
};

}  // namespace erp2mysql::store
