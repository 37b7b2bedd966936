// SPDX-License-Identifier: Apache-2.0
#include "load_statement.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace erp2mysql::store {
namespace {

using Kind = Statement::Kind;

// Bits arrive as the bytes of a text; the text of a spatial value is not its value either way.
bool takes_text(const Column& column) {
  return column.type != "bit" && column.type != "geometry" && column.type != "point" &&
         column.type != "polygon" && column.type != "linestring";
}

// Only ? marks, one for each column, in their order.
bool is_plain(const Statement& statement) {
  if (statement.kind != Kind::replace && statement.kind != Kind::insert) return false;
  const auto& sent = statement.sent;
  if (!sent.tail.empty() || sent.slots.size() != statement.columns.size() || sent.slots.empty())
    return false;
  std::string marks = "(?";
  for (std::size_t i = 1; i < sent.slots.size(); ++i) marks += ",?";
  return sent.repeats && sent.tuple == marks + ")";
}

}  // namespace

std::string load_statement(const Statement& statement, const Table& table) {
  if (!is_plain(statement)) return {};
  std::string columns;
  for (const auto& name : statement.columns) {
    const Column* column = table.find(name);
    if (column == nullptr || !takes_text(*column)) return {};
    columns += (columns.empty() ? "" : ", ") + mysql::quote_name(column->name);
  }
  return fmt::format(
      "LOAD DATA LOCAL INFILE 'erp2mysql: rows in memory' {}INTO TABLE {}.{} CHARACTER SET utf8mb4 "
      "FIELDS TERMINATED BY '\\t' ENCLOSED BY '' ESCAPED BY '\\\\' LINES TERMINATED BY '\\n' "
      "STARTING BY '' ({})",
      statement.kind == Kind::replace ? "REPLACE " : "", mysql::quote_name(table.database),
      mysql::quote_name(table.name), columns);
}

}  // namespace erp2mysql::store
