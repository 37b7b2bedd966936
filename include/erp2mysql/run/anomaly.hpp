// SPDX-License-Identifier: Apache-2.0
// Is this run unusual? Pure: it judges a result by the job's rules and the runs before it. It reads
// no table, sends nothing and fails nothing by itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "erp2mysql/job/load.hpp"
#include "erp2mysql/run/compiled_job.hpp"
#include "erp2mysql/run/result.hpp"

namespace erp2mysql::run {

/// An earlier run that came to its end.
struct Volume {
  base::Instant started;
  std::uint64_t rows_read = 0;
};

/// Problems of rules that name columns which the job does not fill.
void check_anomaly_rules(const job::Job& job, const map::Mapper& mapper, job::Loaded& loaded);

/// What is unusual, by the order of the rules. `now` is what the job sees as time; `earlier` in any
/// order, runs of other weekdays than that of `now` are left out here. Volume and lag are judged
/// only for incremental runs.
std::vector<Anomaly> find_anomalies(const job::Job& job, const RunResult& result,
                                    const std::vector<Volume>& earlier, base::Instant now);

}  // namespace erp2mysql::run
