// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cstdlib>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/assemble.hpp"
#include "erp2mysql/cli/commands.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;

std::optional<std::string> environment(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

// A window says its own stretch; no list of windows is needed for it.
base::Range window_of(const std::string& text) {
  if (const auto window = plan::parse_window_id(text)) return *window;
  throw Error(ErrorKind::usage, fmt::format("--window takes the id of a window, such as "
                                            "20240101T000000Z-20240102T000000Z, found {}",
                                            base::quoted(text)))
      .hint("backfill --plan -o json prints the windows with their ids");
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
  if (!options.shard.empty()) run.backfill->shard = plan::shard_of(options.shard, environment);
  if (!options.window.empty()) {
    run.explicit_stretch = window_of(options.window);
    run.backfill->window = true;
  }
  run.backfill->restart = options.restart;
  run.plan_only = options.plan;
  const Assembly assembly(*job, run.backfill->shard.value_or(plan::Shard{}));
  return report(watched_sync(*job, assembly, run, options), options, *job);
}

}  // namespace erp2mysql::cli
