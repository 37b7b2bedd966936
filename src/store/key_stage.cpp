// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/key_stage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cells.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;
using mysql::quote_name;

constexpr std::size_t k_rows_per_statement = 1000;

std::string definition(const Table& table, const std::string& name, bool nullable) {
  const Column* column = table.find(name);
  if (column == nullptr) {
    throw Error(ErrorKind::config, fmt::format("table {} has no column \"{}\"", table.name, name));
  }
  return fmt::format("{} {}{} {}", quote_name(column->name), column->full_type,
                     column->collation.empty() ? "" : " COLLATE " + column->collation,
                     nullable ? "NULL" : "NOT NULL");
}

void create(mysql::Connection& connection, const std::string& sql) {
  try {
    connection.query(sql);
  } catch (mysql::SqlError& error) {
    if (error.kind() == ErrorKind::credentials)
      error.hint("grant CREATE TEMPORARY TABLES on the target's database");
    throw;
  }
}

}  // namespace

std::optional<mysql::RowStatement::Slot> slot_of(const Statement& statement,
                                                 std::string_view column) {
  for (std::size_t i = 0; i < statement.marks.size(); ++i) {
    if (base::equal_ignore_case(statement.marks[i].column, column)) return statement.sent.slots[i];
  }
  return std::nullopt;
}

std::vector<std::string> comparable_key(const Table& table, const Statement& statement) {
  const auto usable = [&](const std::string& name) {
    const Column* column = table.find(name);
    return column != nullptr && !column->nullable && slot_of(statement, name);
  };
  for (const auto& key : table.unique_keys) {
    if (std::all_of(key.columns.begin(), key.columns.end(), usable)) return key.columns;
  }
  throw Error(ErrorKind::config,
              fmt::format("table {} has no primary or unique key that the statement fills and that "
                          "is never NULL, so its rows cannot be told apart",
                          table.name))
      .hint("add one: ALTER TABLE … ADD UNIQUE KEY (…)");
}

KeyStage::KeyStage(mysql::Connection& connection, const Statement& statement, const Table& table,
                   KeyColumns columns, data::MappedRows piece)
    : connection_(connection),
      table_(table),
      columns_(std::move(columns)),
      piece_(std::move(piece)) {
  const auto name = [&](const char* text) { return quote_name(table.database) + "." + text; };
  target_ = quote_name(table.database) + "." + quote_name(table.name);
  seen_ = name("erp2mysql_reconcile_seen");
  gone_ = name("erp2mysql_reconcile_gone");
  std::string parts;
  for (const auto& column : columns_.key) {
    parts += definition(table, column, false) + ", ";
    insert_.slots.push_back(slot_of(statement, column).value());
  }
  std::string filled = base::join(columns_.key, "`,`");
  if (!columns_.version.empty()) {
    const auto slot = slot_of(statement, columns_.version);
    if (!slot) {
      throw Error(ErrorKind::config, fmt::format("the statement does not fill column \"{}\" with a "
                                                 "value of the row, so versions cannot be compared",
                                                 columns_.version));
    }
    insert_.slots.push_back(*slot);
    filled += "`,`found_version";
  }
  const auto like = [&](const char* named, const std::string& column) {
    if (column.empty()) return std::string();
    const auto text = definition(table, column, true);
    return quote_name(named) + text.substr(quote_name(table.find(column)->name).size()) + ", ";
  };
  const auto version =
      like("found_version", columns_.version.empty() ? columns_.time : columns_.version);
  const auto time_slot = columns_.time.empty() ? std::nullopt : slot_of(statement, columns_.time);
  timed_ = time_slot.has_value();
  if (timed_) {
    insert_.slots.push_back(*time_slot);
    filled += "`,`found_time";
  }
  const auto primary = "PRIMARY KEY (" + names("") + ")) ENGINE=InnoDB";
  create(connection_, "DROP TEMPORARY TABLE IF EXISTS " + seen_ + ", " + gone_);
  create(connection_, "CREATE TEMPORARY TABLE " + seen_ + " (" + parts + version +
                          (timed_ ? like("found_time", columns_.time) : "") + primary);
  create(connection_, "CREATE TEMPORARY TABLE " + gone_ + " (" + parts + version +
                          "`stretch` INT NOT NULL, KEY (`stretch`), " + primary);
  insert_.head = fmt::format("REPLACE INTO {} (`{}`) VALUES ", seen_, filled);
  const std::vector<std::string> marks(insert_.slots.size(), "?");
  insert_.tuple = "(" + base::join(marks, ",") + ")";
  insert_.repeats = true;
}

