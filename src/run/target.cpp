// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/target.hpp"

#include "erp2mysql/base/log.hpp"

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

namespace {

store::CellKind kind_of(map::Type type) {
  switch (type) {
    case map::Type::integer: return store::CellKind::whole;
    case map::Type::number: return store::CellKind::number;
    case map::Type::datetime:
    case map::Type::date: return store::CellKind::time;
    case map::Type::json: return store::CellKind::json;
    case map::Type::boolean:
    case map::Type::text: break;
  }
  return store::CellKind::any;
}

}  // namespace

std::vector<std::string> hazards_of(const CompiledJob& job, const store::Table& table) {
  std::vector<store::CellKind> cells;
  for (const auto type : job.mapper.types()) cells.push_back(kind_of(type));
  return store::preflight(table, job.statement, cells);
}

void check_rights(const CompiledJob& job, mysql::Connection& connection) {
  store::check_rights(connection, job.statement);
  for (const auto& extension : job.extensions) store::check_rights(connection, extension);
}

void check_target(const CompiledJob& job, mysql::Connection& connection,
                  const store::Table& table) {
  for (const auto& warning : hazards_of(job, table)) base::log_warning("{}", warning);
  check_rights(job, connection);
  if (job.job.write.method != "load" || connection.write_method() == "load") return;
  throw base::Error(base::ErrorKind::config, "write.method is load, but the server refuses it")
      .hint("SET GLOBAL local_infile = ON, or leave the choice to the tool with auto");
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

Target::Target(const CompiledJob& job, mysql::Connection& connection, const std::string& database,
               bool preflight)
    : job_(job), write_(write_options(job)) {
  table_ = target_table(job, connection, database, preflight);
  if (preflight) check_target(job, connection, table_);
  write_.bad_rows = std::make_shared<std::atomic<std::uint64_t>>(0);
}

std::unique_ptr<store::WindowWriter> Target::writer(store::Session& session) const {
  return std::make_unique<store::WindowWriter>(session, job_.statement, table_, write_,
                                               job_.extensions);
}

data::MappedRows piece_of(const CompiledJob& job) {
  data::MappedRows out(job.statement.cells);
  for (const auto& names : job.mapper.line_columns()) out.lines.emplace_back(names.size());
  return out;
}

std::unique_ptr<store::RowSink> Target::dry() const {
  return std::make_unique<store::DryRunSink>(piece_of(job_));
}

}  // namespace erp2mysql::run
