// SPDX-License-Identifier: Apache-2.0
#include "target.hpp"

#include "erp2mysql/base/log.hpp"

namespace erp2mysql::run {
namespace {

store::NoMatch on_no_match(const std::string& word) {
  if (word == "insert") return store::NoMatch::insert;
  return word == "ignore" ? store::NoMatch::ignore : store::NoMatch::quarantine;
}

}  // namespace

Target::Target(const CompiledJob& job, mysql::Connection& connection, const std::string& database)
    : job_(job) {
  const auto& named = job.statement.database;
  table_ = store::read_table(connection, named.empty() ? database : named, job.statement.table);
  for (const auto& warning : store::preflight(table_, job.statement))
    base::log_warning("{}", warning);
  write_.rows_per_statement = job.rows_per_statement;
  write_.max_bad_rows = job.job.quality.max_bad_rows;
  write_.max_bad_millionths = job.job.quality.max_bad_millionths;
  write_.skip_unchanged = job.job.write.skip_unchanged;
  write_.on_no_match = on_no_match(job.job.write.on_no_match);
  write_.bad_rows = std::make_shared<std::atomic<std::uint64_t>>(0);
}

std::unique_ptr<store::RowSink> Target::writer(store::Session& session) const {
  return std::make_unique<store::WindowWriter>(session, job_.statement, table_, write_,
                                               job_.extensions);
}

std::unique_ptr<store::RowSink> Target::dry() const {
  std::vector<data::Batch> lines;
  for (const auto& names : job_.mapper.line_columns()) lines.emplace_back(names.size());
  return std::make_unique<store::DryRunSink>(job_.statement.cells, std::move(lines));
}

}  // namespace erp2mysql::run
