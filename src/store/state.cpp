// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/state.hpp"

#include <fmt/format.h>

#include "cells.hpp"
#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/base/time.hpp"
#include "erp2mysql/store/quarantine.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::size_t k_longest_name = 64;

// Lock names are server-wide and at most 64 characters long. Takes the database as a parameter.
std::string lock_name(std::string_view owner) {
  return fmt::format("CONCAT('erp2mysql.', LEFT(SHA2(CONCAT(?, {}), 256), 32))", owner);
}

Error taken_over(const std::string& job) {
  return Error(ErrorKind::locked,
               fmt::format("another run took over job \"{}\" while this one was working", job))
      .hint("let the other run finish; nothing of this run's open transaction was kept");
}

}  // namespace

State::State(std::string database, std::string job, const std::string& part, base::Millis lease)
    : database_(std::move(database)), job_(std::move(job)), owner_(job_), lease_(lease) {
  if (!part.empty()) owner_ += "#" + part;
}

std::string State::table(std::string_view name) const {
  return mysql::quote_name(database_) + "." + mysql::quote_name("erp2mysql_" + std::string(name));
}

bool State::tables_exist(mysql::Connection& connection) const {
  const auto found = connection.query(
      "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME IN"
      " ('erp2mysql_job','erp2mysql_window','erp2mysql_run','erp2mysql_quarantine','erp2mysql_"
      "record')",
      {database_});
  return found.rows[0][0] == "5";
}

void State::ensure_tables(mysql::Connection& connection) const {
  if (!tables_exist(connection)) {
    for (const auto& statement : ddl(database_)) connection.query(statement);
  }
  const auto newest = connection.query(fmt::format("SELECT MAX(version) FROM {}", table("job")));
  const int version = number<int>(newest.rows[0][0]);
  if (version > k_version) {
    throw Error(ErrorKind::config,
                fmt::format("the state tables have version {}, this program knows version {}",
                            version, k_version))
        .hint("use the newer program that wrote them");
  }
  if (version == k_version) return;
  Quarantine::upgrade(connection, *this);
  upgrade(connection);
}

bool State::lock(mysql::Connection& connection, int wait_seconds) const {
  // Bytes, not characters: a few names are refused that would just fit.
  if (owner_ != job_ && owner_.size() > k_longest_name) {
    throw Error(ErrorKind::config,
                fmt::format("the name \"{}\" is too long for --shard and --window", job_))
        .hint(fmt::format("with its part it may have {} bytes; shorten \"name\"", k_longest_name));
  }
  if (base::seeded_bug("no-lock")) return true;
  // The whole job and a part of it exclude each other. Whoever comes second sees the first: one
  // takes the lock, the other its lease, and only then they look.
  if (is_part()) {
    const auto whole = connection.query(fmt::format("SELECT IS_FREE_LOCK({})", lock_name("?")),
                                        {database_ + "/", job_});
    return whole.rows[0][0] == "1";
  }
  const auto held = connection.query(fmt::format("SELECT GET_LOCK({}, ?)", lock_name("?")),
                                     {database_ + "/", owner_, std::to_string(wait_seconds)});
  if (held.rows[0][0] != "1") return false;
  const auto parts =
      connection.query(fmt::format("SELECT COUNT(*) FROM {} WHERE {} AND lease_until > {}",
                                   table("job"), k_parts, k_server_now),
                       {job_, job_});
  if (parts.rows[0][0] == "0") return true;
  connection.query(fmt::format("SELECT RELEASE_LOCK({})", lock_name("?")),
                   {database_ + "/", owner_});
  return false;
}

std::optional<JobState> State::load(mysql::Connection& connection) const {
  const auto found = connection.query(
      fmt::format(
          "SELECT epoch, seq, watermark, fingerprint, run_id FROM {} WHERE job = ? FOR UPDATE",
          table("job")),
      {owner_});
  if (found.rows.empty()) return std::nullopt;
  const auto& row = found.rows[0];
  JobState state;
  state.epoch = number<std::uint64_t>(row[0]);
  state.seq = number<std::uint64_t>(row[1]);
  if (row[2]) state.watermark = base::Instant(base::Millis(number<std::int64_t>(row[2])));
  state.fingerprint = row[3].value_or("");
  state.run_id = row[4].value_or("");
  return state;
}

