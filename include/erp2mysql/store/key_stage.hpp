// SPDX-License-Identifier: Apache-2.0
// Keys and versions of the source's rows in temporary tables beside the target, where the server
// compares them by the target's own types and collations. One connection; this process keeps one
// batch of rows, the server the keys of one stretch and those of the rows that seem gone. It knows
// no ERP, and what a stretch is its caller decides.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "erp2mysql/store/row_sink.hpp"
#include "erp2mysql/store/schema.hpp"
#include "erp2mysql/store/statement.hpp"

namespace erp2mysql::store {

/// Columns by which rows of source and table are laid beside each other.
struct KeyColumns {
  std::vector<std::string> key;  // of a unique key that the statement fills
  std::string time;     // says to which time a row belongs; empty: the whole table is one stretch
  std::string version;  // grows when the row changes; empty: versions are not compared
};

/// The first unique key without NULLs that the statement fills. Throws base::Error{config} when
/// there is none.
std::vector<std::string> comparable_key(const Table& table, const Statement& statement);
/// The cell that fills this column as it is; nothing when none does.
std::optional<mysql::RowStatement::Slot> slot_of(const Statement& statement,
                                                 std::string_view column);

/// A time range as texts that the time column is compared with: [from, to).
using TimeText = std::pair<std::string, std::string>;
using Keys = std::vector<std::vector<std::string>>;  // key columns as text

struct Comparison {
  std::uint64_t source = 0;   // distinct keys; rows on the end of the stretch are of the next one
  std::uint64_t table = 0;    // rows whose time lies in the stretch
  std::uint64_t missing = 0;  // at the source, not in the table at all
  std::uint64_t older = 0;    // in the table with an earlier version
  std::uint64_t bad = 0;      // rows that could not be mapped or compared
  Keys missing_keys, older_keys;
};

class KeyStage : public RowSink {
 public:
  /// Makes the temporary tables. Borrows everything. Throws mysql::SqlError, base::Error{config}.
  KeyStage(mysql::Connection& connection, const Statement& statement, const Table& table,
           KeyColumns columns, data::MappedRows piece);

  /// Forgets the keys of the stretch before.
  void clear();
  void begin(std::string, const data::Window&) override {}
  data::MappedRows piece() const override { return piece_; }
  Limits limits() const override;
  void take(data::MappedRows rows) override;
  void finish(WindowCounts& counts, std::optional<base::Instant> first) override;
  /// The window is read again as a whole or not at all; keys that are there do no harm.
  void fail(const WindowCounts&) noexcept override {}
  std::uint64_t affected() const override { return 0; }

  /// The keys since clear() against the table; at most `keys` of each kind.
  Comparison compare(const TimeText& time, std::size_t keys);
  /// Notes rows of that time that the source did not give as gone, under this number; `marked`
  /// (column, value): rows that are marked so already are left out.
  void note_gone(const TimeText& time, std::size_t number,
                 const std::optional<std::pair<std::string, std::string>>& marked);
  /// Rows that were given since clear() are not gone, only changed.
  void forget_seen();
  std::uint64_t gone(std::size_t number);
  Keys gone_keys(std::size_t keys);
  /// Changes the rows noted under this number that are still as they were found; in a transaction
  /// of its own. How many there were.
  std::uint64_t delete_gone(std::size_t number);
  std::uint64_t mark_gone(std::size_t number, const std::string& column, const std::string& value);

 private:
  void send(const data::Batch& batch, std::size_t first, std::size_t count);
  std::uint64_t count(const std::string& sql,
                      const std::vector<std::optional<std::string>>& params);
  Keys keys(const std::string& sql);
  std::uint64_t change_gone(const std::string& head, const std::string& set, std::size_t number,
                            const std::optional<std::string>& value);
  std::string names(std::string_view alias) const;
  std::string same_key(std::string_view a, std::string_view b) const;
  std::string in_time(const TimeText& time) const;
  std::string of_stretch(const TimeText& time) const;
  std::string found_version() const;

  mysql::Connection& connection_;
  const Table& table_;
  KeyColumns columns_;
  std::string target_, seen_, gone_;  // quoted names
  mysql::RowStatement insert_;
  bool timed_ = false;  // the time of the source's rows is known as well
  const data::MappedRows piece_;
  std::uint64_t bad_ = 0;
};

}  // namespace erp2mysql::store
