// SPDX-License-Identifier: Apache-2.0
// Rows and progress are stored by the same hand: batches, quarantine, window ledger and watermark
// of a window go through here, in transactions that are replayed whole. It knows no page and no
// mapping.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/store/ledger.hpp"
#include "erp2mysql/store/quarantine.hpp"
#include "erp2mysql/store/row_sink.hpp"
#include "erp2mysql/store/schema.hpp"
#include "erp2mysql/store/state.hpp"
#include "erp2mysql/store/statement.hpp"

namespace erp2mysql::store {

/// What becomes of a row whose UPDATE finds nothing.
enum class NoMatch { quarantine, ignore, insert };

struct WriteOptions {
  std::size_t rows_per_statement = 1000;  // the job's `limit`
  /// Rows that are not committed stay in memory with the texts of their pages; a commit waits for
  /// the disk, which is 7 % of the time at 2,000 rows and 3 % at 5,000.
  std::size_t rows_per_commit = 5000;
  std::size_t bytes_per_commit = 32u << 20;
  std::int64_t max_bad_rows = 0;  // of the whole run
  /// Where writers of the same run count together; null: this one counts alone.
  std::shared_ptr<std::atomic<std::uint64_t>> bad_rows;
  std::optional<std::uint64_t> max_bad_millionths;  // of the rows of a window
  NoMatch on_no_match = NoMatch::quarantine;
  bool skip_unchanged = false;
  int max_attempts = 10;                // of one transaction
  std::vector<std::string> cell_names;  // of a row's cells, for people who read the quarantine
};

/// The connection of a run with its lock and state row. Reconnects on its own between attempts.
/// One thread at a time.
class Session {
 public:
  /// Connects, creates the state tables, takes the lock and the epoch. Throws Error{locked} when
  /// another run holds the job. A part waits for the lease of a dead process that held it.
  Session(mysql::Connector connect, State state, std::string run_id, const std::string& fingerprint,
          base::Clock& clock, bool accept_change = false);
  /// A further connection of the same run, for windows beside each other, to be used by another
  /// thread. It needs no lock: the ledger fences it.
  Session beside() const { return Session(*this, 0); }
  /// Of a part, at its end: others need not wait for the lease.
  void release() noexcept;

  /// Throws Error{temporary} while a reconnect has failed.
  mysql::Connection& connection();
  const State& state() const { return state_; }
  const JobState& job() const { return job_; }
  const std::string& run_id() const { return run_id_; }
  void reconnect();
  /// Does `work`, whole transactions that may be repeated, again after deadlocks and lost
  /// connections. Throws what remains.
  void repeat(const std::function<void(mysql::Connection&)>& work);
  /// A transaction outside windows took effect: our copy of the state follows.
  void committed(std::optional<base::Instant> watermark);
  /// The watermark moved with a window.
  void moved(base::Instant watermark);
  /// Waits before attempt `attempt` (1-based) of a transaction.
  void back_off(int attempt);
  base::Millis waited() const { return waited_; }
  /// The fingerprint of the job as it was accepted; empty when this is its first run.
  const std::string& fingerprint_before() const { return fingerprint_before_; }
  bool fingerprint_changed() const { return fingerprint_changed_; }

 private:
  struct Lost {
    std::uint64_t id;
    std::string home;
    base::Millis opened;
  };
  Session(const Session& owner, int);
  void open();
  void await_part();
  void end_at_server(const Lost& lost);

  mysql::Connector connect_;
  State state_;
  std::string run_id_;
  base::Clock& clock_;
  base::Millis waited_{};
  std::string fingerprint_before_;
  bool fingerprint_changed_ = false;
  bool locks_ = false;
  std::unique_ptr<mysql::Connection> connection_;
  base::Millis opened_{};   // monotonic
  std::string home_;        // the server behind it, empty while that is unknown
  std::vector<Lost> lost_;  // connections that broke and may live on at the server
  JobState job_;
};

/// The entry of the quarantine with that id, mapped again; both empty when the job's condition
/// drops it now.
struct Replay {
  std::uint64_t id = 0;
  data::Batch main;
  std::vector<data::Batch> lines;   // one per extension
  std::optional<data::BadRow> bad;  // mapping failed
};

struct ReplayCounts {
  std::uint64_t done = 0, filtered = 0, bad = 0, unmatched = 0;
};

class WindowWriter : public RowSink {
 public:
  /// Borrows session and table; one window at a time. Throws Error{config} when the statement
  /// cannot do what the options ask.
  WindowWriter(Session& session, Statement statement, const Table& table, WriteOptions options,
               std::vector<Statement> extensions = {});

