// SPDX-License-Identifier: Apache-2.0
// What each setting of a job came to, and who said so: the job file, a connection's name, a flag,
// or a default. It shows no secret.
#pragma once

#include <string>
#include <vector>

#include "erp2mysql/cli/options.hpp"
#include "erp2mysql/run/compiled_job.hpp"

namespace erp2mysql::cli {

struct Setting {
  std::string key, value;
  std::string from;  // "job file /sync/start", "default of kingdee", …
};

/// In the order of the job file. Reads the job file once more, for what stands in it as written.
std::vector<Setting> resolved(const run::CompiledJob& job, const Options& options);

/// "reverse", "forward" or "cursor": how the pages of a window are read.
std::string_view page_order(const run::CompiledJob& job);

/// "5 per 1s"
std::string to_text(const job::RateLimit& limit);
/// The limits that hold: the job's, else the platform's.
const std::vector<job::RateLimit>& limits_of(const run::CompiledJob& job);

}  // namespace erp2mysql::cli
