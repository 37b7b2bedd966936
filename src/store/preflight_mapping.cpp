// SPDX-License-Identifier: Apache-2.0
// Can the columns take what the mapping makes, and may this user run the statement at all? The
// server itself answers the second question: EXPLAIN wants the same rights and runs nothing.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "erp2mysql/store/schema.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;

bool is_one_of(std::string_view type, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), type) != words.end();
}

bool is_whole(const Column& column) { return column.type.ends_with("int"); }

bool is_number(const Column& column) {
  constexpr std::array<std::string_view, 4> k_words{"decimal", "float", "double", "bit"};
  return is_whole(column) || is_one_of(column.type, k_words);
}

bool is_time(const Column& column) {
  constexpr std::array<std::string_view, 4> k_words{"date", "datetime", "timestamp", "time"};
  return is_one_of(column.type, k_words);
}

std::string_view name_of(CellKind kind) {
  switch (kind) {
    case CellKind::whole: return "a whole number";
    case CellKind::number: return "a number";
    case CellKind::time: return "a time";
    case CellKind::json: return "JSON text";
    case CellKind::any: break;
  }
  return "a text";
}

// No value of this kind fits, so every row would fail.
bool contradicts(CellKind kind, const Column& column) {
  switch (kind) {
    case CellKind::whole:
    case CellKind::number: return is_time(column);
    case CellKind::time: return is_number(column);
    case CellKind::json: return is_number(column) || is_time(column);
    case CellKind::any: break;
  }
  return false;
}

std::string_view better_type(CellKind kind) {
  switch (kind) {
    case CellKind::whole: return "bigint";
    case CellKind::number: return "decimal(18,4)";
    case CellKind::time: return "datetime";
    default: return "longtext";
  }
}

std::string modify(const Table& table, const Column& column, std::string_view type) {
  return fmt::format("ALTER TABLE {}.{} MODIFY {} {}", mysql::quote_name(table.database),
                     mysql::quote_name(table.name), mysql::quote_name(column.name), type);
}

}  // namespace

void check_cells(const Table& table, const Statement& statement, std::span<const CellKind> cells,
                 std::vector<std::string>& warnings) {
  for (std::size_t i = 0; i < statement.marks.size(); ++i) {
    const auto cell = statement.sent.slots[i].cell;
    const Column* column = table.find(statement.marks[i].column);
    if (column == nullptr || cell >= cells.size()) continue;
    const auto kind = cells[cell];
    if (contradicts(kind, *column)) {
      throw Error(ErrorKind::config,
                  fmt::format("column {} of {}.{} is {}, but the mapping gives it {}", column->name,
                              table.database, table.name, column->full_type, name_of(kind)))
          .hint("correct the item's type; or " + modify(table, *column, better_type(kind)));
    }
    if (kind == CellKind::number && is_whole(*column)) {
      warnings.push_back(fmt::format(
          "column {} is {}, but the mapping gives it numbers with a point: rows with digits after "
          "it are refused; {}",
          column->name, column->full_type, modify(table, *column, better_type(kind))));
    }
  }
}

void check_rights(mysql::Connection& connection, const Statement& statement) {
  const auto& sent = statement.sent;
  const auto text = fmt::format("EXPLAIN {} {} {}", sent.head, sent.tuple, sent.tail);
  try {
    connection.query(text, std::vector<std::optional<std::string>>(statement.marks.size()));
  } catch (const mysql::SqlError& error) {
    if (error.action() == mysql::Action::credentials) {
      throw Error(ErrorKind::credentials, error.message())
          .at("preflight")
          .hint(fmt::format("the user needs the right to run main_sql: GRANT {} ON {} TO …",
                            statement.is_update()                                 ? "SELECT, UPDATE"
                            : statement.kind == Statement::Kind::replace          ? "INSERT, DELETE"
                            : statement.kind == Statement::Kind::insert_or_update ? "INSERT, UPDATE"
                                                                                  : "INSERT",
                            statement.table));
    }
    // A cousin of MySQL may explain less than it can do.
    const bool known = connection.server().flavour != mysql::Flavour::other;
    if (known && error.action() == mysql::Action::bug && error.number() == 1064) {
      throw Error(ErrorKind::config, "the server does not understand main_sql: " + error.message())
          .hint("compare the statement with the server's manual");
    }
    if (error.action() == mysql::Action::reconnect || error.action() == mysql::Action::temporary)
      throw;
  }
}

}  // namespace erp2mysql::store
