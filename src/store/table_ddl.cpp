// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/table_ddl.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::store {
namespace {

// What the sample shows of one column.
struct Seen {
  std::size_t characters = 0;           // of the longest text
  std::size_t whole = 0, fraction = 0;  // digits of numbers
  std::size_t second_digits = 0;        // after the second of a time
  bool nulls = false;
  bool unique = true;
};

struct SampledColumn {
  std::string name, type_word;
  Seen seen;
};

Seen look(const data::Batch& rows, std::size_t cell_index) {
  Seen out;
  std::set<std::string_view> values;
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const auto cell = rows.cell(row, cell_index);
    if (!cell || cell->empty()) {
      out.nulls = true;
      continue;
    }
    out.unique = values.insert(*cell).second && out.unique;
    const auto characters = base::valid_utf8(*cell) ? base::utf8_length(*cell) : cell->size();
    out.characters = std::max(out.characters, characters);
    const auto point = cell->rfind('.');
    const auto after = point == std::string_view::npos ? 0 : cell->size() - point - 1;
    out.second_digits = std::max(out.second_digits, after);
    base::NumberText number;
    const auto plain = base::plain_number(*cell);
    if (plain.empty() || !base::parse_number(plain, number, true)) continue;
    out.whole = std::max(out.whole, number.whole.size());
    out.fraction = std::max(out.fraction, number.fraction.size());
  }
  return out;
}

std::string text_type(std::size_t characters) {
  // Twice what was seen: a page is no measure of the longest remark.
  for (const std::size_t size : {32, 64, 128, 255, 512, 1024}) {
    if (2 * characters <= size) return fmt::format("VARCHAR({})", size);
  }
  return characters < 10'000 ? "TEXT" : "MEDIUMTEXT";
}

std::string time_type(const Seen& seen) {
  if (seen.second_digits == 0) return "DATETIME";
  return seen.second_digits <= 3 ? "DATETIME(3)" : "DATETIME(6)";
}

std::string type_of(const SampledColumn& column, bool key) {
  const auto& seen = column.seen;
  const auto& word = column.type_word;
  if (word == "int" || word == "integer") {
    // 18 digits always fit; an id of 19 or 20 may be past the end of BIGINT.
    return seen.whole <= 18 ? "BIGINT" : fmt::format("DECIMAL({},0)", seen.whole + 5);
  }
  if (word == "float" || word == "number") {
    const auto scale = std::clamp<std::size_t>(seen.fraction, 4, 30);
    return fmt::format("DECIMAL({},{})", std::clamp<std::size_t>(seen.whole + 4 + scale, 18, 65),
                       scale);
  }
  if (word == "datetime") return time_type(seen);
  if (word == "date") return "DATE";
  if (word == "boolean" || word == "bool") return "TINYINT(1)";
  if (word == "object" || word == "array") return "LONGTEXT";
  // A key has at most 3072 bytes, and compares ids byte by byte.
  if (key) return "VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
  return text_type(seen.characters);
}

std::vector<std::string> choose_key(const Statement& statement,
                                    const std::vector<SampledColumn>& columns) {
  std::vector<std::string> out;
  for (const auto& mark : statement.marks) {
    const bool again = std::find(out.begin(), out.end(), mark.column) != out.end();
    if (statement.is_update() && mark.condition && !mark.column.empty() && !again)
      out.push_back(mark.column);
  }
  if (!out.empty()) return out;
  for (const auto& column : columns) {
    if (base::equal_ignore_case(column.name, "id")) return {column.name};
  }
  for (const auto& column : columns) {
    if (column.seen.unique && !column.seen.nulls && column.seen.characters > 0 &&
        column.seen.characters <= 128)
      return {column.name};
  }
  return {};
}

}  // namespace

std::string create_table(const Statement& statement, const std::string& database,
                         const std::vector<std::string>& types, const data::Batch& rows) {
  std::vector<SampledColumn> columns;
  std::set<std::string> known;
  for (std::size_t i = 0; i < statement.marks.size(); ++i) {
    const auto& name = statement.marks[i].column;
    const auto cell = statement.sent.slots[i].cell;
    if (name.empty() || cell >= types.size() || !known.insert(base::lower(name)).second) continue;
    columns.push_back({name, base::lower(types[cell]), look(rows, cell)});
  }
  const auto key = choose_key(statement, columns);
  const auto& where = statement.database.empty() ? database : statement.database;
  std::string out =
      fmt::format("CREATE TABLE {}{} (\n", where.empty() ? "" : mysql::quote_name(where) + ".",
                  mysql::quote_name(statement.table));
  for (const auto& column : columns) {
    const bool in_key = std::find(key.begin(), key.end(), column.name) != key.end();
    out += fmt::format("  {} {} {},\n", mysql::quote_name(column.name), type_of(column, in_key),
                       in_key ? "NOT NULL" : "NULL");
  }
  std::vector<std::string> quoted;
  for (const auto& name : key) quoted.push_back(mysql::quote_name(name));
  if (key.empty()) {
    out += "  -- no column tells the rows of the sample apart: name some that do\n";
    quoted.emplace_back("…");
  }
  return out + fmt::format("  PRIMARY KEY ({})\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n",
                           base::join(quoted, ", "));
}

}  // namespace erp2mysql::store
