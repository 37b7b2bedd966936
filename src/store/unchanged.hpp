// SPDX-License-Identifier: Apache-2.0
// Which rows of a batch the table holds already, so that sending them would only make noise in
// binary logs and ON UPDATE columns. Errs on the side of sending.
#pragma once

#include <string>
#include <vector>

#include "erp2mysql/data/batch.hpp"
#include "erp2mysql/mysql/connection.hpp"
#include "erp2mysql/store/schema.hpp"

namespace erp2mysql::store {

/// One flag per row of the batch. Reads back by the first unique key whose columns the statement
/// fills, in one query; all false when there is no such key. Rows whose key occurs twice in the
/// batch are never unchanged. Throws mysql::SqlError.
std::vector<bool> unchanged_rows(mysql::Connection& connection, const Table& table,
                                 const Statement& statement, const data::Batch& batch);

/// The cells that tell a row apart in the table: those of the first unique key that the statement
/// fills, or what an UPDATE compares; none when there is no such key.
std::vector<std::size_t> key_cells(const Table& table, const Statement& statement);

/// The stored text and the cell mean the same in this column. Pure; false when in doubt.
bool same_value(const Column& column, std::string_view stored, std::string_view cell);

}  // namespace erp2mysql::store
