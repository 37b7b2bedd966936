// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/assemble.hpp"
#include "erp2mysql/cli/commands.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;

std::optional<std::int64_t> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  const std::string_view digits(text);
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failed == std::errc() && end == digits.data() + digits.size()) return value;
  throw Error(ErrorKind::usage, fmt::format("{} is not a number", variable));
}

// Slurm counts from whatever its array begins with, Kubernetes from 0.
std::int64_t index_of_scheduler() {
  if (const auto index = number_in("SLURM_ARRAY_TASK_ID"))
    return *index - number_in("SLURM_ARRAY_TASK_MIN").value_or(0) + 1;
  if (const auto index = number_in("JOB_COMPLETION_INDEX")) return *index + 1;
  throw Error(
      ErrorKind::usage,
      "--shard auto/n needs SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX in the environment");
}

std::optional<plan::Shard> shard_of(std::string text) {
  if (text.empty()) return std::nullopt;
  if (text.starts_with("auto/")) text.replace(0, 4, std::to_string(index_of_scheduler()));
  if (const auto shard = plan::parse_shard(text)) return shard;
  throw Error(ErrorKind::usage,
              fmt::format("--shard takes i/n with i from 1 to n, or auto/n, found {}", text));
}

}  // namespace

base::Millis parse_time_span(const std::string& text, std::string_view flag) {
  const auto time = base::parse_duration(text);
  if (time && *time > base::Millis(0)) return *time;
  throw Error(ErrorKind::usage, fmt::format("{} takes a duration such as 90m or 7d, found {}", flag,
                                            base::quoted(text)));
}

int backfill(const Options& options) {
  const auto job = load_job(options.jobs[0], options);
  if (!job) return base::exit_code(ErrorKind::config);
  run::RunOptions run = reading_options(options, *job);
  run.backfill.emplace();
  if (!options.step.empty()) run.backfill->step = parse_time_span(options.step, "--step");
  run.backfill->shard = shard_of(options.shard);
  run.backfill->restart = options.restart;
  run.plan_only = options.plan;
  const Assembly assembly(*job, run.backfill->shard.value_or(plan::Shard{}));
  return report(watched_sync(*job, assembly, run, options), options, *job);
}

}  // namespace erp2mysql::cli
