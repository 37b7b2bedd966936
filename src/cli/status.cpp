// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "erp2mysql/cli/assemble.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/run/target.hpp"
#include "erp2mysql/store/status.hpp"

namespace erp2mysql::cli {
namespace {

using Json = nlohmann::ordered_json;

// What no window has read, from the first one that is done to the watermark.
std::vector<base::Range> gaps(const store::JobStatus& status) {
  if (!status.watermark || status.done.empty()) return {};
  return plan::gaps({status.done.front().from, *status.watermark}, status.done);
}

Json to_json(const run::CompiledJob& job, const store::JobStatus& status,
             std::optional<base::Millis> lag) {
  const auto& zone = job.job.zone;
  Json out;
  out["job"] = job.job.name;
  out["watermark"] = status.watermark ? Json(base::format_iso(*status.watermark, zone)) : Json();
  out["lag_seconds"] = lag ? Json(lag->count() / 1000) : Json();
  out["quarantine_open"] = status.quarantine_open;
  out["windows_done"] = status.windows_done;
  out["longest_window_seconds"] =
      status.longest_window ? Json(status.longest_window->count() / 1000) : Json();
  for (const auto& window : status.open_windows) {
    out["open_windows"].push_back(
        {{"from", window.from}, {"to", window.to}, {"status", window.status}});
  }
  out["gaps"] = Json::array();
  for (const auto& gap : gaps(status)) {
    out["gaps"].push_back(
        {{"from", base::format_iso(gap.from, zone)}, {"to", base::format_iso(gap.to, zone)}});
  }
  for (const auto& run : status.runs) {
    out["runs"].push_back({{"run_id", run.run_id},
                           {"status", run.status},
                           {"exit_code", run.exit_code},
                           {"started", run.started},
                           {"rows_written", run.rows_written},
                           {"error", run.error}});
  }
  return out;
}

void print_text(const run::CompiledJob& job, const store::JobStatus& status,
                std::optional<base::Millis> lag) {
  print(fmt::format("job         {}\n", job.job.name));
  if (status.watermark) {
    print(fmt::format("watermark   {}, {} behind\n",
                      base::format_datetime(*status.watermark, job.job.zone),
                      base::format_duration(lag.value_or(base::Millis{}))));
  } else {
    print("watermark   none yet\n");
  }
  if (status.longest_window) {
    print(fmt::format("longest     windows of {}; longer ones were too big for the API\n",
                      base::format_duration(*status.longest_window)));
  }
  print(fmt::format("windows     {} done, {} open\n", status.windows_done,
                    status.open_windows.size()));
  for (const auto& window : status.open_windows) {
    print(fmt::format("            {} .. {}  {}\n", window.from, window.to, window.status));
  }
  for (const auto& gap : gaps(status)) {
    print(fmt::format("gap         {} .. {}  not read by any window\n",
                      base::format_datetime(gap.from, job.job.zone),
                      base::format_datetime(gap.to, job.job.zone)));
  }
  print(fmt::format("quarantine  {} rows\n", status.quarantine_open));
  for (const auto& run : status.runs) {
    print(fmt::format("run         {}  {:<11} exit {}, {} rows written\n", run.started, run.status,
                      run.exit_code, run.rows_written));
    if (!run.error.empty()) print(fmt::format("            {}\n", run.error));
  }
}

}  // namespace

int status(const Options& options) {
  int code = 0;
  Json all = Json::array();
  for (const auto& one : for_each_account(options)) {
    const auto job = load_job(one.jobs[0], one);
    if (!job) {
      code = base::exit_code(base::ErrorKind::config);
      continue;
    }
    const auto target = target_server(job->job);
    const auto connection = target.connect();
    const auto status =
        store::read_status(*connection, run::state_of(*job, target.options.database));
    const auto now =
        options.now ? parse_time(*options.now, job->job.zone, "--now") : base::system_clock().now();
    std::optional<base::Millis> lag;
    if (status.watermark) lag = std::chrono::floor<std::chrono::seconds>(now - *status.watermark);
    all.push_back(to_json(*job, status, lag));
    if (!options.json) print_text(*job, status, lag);
  }
  if (options.json)
    print((all.size() == 1 ? all[0] : all).dump(2, ' ', false, Json::error_handler_t::replace) +
          "\n");
  return code;
}

}  // namespace erp2mysql::cli
