// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/history.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cells.hpp"

namespace erp2mysql::store {
namespace {

// Tables that an earlier version made know no waits until the next run extends them.
std::string waits(mysql::Connection& connection, const State& state) {
  const auto known = connection.query(
      "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND"
      " TABLE_NAME = 'erp2mysql_run' AND COLUMN_NAME = 'limit_wait_ms'",
      {state.database()});
  return known.rows[0][0] == "0" ? "0, 0, 0" : "limit_wait_ms, source_wait_ms, target_wait_ms";
}

base::Instant of_readable(const std::optional<std::string>& text) {
  return base::parse_datetime(text.value_or(""), base::Zone()).value_or(base::Instant{});
}

}  // namespace

History read_history(mysql::Connection& connection, const State& state, std::size_t limit) {
  History out;
  if (!state.tables_exist(connection)) return out;
  const auto select = [&](std::string_view what, std::string_view table, std::string_view rest) {
    return connection
        .query(fmt::format("SELECT {} FROM {} WHERE job = ? {}", what, state.table(table), rest),
               {state.job()})
        .rows;
  };
  for (const auto& row :
       select("run_id, command, status, exit_code, started_at, ended_at, rows_read, rows_written, "
              "rows_quarantined, error, " +
                  waits(connection, state),
              "run", fmt::format("ORDER BY started_at DESC, run_id DESC LIMIT {}", limit))) {
    out.runs.push_back({*row[0], *row[1], *row[2], row[9].value_or(""), number<int>(row[3]),
                        of_readable(row[4]), of_readable(row[5]), number<std::uint64_t>(row[6]),
                        number<std::uint64_t>(row[7]), number<std::uint64_t>(row[8]),
                        millis(row[10]), millis(row[11]), millis(row[12])});
  }
  std::reverse(out.runs.begin(), out.runs.end());
  for (const auto& row :
       select("CAST(UNIX_TIMESTAMP(updated_at) * 1000 AS SIGNED), to_ms", "window",
              fmt::format("AND kind = 'run' AND status = 'done' ORDER BY updated_at DESC LIMIT {}",
                          limit))) {
    const auto committed = base::Instant(base::Millis(number<std::int64_t>(row[0])));
    const auto end = base::Instant(base::Millis(number<std::int64_t>(row[1])));
    out.lags.push_back({committed, committed - end});
  }
  std::reverse(out.lags.begin(), out.lags.end());
  for (const auto& row :
       select("field, reason, COUNT(*)", "quarantine",
              "AND state IN ('open', 'unmatched') GROUP BY field, reason ORDER BY COUNT(*) DESC,"
              " field, reason LIMIT 20"))
    out.reasons.push_back({*row[0], *row[1], number<std::uint64_t>(row[2])});
  return out;
}

}  // namespace erp2mysql::store
