// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/quarantine.hpp"

#include <fmt/format.h>

#include "cells.hpp"
#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::store {
namespace {

constexpr std::string_view k_waiting = "state IN ('open', 'unmatched')";
constexpr std::size_t k_keys_per_statement = 1000;

// " AND name IN (…)"; nothing for an empty list.
template <class List>
std::string one_of(std::string_view name, const List& values) {
  std::string out;
  for (const auto& value : values) {
    out += out.empty() ? fmt::format(" AND {} IN (", name) : ",";
    if constexpr (std::is_integral_v<std::decay_t<decltype(value)>>) {
      out += std::to_string(value);
    } else {
      out += mysql::quote_text(value);
    }
  }
  return out.empty() ? out : out + ")";
}

std::string where(const QuarantineFilter& filter) {
  return " WHERE job = ?" + one_of("id", filter.ids) + one_of("state", filter.states);
}

}  // namespace

void Quarantine::upgrade(mysql::Connection& connection, const State& state) {
  const auto lacks = [&](const char* table, const char* column) {
    return connection
               .query(
                   "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND"
                   " TABLE_NAME = ? AND COLUMN_NAME = ?",
                   {state.database(), table, column})
               .rows[0][0] == "0";
  };
  if (lacks("erp2mysql_quarantine", "row_key")) {
    connection.query(fmt::format(
        "ALTER TABLE {} ADD COLUMN line INT UNSIGNED NULL, ADD COLUMN mapped LONGTEXT NULL,"
        " ADD COLUMN row_key VARCHAR(255) NULL, ADD KEY job_row (job, row_key)",
        state.table("quarantine")));
  }
  if (lacks("erp2mysql_job", "uuid")) {
    connection.query(
        fmt::format("ALTER TABLE {} ADD COLUMN uuid VARCHAR(64) NULL", state.table("job")));
  }
}

std::vector<QuarantineEntry> Quarantine::read(mysql::Connection& connection,
                                              const QuarantineFilter& filter, std::uint64_t after,
                                              std::size_t limit, bool with_records) const {
  std::vector<QuarantineEntry> out;
  if (!state_.tables_exist(connection)) return out;
  const auto found = connection.query(
      fmt::format("SELECT id, state, run_id, record_key, field, reason, created_at, error_number,"
                  " from_ms, to_ms, line{} FROM {}{} AND id > {} ORDER BY id LIMIT {}",
                  with_records ? ", record, mapped" : "", state_.table("quarantine"), where(filter),
                  after, limit),
      {state_.job()});
  for (const auto& row : found.rows) {
    QuarantineEntry entry;
    entry.id = number<std::uint64_t>(row[0]);
    std::string* const texts[] = {&entry.state, &entry.run_id, &entry.key,
                                  &entry.field, &entry.reason, &entry.created_at};
    for (std::size_t i = 0; i < std::size(texts); ++i) *texts[i] = row[i + 1].value_or("");
    entry.number = number<unsigned>(row[7]);
    entry.window.time = {instant(row[8]), instant(row[9])};
    if (row[10]) entry.line = number<std::uint32_t>(row[10]);
    if (with_records) {
      entry.record = row[11].value_or("");
      entry.mapped = row[12];
    }
    out.push_back(std::move(entry));
  }
  return out;
}

std::uint64_t Quarantine::count(mysql::Connection& connection,
                                const QuarantineFilter& filter) const {
  if (!state_.tables_exist(connection)) return 0;
  return number<std::uint64_t>(
      connection
          .query("SELECT COUNT(*) FROM " + state_.table("quarantine") + where(filter),
                 {state_.job()})
          .rows[0][0]);
}

std::uint64_t Quarantine::drop(mysql::Connection& connection,
                               const QuarantineFilter& filter) const {
  if (!state_.tables_exist(connection)) return 0;
  return connection
      .query("DELETE FROM " + state_.table("quarantine") + where(filter), {state_.job()})
      .affected;
}

void Quarantine::mark(mysql::Connection& connection, const std::vector<std::uint64_t>& ids,
                      std::string_view state) const {
  if (ids.empty()) return;
  connection.query(
      fmt::format("UPDATE {} SET state = ?{}", state_.table("quarantine"), where({ids, {}})),
      {std::string(state), state_.job()});
}

void Quarantine::tried(mysql::Connection& connection, std::uint64_t id,
                       const data::BadRow& row) const {
  connection.query(fmt::format("UPDATE {} SET state = ?, field = ?, error_number = ?, reason = ?,"
                               " mapped = COALESCE(?, mapped) WHERE job = ? AND id = ?",
                               state_.table("quarantine")),
                   {row.unmatched ? "unmatched" : "open", base::shorten(row.field, 200),
                    std::to_string(row.number), base::scrub(base::shorten(row.reason, 16000)),
                    row.mapped, state_.job(), std::to_string(id)});
}

bool Quarantine::waits(mysql::Connection& connection) const {
  return !connection
              .query(fmt::format("SELECT 1 FROM {} WHERE job = ? AND {} AND row_key IS NOT NULL"
                                 " LIMIT 1",
                                 state_.table("quarantine"), k_waiting),
                     {state_.job()})
              .rows.empty();
}

void Quarantine::supersede(mysql::Connection& connection,
                           const std::vector<std::string>& row_keys) const {
  for (std::size_t first = 0; first < row_keys.size(); first += k_keys_per_statement) {
    const auto end = std::min(row_keys.size(), first + k_keys_per_statement);
    const std::vector<std::string> some(row_keys.begin() + static_cast<std::ptrdiff_t>(first),
                                        row_keys.begin() + static_cast<std::ptrdiff_t>(end));
    connection.query(fmt::format("UPDATE {} SET state = 'superseded' WHERE job = ? AND {}{}",
                                 state_.table("quarantine"), k_waiting, one_of("row_key", some)),
                     {state_.job()});
  }
}

void Quarantine::supersede_repeats(mysql::Connection& connection) const {
  connection.query(
      fmt::format("UPDATE {0} q JOIN (SELECT row_key, MAX(id) newest FROM {0} WHERE job = ? AND"
                  " state = 'unmatched' AND row_key IS NOT NULL GROUP BY row_key) d"
                  " ON d.row_key = q.row_key SET q.state = 'superseded'"
                  " WHERE q.job = ? AND q.state = 'unmatched' AND q.id < d.newest",
                  state_.table("quarantine")),
      {state_.job(), state_.job()});
}

}  // namespace erp2mysql::store
