// SPDX-License-Identifier: Apache-2.0
// What the server says about the target table, and whether statement, mapping and table fit
// together. Reads metadata only.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/mysql/connection.hpp"
#include "erp2mysql/store/statement.hpp"

namespace erp2mysql::store {

struct Column {
  std::string name;
  std::string type;                   // lower-case data type, e.g. "decimal"
  std::optional<int> scale;           // decimal
  std::optional<int> time_precision;  // datetime, timestamp, time
  bool nullable = true;
  bool has_default = false;
  std::string collation;
  std::string full_type;  // as in a CREATE TABLE, e.g. "decimal(18,4)"
};

struct UniqueKey {
  std::string name;
  std::vector<std::string> columns;
};

struct Table {
  std::string database, name, engine;
  std::vector<Column> columns;
  std::vector<UniqueKey> unique_keys;
  std::vector<std::string> triggers;
  /// Tables whose foreign keys point here; on MariaDB those of the same database.
  std::vector<std::string> referencing;
  bool clustered = false;  // in a Galera cluster

  const Column* find(std::string_view column) const;
};

/// Throws base::Error{config} when the table does not exist.
Table read_table(mysql::Connection& connection, const std::string& database,
                 const std::string& table);

/// What the mapping makes of a cell, as far as a column's type can contradict it.
enum class CellKind { any, whole, number, time, json };

/// Contradictions throw base::Error{config}, with the DDL that would mend them as the hint; hazards
/// are returned as warnings, with their DDL where some would do.
std::vector<std::string> preflight(const Table& table, const Statement& statement,
                                   std::span<const CellKind> cells = {});
/// The part of it that compares columns with cells, which stand in the order of the mapping.
void check_cells(const Table& table, const Statement& statement, std::span<const CellKind> cells,
                 std::vector<std::string>& warnings);
/// Asks the server whether this user may run the statement. Throws base::Error{credentials}, or
/// Error{config} for a statement that the server does not understand.
void check_rights(mysql::Connection& connection, const Statement& statement);
/// The UPDATE compares all columns of some unique key, so that it changes one row at most.
bool compares_unique_key(const Table& table, const Statement& statement);
/// Values compared with number columns travel as numbers.
void send_by_column_type(Statement& statement, const Table& table);

/// Why the server would change this cell silently (digits or fractions of a second rounded away);
/// nothing when it would not. Pure.
std::optional<std::string> silent_change(const Column& column, std::string_view cell);
/// False when silent_change finds nothing in any cell of the column.
bool may_change_silently(const Column& column);

}  // namespace erp2mysql::store