std::string KeyStage::names(std::string_view alias) const {
  std::vector<std::string> out;
  for (const auto& column : columns_.key)
    out.push_back((alias.empty() ? "" : std::string(alias) + ".") + quote_name(column));
  return base::join(out, ", ");
}

std::string KeyStage::same_key(std::string_view a, std::string_view b) const {
  std::vector<std::string> out;
  for (const auto& column : columns_.key)
    out.push_back(fmt::format("{0}.{2} = {1}.{2}", a, b, quote_name(column)));
  return base::join(out, " AND ");
}

std::string KeyStage::in_time(const TimeText& time) const {
  if (columns_.time.empty()) return "TRUE";
  return fmt::format("t.{0} >= {1} AND t.{0} < {2}", quote_name(columns_.time),
                     mysql::quote_text(time.first), mysql::quote_text(time.second));
}

// Most APIs count both ends of a window in; half-open stretches have each row once.
std::string KeyStage::of_stretch(const TimeText& time) const {
  if (!timed_) return "TRUE";
  return fmt::format("NOT (s.`found_time` <=> {})", mysql::quote_text(time.second));
}

// What a row that seems gone looked like when it was found.
std::string KeyStage::found_version() const {
  return quote_name(columns_.version.empty() ? columns_.time : columns_.version);
}

void KeyStage::clear() {
  connection_.query("DELETE FROM " + seen_);
  bad_ = 0;
}

RowSink::Limits KeyStage::limits() const { return {k_rows_per_statement, 1 << 20}; }

void KeyStage::take(data::MappedRows rows) {
  bad_ += rows.bad.size();
  if (rows.main.empty()) return;
  connection_.begin();
  try {
    send(rows.main, 0, rows.main.rows());
    connection_.commit();
  } catch (const std::exception&) {
    connection_.rollback();
    throw;
  }
}

void KeyStage::finish(WindowCounts& counts, std::optional<base::Instant>) {
  counts.books.written = counts.books.read - counts.books.filtered - counts.books.duplicate;
}

// A key that does not fit its column cannot be in the table either.
void KeyStage::send(const data::Batch& batch, std::size_t first, std::size_t count) {
  try {
    connection_.write_rows(insert_, batch, first, count);
  } catch (const mysql::SqlError& error) {
    const bool of_rows =
        error.action() == mysql::Action::row || error.action() == mysql::Action::split;
    if (!of_rows) throw;
    if (count == 1) {
      ++bad_;
      return;
    }
    send(batch, first, count / 2);
    send(batch, first + count / 2, count - count / 2);
  }
}

std::uint64_t KeyStage::count(const std::string& sql,
                              const std::vector<std::optional<std::string>>& params) {
  return number<std::uint64_t>(
      connection_.query("SELECT COUNT(*) FROM " + sql, params).rows.at(0)[0]);
}

Keys KeyStage::keys(const std::string& sql) {
  Keys out;
  for (auto& row : connection_.query(sql).rows) {
    auto& key = out.emplace_back();
    for (auto& cell : row) key.push_back(std::move(cell).value_or(""));
  }
  return out;
}

