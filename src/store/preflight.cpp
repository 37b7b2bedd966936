// SPDX-License-Identifier: Apache-2.0
// Do statement, mapping and table fit together? Contradictions stop the run before the first
// request; hazards are told.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/store/schema.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;
using Warnings = std::vector<std::string>;

std::string alter(const Table& table) {
  return fmt::format("ALTER TABLE {}.{}", mysql::quote_name(table.database),
                     mysql::quote_name(table.name));
}

void check_columns(const Table& table, const Statement& statement) {
  std::vector<std::string_view> known;
  for (const auto& column : table.columns) known.push_back(column.name);
  for (const auto& name : statement.columns) {
    if (table.find(name) != nullptr) continue;
    const auto near = base::nearest(name, known);
    throw Error(ErrorKind::config,
                fmt::format("table {}.{} has no column \"{}\"{}", table.database, table.name, name,
                            near.empty() ? "" : ", nearest is \"" + near + "\""))
        .hint(fmt::format("correct main_sql; or {} ADD COLUMN {} … NULL", alter(table),
                          mysql::quote_name(name)));
  }
}

void warn_key_collation(const Table& table, std::vector<std::string>& warnings) {
  if (table.unique_keys.empty()) return;
  for (const auto& name : table.unique_keys.front().columns) {
    const Column* column = table.find(name);
    if (column == nullptr || column->collation.empty() || column->collation.ends_with("_bin"))
      continue;
    warnings.push_back(
        fmt::format("key column {} has collation {}: ids that differ only in case, accents "
                    "or trailing blanks overwrite each other; use a _bin collation: {} MODIFY {} "
                    "{} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin{}",
                    name, column->collation, alter(table), mysql::quote_name(column->name),
                    column->full_type, column->nullable ? "" : " NOT NULL"));
  }
}

// NULLs never collide: without a key that has none, the same row may be stored again and again.
void warn_nullable_keys(const Table& table, Warnings& warnings) {
  std::string_view culprit;
  for (const auto& key : table.unique_keys) {
    const auto nullable = [&](const std::string& name) {
      const Column* column = table.find(name);
      return column != nullptr && column->nullable;
    };
    const auto found = std::find_if(key.columns.begin(), key.columns.end(), nullable);
    if (found == key.columns.end()) return;
    culprit = *found;
  }
  if (culprit.empty()) return;
  const Column& column = *table.find(culprit);
  warnings.push_back(
      fmt::format("key column {} may be NULL, and rows with a NULL in their key never replace each "
                  "other: {} MODIFY {} {} NOT NULL",
                  column.name, alter(table), mysql::quote_name(column.name), column.full_type));
}

void warn_replace(const Table& table, std::vector<std::string>& warnings) {
  if (table.unique_keys.size() > 1) {
    const auto& key = table.unique_keys[1].name;
    warnings.push_back(fmt::format(
        "REPLACE may delete rows through the second unique key {}; if it is not needed: "
        "{} DROP INDEX {}",
        key, alter(table), mysql::quote_name(key)));
  }
  for (const auto& trigger : table.triggers) {
    warnings.push_back(fmt::format("REPLACE fires the delete and insert triggers ({})", trigger));
  }
  for (const auto& child : table.referencing) {
    warnings.push_back(
        fmt::format("REPLACE deletes or is refused by rows of {} that refer to this table", child));
  }
}

void check_engine(const Table& table) {
  if (base::equal_ignore_case(table.engine, "InnoDB")) return;
  throw Error(ErrorKind::config,
              fmt::format("table {}.{} uses engine {}, which has no transactions", table.database,
                          table.name, table.engine))
      .hint(alter(table) + " ENGINE=InnoDB");
}

