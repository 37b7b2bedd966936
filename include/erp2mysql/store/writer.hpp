// SPDX-License-Identifier: Apache-2.0
// Rows and progress are stored by the same hand: batches, quarantine, window ledger and watermark
// of a window go through here, in transactions that are replayed whole. It knows no page and no
// mapping.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/data/batch.hpp"
#include "erp2mysql/data/flow.hpp"
#include "erp2mysql/store/schema.hpp"
#include "erp2mysql/store/state.hpp"
#include "erp2mysql/store/statement.hpp"

namespace erp2mysql::store {

struct WriteOptions {
  std::size_t rows_per_statement = 1000;  // the job's `limit`
  /// Pages of rows that are not committed stay in memory; past 1,000 rows a commit hardly costs.
  std::size_t rows_per_commit = 2000;
  std::size_t bytes_per_commit = 32u << 20;
  std::int64_t max_bad_rows = 0;  // of the whole run
  int max_attempts = 10;          // of one transaction
};

/// The connection of a run with its lock and state row. Reconnects on its own between attempts.
class Session {
 public:
  /// Connects, creates the state tables, takes the lock and the epoch. Throws Error{locked} when
  /// another run holds the job.
  Session(mysql::Connector connect, State state, std::string run_id, const std::string& fingerprint,
          base::Clock& clock);

  mysql::Connection& connection() { return *connection_; }
  const State& state() const { return state_; }
  const JobState& job() const { return job_; }
  const std::string& run_id() const { return run_id_; }
  void reconnect();
  /// A transaction took effect: our copy of the state follows.
  void committed(std::optional<base::Instant> watermark);
  /// Waits before attempt `attempt` (1-based) of a transaction.
  void back_off(int attempt);
  base::Millis waited() const { return waited_; }
  /// The job's fingerprint differs from that of its last run.
  bool fingerprint_changed() const { return fingerprint_changed_; }

 private:
  mysql::Connector connect_;
  State state_;
  std::string run_id_;
  base::Clock& clock_;
  base::Millis waited_{};
  bool fingerprint_changed_ = false;
  std::unique_ptr<mysql::Connection> connection_;
  JobState job_;
};

/// Where mapped rows go: the real writer, or one that only counts.
class RowSink {
 public:
  virtual ~RowSink() = default;
  virtual void begin(std::string kind, const data::Window& window) = 0;
  /// The batch to map into; call row_added after every record.
  virtual data::Batch& batch() = 0;
  virtual void row_added() = 0;
  /// A row that never reached the batch. Throws Error{data} past quality.maxBadRows.
  virtual void add_bad(data::BadRow row) = 0;
  /// Ends the window; with a watermark it moves in the same transaction as the last rows. `counts`
  /// hold everything but written and quarantined; on return they are complete. Throws Error{data}
  /// when the books do not balance.
  virtual void finish(WindowCounts& counts, std::optional<base::Instant> watermark) = 0;
  /// Notes the window as failed; best effort, never throws.
  virtual void fail(const WindowCounts& counts) noexcept = 0;
  virtual std::uint64_t affected() const = 0;
};

/// Counts and writes nothing.
class DryRunSink : public RowSink {
 public:
  DryRunSink(std::size_t columns, std::size_t rows_per_statement)
      : columns_(columns), rows_(rows_per_statement), batch_(columns) {}
  void begin(std::string, const data::Window&) override { *this = DryRunSink(columns_, rows_); }
  data::Batch& batch() override { return batch_; }
  void row_added() override {
    if (batch_.rows() < rows_) return;
    written_ += batch_.rows();
    batch_ = data::Batch(columns_);
  }
  void add_bad(data::BadRow) override { ++bad_; }
  void finish(WindowCounts& counts, std::optional<base::Instant>) override {
    counts.books.written = written_ + batch_.rows();
    counts.books.quarantined = bad_;
  }
  void fail(const WindowCounts&) noexcept override {}
  std::uint64_t affected() const override { return 0; }

 private:
  std::size_t columns_, rows_;
  data::Batch batch_;
  std::uint64_t written_ = 0, bad_ = 0;
};

class WindowWriter : public RowSink {
 public:
  /// Borrows everything; one window at a time.
  WindowWriter(Session& session, const InsertStatement& statement, const Table& table,
               WriteOptions options);

  void begin(std::string kind, const data::Window& window) override;
  data::Batch& batch() override { return *pending_.back(); }
  void row_added() override;
  void add_bad(data::BadRow row) override;
  void finish(WindowCounts& counts, std::optional<base::Instant> watermark) override;
  void fail(const WindowCounts& counts) noexcept override;
  std::uint64_t affected() const override { return affected_; }
  std::uint64_t bad_rows() const { return bad_total_; }

 private:
  struct Sent {
    std::uint64_t written = 0, affected = 0;
    std::vector<data::BadRow> bad;
  };
  void open_batch();
  void commit(const WindowCounts* last, std::optional<base::Instant> watermark);
  void attempt(const WindowCounts* last, std::optional<base::Instant> watermark, Sent& sent,
               const Sent& in_doubt);
  void send(const data::Batch& batch, Sent& sent);
  void send_range(const data::Batch& batch, std::size_t first, std::size_t count, Sent& sent);
  void check_result(const mysql::Result& result, std::size_t rows);
  std::optional<data::BadRow> inspect(const data::Batch& batch, std::size_t row) const;
  void reject(data::BadRow row, Sent& sent) const;
  void recover(const mysql::SqlError& error, int attempt);

  Session& session_;
  const InsertStatement& statement_;
  const Table& table_;
  WriteOptions options_;
  std::vector<const Column*> columns_;
  std::size_t max_bytes_;
  std::string kind_;
  data::Window window_;
  std::vector<std::unique_ptr<data::Batch>> pending_;
  std::vector<data::BadRow> mapping_bad_;
  std::uint64_t written_ = 0, affected_ = 0, window_bad_ = 0, bad_total_ = 0;
};

}  // namespace erp2mysql::store
