// SPDX-License-Identifier: Apache-2.0
// The one implementation of the connection seam, over the C API that both client libraries share.
// It remembers in which phase a call fails, since the same number means different things in each,
// and refuses to go on in a transaction that the server may have given up.
#pragma once

#include <mysql.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "erp2mysql/mysql/connection.hpp"

namespace erp2mysql::mysql {

struct LinkCloser {
  void operator()(MYSQL* link) const noexcept { mysql_close(link); }
};
using Link = std::unique_ptr<MYSQL, LinkCloser>;

struct StatementCloser {
  void operator()(MYSQL_STMT* statement) const noexcept { mysql_stmt_close(statement); }
};
using Statement = std::unique_ptr<MYSQL_STMT, StatementCloser>;

// `char` in Connector/C, `bool` in libmysqlclient.
using ClientFlag = std::remove_pointer_t<decltype(MYSQL_BIND::is_null)>;

/// Logs in; no session set-up yet. Throws SqlError with phase connect.
Link open_link(const Options& options);

class ClientConnection final : public Connection {
 public:
  explicit ClientConnection(Link link) : link_(std::move(link)) {}

  Result query(std::string_view sql,
               const std::vector<std::optional<std::string>>& params) override;
  void begin() override;
  void commit() override;
  void rollback() noexcept override;
  std::vector<Warning> warnings() override;
  const ServerInfo& server() const override { return info_; }
  Result write_rows(const RowStatement& statement, const data::Batch& batch, std::size_t first,
                    std::size_t count) override;
  std::string_view write_method() const override {
    return load_ ? "load" : bulk_ ? "bulk" : "prepared";
  }

  /// Ends the set-up phase. What is wanted is granted when server and library can do it.
  void ready(ServerInfo info, WriteMethod wanted);
  MYSQL* link() { return link_.get(); }

 private:
  // What a cached statement depends on: head, tuple, between, tail, rows.
  using StatementKey = std::tuple<std::string, std::string, std::string, std::string, std::size_t>;
  struct Rows {
    const RowStatement& statement;
    const data::Batch& batch;
    std::size_t first, count;
  };

  Result run(std::string_view sql, Phase phase);
  Result read_result(Phase phase);
  void check_size(std::size_t bytes) const;
  void refuse_when_broken() const;
  Phase phase_of(std::string_view sql) const;
  [[noreturn]] void fail(unsigned number, const char* sqlstate, const char* text, Phase phase);
  [[noreturn]] void fail_link(Phase phase);

  void undo_rows();
  void collect_warnings(unsigned count);
  std::size_t rows_that_fit(const Rows& rows, std::size_t most) const;
  /// False when the rows did not go in exactly; then nothing of them is left.
  bool write_load(const Rows& rows, Result& sum);
  void serve_rows();
  int next_bytes(char* out, unsigned size) noexcept;
  void write_bulk(const Rows& rows, Result& sum);
  void bind_bulk(MYSQL_STMT* statement, const Rows& rows);
  void write_prepared(const Rows& rows, Result& sum);
  void bind_prepared(MYSQL_STMT* statement, const Rows& rows);
  StatementKey key_of(const Rows& rows, std::size_t rows_per_statement) const;
  MYSQL_STMT* statement_for(const StatementKey& key);
  void execute(const StatementKey& key, Result& sum);
  [[noreturn]] void fail_statement(const StatementKey& key);

  Link link_;  // before the statements: they close first
  ServerInfo info_;
  bool bulk_ = false, load_ = false;
  int load_failures_ = 0;  // in a row
  Phase phase_ = Phase::setup;
  std::optional<SqlError> broken_;  // set: the transaction cannot go on
  std::vector<Warning> collected_;  // of all statements of the last write_rows
  std::map<StatementKey, Statement> statements_;
  // Reused by every call; the library reads them during execute.
  std::vector<MYSQL_BIND> binds_;
  std::vector<char*> pointers_;
  std::vector<unsigned long> lengths_;
  std::vector<char> indicators_;
  std::size_t rows_sent_ = 0;      // by the running call, in earlier statements
  const Rows* loading_ = nullptr;  // what a LOAD DATA may read just now
  std::string load_text_;
  std::size_t load_sent_ = 0, load_row_ = 0;
};

/// The server may have given up more than the statement.
bool ends_transaction(Action action);
/// Every request for a local file of this link is refused.
void serve_no_file(MYSQL* link);

/// Sets the session up, reads it back and ends the set-up phase of `connection`.
void set_up_session(ClientConnection& connection, const Options& options);

/// The class of server software, from @@version and @@version_comment.
Flavour flavour_of(std::string_view version, std::string_view comment);

}  // namespace erp2mysql::mysql