void check_unnamed(const Table& table, const Statement& statement) {
  std::set<std::string> given;
  for (const auto& name : statement.columns) given.insert(base::lower(name));
  for (const auto& column : table.columns) {
    if (column.nullable || column.has_default || given.contains(base::lower(column.name))) continue;
    throw Error(ErrorKind::config,
                fmt::format("column {} of {}.{} must have a value but main_sql does not "
                            "name it",
                            column.name, table.database, table.name))
        .hint(fmt::format("add the column to main_sql and request; or {} MODIFY {} {} NULL",
                          alter(table), mysql::quote_name(column.name), column.full_type));
  }
}

void warn_insert(const Table& table, const Statement& statement, Warnings& warnings) {
  using Kind = Statement::Kind;
  if (table.unique_keys.empty() && statement.kind != Kind::insert) {
    warnings.emplace_back(
        fmt::format("the table has no unique key: a row that arrives twice is stored twice; {} ADD "
                    "PRIMARY KEY (…) with the columns that tell its rows apart",
                    alter(table)));
  }
  if (statement.kind == Kind::insert_or_update && !statement.repeatable_update) {
    warnings.emplace_back(
        "ON DUPLICATE KEY UPDATE with more than column = VALUES(column): a row on the border of "
        "two windows is applied twice");
  }
  if (statement.kind == Kind::insert || statement.kind == Kind::insert_ignore) {
    warnings.emplace_back(
        "plain INSERT: a row on the border of two windows arrives twice and is then "
        "refused (or, without a unique key, stored twice); REPLACE does not mind");
  }
  warn_key_collation(table, warnings);
  warn_nullable_keys(table, warnings);
  if (statement.kind == Kind::replace) warn_replace(table, warnings);
}

void warn_update(const Table& table, const Statement& statement, Warnings& warnings) {
  if (!compares_unique_key(table, statement)) {
    warnings.emplace_back(
        "the UPDATE does not name a whole unique key after WHERE: one row of the source may change "
        "several, and each is sent alone");
  }
  if (!statement.repeatable_update) {
    warnings.emplace_back(
        "the UPDATE computes with columns of the table: a row on the border of two windows is "
        "applied twice");
  }
}

// Nodes tell rows apart by the primary key; without one they may differ in the end.
void warn_cluster(const Table& table, Warnings& warnings) {
  if (!table.clustered) return;
  if (!table.unique_keys.empty() && table.unique_keys.front().name == "PRIMARY") return;
  warnings.push_back(fmt::format(
      "the table has no primary key, and Galera refuses DELETE there and may keep its rows in "
      "another order on every node: {} ADD PRIMARY KEY (…)",
      alter(table)));
}

bool is_number(const Column& column) {
  return column.type == "decimal" || column.type.ends_with("int");
}

}  // namespace

std::vector<std::string> preflight(const Table& table, const Statement& statement,
                                   std::span<const CellKind> cells) {
  check_columns(table, statement);
  check_engine(table);
  Warnings warnings;
  check_cells(table, statement, cells, warnings);
  warn_cluster(table, warnings);
  if (statement.is_update()) {
    warn_update(table, statement, warnings);
  } else {
    if (!statement.columns.empty()) check_unnamed(table, statement);
    warn_insert(table, statement, warnings);
  }
  return warnings;
}

bool compares_unique_key(const Table& table, const Statement& statement) {
  const auto compared = [&](const std::string& name) {
    return std::any_of(statement.marks.begin(), statement.marks.end(), [&](const Mark& mark) {
      return mark.condition && base::equal_ignore_case(mark.column, name);
    });
  };
  return std::any_of(table.unique_keys.begin(), table.unique_keys.end(), [&](const UniqueKey& key) {
    return std::all_of(key.columns.begin(), key.columns.end(), compared);
  });
}

void send_by_column_type(Statement& statement, const Table& table) {
  for (std::size_t i = 0; i < statement.marks.size(); ++i) {
    const auto& mark = statement.marks[i];
    const Column* column = mark.condition ? table.find(mark.column) : nullptr;
    statement.sent.slots[i].as_decimal = column != nullptr && is_number(*column);
  }
}

}  // namespace erp2mysql::store
