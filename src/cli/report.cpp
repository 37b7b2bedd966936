// SPDX-License-Identifier: Apache-2.0
// `report`: what the job files and the state tables know, as one page.
#include <fmt/format.h>

#include "erp2mysql/cli/assemble.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/cli/summary_file.hpp"
#include "erp2mysql/map/template.hpp"
#include "erp2mysql/run/target.hpp"
#include "erp2mysql/store/status.hpp"
#include "report_page.hpp"

namespace erp2mysql::cli {
namespace {

constexpr std::size_t k_runs = 200;

FieldLine line_of(const job::Item& item) {
  FieldLine out{item.field, item.type, {}, false};
  const auto value = item.value.value_or("");
  const auto compiled = map::Template::compile(value);
  for (const auto& reference : compiled.references()) out.sources.push_back(reference.name);
  out.computed = compiled.single() == nullptr;
  return out;
}

ReportJob facts_of(const run::CompiledJob& job, const std::string& file) {
  const auto& sync = job.job.sync;
  ReportJob out;
  out.name = job.job.name;
  out.file = file;
  out.platform = job.job.source.platform;
  out.api = job.job.source.api;
  out.table = job.statement.table;
  out.window = base::format_duration(sync.window);
  out.overlap = base::format_duration(sync.overlap);
  out.lag = base::format_duration(sync.lag);
  out.parallel = std::to_string(sync.parallel);
  out.zone = job.job.zone;
  for (const auto& item : job.job.target.request) out.fields.push_back(line_of(item));
  return out;
}

void read_past(const run::CompiledJob& job, ReportJob& out) {
  const auto target = target_server(job.job);
  const auto connection = target.connect();
  const auto state = run::state_of(job, target.options.database);
  const auto status = store::read_status(*connection, state);
  out.database = job.statement.database.empty() ? target.options.database : job.statement.database;
  out.watermark = status.watermark;
  out.quarantine_open = status.quarantine_open;
  out.windows_done = status.windows_done;
  out.windows_open = status.open_windows.size();
  out.history = store::read_history(*connection, state, k_runs);
}

}  // namespace

int report_jobs(const Options& options) {
  std::vector<ReportJob> jobs;
  for (const auto& one : for_each_account(options)) {
    const auto job = load_job(one.jobs[0], one);
    if (!job) return base::exit_code(base::ErrorKind::config);
    jobs.push_back(facts_of(*job, one.jobs[0]));
    read_past(*job, jobs.back());
  }
  const auto now = options.now ? parse_time(*options.now, jobs.front().zone, "--now")
                               : base::system_clock().now();
  write_file(options.job_file, report_page(jobs, now));
  return 0;
}

}  // namespace erp2mysql::cli
