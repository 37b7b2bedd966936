// SPDX-License-Identifier: Apache-2.0
// Whether a user may keep state here. The server answers: EXPLAIN wants the same rights and runs
// nothing.
#include <fmt/format.h>

#include "erp2mysql/store/state.hpp"

namespace erp2mysql::store {

void State::check_rights(mysql::Connection& connection) const {
  try {
    const auto limits = table("limit");
    connection.query(
        fmt::format("EXPLAIN INSERT INTO {} (limit_key, log) VALUES ('', '')", limits));
    connection.query(fmt::format("EXPLAIN UPDATE {} SET log = '' WHERE limit_key = ''", limits));
    for (const auto* name : {"job", "window", "run", "quarantine", "record"}) {
      const auto whole = table(name);
      connection.query(fmt::format("EXPLAIN INSERT INTO {} (job) VALUES ('')", whole));
      connection.query(fmt::format("EXPLAIN UPDATE {} SET job = job WHERE job = ''", whole));
      connection.query(fmt::format("EXPLAIN DELETE FROM {} WHERE job = ''", whole));
    }
  } catch (const mysql::SqlError& error) {
    if (error.action() == mysql::Action::credentials) {
      throw base::Error(base::ErrorKind::credentials, error.message())
          .hint(fmt::format("GRANT SELECT, INSERT, UPDATE, DELETE ON {}.* TO …", database_));
    }
    // A cousin of MySQL may explain less than it can do.
    if (error.action() == mysql::Action::reconnect || error.action() == mysql::Action::temporary)
      throw;
  }
}

bool State::may_create(mysql::Connection& connection) const {
  const auto found = connection.query(
      "SELECT COUNT(*) FROM (SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES"
      " UNION ALL SELECT PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES"
      " WHERE ? LIKE TABLE_SCHEMA) AS own WHERE PRIVILEGE_TYPE = 'CREATE'",
      {database_});
  return found.rows[0][0] != "0";
}

}  // namespace erp2mysql::store
