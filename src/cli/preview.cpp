// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "erp2mysql/cli/assemble.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/client.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;

void print_request(const run::CompiledJob& job, const http::Request& request,
                   const data::Arguments& arguments, base::Instant clock) {
  print(fmt::format("request   {} {}\n", request.method, request.url));
  print(fmt::format("api       {}\n", job.job.source.api));
  for (const auto& argument : arguments) {
    print(fmt::format(
        "          {} = {}\n", argument.name,
        argument.kind == data::Argument::Kind::text ? argument.text : source::to_json(argument)));
  }
  const auto text = job.source->signed_text(arguments, {}, clock);
  if (!text.empty()) print(fmt::format("signed    {}\n", text));
}

void print_row(const run::CompiledJob& job, const data::Batch& batch, std::size_t row) {
  print(fmt::format("\nraw       {}\n", batch.record_json(row)));
  for (std::size_t i = 0; i < batch.columns(); ++i) {
    const auto cell = batch.cell(row, i);
    print(fmt::format("          {:<28} {}\n", job.mapper.columns()[i], cell ? *cell : "NULL"));
  }
}

void print_statement(const run::CompiledJob& job) {
  const auto text = [](const store::Statement& statement) {
    const auto& sent = statement.sent;
    return sent.head + (sent.tuple.empty() ? "" : " " + sent.tuple) + sent.tail;
  };
  print(fmt::format("\nsql       {}\n          up to {} rows at a time\n", text(job.statement),
                    job.rows_per_statement));
  for (const auto& extension : job.extensions)
    print(fmt::format("then      {}\n", text(extension)));
}

}  // namespace

base::Range preview_window(const run::CompiledJob& job, base::Instant now) {
  if (!job.incremental()) return {{}, now};
  const auto to = std::chrono::floor<std::chrono::seconds>(now - job.job.sync.lag);
  const auto windows = plan::cut(
      {{to - job.job.sync.window, to}, job.job.sync.window, job.source->spec().max_window},
      [&](const base::Range& window) { return job.coverage(window); });
  return windows.empty() ? base::Range{to - job.job.sync.window, to} : windows.back().time;
}

int preview(const Options& options) {
  const auto job = load_job(options.jobs[0], options);
  if (!job) return base::exit_code(ErrorKind::config);
  auto& clock = base::system_clock();
  const base::Instant now =
      options.now ? parse_time(*options.now, job->job.zone, "--now") : clock.now();
  const base::Range window = preview_window(*job, now);
  const auto variables = job->variables(window);
  const auto arguments = job->request.build(variables);
  print_request(*job, job->source->build(arguments, {}, clock.now()), arguments, clock.now());

  const Assembly assembly(*job);
  const auto& wiring = assembly.wiring();
  source::Client client(*job->source, wiring.transport, clock, wiring.tokens);
  const auto page = client.fetch(arguments, {});
  print(fmt::format("answer    {} records on page 1, total {}\n", page.records.size(),
                    page.total ? std::to_string(*page.total) : "unknown"));

  data::Batch batch(job->mapper.columns().size());
  std::vector<data::BadRow> bad;
  std::vector<data::Batch> lines;
  for (const auto& names : job->mapper.line_columns()) lines.emplace_back(names.size());
  for (const auto* record : page.records) {
    if (batch.rows() + bad.size() >= static_cast<std::size_t>(options.rows)) break;
    auto outcome = job->mapper.map(page.document, *record, variables, batch, lines);
    for (auto& row : outcome.bad) bad.push_back(std::move(row));
  }
  const auto shown = std::min(batch.rows(), static_cast<std::size_t>(options.rows));
  for (std::size_t row = 0; row < shown; ++row) print_row(*job, batch, row);
  for (const auto& row : bad)
    print(fmt::format("\nbad row   {}: {}\nraw       {}\n", row.key, row.reason, row.record));
  print_statement(*job);
  return 0;
}

}  // namespace erp2mysql::cli
