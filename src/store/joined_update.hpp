// SPDX-License-Identifier: Apache-2.0
// A keyed UPDATE for many rows in one statement, by a join with a list of values. Pure. It says no
// where the join could compare or convert otherwise than the statement by itself.
#pragma once

#include <optional>

#include "erp2mysql/store/schema.hpp"
#include "erp2mysql/store/statement.hpp"

namespace erp2mysql::store {

/// For MySQL 8.0.19 and later, and rows without long texts. A key that occurs twice among the rows
/// is updated once, from either row: the count of rows then shows it.
std::optional<mysql::RowStatement> joined_update(const Statement& update, const Table& table,
                                                 const mysql::ServerInfo& server);

}  // namespace erp2mysql::store
