// SPDX-License-Identifier: Apache-2.0
// The MySQL seam: one connection, statements, transactions, and what an error number means. It
// knows no row mapping, no state table and no job. The only floor that includes the client library.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/base/error.hpp"
#include "erp2mysql/data/batch.hpp"

namespace erp2mysql::mysql {

/// How rows travel. best: LOAD DATA where the server is MySQL and allows it, else statements;
/// statements: bulk arrays or many tuples at a time; load: LOAD DATA; prepared: never bulk arrays.
enum class WriteMethod { best, statements, load, prepared };

struct Options {
  std::string host = "127.0.0.1";
  unsigned port = 3306;
  std::string socket;  // wins over host and port
  /// One of several servers: one that takes no writes is refused, so that the next one is tried.
  bool must_write = false;
  std::string database;
  std::string username;
  std::string password;
  std::string ssl_mode = "preferred";  // disabled, preferred, required, verify_ca, verify_identity
  std::string ssl_ca, ssl_cert, ssl_key;
  base::Millis connect_timeout{10'000};
  base::Millis read_timeout{120'000};
  base::Millis write_timeout{120'000};
  std::string time_zone = "+08:00";  // session time_zone, a fixed offset
  std::string program = "erp2mysql";
  WriteMethod write_method = WriteMethod::statements;
};

/// What to do after a failed statement (reference: reliability.md 1.1).
enum class Action {
  retry,
  reconnect,
  ambiguous,
  split,
  row,
  temporary,
  permanent,
  credentials,
  bug
};
enum class Phase { connect, setup, in_transaction, commit_sent, idle };
enum class Flavour { mysql, mariadb, other };

/// Pure: the class of (errno, SQLSTATE, flavour, phase). Total over all inputs.
Action classify(unsigned number, std::string_view sqlstate, Flavour flavour, Phase phase);

/// A failed call. `what()` names errno, SQLSTATE and, where the server gives it, the column; never
/// the server's full text, which can hold row values. `detail()` is that full text, for quarantine.
class SqlError : public base::Error {
 public:
  SqlError(Action action, unsigned number, std::string sqlstate, std::string summary,
           std::string detail, std::string column);
  Action action() const { return action_; }
  unsigned number() const { return number_; }
  const std::string& sqlstate() const { return sqlstate_; }
  const std::string& detail() const { return detail_; }
  const std::string& column() const { return column_; }
  /// Which row of the statement it was, from 0, where the server says so; a hint only, since not
  /// every server counts the rows of a statement alike.
  std::optional<std::size_t> row() const { return row_; }
  void set_row(std::optional<std::size_t> row) { row_ = row; }

 private:
  Action action_;
  unsigned number_;
  std::string sqlstate_, detail_, column_;
  std::optional<std::size_t> row_;
};

/// Pure: the error for what a server or the client library said. Takes column and object names
/// from `text` where the shape of the message proves that they are names and not row values.
SqlError make_error(unsigned number, std::string_view sqlstate, std::string_view text,
                    Flavour flavour, Phase phase);

using Row = std::vector<std::optional<std::string>>;

struct Result {
  std::vector<std::string> names;
  std::vector<Row> rows;
  std::uint64_t affected = 0;
  unsigned warnings = 0;
  std::uint64_t last_insert_id = 0;
};

/// A statement that is executed once per row of a batch: `head tuple tail`. Where `repeats`, many
/// rows may go as one statement, `head tuple,tuple,… tail`.
struct RowStatement {
  struct Slot {
    std::size_t cell = 0;     // the cell that fills the mark
    bool as_decimal = false;  // sent as a number: text compared with a DECIMAL column goes through
                              // a double in the server
  };
  std::string head, tuple, tail;
  bool repeats = false;
  std::string between = ",";    // tuples of one statement
  std::size_t joined_rows = 0;  // so many tuples make one statement, never an array; 0: any number
  std::string load;             // a LOAD DATA LOCAL that does the same; empty when there is none
  std::vector<Slot> slots;      // one per ? mark
};

struct Warning {
  std::string level;
  unsigned number = 0;
  std::string message;
};

struct ServerInfo {
  std::string version;
  Flavour flavour = Flavour::other;
  std::uint64_t max_allowed_packet = 0;
  std::uint64_t connection_id = 0;
  bool local_infile = false;  // LOAD DATA LOCAL is allowed
  bool galera = false;        // one node of several that take writes
  /// What a transaction may hold where the server limits it; 0: no limit.
  std::uint64_t transaction_rows = 0, transaction_bytes = 0;
};

/// Not thread safe; one owner. Closes on destruction (the server then rolls back).
class Connection {
 public:
  virtual ~Connection() = default;
  /// Text protocol; parameters are escaped by us as utf8mb4 literals where `sql` has `?` marks
  /// outside quotes and comments. For state and metadata statements. Throws SqlError.
  virtual Result query(std::string_view sql,
                       const std::vector<std::optional<std::string>>& params = {}) = 0;
  virtual void begin() = 0;
  virtual void commit() = 0;
  /// Never throws; a dead connection has nothing to roll back.
  virtual void rollback() noexcept = 0;
  virtual std::vector<Warning> warnings() = 0;
  virtual const ServerInfo& server() const = 0;

  /// Executes the statement for rows [first, first+count) of the batch, in order, by the fastest
  /// safe method the client library and the server allow together. Returns affected rows (matched
  /// ones for UPDATE), warnings and the last generated key. On error nothing of these rows is left
  /// in the transaction (a savepoint guards the call). Throws SqlError.
  virtual Result write_rows(const RowStatement& statement, const data::Batch& batch,
                            std::size_t first, std::size_t count) = 0;
  /// Name of the method write_rows prefers, for explain and logs: "load", "bulk" or "prepared".
  virtual std::string_view write_method() const = 0;
};

/// Connects, sets the session up (utf8mb4, strict sql_mode, time zone, lock waits, READ COMMITTED)
/// and reads it back. Throws SqlError with phase connect or setup.
std::unique_ptr<Connection> connect(const Options& options);

using Connector = std::function<std::unique_ptr<Connection>()>;

/// `name` in backticks, inner ones doubled; "a.b" is not split.
std::string quote_name(std::string_view name);
/// utf8mb4 text as a quoted SQL literal; safe while NO_BACKSLASH_ESCAPES is off (connect asserts
/// it). Bytes that are not UTF-8 become a hex literal.
std::string quote_text(std::string_view text);
/// `sql` with its `?` marks outside quotes and comments replaced by literals, NULL for nothing.
/// Throws base::Error{bug} when their number differs from that of the parameters.
std::string fill_marks(std::string_view sql, const std::vector<std::optional<std::string>>& params);

}  // namespace erp2mysql::mysql
