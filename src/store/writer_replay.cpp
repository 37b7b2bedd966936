// SPDX-License-Identifier: Apache-2.0
// What the quarantine holds of a row, and entries that are tried again.
#include <fmt/format.h>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/store/transaction.hpp"
#include "erp2mysql/store/writer.hpp"

namespace erp2mysql::store {
namespace {

// A key that does not fit the column is none: a cut one could stand for another row.
constexpr std::size_t k_longest_key = 240;

// Text columns refuse bytes that are no text; an expression can make them.
std::string as_text(std::string_view cell) {
  if (base::valid_utf8(cell)) return std::string(cell);
  std::string out = "0x";
  for (const char c : cell) out += fmt::format("{:02X}", static_cast<unsigned char>(c));
  return out;
}

std::string mapped_json(const data::Batch& batch, std::size_t row,
                        const std::vector<std::string>& names) {
  std::string out = "{";
  for (std::size_t i = 0; i < batch.columns(); ++i) {
    const auto cell = batch.cell(row, i);
    out += i == 0 ? "" : ",";
    out += base::quoted(i < names.size() ? names[i] : std::to_string(i + 1));
    out += ":" + (cell ? base::quoted(as_text(*cell)) : "null");
  }
  return out + "}";
}

}  // namespace

std::optional<std::string> WindowWriter::row_key(const data::Batch& batch, std::size_t row) const {
  std::string out;
  for (const std::size_t index : key_cells_) {
    const auto cell = batch.cell(row, index);
    if (!cell) return std::nullopt;
    if (key_cells_.size() == 1) {
      out = *cell;
    } else {
      out += (out.empty() ? "[" : ",") + base::quoted(*cell);
    }
  }
  if (key_cells_.size() > 1) out += "]";
  if (key_cells_.empty() || out.size() > k_longest_key || !base::valid_utf8(out))
    return std::nullopt;
  return out;
}

std::vector<std::string> WindowWriter::pending_keys() const {
  std::vector<std::string> out;
  for (const auto& one : pending_) {
    for (std::size_t row = 0; row < one.main.rows(); ++row) {
      if (auto key = row_key(one.main, row)) out.push_back(std::move(*key));
    }
  }
  return out;
}

data::BadRow WindowWriter::bad_row(const data::Batch& batch, std::size_t row, std::string problem,
                                   std::string summary, const std::string& column,
                                   unsigned number) const {
  data::BadRow out;
  out.record = batch.record_json(row);
  const std::string prefix = column.empty() ? "" : fmt::format("column {}: ", column);
  out.summary = summary.empty() ? prefix + problem : std::move(summary);
  out.reason = std::move(problem);
  out.field = column;
  out.number = number;
  out.line = batch.line(row);
  out.mapped = mapped_json(batch, row, options_.cell_names);
  out.row_key = row_key(batch, row);
  out.key = out.row_key ? *out.row_key : as_text(batch.cell(row, 0).value_or(""));
  return out;
}

data::BadRow WindowWriter::bad_row(const data::Batch& batch, std::size_t row,
                                   const mysql::SqlError& error) const {
  return bad_row(batch, row, error.detail(), error.what(), error.column(), error.number());
}

ReplayCounts WindowWriter::replay(std::span<const Replay> entries) {
  ReplayCounts counts;
  const auto fence = [&](mysql::Connection& connection) {
    return session_.state().advance(connection, session_.job(), std::nullopt);
  };
  transact(session_, options_.max_attempts, fence, [&] {
    counts = {};
    auto& connection = session_.connection();
    std::vector<std::uint64_t> done, filtered;
    for (const auto& entry : entries) {
      Sent sent;
      replay_one(entry, sent);
      if (!sent.bad.empty()) {
        quarantine_.tried(connection, entry.id, sent.bad.front());
        ++(sent.bad.front().unmatched ? counts.unmatched : counts.bad);
      } else {
        (entry.main.empty() ? filtered : done).push_back(entry.id);
      }
    }
    quarantine_.mark(connection, done, "done");
    quarantine_.mark(connection, filtered, "filtered");
    counts.done = done.size();
    counts.filtered = filtered.size();
  });
  session_.committed(std::nullopt);
  return counts;
}

void WindowWriter::replay_one(const Replay& entry, Sent& sent) {
  auto& connection = session_.connection();
  if (entry.bad) {
    sent.bad.push_back(*entry.bad);
    return;
  }
  connection.query("SAVEPOINT erp2mysql_entry");
  if (extensions_.empty()) {
    send_checked(entry.main, sent);
  } else {
    send_records(entry.main, entry.lines, sent);
  }
  if (!sent.bad.empty()) connection.query("ROLLBACK TO SAVEPOINT erp2mysql_entry");
}

}  // namespace erp2mysql::store
