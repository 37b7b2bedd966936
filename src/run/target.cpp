// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/target.hpp"

namespace erp2mysql::run {

store::State state_of(const CompiledJob& job, const std::string& target_database) {
  const auto& own = job.job.state_database;
  return {own.empty() ? target_database : own, job.job.name};
}

store::Table target_table(const CompiledJob& job, mysql::Connection& connection,
                          const std::string& target_database, bool preflight) {
  const auto& named = job.statement.database;
  const auto& database = named.empty() ? target_database : named;
  if (preflight) return store::read_table(connection, database, job.statement.table);
  return {database, job.statement.table, "", {}, {}, {}, {}};
}

store::WriteOptions write_options(const CompiledJob& job) {
  store::WriteOptions out;
  out.rows_per_statement = job.rows_per_statement;
  out.max_bad_rows = job.job.quality.max_bad_rows;
  out.max_bad_millionths = job.job.quality.max_bad_millionths;
  out.skip_unchanged = job.job.write.skip_unchanged;
  const auto& word = job.job.write.on_no_match;
  out.on_no_match = word == "insert"   ? store::NoMatch::insert
                    : word == "ignore" ? store::NoMatch::ignore
                                       : store::NoMatch::quarantine;
  out.cell_names = job.mapper.columns();
  return out;
}

}  // namespace erp2mysql::run
