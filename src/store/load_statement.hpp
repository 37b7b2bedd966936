// SPDX-License-Identifier: Apache-2.0
// The LOAD DATA LOCAL that does what a plain REPLACE or INSERT does. Pure; it reads no file.
#pragma once

#include <string>

#include "erp2mysql/store/schema.hpp"
#include "erp2mysql/store/statement.hpp"

namespace erp2mysql::store {

/// Empty when the statement is more than columns and values, or a column would be read otherwise
/// than from a parameter.
std::string load_statement(const Statement& statement, const Table& table);

}  // namespace erp2mysql::store
