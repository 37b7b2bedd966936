// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/status.hpp"

#include <fmt/format.h>

#include "cells.hpp"

namespace erp2mysql::store {
std::vector<RunVolume> read_volumes(mysql::Connection& connection, const State& state,
                                    const std::string& command) {
  const auto found = connection.query(
      fmt::format("SELECT started_at, rows_read FROM {} WHERE job = ? AND command = ? AND"
                  " (status IN ('done', 'partial', 'nothing') OR error LIKE '{}: %')"
                  " ORDER BY started_at DESC LIMIT 1000",
                  state.table("run"), k_anomaly_place),
      {state.job(), command});
  std::vector<RunVolume> out;
  for (const auto& row : found.rows) {
    const auto started = base::parse_datetime(*row[0], base::Zone());
    if (started) out.push_back({*started, static_cast<std::uint64_t>(number(row[1]))});
  }
  return out;
}

JobStatus read_status(mysql::Connection& connection, const State& state) {
  JobStatus out;
  if (!state.tables_exist(connection)) return out;
  const auto select = [&](std::string_view what, std::string_view table, std::string_view rest) {
    return connection
        .query(fmt::format("SELECT {} FROM {} WHERE job = ? {}", what, state.table(table), rest),
               {state.job()})
        .rows;
  };
  const auto job = select("watermark", "job", "");
  if (!job.empty() && job[0][0]) out.watermark = base::Instant(base::Millis(number(job[0][0])));
  out.longest_window = state.longest_window(connection);
  const auto instant = [](const auto& cell) { return base::Instant(base::Millis(number(cell))); };
  for (const auto& row :
       select("from_ms, to_ms", "window", "AND status = 'done' ORDER BY from_ms, to_ms"))
    out.done.push_back({instant(row[0]), instant(row[1])});
  out.windows_done = out.done.size();
  out.quarantine_open = static_cast<std::uint64_t>(
      number(select("COUNT(*)", "quarantine", "AND state = 'open'")[0][0]));
  for (const auto& row : select("from_at, to_at, status", "window",
                                "AND status <> 'done' ORDER BY from_ms LIMIT 20")) {
    out.open_windows.push_back({*row[0], *row[1], *row[2]});
  }
  for (const auto& row : select("run_id, started_at, status, exit_code, rows_written, error", "run",
                                "ORDER BY started_at DESC, run_id DESC LIMIT 5")) {
    out.runs.push_back({*row[0], *row[1], *row[2], *row[3], *row[4], row[5].value_or("")});
  }
  return out;
}

}  // namespace erp2mysql::store
