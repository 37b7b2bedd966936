// SPDX-License-Identifier: Apache-2.0
// The target side of a compiled job as the store wants it. It opens no connection.
#pragma once

#include <string>

#include "erp2mysql/run/compiled_job.hpp"
#include "erp2mysql/store/writer.hpp"

namespace erp2mysql::run {

/// Unqualified tables live in `target_database`, here and below.
store::State state_of(const CompiledJob& job, const std::string& target_database);

/// What the server says of the target table; with `preflight` false only its name, and then
/// nothing that depends on types and keys is checked. Throws base::Error{config}.
store::Table target_table(const CompiledJob& job, mysql::Connection& connection,
                          const std::string& target_database, bool preflight);

store::WriteOptions write_options(const CompiledJob& job);

}  // namespace erp2mysql::run
