// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;

std::string cell(const mysql::Row& row, std::size_t i) { return row[i].value_or(""); }

std::optional<int> number(const mysql::Row& row, std::size_t i) {
  if (!row[i]) return std::nullopt;
  int value = 0;
  std::from_chars(row[i]->data(), row[i]->data() + row[i]->size(), value);
  return value;
}

std::vector<Column> read_columns(mysql::Connection& connection, const std::string& database,
                                 const std::string& table) {
  const auto result = connection.query(
      "SELECT COLUMN_NAME, LOWER(DATA_TYPE), NUMERIC_SCALE, DATETIME_PRECISION, IS_NULLABLE,"
      " COLUMN_DEFAULT IS NOT NULL OR EXTRA LIKE '%auto_increment%', COLLATION_NAME, COLUMN_TYPE"
      " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY "
      "ORDINAL_POSITION",
      {database, table});
  std::vector<Column> out;
  for (const auto& row : result.rows) {
    out.push_back({cell(row, 0), cell(row, 1), number(row, 2), number(row, 3),
                   cell(row, 4) == "YES", cell(row, 5) == "1", cell(row, 6), cell(row, 7)});
  }
  return out;
}

std::vector<UniqueKey> read_keys(mysql::Connection& connection, const std::string& database,
                                 const std::string& table) {
  const auto result = connection.query(
      "SELECT INDEX_NAME, COLUMN_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND"
      " TABLE_NAME = ? AND NON_UNIQUE = 0 ORDER BY INDEX_NAME = 'PRIMARY' DESC, INDEX_NAME, "
      "SEQ_IN_INDEX",
      {database, table});
  std::vector<UniqueKey> out;
  for (const auto& row : result.rows) {
    if (out.empty() || out.back().name != cell(row, 0)) out.push_back({cell(row, 0), {}});
    out.back().columns.push_back(cell(row, 1));
  }
  return out;
}

std::vector<std::string> read_names(mysql::Connection& connection, std::string_view sql,
                                    const std::vector<std::optional<std::string>>& params) {
  std::vector<std::string> out;
  for (const auto& row : connection.query(sql, params).rows) out.push_back(cell(row, 0));
  return out;
}

// MariaDB would open every table of the server to find those of other databases, which takes a
// second or two where there are thousands; MySQL keeps a list.
std::vector<std::string> read_referencing(mysql::Connection& connection,
                                          const std::string& database, const std::string& table) {
  std::string sql =
      "SELECT DISTINCT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) FROM"
      " information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_SCHEMA = ? AND"
      " REFERENCED_TABLE_NAME = ?";
  std::vector<std::optional<std::string>> params{database, table};
  if (connection.server().flavour == mysql::Flavour::mariadb) {
    sql += " AND TABLE_SCHEMA = ?";
    params.emplace_back(database);
  }
  return read_names(connection, sql + " ORDER BY 1", params);
}

// The digits after the point that are not zero, past `scale`.
bool loses_digits(std::string_view fraction, int scale) {
  const auto kept = static_cast<std::size_t>(std::max(scale, 0));
  return fraction.size() > kept && fraction.find_first_not_of('0', kept) != std::string_view::npos;
}

}  // namespace

const Column* Table::find(std::string_view column) const {
  for (const auto& entry : columns) {
    if (base::equal_ignore_case(entry.name, column)) return &entry;
  }
  return nullptr;
}

Table read_table(mysql::Connection& connection, const std::string& database,
                 const std::string& table) {
  Table out{database, table, "", {}, {}, {}, {}};
  const auto found = connection.query(
      "SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
      {database, table});
  if (found.rows.empty()) {
    throw Error(ErrorKind::config, fmt::format("table {}.{} does not exist", database, table))
        .hint(
            "erp2mysql ddl JOB prints a CREATE TABLE that fits; or grant the user the right to see "
            "it");
  }
  out.engine = cell(found.rows[0], 0);
  out.clustered = connection.server().galera;
  out.columns = read_columns(connection, database, table);
  out.unique_keys = read_keys(connection, database, table);
  out.triggers = read_names(connection,
                            "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE"
                            " EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ? ORDER BY 1",
                            {database, table});
  out.referencing = read_referencing(connection, database, table);
  return out;
}

bool may_change_silently(const Column& column) {
  const std::string_view type = column.type;
  return type == "decimal" || type.ends_with("int") || type == "datetime" || type == "timestamp" ||
         type == "time";
}

std::optional<std::string> silent_change(const Column& column, std::string_view value) {
  // A loop, because most cells are shorter than a call is worth.
  const auto is_mark = [](char c) { return c == '.' || c == 'e' || c == 'E'; };
  const auto mark = std::find_if(value.begin(), value.end(), is_mark);
  if (mark == value.end()) return std::nullopt;
  const std::string_view type = column.type;
  if (type == "decimal" || type.ends_with("int")) {
    const int scale = type == "decimal" ? column.scale.value_or(0) : 0;
    // Most numbers: no exponent, and no more digits than the column has.
    if (*mark == '.' && value.end() - mark - 1 <= scale &&
        std::none_of(mark + 1, value.end(), is_mark))
      return std::nullopt;
    base::NumberText parts;
    const std::string plain = base::plain_number(value);
    if (plain.empty() || !base::parse_number(plain, parts, true)) return std::nullopt;
    if (!loses_digits(parts.fraction, scale)) return std::nullopt;
    return fmt::format("more than {} digits after the point would be rounded away", scale);
  }
  if (type == "datetime" || type == "timestamp" || type == "time") {
    const auto point = value.rfind('.');
    if (point == std::string_view::npos) return std::nullopt;
    auto fraction = value.substr(point + 1);
    fraction = fraction.substr(0, fraction.find_first_not_of("0123456789"));
    const int precision = column.time_precision.value_or(0);
    if (!loses_digits(fraction, precision)) return std::nullopt;
    return fmt::format("fractions of a second past {} digits would be rounded", precision);
  }
  return std::nullopt;
}

}  // namespace erp2mysql::store
