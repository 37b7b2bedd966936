// SPDX-License-Identifier: Apache-2.0
// A job, windows and answers for tests of the reading of windows. No test of its own, and no
// outside thing.
#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "erp2mysql/run/compiled_job.hpp"
#include "job/sample.hpp"

namespace erp2mysql::run::testing {

/// The sample job with these keys in its source, one window a run of its own.
inline std::unique_ptr<CompiledJob> sample_job(const std::string& keys) {
  auto loaded = job::testing::load_sample(
      {{"\"request\": [{\"field\": \"start_time\"",
        keys + "\"request\": [{\"field\": \"start_time\""},
       {R"({{LAST_SYNC_TIME|datetime}}"})",
        R"({{LAST_SYNC_TIME|datetime}}"}, {"field": "end_time", "value": "{{CURRENT_TIME|datetime}}"})"}});
  auto job = compile(loaded);
  if (!job) throw std::logic_error(job::testing::all_text(loaded.problems));
  return std::make_unique<CompiledJob>(std::move(*job));
}

/// An answer with these records that announces so many.
inline std::string answer(const std::vector<std::string>& records, std::size_t total) {
  std::string list;
  for (const auto& record : records) list += (list.empty() ? "" : ",") + record;
  return R"({"response":{"datas":[)" + list + R"(],"data_count":)" + std::to_string(total) + "}}";
}

inline data::Window hour(int number) {
  const auto from = *base::parse_datetime("2024-01-10 00:00:00", base::Zone());
  return {{from + std::chrono::hours(number), from + std::chrono::hours(number + 1)}};
}

}  // namespace erp2mysql::run::testing
