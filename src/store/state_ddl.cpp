// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "erp2mysql/store/state.hpp"

namespace erp2mysql::store {

// Times are UTC milliseconds (exact, free of zones); *_at columns repeat them for human eyes.
std::vector<std::string> State::ddl(const std::string& database) {
  const State state(database, "");
  const auto create = [&](std::string_view name, std::string_view columns) {
    return fmt::format(
        "CREATE TABLE IF NOT EXISTS {} (\n{}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 "
        "COLLATE=utf8mb4_bin",
        state.table(name), columns);
  };
  return {
      create("job",
             "  job VARCHAR(64) NOT NULL PRIMARY KEY,\n"
             "  version INT NOT NULL DEFAULT 5,\n"
             "  epoch BIGINT UNSIGNED NOT NULL DEFAULT 0,\n"
             "  seq BIGINT UNSIGNED NOT NULL DEFAULT 0,\n"
             "  watermark BIGINT NULL,\n"
             "  watermark_at VARCHAR(40) NULL,\n"
             "  fingerprint CHAR(64) NOT NULL DEFAULT '',\n"
             "  run_id VARCHAR(40) NOT NULL DEFAULT '',\n"
             "  uuid VARCHAR(64) NULL,\n"
             "  window_ms BIGINT NULL,\n"
             "  lease_until BIGINT NULL,\n"
             "  updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE "
             "CURRENT_TIMESTAMP(3)"),
      create("window",
             "  job VARCHAR(64) NOT NULL,\n"
             "  kind VARCHAR(16) NOT NULL,\n"
             "  from_ms BIGINT NOT NULL,\n"
             "  to_ms BIGINT NOT NULL,\n"
             "  from_at VARCHAR(40) NOT NULL,\n"
             "  to_at VARCHAR(40) NOT NULL,\n"
             "  status VARCHAR(16) NOT NULL,\n"
             "  attempt INT NOT NULL DEFAULT 0,\n"
             "  seq BIGINT UNSIGNED NOT NULL DEFAULT 0,\n"
             "  run_id VARCHAR(40) NOT NULL,\n"
             "  rows_read BIGINT NOT NULL DEFAULT 0,\n"
             "  rows_written BIGINT NOT NULL DEFAULT 0,\n"
             "  rows_unchanged BIGINT NOT NULL DEFAULT 0,\n"
             "  rows_filtered BIGINT NOT NULL DEFAULT 0,\n"
             "  rows_duplicate BIGINT NOT NULL DEFAULT 0,\n"
             "  rows_quarantined BIGINT NOT NULL DEFAULT 0,\n"
             "  pages BIGINT NOT NULL DEFAULT 0,\n"
             "  records BIGINT NOT NULL DEFAULT 0,\n"
             "  expected BIGINT NOT NULL DEFAULT 0,\n"
             "  digest BIGINT UNSIGNED NOT NULL DEFAULT 0,\n"
             "  updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE "
             "CURRENT_TIMESTAMP(3),\n"
             "  PRIMARY KEY (job, kind, from_ms, to_ms)"),
      create("run",
             "  run_id VARCHAR(40) NOT NULL PRIMARY KEY,\n"
             "  job VARCHAR(64) NOT NULL,\n"
             "  command VARCHAR(16) NOT NULL,\n"
             "  status VARCHAR(16) NOT NULL,\n"
             "  exit_code INT NOT NULL,\n"
             "  started_at VARCHAR(40) NOT NULL,\n"
             "  ended_at VARCHAR(40) NOT NULL,\n"
             "  rows_read BIGINT NOT NULL,\n"
             "  rows_written BIGINT NOT NULL,\n"
             "  rows_quarantined BIGINT NOT NULL,\n"
             "  error TEXT NULL,\n"
             "  limit_wait_ms BIGINT NOT NULL DEFAULT 0,\n"
             "  source_wait_ms BIGINT NOT NULL DEFAULT 0,\n"
             "  target_wait_ms BIGINT NOT NULL DEFAULT 0,\n"
             "  KEY job_time (job, started_at)"),
      create("quarantine",
             "  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,\n"
             "  job VARCHAR(64) NOT NULL,\n"
             "  run_id VARCHAR(40) NOT NULL,\n"
             "  from_ms BIGINT NOT NULL,\n"
             "  to_ms BIGINT NOT NULL,\n"
             "  record_key VARCHAR(255) NOT NULL,\n"
             "  field VARCHAR(255) NOT NULL,\n"
             "  error_number INT UNSIGNED NOT NULL,\n"
             "  reason TEXT NOT NULL,\n"
             "  record LONGTEXT NOT NULL,\n"
             "  state VARCHAR(16) NOT NULL DEFAULT 'open',\n"
             "  created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),\n"
             "  line INT UNSIGNED NULL,\n"
             "  mapped LONGTEXT NULL,\n"
             "  row_key VARCHAR(255) NULL,\n"
             "  KEY job_state (job, state),\n"
             "  KEY job_row (job, row_key)"),
      create("record",
             "  job VARCHAR(64) NOT NULL,\n"
             "  record_id VARCHAR(255) NOT NULL,\n"
             "  number VARCHAR(255) NULL,\n"
             "  content LONGTEXT NOT NULL,\n"
             "  updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE "
             "CURRENT_TIMESTAMP(3),\n"
             "  PRIMARY KEY (job, record_id)"),
      create("limit",
             "  limit_key CHAR(64) NOT NULL PRIMARY KEY,\n"
             "  log MEDIUMTEXT NOT NULL,\n"
             "  updated_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE "
             "CURRENT_TIMESTAMP(3)"),
  };
}

// Several processes may begin at once with old tables: a column that another one added is there.
void State::upgrade(mysql::Connection& connection) const {
  const auto alter = [&](std::string_view name, std::string_view change) {
    constexpr unsigned k_duplicate_column = 1060;
    try {
      connection.query(fmt::format("ALTER TABLE {} {}", table(name), change));
    } catch (const mysql::SqlError& error) {
      if (error.number() != k_duplicate_column) throw;
    }
  };
  const auto lacks = [&](const char* name, const char* column) {
    return connection
               .query(
                   "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND"
                   " TABLE_NAME = ? AND COLUMN_NAME = ?",
                   {database_, name, column})
               .rows[0][0] == "0";
  };
  if (lacks("erp2mysql_window", "seq")) {
    alter("window",
          "ADD COLUMN seq BIGINT UNSIGNED NOT NULL DEFAULT 0,"
          " ADD COLUMN digest BIGINT UNSIGNED NOT NULL DEFAULT 0");
  }
  if (lacks("erp2mysql_job", "window_ms")) alter("job", "ADD COLUMN window_ms BIGINT NULL");
  connection.query(ddl(database_).back());  // the table of limits
  if (lacks("erp2mysql_job", "lease_until")) alter("job", "ADD COLUMN lease_until BIGINT NULL");
  if (lacks("erp2mysql_run", "limit_wait_ms")) {
    alter("run",
          "ADD COLUMN limit_wait_ms BIGINT NOT NULL DEFAULT 0,"
          " ADD COLUMN source_wait_ms BIGINT NOT NULL DEFAULT 0,"
          " ADD COLUMN target_wait_ms BIGINT NOT NULL DEFAULT 0");
  }
  connection.query("UPDATE " + table("job") + " SET version = 5 WHERE version < 5");
}

}  // namespace erp2mysql::store