  void begin(std::string kind, const data::Window& window) override;
  data::MappedRows piece() const override;
  Limits limits() const override {
    return {options_.rows_per_statement, std::min(max_bytes_, options_.bytes_per_commit)};
  }
  /// Sends the rows in a transaction that ends when enough have come; where rows must not be seen
  /// before the end of their window, at its end.
  void take(data::MappedRows rows) override;
  bool whole_windows() const override { return !statement_.idempotent() || !extensions_.empty(); }
  void pause() override;
  void finish(WindowCounts& counts, std::optional<base::Instant> first) override;
  void fail(const WindowCounts& counts) noexcept override;
  std::uint64_t affected() const override { return affected_; }
  std::uint64_t bad_rows() const { return *options_.bad_rows; }

  /// Writes the rows of these entries, each entry as a whole or not at all, in one transaction that
  /// also says of every entry what became of it. Outside of windows.
  ReplayCounts replay(std::span<const Replay> entries);

 private:
  // Lines of one record.
  struct Lines {
    const data::Batch* batch;
    std::size_t first, count;
  };
  struct Sent {
    std::uint64_t written = 0, affected = 0, unchanged = 0, unmatched = 0;
    std::vector<data::BadRow> bad;
    std::optional<base::Instant> watermark;
  };
  // Of the window, committed.
  struct Totals {
    std::uint64_t written = 0, unchanged = 0, unmatched = 0, quarantined = 0;
    void add(const Sent& sent);
  };
  void add_bad(data::BadRow row);
  State::Advance fence(mysql::Connection& connection);
  void send_early();
  void send_pending();
  void commit(const WindowCounts* last, std::optional<base::Instant> first);
  void write_pending(const WindowCounts* last, std::optional<base::Instant> first);
  void replay_one(const Replay& entry, Sent& sent);
  static void fill(WindowCounts& counts, const Totals& totals);
  void check_ratio(const WindowCounts& counts) const;
  void send(const data::Batch& batch, Sent& sent);
  void send_checked(const data::Batch& batch, Sent& sent);
  data::Batch without_unchanged(const data::Batch& batch, Sent& sent);
  void send_range(const data::Batch& batch, std::size_t first, std::size_t count, Sent& sent);
  const mysql::RowStatement& statement_for(const data::Batch& batch, std::size_t first,
                                           std::size_t count) const;
  void halve(const data::Batch& batch, std::size_t first, std::size_t count, Sent& sent);
  void split(const data::Batch& batch, std::size_t first, std::size_t count,
             std::optional<std::size_t> bad, Sent& sent);
  void unmatched(const data::Batch& batch, std::size_t first, std::size_t count,
                 std::uint64_t matched, Sent& sent);
  void send_records(const data::Batch& main, std::span<const data::Batch> extra, Sent& sent);
  void send_record(const data::Batch& batch, std::size_t row, std::span<const Lines> lines,
                   Sent& sent);
  static data::Batch with_key(const Lines& lines, std::uint64_t key);
  void check_warnings(const mysql::Result& result);
  void check_affected(const mysql::Result& result, std::size_t rows) const;
  data::BadRow bad_row(const data::Batch& batch, std::size_t row, std::string problem,
                       std::string summary, const std::string& column, unsigned number) const;
  data::BadRow bad_row(const data::Batch& batch, std::size_t row,
                       const mysql::SqlError& error) const;
  std::optional<std::string> row_key(const data::Batch& batch, std::size_t row) const;
  std::vector<std::string> pending_keys() const;
  std::optional<data::BadRow> inspect(const data::Batch& batch, std::size_t row) const;
  static void reject(data::BadRow row, Sent& sent);
  void check_bad_rows(const Sent& sent) const;
  static void refuse_mapping_error(std::size_t rows, std::span<const data::BadRow> bad);

  Session& session_;
  Statement statement_;
  mysql::RowStatement loaded_;                 // the same with its LOAD DATA, if there is one
  Statement instead_;                          // for rows that an UPDATE does not find
  std::optional<mysql::RowStatement> joined_;  // the UPDATE for many rows at once
  std::vector<Statement> extensions_;
  const Table& table_;
  WriteOptions options_;
  Quarantine quarantine_;
  std::vector<std::size_t> key_cells_;  // that tell a row apart in the table; may be empty
  bool waiting_ = false;                // the quarantine may hold entries that a row supersedes
  struct Watched {
    std::size_t cell;
    const Column* column;
    bool compared;  // with a number column
  };
  std::vector<Watched> watched_;    // cells that the server might change silently
  bool matches_countable_ = false;  // an UPDATE of a batch matches as many rows as it finds keys
  std::size_t max_bytes_;
  std::optional<Ledger> ledger_;
  data::Window window_;
  std::uint64_t token_ = 0;                // of the window's next transaction
  std::vector<data::MappedRows> pending_;  // not committed
  // Of the transaction: open before its commit, what it sent, and how many pieces those are.
  bool begun_ = false;
  Sent sent_;
  std::size_t sent_pieces_ = 0;
  bool early_ = true;  // its first attempt has not failed before its commit
  std::vector<data::BadRow> mapping_bad_;
  Totals done_;
  std::uint64_t affected_ = 0;  // of all windows
};

}  // namespace erp2mysql::store