JobState State::take_over(mysql::Connection& connection, const std::string& run_id,
                          const std::string& fingerprint, bool accept_fingerprint) const {
  if (is_part()) add_part(connection);
  connection.begin();
  try {
    const auto before = load(connection);
    if (is_part()) refuse_if_held(connection, run_id);
    const auto kept = [&] {
      return accept_fingerprint || !before || before->fingerprint.empty() ? fingerprint
                                                                          : before->fingerprint;
    }();
    connection.query(
        fmt::format("INSERT INTO {} (job, version, epoch, run_id, fingerprint) VALUES"
                    " (?, ?, 1, ?, ?) ON DUPLICATE KEY UPDATE version = VALUES(version),"
                    " epoch = epoch + 1, run_id = VALUES(run_id),"
                    " fingerprint = VALUES(fingerprint)",
                    table("job")),
        {owner_, std::to_string(k_version), run_id, kept});
    fence(connection, before ? before->run_id : "");
    if (is_part()) renew(connection, *load(connection));
    connection.commit();
  } catch (const std::exception&) {
    connection.rollback();
    throw;
  }
  auto state = load(connection);
  if (!state || state->run_id != run_id)
    throw Error(ErrorKind::locked, "another run took the job over");
  return *state;
}

// What another run left open can no longer commit. Waits for its transactions on their way.
void State::fence(mysql::Connection& connection, const std::string& before) const {
  const bool share = is_part();
  connection.query(fmt::format("UPDATE {} SET epoch = epoch + 1 WHERE {}", table("job"),
                               share ? "job = ?" : k_parts),
                   share ? Params{job_} : Params{job_, job_});
  // Other parts go on; of them this one knows nothing.
  const auto whose =
      share ? fmt::format(" AND run_id IN (?, (SELECT run_id FROM {} WHERE job = ?))", table("job"))
            : std::string();
  Params params{job_};
  if (share) params.insert(params.end(), {before, job_});
  // Windows of a part stay open to whoever comes first, should this run die before it plans.
  connection.query(fmt::format("UPDATE {} SET status = '{}', run_id = '' WHERE"
                               " job = ? AND status = 'running'{}",
                               table("window"), share ? "planned" : "failed", whose),
                   params);
}

// A write and not just a lock: of several nodes that all take writes, none knows the row locks of
// the others. They compare what was changed, and a value that stays as it was is no change.
void State::hold(mysql::Connection& connection, const JobState& expected) const {
  if (base::seeded_bug("no-fence")) return;
  const auto held = connection.query(
      fmt::format("UPDATE {} SET updated_at = GREATEST(CURRENT_TIMESTAMP(3), updated_at +"
                  " INTERVAL 1000 MICROSECOND) WHERE job = ? AND epoch = ? AND run_id = ?",
                  table("job")),
      {owner_, std::to_string(expected.epoch), expected.run_id});
  if (held.affected != 1) lost(connection, expected);
}

void State::lost(mysql::Connection& connection, const JobState& expected, bool to_another) const {
  const auto now = load(connection);
  const bool another =
      to_another || !now || now->epoch > expected.epoch || now->run_id != expected.run_id;
  if (now && now->epoch >= expected.epoch && another) throw taken_over(job_);
  throw Error(
      ErrorKind::temporary,
      fmt::format("the server does not know what it confirmed to this run of job \"{}\"", job_))
      .hint(
          "after a fail-over to a server that lagged behind, or state reset: run again, it goes on "
          "where the rows of this server end");
}

