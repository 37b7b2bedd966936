// SPDX-License-Identifier: Apache-2.0
#include "unchanged.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::store {
namespace {

// A column that a row fills with a cell as it is.
struct Filled {
  const Column* column;
  std::size_t cell;
};

std::vector<Filled> filled_columns(const Table& table, const Statement& statement) {
  std::vector<Filled> out;
  for (std::size_t i = 0; i < statement.marks.size(); ++i) {
    const Column* column = table.find(statement.marks[i].column);
    if (column != nullptr) out.push_back({column, statement.sent.slots[i].cell});
  }
  return out;
}

std::optional<std::vector<Filled>> find_key(const Table& table, const std::vector<Filled>& filled) {
  for (const auto& key : table.unique_keys) {
    std::vector<Filled> out;
    for (const auto& name : key.columns) {
      const auto at = std::find_if(filled.begin(), filled.end(), [&](const Filled& entry) {
        return base::equal_ignore_case(entry.column->name, name);
      });
      if (at != filled.end()) out.push_back(*at);
    }
    if (out.size() == key.columns.size()) return out;
  }
  return std::nullopt;
}

// Nothing when a part is NULL: such a row never equals another.
std::optional<std::string> key_of(const data::Batch& batch, std::size_t row,
                                  const std::vector<Filled>& key) {
  std::string out;
  for (const auto& part : key) {
    const auto cell = batch.cell(row, part.cell);
    if (!cell) return std::nullopt;
    out += fmt::format("{}:{}", cell->size(), *cell);
  }
  return out;
}

mysql::Result read_back(mysql::Connection& connection, const Table& table,
                        const std::vector<Filled>& filled, const std::vector<Filled>& key,
                        const data::Batch& batch, const std::vector<std::size_t>& rows) {
  std::vector<std::string> names, key_names;
  for (const auto& part : key) key_names.push_back(mysql::quote_name(part.column->name));
  for (const auto& entry : filled) names.push_back(mysql::quote_name(entry.column->name));
  std::string sql = fmt::format(
      "SELECT {},{} FROM {}.{} WHERE ({}) IN (", base::join(key_names, ","), base::join(names, ","),
      mysql::quote_name(table.database), mysql::quote_name(table.name), base::join(key_names, ","));
  for (const std::size_t row : rows) {
    sql += row == rows.front() ? "(" : ",(";
    for (std::size_t i = 0; i < key.size(); ++i) {
      sql += i == 0 ? "" : ",";
      sql += mysql::quote_text(*batch.cell(row, key[i].cell));
    }
    sql += ')';
  }
  return connection.query(sql + ")");
}

}  // namespace

std::vector<std::size_t> key_cells(const Table& table, const Statement& statement) {
  std::vector<std::size_t> out;
  if (statement.is_update()) {
    for (std::size_t i = 0; i < statement.marks.size(); ++i) {
      if (statement.marks[i].condition) out.push_back(statement.sent.slots[i].cell);
    }
  } else if (const auto key = find_key(table, filled_columns(table, statement))) {
    for (const auto& part : *key) out.push_back(part.cell);
  }
  return out;
}

bool same_value(const Column& column, std::string_view stored, std::string_view cell) {
  if (stored == cell) return true;
  if (column.type == "decimal" || column.type.ends_with("int")) {
    const auto trimmed = [](std::string text) {
      if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.')) text.pop_back();
      }
      return text == "-0" ? "0" : text;
    };
    const auto number = trimmed(base::plain_number(stored));
    return !number.empty() && number == trimmed(base::plain_number(cell));
  }
  if (column.type == "datetime" || column.type == "timestamp") {
    const auto whole = cell.substr(0, 19);
    const bool only_zeros = cell.size() > 19 && cell[19] == '.' &&
                            cell.find_first_not_of('0', 20) == std::string_view::npos;
    return stored == whole && only_zeros;
  }
  return false;
}

std::vector<bool> unchanged_rows(mysql::Connection& connection, const Table& table,
                                 const Statement& statement, const data::Batch& batch) {
  std::vector<bool> out(batch.rows(), false);
  const auto filled = filled_columns(table, statement);
  const auto key = find_key(table, filled);
  // A value that no cell gives, such as NOW(), cannot be compared.
  if (!key || filled.size() != statement.columns.size()) return out;
  std::unordered_map<std::string, std::vector<std::size_t>> by_key;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    if (auto text = key_of(batch, row, *key)) by_key[std::move(*text)].push_back(row);
  }
  std::vector<std::size_t> rows;
  for (const auto& [text, same] : by_key) {
    if (same.size() == 1) rows.push_back(same.front());
  }
  if (rows.empty()) return out;
  for (const auto& stored : read_back(connection, table, filled, *key, batch, rows).rows) {
    std::string text;
    for (std::size_t i = 0; i < key->size(); ++i)
      text += fmt::format("{}:{}", stored[i].value_or("").size(), stored[i].value_or(""));
    const auto at = by_key.find(text);
    if (at == by_key.end() || at->second.size() != 1) continue;
    bool same = true;
    for (std::size_t i = 0; same && i < filled.size(); ++i) {
      const auto cell = batch.cell(at->second.front(), filled[i].cell);
      const auto& old = stored[key->size() + i];
      same = cell.has_value() == old.has_value() &&
             (!cell || same_value(*filled[i].column, *old, *cell));
    }
    out[at->second.front()] = same;
  }
  return out;
}

}  // namespace erp2mysql::store
