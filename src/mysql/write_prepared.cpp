// SPDX-License-Identifier: Apache-2.0
// Server-side prepared statements of many tuples, the fastest safe way where bulk arrays are not
// to be had. More placeholders than a few thousand make it slower again.
#include <algorithm>

#include "client_connection.hpp"

namespace erp2mysql::mysql {
namespace {

constexpr std::size_t k_good_placeholders = 3'400;
constexpr std::size_t k_most_placeholders = 65'535;

// Read by the library for every NULL; not const because of its signature only.
ClientFlag null_flag = 1;

}  // namespace

void ClientConnection::write_prepared(const Rows& rows, Result& sum) {
  const std::size_t marks = std::max<std::size_t>(rows.statement.slots.size(), 1);
  if (marks > k_most_placeholders) fail(1390, "HY000", "", phase_);
  std::size_t most =
      rows.statement.repeats ? std::max<std::size_t>(k_good_placeholders / marks, 1) : 1;
  if (rows.statement.joined_rows > 0) most = std::min(most, rows.statement.joined_rows);
  for (std::size_t done = 0; done < rows.count;) {
    Rows part{rows.statement, rows.batch, rows.first + done, rows.count - done};
    part.count = rows_that_fit(part, most);
    const StatementKey key = key_of(part, part.count);
    bind_prepared(statement_for(key), part);
    execute(key, sum);
    rows_sent_ = done += part.count;
  }
}

void ClientConnection::bind_prepared(MYSQL_STMT* statement, const Rows& rows) {
  const auto& slots = rows.statement.slots;
  const std::size_t columns = slots.size();
  const std::size_t cells = columns * rows.count;
  lengths_.resize(cells);
  binds_.assign(cells, MYSQL_BIND{});
  for (std::size_t at = 0; at < cells; ++at) {
    const auto cell = rows.batch.cell(rows.first + at / columns, slots[at % columns].cell);
    MYSQL_BIND& bind = binds_[at];
    bind.buffer_type = slots[at % columns].as_decimal ? MYSQL_TYPE_NEWDECIMAL : MYSQL_TYPE_STRING;
    lengths_[at] = cell ? static_cast<unsigned long>(cell->size()) : 0;
    bind.length = &lengths_[at];
    bind.buffer_length = lengths_[at];
    if (cell) {
      bind.buffer = const_cast<char*>(cell->data());
    } else {
      bind.is_null = &null_flag;
    }
  }
  if (mysql_stmt_bind_param(statement, binds_.data()) != 0) {
    fail_statement(key_of(rows, rows.count));
  }
}

}  // namespace erp2mysql::mysql
