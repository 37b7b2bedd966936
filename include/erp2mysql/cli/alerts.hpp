// SPDX-License-Identifier: Apache-2.0
// Tells the receivers of a job what became of a run. What was told is kept in a local file, since
// the server may be what failed. It never fails a run.
#pragma once

#include <string>

#include "erp2mysql/run/compiled_job.hpp"
#include "erp2mysql/run/result.hpp"

namespace erp2mysql::cli {

/// Takes some seconds at most per receiver. Never throws; what could not be sent is logged.
/// `repair` and `inspect` are complete commands.
void send_alerts(const run::CompiledJob& job, const run::RunResult& result,
                 const std::string& repair, const std::string& inspect) noexcept;

}  // namespace erp2mysql::cli
