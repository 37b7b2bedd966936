// SPDX-License-Identifier: Apache-2.0
#include "joined_update.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace erp2mysql::store {
namespace {

// Columns that take a text in the same way from a parameter and from a column of texts.
constexpr std::array<std::string_view, 12> k_assignable{
    "decimal", "float", "double",   "char", "varchar",  "tinytext",
    "text",    "date",  "datetime", "time", "longtext", "mediumtext"};

bool is_integer(const Column& column) { return column.type.ends_with("int"); }

// How a server writes a list of rows that it joins with a table: text before, of each row, between
// them, behind; {} for the names of the columns.
struct RowList {
  std::string_view head, row, row_end, between, tail;
  std::size_t most_rows;
};

std::optional<RowList> row_list(const mysql::ServerInfo& server) {
  std::array<int, 3> version{};
  const char* at = server.version.data();
  const char* const end = at + server.version.size();
  for (auto& part : version) {
    const auto read = std::from_chars(at, end, part);
    at = read.ptr == end ? end : read.ptr + 1;
  }
  using Version = std::array<int, 3>;
  if (server.flavour == mysql::Flavour::mysql && version >= Version{8, 0, 19})
    return RowList{"(VALUES", "ROW(", ")", ",", ") AS d ({})", 1000};
  if (server.flavour == mysql::Flavour::mariadb && version >= Version{10, 4, 0})
    // Its VALUES take the widths of the first row's marks for all rows; and long unions are slow.
    return RowList{"(WITH v ({}) AS (",       "SELECT ", "", " UNION ALL",
                   ") SELECT * FROM v) AS d", 100};
  return std::nullopt;
}

// What the value list holds for a compared column, and how the join compares it.
struct Comparison {
  std::string cell, collate;
};

std::optional<Comparison> comparison(const Column& column) {
  if (is_integer(column)) {
    const bool is_unsigned = column.full_type.find("unsigned") != std::string::npos;
    return Comparison{is_unsigned ? "CAST(? AS UNSIGNED)" : "CAST(? AS SIGNED)", ""};
  }
  if (column.type == "decimal")
    return Comparison{fmt::format("CAST(? AS DECIMAL(65,{}))", column.scale.value_or(0)), ""};
  const bool text = column.type == "char" || column.type == "varchar";
  if (!text || !column.collation.starts_with("utf8mb4_")) return std::nullopt;
  return Comparison{"?", " COLLATE " + column.collation};
}

bool assignable(const Column& column) {
  return is_integer(column) ||
         std::find(k_assignable.begin(), k_assignable.end(), column.type) != k_assignable.end();
}

}  // namespace

std::optional<mysql::RowStatement> joined_update(const Statement& update, const Table& table,
                                                 const mysql::ServerInfo& server) {
  const auto list = row_list(server);
  if (!update.keyed_update || !list) return std::nullopt;
  mysql::RowStatement out;
  out.slots = update.sent.slots;
  out.repeats = true;
  out.tuple = list->row;
  std::string names, on, set;
  std::size_t mark = 0;
  const auto add = [&](const std::string& cell) {
    out.tuple += (mark == 0 ? "" : ",") + cell;
    names += fmt::format("{}c{}", mark == 0 ? "" : ",", mark);
    return fmt::format("d.c{}", mark++);
  };
  for (std::size_t i = 0; i < update.columns.size(); ++i) {
    const Column* column = table.find(update.columns[i]);
    const auto& value = update.values[i];
    const bool plain = value == "?";
    if (column == nullptr || (!plain && value.find('?') != std::string::npos)) return std::nullopt;
    if (plain && !assignable(*column)) return std::nullopt;
    set += fmt::format("{}t.{} = {}", set.empty() ? "" : ", ", mysql::quote_name(column->name),
                       plain ? add("?") : value);
  }
  for (; mark < update.marks.size();) {
    const Column* column = table.find(update.marks[mark].column);
    const auto how = column == nullptr ? std::nullopt : comparison(*column);
    if (!how || !update.marks[mark].condition) return std::nullopt;
    const auto cell = add(how->cell);
    on += fmt::format("{}t.{} = {}{}", on.empty() ? "" : " AND ", mysql::quote_name(column->name),
                      cell, how->collate);
  }
  out.tuple += list->row_end;
  // In this order: the table is searched by its key and never read as a whole.
  out.head = "UPDATE " + fmt::format(fmt::runtime(list->head), names);
  out.tail = fmt::format("{} STRAIGHT_JOIN {}.{} AS t ON {} SET {}",
                         fmt::format(fmt::runtime(list->tail), names),
                         mysql::quote_name(table.database), mysql::quote_name(table.name), on, set);
  out.between = list->between;
  out.joined_rows = list->most_rows;
  return out;
}

}  // namespace erp2mysql::store
