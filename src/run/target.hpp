// SPDX-License-Identifier: Apache-2.0
// Where the rows of a job go: the table as the server describes it, and sinks made for it. It knows
// no window.
#pragma once

#include <memory>
#include <string>

#include "erp2mysql/run/compiled_job.hpp"
#include "erp2mysql/store/writer.hpp"

namespace erp2mysql::run {

class Target {
 public:
  /// Reads the table and checks that the statement fits it; hazards are logged. Borrows the job.
  /// Throws base::Error{config}.
  Target(const CompiledJob& job, mysql::Connection& connection, const std::string& database);

  /// All writers of one target count their bad rows together. Borrows the session.
  std::unique_ptr<store::RowSink> writer(store::Session& session) const;
  std::unique_ptr<store::RowSink> dry() const;

 private:
  const CompiledJob& job_;
  store::Table table_;
  store::WriteOptions write_;
};

}  // namespace erp2mysql::run
