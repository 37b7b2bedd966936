// SPDX-License-Identifier: Apache-2.0
// Statements as text, transactions and their phases. Bulk inserts are next door.
#include "client_connection.hpp"

#include <cstdlib>

#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::mysql {
namespace {

/// A read outside a transaction leaves nothing behind: losing its answer is never ambiguous.
bool is_read(std::string_view sql) {
  const std::string_view text = base::trim(sql);
  for (const std::string_view word : {"SELECT", "SHOW", "SET", "EXPLAIN", "DESCRIBE"}) {
    if (base::starts_with_ignore_case(text, word)) return true;
  }
  return false;
}

Row read_row(MYSQL_RES* result, MYSQL_ROW cells, std::size_t columns) {
  const unsigned long* lengths = mysql_fetch_lengths(result);
  Row row(columns);
  for (std::size_t i = 0; i < columns; ++i) {
    if (cells[i] != nullptr) row[i].emplace(cells[i], lengths[i]);
  }
  return row;
}

SqlError misuse(const char* text) { return {Action::bug, 0, "HY000", text, "", ""}; }

}  // namespace

bool ends_transaction(Action action) {
  return action == Action::retry || action == Action::reconnect || action == Action::ambiguous ||
         action == Action::temporary;
}

void ClientConnection::fail(unsigned number, const char* sqlstate, const char* text, Phase phase) {
  // No row is locked by a read outside of a transaction: a node without its cluster waited in vain
  // for what the others confirmed.
  if (info_.galera && number == 1205 && phase == Phase::setup) {
    number = 1047;
    text = "WSREP";
  }
  SqlError error = make_error(number, sqlstate, text, info_.flavour, phase);
  const bool in_transaction = phase == Phase::in_transaction || phase == Phase::commit_sent;
  if (number == 1213 && base::seeded_bug("deadlock-swallowed")) throw error;
  if (in_transaction && ends_transaction(error.action())) broken_ = error;
  throw error;
}

void ClientConnection::fail_link(Phase phase) {
  fail(mysql_errno(link_.get()), mysql_sqlstate(link_.get()), mysql_error(link_.get()), phase);
}

void ClientConnection::refuse_when_broken() const {
  if (broken_) throw SqlError(*broken_);
}

void ClientConnection::check_size(std::size_t bytes) const {
  // The server would close the connection instead of answering. Unknown during set-up.
  if (info_.max_allowed_packet == 0 || bytes < info_.max_allowed_packet) return;
  throw make_error(1153, "08S01", "", info_.flavour, Phase::in_transaction);
}

Phase ClientConnection::phase_of(std::string_view sql) const {
  return phase_ == Phase::idle && is_read(sql) ? Phase::setup : phase_;
}

Result ClientConnection::read_result(Phase phase) {
  Result out;
  using Stored = std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)>;
  const Stored stored(mysql_store_result(link_.get()), &mysql_free_result);
  // A link that broke within the rows may leave the number of fields at 0.
  if (stored == nullptr && (mysql_field_count(link_.get()) != 0 || mysql_errno(link_.get()) != 0))
    fail_link(phase);
  out.warnings = mysql_warning_count(link_.get());
  if (stored == nullptr) {
    out.affected = mysql_affected_rows(link_.get());
    return out;
  }
  const std::size_t columns = mysql_num_fields(stored.get());
  const MYSQL_FIELD* fields = mysql_fetch_fields(stored.get());
  for (std::size_t i = 0; i < columns; ++i) out.names.emplace_back(fields[i].name);
  while (MYSQL_ROW cells = mysql_fetch_row(stored.get())) {
    out.rows.push_back(read_row(stored.get(), cells, columns));
  }
  return out;
}

Result ClientConnection::run(std::string_view sql, Phase phase) {
  check_size(sql.size());
  if (mysql_real_query(link_.get(), sql.data(), static_cast<unsigned long>(sql.size())) != 0) {
    fail_link(phase);
  }
  Result first = read_result(phase);
  // Only a procedure answers more than once; what is left unread would break the next call.
  int more = mysql_next_result(link_.get());
  for (; more == 0; more = mysql_next_result(link_.get())) read_result(phase);
  if (more > 0) fail_link(phase);
  return first;
}

Result ClientConnection::query(std::string_view sql,
                               const std::vector<std::optional<std::string>>& params) {
  refuse_when_broken();
  collected_.clear();
  if (params.empty()) return run(sql, phase_of(sql));
  return run(fill_marks(sql, params), phase_of(sql));
}

void ClientConnection::begin() {
  refuse_when_broken();
  // The server would commit the open one without a word.
  if (phase_ != Phase::idle) throw misuse("a transaction is open already");
  run("START TRANSACTION", Phase::setup);
  phase_ = Phase::in_transaction;
}

void ClientConnection::commit() {
  refuse_when_broken();
  if (phase_ != Phase::in_transaction) throw misuse("there is no transaction to commit");
  if ((link_->server_status & SERVER_STATUS_IN_TRANS) == 0) {
    throw misuse("a statement ended the transaction before its commit");
  }
  phase_ = Phase::commit_sent;
  run("COMMIT", Phase::commit_sent);
  phase_ = Phase::idle;
}

void ClientConnection::rollback() noexcept {
  if (base::seeded_bug("no-rollback")) return void(phase_ = Phase::idle);
  try {
    collected_.clear();
    run("ROLLBACK", Phase::setup);
    broken_.reset();
    if ((link_->server_status & SERVER_STATUS_IN_TRANS) != 0) {
      broken_ = make_error(2006, "HY000", "", info_.flavour, Phase::setup);
    }
  } catch (const SqlError& error) {
    // Whatever it was, only a new connection surely has no transaction.
    broken_ =
        SqlError(Action::reconnect, error.number(), error.sqlstate(), error.message(), "", "");
  } catch (...) {
    broken_ = SqlError(Action::reconnect, 0, "HY000", "the rollback failed", "", "");
  }
  phase_ = Phase::idle;
}

std::vector<Warning> ClientConnection::warnings() {
  if (!collected_.empty()) return collected_;
  std::vector<Warning> list;
  for (const Row& row : run("SHOW WARNINGS", phase_of("SHOW")).rows) {
    if (row.size() < 3) continue;
    const unsigned long number = std::strtoul(row[1].value_or("0").c_str(), nullptr, 10);
    list.push_back({row[0].value_or(""), static_cast<unsigned>(number), row[2].value_or("")});
  }
  return list;
}

void ClientConnection::ready(ServerInfo info, WriteMethod wanted) {
  info_ = std::move(info);
  const bool load_is_best = wanted == WriteMethod::best && info_.flavour == Flavour::mysql;
  load_ = info_.local_infile && (load_is_best || wanted == WriteMethod::load);
  if (load_) serve_rows();
  phase_ = Phase::idle;
#ifdef MARIADB_BASE_VERSION
  unsigned long capabilities = 0;  // the upper half of the 64 bits
  mariadb_get_info(link_.get(), MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &capabilities);
  const bool able = (capabilities & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32)) != 0;
  bulk_ = wanted != WriteMethod::prepared && able && info_.flavour == Flavour::mariadb;
#endif
}

}  // namespace erp2mysql::mysql
