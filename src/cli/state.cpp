// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include <nlohmann/json.hpp>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/assemble.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/cli/language.hpp"
#include "erp2mysql/run/target.hpp"
#include "erp2mysql/store/status.hpp"
#include "erp2mysql/store/writer.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;

std::string show(const std::optional<base::Instant>& watermark, const base::Zone& zone) {
  return watermark ? base::format_datetime(*watermark, zone) : "none";
}

int print_state(const run::CompiledJob& job, const std::optional<base::Instant>& watermark,
                const Options& options) {
  const auto& zone = job.job.zone;
  if (options.json) {
    nlohmann::ordered_json out;
    out["job"] = job.job.name;
    out["watermark"] = watermark ? nlohmann::ordered_json(base::format_iso(*watermark, zone))
                                 : nlohmann::ordered_json();
    print(out.dump(2) + "\n");
  } else {
    print(fmt::format("{}  watermark {}\n", job.job.name, show(watermark, zone)));
  }
  return 0;
}

std::optional<base::Instant> wanted(const Options& options, const base::Zone& zone) {
  if (options.action == "reset") return std::nullopt;
  const auto time = parse_time(options.watermark, zone, "state set");
  const auto now =
      options.now ? parse_time(*options.now, zone, "--now") : base::system_clock().now();
  if (time <= now) return time;
  throw Error(ErrorKind::usage,
              fmt::format("{} lies in the future; rows until then would never be read",
                          base::format_datetime(time, zone)));
}

}  // namespace

void confirm(const std::string& what, const Options& options) {
  if (options.yes) return;
  if (isatty(STDIN_FILENO) == 0) {
    throw Error(ErrorKind::usage, what + " needs a confirmation")
        .hint("add --yes where no terminal can ask");
  }
  std::fputs(said(fmt::format("{}. Go on? [y/N] ", what)).c_str(), stderr);
  std::string answer;
  std::getline(std::cin, answer);
  if (base::equal_ignore_case(base::trim(answer), "y")) return;
  throw Error(ErrorKind::usage, "not confirmed; nothing was changed");
}

int state(const Options& options) {
  const auto job = load_job(options.jobs[0], options);
  if (!job) return base::exit_code(ErrorKind::config);
  const auto target = target_server(job->job);
  const auto tables = run::state_of(*job, target.options.database);
  const auto before = store::read_status(*target.connect(), tables).watermark;
  if (options.action == "show") return print_state(*job, before, options);

  const auto& zone = job->job.zone;
  const auto after = wanted(options, zone);
  confirm(options.action == "reset"
              ? fmt::format("job {} forgets its watermark {} and its windows", job->job.name,
                            show(before, zone))
              : fmt::format("the watermark of job {} moves from {} to {}", job->job.name,
                            show(before, zone), show(after, zone)),
          options);
  auto& clock = base::system_clock();
  const auto started = clock.now();
  store::Session session(target.connect, tables, run::new_run_id(started), job->job.fingerprint,
                         clock);
  if (options.action == "reset") {
    tables.reset(session.connection());
  } else {
    tables.set_watermark(session.connection(), after);
  }
  tables.run_ended(
      session.connection(),
      {session.run_id(), "state " + options.action, "done", "", 0, started, clock.now(), {}});
  return print_state(*job, after, options);
}

}  // namespace erp2mysql::cli
