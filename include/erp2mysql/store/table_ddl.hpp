// SPDX-License-Identifier: Apache-2.0
// A CREATE TABLE that fits what a job writes, guessed from the mapping's types and some rows. Pure;
// it asks no server. A guess: long and odd values may still come later.
#pragma once

#include <string>
#include <vector>

#include "erp2mysql/data/batch.hpp"
#include "erp2mysql/store/statement.hpp"

namespace erp2mysql::store {

/// `types[i]` is the word of the metadata for cell i ("string", "int", …), `rows` some mapped rows.
/// The key is what an UPDATE compares; else the column `id`; else the first column that tells the
/// sample's rows apart. `database` is where an unqualified table lives; may be empty.
std::string create_table(const Statement& statement, const std::string& database,
                         const std::vector<std::string>& types, const data::Batch& rows);

}  // namespace erp2mysql::store
