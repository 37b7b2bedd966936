// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "erp2mysql/cli/assemble.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/run/target.hpp"
#include "erp2mysql/source/client.hpp"
#include "erp2mysql/store/table_ddl.hpp"

namespace erp2mysql::cli {
namespace {

data::Batch sample(const run::CompiledJob& job, const Options& options) {
  auto& clock = base::system_clock();
  const base::Instant now =
      options.now ? parse_time(*options.now, job.job.zone, "--now") : clock.now();
  const auto variables = job.variables(preview_window(job, now));
  const Assembly assembly(job);
  const auto& wiring = assembly.wiring();
  source::Client client(*job.source, wiring.transport, clock, wiring.tokens);
  const auto page = client.fetch(job.request.build(variables), {});
  data::Batch batch(job.mapper.columns().size());
  std::vector<data::Batch> lines;
  for (const auto& names : job.mapper.line_columns()) lines.emplace_back(names.size());
  for (const auto* record : page.records)
    job.mapper.map(*page.document, *record, variables, batch, lines);
  return batch;
}

const job::Item* find_item(const std::vector<job::Item>& items, const std::string& name) {
  for (const auto& item : items) {
    if (item.field == name && item.children.empty()) return &item;
    if (const auto* inner = find_item(item.children, name)) return inner;
  }
  return nullptr;
}

}  // namespace

int ddl(const Options& options) {
  const auto job = load_job(options.jobs[0], options);
  if (!job) return base::exit_code(base::ErrorKind::config);
  const auto database = target_server(job->job).options.database;
  // A no-op job writes none but the tool's own tables.
  if (options.state_tables || job->job.target.no_op()) {
    for (const auto& statement : store::State::ddl(run::state_of(*job, database).database()))
      print(statement + ";\n");
    return 0;
  }
  std::vector<std::string> types;
  for (const auto& name : job->mapper.columns()) {
    const auto* item = find_item(job->job.target.request, name);
    types.push_back(item == nullptr ? "string" : item->type);
  }
  const auto rows = sample(*job, options);
  print(fmt::format("-- guessed from {} rows; look over lengths and key\n{}", rows.rows(),
                    store::create_table(job->statement, database, types, rows)));
  return 0;
}

}  // namespace erp2mysql::cli
