// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/state.hpp"

#include <fmt/format.h>

#include <charconv>

#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/base/time.hpp"
#include "erp2mysql/store/quarantine.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;
using Params = std::vector<std::optional<std::string>>;

constexpr int k_version = 2;

std::string ms(base::Instant t) { return std::to_string(t.time_since_epoch().count()); }
std::string readable(base::Instant t) { return base::format_iso(t, base::Zone()); }

template <class T>
T number(const std::optional<std::string>& text) {
  T value{};
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return value;
}

}  // namespace

State::State(std::string database, std::string job)
    : database_(std::move(database)), job_(std::move(job)) {}

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
  Quarantine::upgrade(connection, *this);
  const auto newest = connection.query(fmt::format("SELECT MAX(version) FROM {}", table("job")));
  if (number<int>(newest.rows[0][0]) <= k_version) return;
  throw Error(ErrorKind::config,
              fmt::format("the state tables have version {}, this program knows version {}",
                          *newest.rows[0][0], k_version))
      .hint("use the newer program that wrote them");
}

bool State::lock(mysql::Connection& connection, int wait_seconds) const {
  // Lock names are server-wide and at most 64 characters long. MySQL 9 has no MD5 of its own.
  const auto held =
      connection.query("SELECT GET_LOCK(CONCAT('erp2mysql.', LEFT(SHA2(?, 256), 32)), ?)",
                       {database_ + "/" + job_, std::to_string(wait_seconds)});
  return held.rows[0][0] == "1";
}

std::optional<JobState> State::load(mysql::Connection& connection) const {
  const auto found = connection.query(
      fmt::format(
          "SELECT epoch, seq, watermark, fingerprint, run_id FROM {} WHERE job = ? FOR UPDATE",
          table("job")),
      {job_});
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
                          const std::string& fingerprint) const {
  connection.query(
      fmt::format("INSERT INTO {} (job, version, epoch, run_id, fingerprint) VALUES (?, ?, 1, ?, ?)"
                  " ON DUPLICATE KEY UPDATE epoch = epoch + 1, run_id = ?, fingerprint = ?,"
                  " version = VALUES(version)",
                  table("job")),
      {job_, std::to_string(k_version), run_id, fingerprint, run_id, fingerprint});
  auto state = load(connection);
  if (!state || state->run_id != run_id)
    throw Error(ErrorKind::locked, "another run took the job over");
  return *state;
}

State::Advance State::advance(mysql::Connection& connection, const JobState& expected,
                              std::optional<base::Instant> watermark) const {
  std::string set = "seq = seq + 1";
  Params params;
  if (watermark) {
    // The readable copy is set first: assignments run left to right and compare the old value.
    set +=
        ", watermark_at = IF(watermark IS NULL OR watermark < ?, ?, watermark_at)"
        ", watermark = GREATEST(COALESCE(watermark, ?), ?)";
    params = {ms(*watermark), readable(*watermark), ms(*watermark), ms(*watermark)};
  }
  params.insert(params.end(), {job_, std::to_string(expected.epoch), std::to_string(expected.seq)});
  const auto changed = connection.query(
      fmt::format("UPDATE {} SET {} WHERE job = ? AND epoch = ? AND seq = ?", table("job"), set),
      params);
  if (changed.affected == 1) return Advance::done;
  const auto now = load(connection);
  if (now && now->epoch == expected.epoch && now->seq == expected.seq + 1 &&
      now->run_id == expected.run_id) {
    return Advance::already_committed;
  }
  throw Error(ErrorKind::locked,
              fmt::format("another run took over job \"{}\" while this one was working", job_))
      .hint("let the other run finish; nothing of this run's open transaction was kept");
}

void State::window_started(mysql::Connection& connection, const std::string& kind,
                           const data::Window& window, const std::string& run_id) const {
  connection.query(
      fmt::format(
          "INSERT INTO {} (job, kind, from_ms, to_ms, from_at, to_at, status, run_id) VALUES"
          " (?, ?, ?, ?, ?, ?, 'running', ?) ON DUPLICATE KEY UPDATE status = 'running',"
          " attempt = attempt + 1, run_id = ?",
          table("window")),
      {job_, kind, ms(window.time.from), ms(window.time.to), readable(window.time.from),
       readable(window.time.to), run_id, run_id});
}

void State::window_ended(mysql::Connection& connection, const std::string& kind,
                         const data::Window& window, const std::string& status,
                         const WindowCounts& counts) const {
  const auto text = [](std::uint64_t value) { return std::optional(std::to_string(value)); };
  const auto& books = counts.books;
  connection.query(
      fmt::format(
          "UPDATE {} SET status = ?, rows_read = ?, rows_written = ?, rows_unchanged = ?,"
          " rows_filtered = ?, rows_duplicate = ?, rows_quarantined = ?, pages = ?, records = ?,"
          " expected = ? WHERE job = ? AND kind = ? AND from_ms = ? AND to_ms = ?",
          table("window")),
      {status, text(books.read), text(books.written), text(books.unchanged), text(books.filtered),
       text(books.duplicate), text(books.quarantined), text(counts.pages), text(counts.records),
       text(counts.expected), job_, kind, ms(window.time.from), ms(window.time.to)});
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
          " rows_read, rows_written, rows_quarantined, error) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
          table("run")),
      {run.run_id, job_, run.command, run.status, std::to_string(run.exit_code),
       readable(run.started), readable(run.ended), std::to_string(run.books.read),
       std::to_string(run.books.written), std::to_string(run.books.quarantined),
       run.error.empty() ? std::nullopt
                         : std::optional(base::scrub(base::shorten(run.error, 16000)))});
}

}  // namespace erp2mysql::store
