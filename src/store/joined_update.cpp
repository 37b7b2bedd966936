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

bool knows_row_lists(const mysql::ServerInfo& server) {
  if (server.flavour != mysql::Flavour::mysql) return false;
  std::array<int, 3> version{};
  const char* at = server.version.data();
  const char* const end = at + server.version.size();
  for (auto& part : version) {
    const auto read = std::from_chars(at, end, part);
    at = read.ptr == end ? end : read.ptr + 1;
  }
  return version >= std::array<int, 3>{8, 0, 19};
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
  if (!update.keyed_update || !knows_row_lists(server)) return std::nullopt;
  mysql::RowStatement out;
  out.slots = update.sent.slots;
  out.repeats = true;
  std::string names, on, set;
  std::size_t mark = 0;
  const auto add = [&](const std::string& cell) {
    out.tuple += (mark == 0 ? "ROW(" : ",") + cell;
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
  out.tuple += ')';
  // In this order: the table is searched by its key and never read as a whole.
  out.head = "UPDATE (VALUES";
  out.tail = fmt::format(") AS d ({}) STRAIGHT_JOIN {}.{} AS t ON {} SET {}", names,
                         mysql::quote_name(table.database), mysql::quote_name(table.name), on, set);
  return out;
}

}  // namespace erp2mysql::store
