// SPDX-License-Identifier: Apache-2.0
// A run as Prometheus text, for the node exporter's textfile collector. Pure: who writes the file
// and where is not known here.
#pragma once

#include <string>

#include "erp2mysql/run/result.hpp"

namespace erp2mysql::cli {

/// All samples carry the label `job`; one file per job. `ended` is when the run was over.
std::string metrics_text(const run::RunResult& result, base::Instant ended);

}  // namespace erp2mysql::cli
