// SPDX-License-Identifier: Apache-2.0
// Records whose lines go to tables of their own: main_sql for the record, then every extension
// statement for its lines, all or nothing per record. The key that main_sql generated is the
// last cell of every line.
#include "erp2mysql/store/writer.hpp"

namespace erp2mysql::store {

void WindowWriter::send_records(const data::Batch& main, std::span<const data::Batch> extra,
                                Sent& sent) {
  // Lines stand in the order of their records.
  std::vector<std::size_t> next(extensions_.size(), 0);
  for (std::size_t row = 0; row < main.rows(); ++row) {
    std::vector<Lines> lines;
    for (std::size_t i = 0; i < extensions_.size(); ++i) {
      const auto& batch = extra[i];
      lines.push_back({&batch, next[i], 0});
      while (next[i] < batch.rows() && batch.record(next[i]) == main.record(row)) ++next[i];
      lines.back().count = next[i] - lines.back().first;
    }
    if (auto bad = inspect(main, row)) {
      reject(std::move(*bad), sent);
    } else {
      send_record(main, row, lines, sent);
    }
  }
}

data::Batch WindowWriter::with_key(const Lines& lines, std::uint64_t key) {
  data::Batch out(lines.batch->columns() + 1);
  for (std::size_t i = 0; i < lines.count; ++i) {
    out.append(*lines.batch, lines.first + i);
    out.add(std::to_string(key));
  }
  return out;
}

void WindowWriter::send_record(const data::Batch& batch, std::size_t row,
                               std::span<const Lines> lines, Sent& sent) {
  auto& connection = session_.connection();
  connection.query("SAVEPOINT erp2mysql_record");
  try {
    const auto result = connection.write_rows(statement_.sent, batch, row, 1);
    check_warnings(result);
    std::uint64_t affected = result.affected;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const auto complete = with_key(lines[i], result.last_insert_id);
      const auto written = connection.write_rows(extensions_[i].sent, complete, 0, complete.rows());
      check_warnings(written);
      affected += written.affected;
    }
    sent.affected += affected;
    ++sent.written;
  } catch (const mysql::SqlError& error) {
    if (error.action() != mysql::Action::row && error.action() != mysql::Action::split) throw;
    connection.query("ROLLBACK TO SAVEPOINT erp2mysql_record");
    reject(bad_row(batch, row, error), sent);
  }
}

}  // namespace erp2mysql::store
