// SPDX-License-Identifier: Apache-2.0
// One batch into the open transaction: cells that the server would change silently are found
// first, and a failing statement is halved until the bad row stands alone.
#include <fmt/format.h>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/store/writer.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;

bool benign(unsigned warning) {
  // 1287: VALUES() deprecated in ON DUPLICATE KEY UPDATE; 1592: statement logged unsafely.
  return warning == 1287 || warning == 1592 || warning == 1050 || warning == 1051;
}

}  // namespace

std::optional<data::BadRow> WindowWriter::inspect(const data::Batch& batch, std::size_t row) const {
  for (const auto& [index, column] : watched_) {
    const auto cell = batch.cell(row, index);
    if (!cell) continue;
    if (const auto problem = silent_change(*column, *cell)) {
      return data::BadRow{batch.record_json(row),
                          *problem,
                          fmt::format("column {}: {}", column->name, *problem),
                          column->name,
                          std::string(batch.cell(row, 0).value_or("")),
                          1265};
    }
  }
  if (batch.row_bytes(row) > max_bytes_) {
    const auto problem =
        fmt::format("the row has {} bytes, more than half of the server's max_allowed_packet",
                    batch.row_bytes(row));
    return data::BadRow{batch.record_json(row),
                        problem,
                        problem,
                        "",
                        std::string(batch.cell(row, 0).value_or("")),
                        1153};
  }
  return std::nullopt;
}

void WindowWriter::send(const data::Batch& batch, Sent& sent) {
  std::size_t start = 0;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    auto bad = inspect(batch, row);
    if (!bad) continue;
    send_range(batch, start, row - start, sent);
    reject(std::move(*bad), sent);
    start = row + 1;
  }
  send_range(batch, start, batch.rows() - start, sent);
}

void WindowWriter::send_range(const data::Batch& batch, std::size_t first, std::size_t count,
                              Sent& sent) {
  if (count == 0) return;
  try {
    const auto result =
        session_.connection().insert_rows(statement_.head, statement_.tail, batch, first, count);
    check_result(result, count);
    sent.written += count;
    sent.affected += result.affected;
  } catch (const mysql::SqlError& error) {
    const bool halves =
        error.action() == mysql::Action::row || error.action() == mysql::Action::split;
    if (!halves) throw;
    if (count > 1) {
      send_range(batch, first, count / 2, sent);
      send_range(batch, first + count / 2, count - count / 2, sent);
      return;
    }
    reject({batch.record_json(first), error.detail(), error.what(), error.column(),
            std::string(batch.cell(first, 0).value_or("")), error.number()},
           sent);
  }
}

void WindowWriter::check_result(const mysql::Result& result, std::size_t rows) {
  if (result.warnings > 0) {
    for (const auto& warning : session_.connection().warnings()) {
      if (benign(warning.number)) continue;
      if (statement_.kind == InsertStatement::Kind::insert_ignore) continue;
      throw Error(
          ErrorKind::data,
          fmt::format("the server changed a value on the way in (warning {})", warning.number))
          .hint("compare the mapped columns with the table's types");
    }
  }
  if (statement_.kind == InsertStatement::Kind::insert_ignore || result.affected >= rows) return;
  throw Error(ErrorKind::bug, fmt::format("the server took {} of {} rows", result.affected, rows));
}

}  // namespace erp2mysql::store
