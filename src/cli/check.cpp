// SPDX-License-Identifier: Apache-2.0
// `check`: everything a run needs, tried for real and without writing. A step that fails does not
// hide what the others would say.
#include <fmt/format.h>

#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "erp2mysql/base/display.hpp"
#include "erp2mysql/cli/assemble.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/cli/language.hpp"
#include "erp2mysql/run/target.hpp"
#include "sample_page.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;
using Json = nlohmann::ordered_json;

struct Step {
  std::string name, status, text;  // status: ok, warning, failed, skipped
  std::string hint;
  int exit_code = 0;
};

class Steps {
 public:
  explicit Steps(bool quiet) : quiet_(quiet) {}

  /// Runs a step, and says whether it went well; its answer is the line's text.
  bool run(const std::string& name, const std::function<std::string()>& work) {
    try {
      add({name, "ok", work(), "", 0});
      return true;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::interrupted) throw;
      add({name, "failed", error.what(), error.hint(), base::exit_code(error.kind())});
      return false;
    }
  }
  void warn(const std::string& name, const std::string& text) {
    add({name, "warning", text, "", 0});
  }
  void skip(const std::string& name, const std::string& why) { add({name, "skipped", why, "", 0}); }

  int exit_code() const {
    for (const auto& step : steps_) {
      if (step.exit_code != 0) return step.exit_code;
    }
    return 0;
  }
  const std::vector<Step>& all() const { return steps_; }

 private:
  void add(Step step) {
    if (!quiet_) {
      print(fmt::format("{} {} {}\n", base::pad_display(said(step.status), 8),
                        base::pad_display(said(step.name), 11), said(step.text)));
      if (!step.hint.empty()) print(fmt::format("{:<20} {}\n", "", said(step.hint)));
    }
    steps_.push_back(std::move(step));
  }

  bool quiet_;
  std::vector<Step> steps_;
};

std::string rows_text(const run::CompiledJob& job, const Mapped& mapped, std::size_t records) {
  if (!mapped.bad.empty()) {
    const auto& first = mapped.bad.front();
    throw Error(ErrorKind::data,
                fmt::format("{} of {} rows are bad, the first one: {}", mapped.bad.size(),
                            mapped.bad.size() + mapped.rows.rows(), first.summary))
        .hint("erp2mysql preview shows them with their raw records");
  }
  if (records == 0) return "the page is empty, nothing to map";
  return fmt::format("{} records become {} rows of {} columns", records, mapped.rows.rows(),
                     job.mapper.columns().size());
}

// Sign-in, first page, mapping.
void check_source(const run::CompiledJob& job, const run::Wiring& wiring, const base::Range& window,
                  Steps& steps) {
  source::Client client(*job.source, wiring.transport, wiring.clock, wiring.tokens);
  const auto variables = job.variables(window);
  data::Page page;
  bool open = true;
  if (job.source->sign_in() != nullptr) {
    open = steps.run("sign-in", [&] {
      client.open();
      return fmt::format("{} knows the account", job.job.source.platform);
    });
  }
  if (!open) {
    steps.skip("first page", "needs the sign-in");
    return steps.skip("mapping", "needs the page");
  }
  const bool read = steps.run("first page", [&] {
    page = client.fetch(job.request.build(variables), {});
    return fmt::format("{} records, total {}, window [{}, {})", page.records.size(),
                       page.total ? std::to_string(*page.total) : "not told",
                       base::format_datetime(window.from, job.job.zone),
                       base::format_datetime(window.to, job.job.zone));
  });
  if (!read) return steps.skip("mapping", "needs the page");
  steps.run("mapping", [&] {
    const auto most = std::numeric_limits<std::size_t>::max();
    return rows_text(job, map_page(job, page, variables, most), page.records.size());
  });
}

void check_target(const run::CompiledJob& job, const run::Wiring& wiring, Steps& steps) {
  std::unique_ptr<mysql::Connection> connection;
  const bool open = steps.run("mysql", [&] {
    connection = wiring.connect();
    return fmt::format("{}, rows are written by method {}", connection->server().version,
                       connection->write_method());
  });
  if (!open) {
    steps.skip("table", "needs the connection");
    steps.skip("rights", "needs the connection");
    return steps.skip("state", "needs the connection");
  }
  const auto state = run::state_of(job, wiring.target_database);
  std::vector<std::string> hazards;
  // A no-op job writes none but the tool's own tables.
  if (!job.job.target.no_op()) {
    steps.run("table", [&] {
      const auto table = run::target_table(job, *connection, wiring.target_database, true);
      hazards = run::hazards_of(job, table);
      return fmt::format("{}.{} fits the statement and the mapping", table.database, table.name);
    });
  }
  for (const auto& hazard : hazards) steps.warn("table", hazard);
  if (!job.job.target.no_op()) {
    steps.run("rights", [&] {
      run::check_rights(job, *connection);
      return "the user may run main_sql";
    });
  }
  bool creates = true;
  steps.run("state", [&] {
    if (!state.tables_exist(*connection)) {
      creates = state.may_create(*connection);
      return fmt::format("no tables yet in {}; the first run creates them", state.database());
    }
    state.check_rights(*connection);
    return fmt::format("tables are there in {}, the user may write to them", state.database());
  });
  if (!creates)
    steps.warn("state", fmt::format("no right to CREATE in {} is seen; without one, have the "
                                    "output of erp2mysql ddl JOB --state created once",
                                    state.database()));
}

void print_json(const run::CompiledJob& job, const Steps& steps) {
  Json out{{"job", job.job.name}, {"ok", steps.exit_code() == 0}};
  for (const auto& step : steps.all()) {
    out["steps"].push_back({{"name", step.name},
                            {"status", step.status},
                            {"text", step.text},
                            {"hint", step.hint},
                            {"exit_code", step.exit_code}});
  }
  out["exit_code"] = steps.exit_code();
  print(out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace

int check(const Options& options) {
  const auto job = load_job(options.jobs[0], options);
  if (!job) return base::exit_code(ErrorKind::config);
  const auto now =
      options.now ? parse_time(*options.now, job->job.zone, "--now") : base::system_clock().now();
  const Assembly assembly(*job);
  Steps steps(options.json);
  steps.run("job file", [&] {
    return fmt::format("{}, {} columns into {}", job->job.name, job->statement.columns.size(),
                       job->statement.table);
  });
  check_source(*job, assembly.wiring(), preview_window(*job, now), steps);
  check_target(*job, assembly.wiring(), steps);
  if (options.json) print_json(*job, steps);
  return steps.exit_code();
}

}  // namespace erp2mysql::cli
