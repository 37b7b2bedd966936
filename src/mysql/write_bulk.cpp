// SPDX-License-Identifier: Apache-2.0
// Bulk arrays: one statement, executed for many rows in one packet. Connector/C
// against MariaDB only; elsewhere nothing asks for it.
#include <algorithm>

#include "client_connection.hpp"

namespace erp2mysql::mysql {

#ifdef MARIADB_BASE_VERSION

void ClientConnection::write_bulk(const Rows& rows, Result& sum) {
  const StatementKey key = key_of(rows, 1);
  for (std::size_t done = 0; done < rows.count;) {
    Rows part{rows.statement, rows.batch, rows.first + done, rows.count - done};
    part.count = rows_that_fit(part, part.count);
    bind_bulk(statement_for(key), part);
    execute(key, sum);
    rows_sent_ = done += part.count;
  }
}

void ClientConnection::bind_bulk(MYSQL_STMT* statement, const Rows& rows) {
  const auto& slots = rows.statement.slots;
  const std::size_t columns = slots.size();
  const std::size_t cells = columns * rows.count;
  pointers_.resize(cells);
  lengths_.resize(cells);
  indicators_.resize(cells);
  // Column by column for a few rows at a time: neither the cells read nor the arrays written, one
  // after the other, are more than the nearest cache has room for.
  constexpr std::size_t k_block = 16;
  for (std::size_t first = 0; first < rows.count; first += k_block) {
    const std::size_t end = std::min(first + k_block, rows.count);
    for (std::size_t column = 0; column < columns; ++column) {
      for (std::size_t row = first; row < end; ++row) {
        const auto cell = rows.batch.cell(rows.first + row, slots[column].cell);
        const std::size_t at = column * rows.count + row;
        pointers_[at] = cell ? const_cast<char*>(cell->data()) : nullptr;
        lengths_[at] = cell ? static_cast<unsigned long>(cell->size()) : 0;
        indicators_[at] = cell ? STMT_INDICATOR_NONE : STMT_INDICATOR_NULL;
      }
    }
  }
  binds_.assign(columns, MYSQL_BIND{});
  for (std::size_t column = 0; column < columns; ++column) {
    MYSQL_BIND& bind = binds_[column];
    bind.buffer_type = slots[column].as_decimal ? MYSQL_TYPE_NEWDECIMAL : MYSQL_TYPE_STRING;
    bind.buffer = &pointers_[column * rows.count];
    bind.length = &lengths_[column * rows.count];
    bind.u.indicator = &indicators_[column * rows.count];
  }
  // The library looks at the array size while binding.
  const auto size = static_cast<unsigned>(rows.count);
  if (mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &size) != 0 ||
      mysql_stmt_bind_param(statement, binds_.data()) != 0) {
    fail_statement(key_of(rows, 1));
  }
}

#else

void ClientConnection::write_bulk(const Rows& rows, Result& sum) { write_prepared(rows, sum); }

#endif

}  // namespace erp2mysql::mysql