Comparison KeyStage::compare(const TimeText& time, std::size_t most) {
  Comparison out;
  out.bad = bad_;
  const auto ours = of_stretch(time);
  out.source = count(seen_ + " s WHERE " + ours, {});
  out.table = count(target_ + " t WHERE " + in_time(time), {});
  const auto missing =
      fmt::format("{} s LEFT JOIN {} t ON {} WHERE t.{} IS NULL AND {}", seen_, target_,
                  same_key("s", "t"), quote_name(columns_.key.front()), ours);
  const auto list = [&](const std::string& from) {
    return keys(fmt::format("SELECT {0} FROM {1} ORDER BY {0} LIMIT {2}", names("s"), from, most));
  };
  out.missing = count(missing, {});
  if (out.missing > 0) out.missing_keys = list(missing);
  if (columns_.version.empty()) return out;
  const auto older = fmt::format(
      "{0} s JOIN {1} t ON {2} WHERE s.`found_version` IS NOT NULL AND (t.{3} IS NULL OR t.{3} < "
      "s.`found_version`) AND {4}",
      seen_, target_, same_key("s", "t"), quote_name(columns_.version), ours);
  out.older = count(older, {});
  if (out.older > 0) out.older_keys = list(older);
  return out;
}

void KeyStage::note_gone(const TimeText& time, std::size_t stretch,
                         const std::optional<std::pair<std::string, std::string>>& marked) {
  const bool versions = !columns_.version.empty() || !columns_.time.empty();
  std::string sql = fmt::format(
      "INSERT IGNORE INTO {} ({}{}, `stretch`) SELECT {}{}, {} FROM {} t LEFT JOIN {} s ON {} WHERE"
      " {} AND s.{} IS NULL",
      gone_, names(""), versions ? ", `found_version`" : "", names("t"),
      versions ? ", t." + found_version() : "", stretch, target_, seen_, same_key("t", "s"),
      in_time(time), quote_name(columns_.key.front()));
  std::vector<std::optional<std::string>> params;
  if (marked) {
    sql += fmt::format(" AND NOT (t.{} <=> ?)", quote_name(marked->first));
    params.emplace_back(marked->second);
  }
  connection_.query(sql, params);
}

void KeyStage::forget_seen() {
  connection_.query(
      fmt::format("DELETE g FROM {} g JOIN {} s ON {}", gone_, seen_, same_key("g", "s")));
}

std::uint64_t KeyStage::gone(std::size_t stretch) {
  return count(gone_ + " WHERE `stretch` = ?", {std::to_string(stretch)});
}

Keys KeyStage::gone_keys(std::size_t most) {
  return keys(fmt::format("SELECT {0} FROM {1} g ORDER BY {0} LIMIT {2}", names("g"), gone_, most));
}

std::uint64_t KeyStage::change_gone(const std::string& head, const std::string& set,
                                    std::size_t stretch, const std::optional<std::string>& value) {
  const bool versions = !columns_.version.empty() || !columns_.time.empty();
  std::vector<std::optional<std::string>> params;
  if (value) params.push_back(value);
  params.emplace_back(std::to_string(stretch));
  connection_.begin();
  try {
    const auto done = connection_.query(
        fmt::format("{} {} t JOIN {} g ON {}{} {} WHERE g.`stretch` = ?", head, target_, gone_,
                    same_key("t", "g"),
                    versions ? fmt::format(" AND t.{} <=> g.`found_version`", found_version()) : "",
                    set),
        params);
    connection_.commit();
    return done.affected;
  } catch (const std::exception&) {
    connection_.rollback();
    throw;
  }
}

std::uint64_t KeyStage::delete_gone(std::size_t stretch) {
  return change_gone("DELETE t FROM", "", stretch, std::nullopt);
}

std::uint64_t KeyStage::mark_gone(std::size_t stretch, const std::string& column,
                                  const std::string& value) {
  return change_gone("UPDATE", fmt::format("SET t.{} = ?", quote_name(column)), stretch, value);
}

}  // namespace erp2mysql::store
