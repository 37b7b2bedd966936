// SPDX-License-Identifier: Apache-2.0
// All or nothing for a run of rows, by whichever method this connection has; and the prepared
// statements both methods share. It binds nothing itself.
#include <algorithm>
#include <new>

#include "client_connection.hpp"
#include "erp2mysql/base/seeded_bug.hpp"

namespace erp2mysql::mysql {
namespace {

// The sizes of the last, short statements differ from call to call.
constexpr std::size_t k_most_statements = 16;
// Each cell carries its length and, in a prepared statement, its type.
constexpr std::size_t k_bytes_around_cell = 8;
constexpr unsigned k_no_such_savepoint = 1305;

std::string statement_text(const std::string& head, const std::string& tuple,
                           const std::string& between, const std::string& tail, std::size_t rows) {
  std::string text = head;
  text.reserve(head.size() + tail.size() + rows * (tuple.size() + between.size() + 1) + 2);
  for (std::size_t i = 0; i < rows && !tuple.empty(); ++i) {
    if (i > 0) text += between;
    (text += ' ') += tuple;
  }
  if (!tail.empty()) (text += ' ') += tail;
  return text;
}

}  // namespace

Result ClientConnection::write_rows(const RowStatement& statement, const data::Batch& batch,
                                    std::size_t first, std::size_t count) {
  refuse_when_broken();
  // In autocommit the last statement would be an ambiguous commit.
  if (phase_ != Phase::in_transaction) {
    throw SqlError(Action::bug, 0, "HY000", "rows are written in a transaction only", "", "");
  }
  collected_.clear();
  Result sum;
  rows_sent_ = 0;
  if (count > 1 && base::seeded_bug("last-row-lost")) ++sum.affected, --count;
  if (count == 0) return sum;
  run("SAVEPOINT erp2mysql_rows", phase_);
  try {
    const Rows rows{statement, batch, first, count};
    // A single row also has to say which key it got.
    if (load_ && count > 1 && !statement.load.empty() && write_load(rows, sum)) return sum;
    const bool array = bulk_ && !statement.slots.empty() && statement.joined_rows == 0;
    array ? write_bulk(rows, sum) : write_prepared(rows, sum);
  } catch (SqlError& error) {
    undo_rows();
    if (error.row()) error.set_row(*error.row() + rows_sent_);
    throw;
  } catch (...) {
    undo_rows();
    throw;
  }
  return sum;
}

void ClientConnection::undo_rows() {
  if (broken_) return;
  try {
    run("ROLLBACK TO SAVEPOINT erp2mysql_rows", phase_);
  } catch (const SqlError& error) {
    // The caller learns of its own error first, and at the next call that all is gone.
    const bool gone = error.number() == k_no_such_savepoint;
    broken_ = gone ? SqlError(Action::retry, error.number(), error.sqlstate(),
                              "the server rolled back the whole transaction", "", "")
                   : SqlError(Action::reconnect, error.number(), error.sqlstate(), error.message(),
                              "", "");
  }
}

std::size_t ClientConnection::rows_that_fit(const Rows& rows, std::size_t most) const {
  const std::size_t around = rows.statement.slots.size() * k_bytes_around_cell;
  const std::uint64_t aim = info_.max_allowed_packet / 2;
  std::uint64_t bytes = rows.batch.row_bytes(rows.first) + around;
  check_size(static_cast<std::size_t>(bytes / 3 * 4));  // one row may fill three quarters
  const std::size_t limit = std::min(most, rows.count);
  std::size_t fit = 1;
  for (; fit < limit; ++fit) {
    bytes += rows.batch.row_bytes(rows.first + fit) + around;
    if (bytes > aim) break;
  }
  return fit;
}

ClientConnection::StatementKey ClientConnection::key_of(const Rows& rows,
                                                        std::size_t rows_per_statement) const {
  return {rows.statement.head, rows.statement.tuple, rows.statement.between, rows.statement.tail,
          rows_per_statement};
}

MYSQL_STMT* ClientConnection::statement_for(const StatementKey& key) {
  const auto found = statements_.find(key);
  if (found != statements_.end()) return found->second.get();
  if (statements_.size() >= k_most_statements) statements_.clear();
  const auto& [head, tuple, between, tail, rows] = key;
  const std::string text = statement_text(head, tuple, between, tail, rows);
  check_size(text.size());
  Statement statement(mysql_stmt_init(link_.get()));
  if (statement == nullptr) throw std::bad_alloc();
  MYSQL_STMT* raw = statement.get();
  statements_[key] = std::move(statement);
  if (mysql_stmt_prepare(raw, text.data(), static_cast<unsigned long>(text.size())) != 0) {
    fail_statement(key);
  }
  return raw;
}

void ClientConnection::execute(const StatementKey& key, Result& sum) {
  MYSQL_STMT* statement = statement_for(key);
  if (mysql_stmt_execute(statement) != 0) fail_statement(key);
  sum.affected += mysql_stmt_affected_rows(statement);
  sum.last_insert_id = mysql_stmt_insert_id(statement);
  const unsigned warnings = mysql_warning_count(link_.get());
  sum.warnings += warnings;
  if (warnings != 0) collect_warnings(warnings);
}

void ClientConnection::collect_warnings(unsigned count) {
  std::vector<Warning> before = std::move(collected_);
  collected_.clear();
  std::vector<Warning> now = warnings();
  // A count without text must not pass as "nothing to see".
  if (now.empty()) now.push_back({"Warning", 0, std::to_string(count) + " warnings without text"});
  before.insert(before.end(), now.begin(), now.end());
  collected_ = std::move(before);
}

void ClientConnection::fail_statement(const StatementKey& key) {
  MYSQL_STMT* statement = statements_.at(key).get();
  const unsigned number = mysql_stmt_errno(statement);
  const std::string sqlstate = mysql_stmt_sqlstate(statement);
  const std::string text = mysql_stmt_error(statement);
  statements_.erase(key);
  fail(number, sqlstate.c_str(), text.c_str(), phase_);
}

}  // namespace erp2mysql::mysql