State::Advance State::advance(mysql::Connection& connection, const JobState& expected,
                              std::optional<base::Instant> watermark) const {
  std::string set = "seq = seq + 1";
  Params params;
  if (watermark) {
    // The readable copy is set first: assignments run left to right and compare the old value.
    set +=
        ", watermark_at = IF(watermark IS NULL OR watermark < ?, ?, watermark_at)"
        ", watermark = IF(watermark IS NULL OR watermark < ?, ?, watermark)";
    params = {ms(*watermark), readable(*watermark), ms(*watermark), ms(*watermark)};
  }
  params.insert(params.end(),
                {owner_, std::to_string(expected.epoch), std::to_string(expected.seq)});
  const auto changed = connection.query(
      fmt::format("UPDATE {} SET {} WHERE job = ? AND epoch = ? AND seq = ?", table("job"), set),
      params);
  if (changed.affected == 1) return Advance::done;
  const auto now = load(connection);
  if (now && now->epoch == expected.epoch && now->seq == expected.seq + 1 &&
      now->run_id == expected.run_id) {
    return Advance::already_committed;
  }
  lost(connection, expected);
}

void State::set_watermark(mysql::Connection& connection,
                          std::optional<base::Instant> watermark) const {
  const auto text = [&](const auto& write) {
    return watermark ? std::optional(write(*watermark)) : std::nullopt;
  };
  connection.query(
      fmt::format("UPDATE {} SET watermark = ?, watermark_at = ? WHERE job = ?", table("job")),
      {text(ms), text(readable), job_});
}

std::optional<base::Millis> State::longest_window(mysql::Connection& connection) const {
  constexpr unsigned k_no_such_column = 1054;
  try {
    const auto found = connection.query(
        fmt::format("SELECT window_ms FROM {} WHERE job = ?", table("job")), {job_});
    if (found.rows.empty() || !found.rows[0][0]) return std::nullopt;
    return base::Millis(number<std::int64_t>(found.rows[0][0]));
  } catch (const mysql::SqlError& error) {
    if (error.number() == k_no_such_column) return std::nullopt;
    throw;
  }
}

// The row may be missing: parts of the job have their own.
void State::set_longest_window(mysql::Connection& connection,
                               std::optional<base::Millis> longest) const {
  connection.query(fmt::format("INSERT INTO {} (job, version, window_ms) VALUES (?, ?, ?)"
                               " ON DUPLICATE KEY UPDATE window_ms = VALUES(window_ms)",
                               table("job")),
                   {job_, std::to_string(k_version),
                    longest ? std::optional(std::to_string(longest->count())) : std::nullopt});
}

void State::reset(mysql::Connection& connection) const {
  connection.query(fmt::format("DELETE FROM {} WHERE job = ?", table("window")), {job_});
  connection.query(fmt::format("DELETE FROM {} WHERE job = ? OR {}", table("job"), k_parts),
                   {job_, job_, job_});
}

void State::quarantine(mysql::Connection& connection, const data::Window& window,
                       const std::string& run_id, const std::vector<data::BadRow>& rows) const {
  for (const auto& row : rows) {
    connection.query(
        fmt::format("INSERT INTO {} (job, run_id, from_ms, to_ms, record_key, field, error_number,"
                    " reason, record, state, line, mapped, row_key) VALUES"
                    " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    table("quarantine")),
        {job_, run_id, ms(window.time.from), ms(window.time.to), base::shorten(row.key, 200),
         base::shorten(row.field, 200), std::to_string(row.number),
         base::scrub(base::shorten(row.reason, 16000)), row.record,
         row.unmatched ? "unmatched" : "open",
         row.line ? std::optional(std::to_string(*row.line)) : std::nullopt, row.mapped,
         row.row_key});
  }
}

void State::run_ended(mysql::Connection& connection, const RunRecord& run) const {
  connection.query(
      fmt::format(
          "INSERT INTO {} (run_id, job, command, status, exit_code, started_at, ended_at,"
          " rows_read, rows_written, rows_quarantined, error, limit_wait_ms, source_wait_ms,"
          " target_wait_ms) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
          table("run")),
      {run.run_id, job_, run.command, run.status, std::to_string(run.exit_code),
       readable(run.started), readable(run.ended), std::to_string(run.books.read),
       std::to_string(run.books.written), std::to_string(run.books.quarantined),
       run.error.empty() ? std::nullopt
                         : std::optional(base::scrub(base::shorten(run.error, 16000))),
       std::to_string(run.waited_limit.count()), std::to_string(run.waited_source.count()),
       std::to_string(run.waited_target.count())});
}

}  // namespace erp2mysql::store
