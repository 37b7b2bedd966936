// SPDX-License-Identifier: Apache-2.0
// The target side of a compiled job as the store wants it. It opens no connection.
#pragma once

#include <memory>
#include <string>

#include "erp2mysql/run/compiled_job.hpp"
#include "erp2mysql/store/writer.hpp"

namespace erp2mysql::run {

/// Unqualified tables live in `target_database`, here and below.
store::State state_of(const CompiledJob& job, const std::string& target_database);

/// What the server says of the target table; with `preflight` false only its name, and then
/// nothing that depends on types and keys is checked. Throws base::Error{config}.
store::Table target_table(const CompiledJob& job, mysql::Connection& connection,
                          const std::string& target_database, bool preflight);

/// Do table, statement and mapping fit together? What might go wrong; throws base::Error{config}
/// for what must.
std::vector<std::string> hazards_of(const CompiledJob& job, const store::Table& table);
/// May this user run the statements of the job? Throws base::Error{credentials}, or Error{config}
/// for a statement that the server does not understand.
void check_rights(const CompiledJob& job, mysql::Connection& connection);
/// Do table, statement and mapping fit together, and may this user run it? Hazards are logged.
/// Throws base::Error{config} or Error{credentials}.
void check_target(const CompiledJob& job, mysql::Connection& connection, const store::Table& table);

store::WriteOptions write_options(const CompiledJob& job);

/// Rows as the job maps them, none yet.
data::MappedRows piece_of(const CompiledJob& job);

/// Where the rows of a run go: the table as the server describes it, and sinks made for it.
class Target {
 public:
  /// Reads the table and checks that the statement fits it; hazards are logged. Borrows the job.
  /// Throws base::Error{config}.
  Target(const CompiledJob& job, mysql::Connection& connection, const std::string& database,
         bool preflight);

  /// All writers of one target count their bad rows together. Borrows the session.
  std::unique_ptr<store::WindowWriter> writer(store::Session& session) const;
  std::unique_ptr<store::RowSink> dry() const;

 private:
  const CompiledJob& job_;
  store::Table table_;
  store::WriteOptions write_;
};

}  // namespace erp2mysql::run
