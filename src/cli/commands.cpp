// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/cli/commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "erp2mysql/base/memory.hpp"
#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/base/unforeseen.hpp"
#include "erp2mysql/cli/alerts.hpp"
#include "erp2mysql/cli/assemble.hpp"
#include "erp2mysql/cli/language.hpp"
#include "erp2mysql/cli/metrics.hpp"
#include "erp2mysql/cli/progress.hpp"
#include "erp2mysql/cli/summary_file.hpp"
#include "erp2mysql/plan/windows.hpp"
#include "run_accounts.hpp"

namespace erp2mysql::cli {

using base::Error;
using base::ErrorKind;

namespace {

// Results of these commands are sentences; those of the others are data and stay as they are.
bool speaks(const Options& options) {
  constexpr std::string_view k_speaking[] = {"run",   "backfill", "validate",  "status",
                                             "state", "check",    "reconcile", "report"};
  const bool sentences = std::find(std::begin(k_speaking), std::end(k_speaking), options.command) !=
                             std::end(k_speaking) ||
                         options.action == "replay" || options.action == "drop";
  return sentences && !options.json;
}

bool g_results_speak = false;

}  // namespace

void print(std::string_view text) {
  const std::string clean = base::scrub(g_results_speak ? said_result(text) : std::string(text));
  std::fwrite(clean.data(), 1, clean.size(), stdout);
}

void print_error(const Error& error) {
  const std::string where = error.where().empty() ? "" : said(error.where()) + ": ";
  std::string text = fmt::format("erp2mysql: {}{}\n", where, said(error.message()));
  if (!error.hint().empty()) text += fmt::format("  {}\n", said(error.hint()));
  text = base::scrub(text);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

base::Instant parse_time(const std::string& text, const base::Zone& zone, std::string_view flag) {
  if (const auto time = base::parse_datetime(text, zone)) return *time;
  throw Error(ErrorKind::usage,
              fmt::format("{} takes a time such as '2024-01-08 00:10:00', found {}", flag, text));
}

namespace {

std::string line_of(job::Problem problem) {
  problem.message = said(problem.message);
  problem.hint = said(problem.hint);
  return job::to_text(problem) + "\n";
}

}  // namespace

std::optional<run::CompiledJob> load_job(const std::string& file, const Options& options) {
  job::LoadOptions load;
  load.connections_file = options.connections;
  load.account = options.account;
  auto loaded = job::load(file, load);
  auto compiled = run::compile(loaded);
  std::string text;
  // What several accounts have in common is told once.
  static std::set<std::string> told;
  const auto tell = [&](const std::string& line) {
    if (told.insert(line).second) text += line;
  };
  for (const auto& warning : loaded.warnings) {
    if (options.command == "validate") tell(said("warning: ") + line_of(warning));
    if (options.command != "validate") base::log_info("{}", job::to_text(warning));
  }
  for (const auto& problem : loaded.problems) tell(line_of(problem));
  text = base::scrub(text);
  std::fwrite(text.data(), 1, text.size(), stderr);
  if (!compiled) return compiled;
  for (const auto& [name, value] : options.variables) compiled->extra_variables[name] = value;
  return compiled;
}

int validate(const Options& options) {
  int code = 0;
  for (const auto& one : for_each_account(options)) {
    const auto& file = one.jobs[0];
    const auto job = load_job(file, one);
    if (!job) code = base::exit_code(ErrorKind::config);
    const auto which = one.account.empty() ? file : file + "@" + one.account;
    if (job && !options.json) {
      print(fmt::format("{}: ok, {} columns into {}\n", which, job->statement.columns.size(),
                        job->statement.table));
    }
    const auto account =
        one.account.empty() ? "" : fmt::format("\"account\": {}, ", base::quoted(one.account));
    if (options.json)
      print(fmt::format("{{\"file\": {}, {}\"valid\": {}}}\n", base::quoted(file), account,
                        job.has_value()));
  }
  return code;
}

run::RunOptions reading_options(const Options& options, const run::CompiledJob& job) {
  const auto& zone = job.job.zone;
  run::RunOptions run;
  if (options.now) run.now = parse_time(*options.now, zone, "--now");
  if (options.from) {
    run.explicit_stretch = base::Range{parse_time(*options.from, zone, "--from"),
                                       parse_time(*options.to, zone, "--to")};
    if (run.explicit_stretch->empty()) throw Error(ErrorKind::usage, "--to must lie after --from");
  }
  run.preflight = options.preflight;
  run.accept_change = options.accept_change;
  run.parallel = options.parallel;
  if (!options.max_runtime.empty())
    run.max_runtime = parse_time_span(options.max_runtime, "--max-runtime");
  run.run_id = run::new_run_id(base::system_clock().now());
  base::set_log_run(job.job.name, run.run_id);
  return run;
}

namespace {

// A word for a shell: what is printed can be pasted.
std::string shell_word(const std::string& text) {
  constexpr std::string_view k_plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,";
  if (!text.empty() && text.find_first_not_of(k_plain) == std::string::npos) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

// The command with what every way of repeating it needs.
std::string command_again(const Options& options) {
  auto out = fmt::format("erp2mysql {} {}", options.command, shell_word(options.jobs[0]));
  if (!options.connections.empty()) out += " --connections " + shell_word(options.connections);
  if (!options.account.empty()) out += " --account " + shell_word(options.account);
  for (const auto& [name, value] : options.variables)
    out += " --var " + shell_word(name + "=" + value);
  return out;
}

// The command that reads a failed window again, or goes on with all that was asked for.
std::string repair(const run::RunResult& result, const Options& options, const base::Zone& zone) {
  const auto again = command_again(options);
  if (!options.window.empty()) return again + " --window " + options.window;
  if (!options.from) return again;
  if (!result.failed_window || result.status == "interrupted") {
    return fmt::format("{} --from '{}' --to '{}'{}{}", again, *options.from, *options.to,
                       options.step.empty() ? "" : " --step " + options.step,
                       options.shard.empty() ? "" : " --shard " + options.shard);
  }
  const auto& window = result.failed_window->time;
  // Beside other shards only another part may run.
  if (!options.shard.empty()) return again + " --window " + plan::window_id(window);
  return fmt::format("{} --from '{}' --to '{}'", again, base::format_datetime(window.from, zone),
                     base::format_datetime(window.to, zone));
}

}  // namespace

namespace {

// A collector that cannot be fed is no reason to call a good run bad.
void write_metrics(const run::RunResult& result, const Options& options) {
  if (options.metrics_file.empty()) return;
  try {
    write_file(options.metrics_file, metrics_text(result, base::system_clock().now()));
  } catch (const Error& error) {
    base::log_warning("{}", error.what());
  }
}

// What else there is to tell must be told, too, and the run's own failure counts more.
int write_summary(const run::RunResult& result, const Options& options, const base::Zone& zone) {
  try {
    if (!options.summary.empty()) write_file(options.summary, run::to_json(result, zone) + "\n");
  } catch (const Error& error) {
    print_error(error);
    if (result.exit_code == 0) return base::exit_code(error.kind());
  }
  return result.exit_code;
}

}  // namespace

int report(const run::RunResult& result, const Options& options, const run::CompiledJob& job) {
  const auto& zone = job.job.zone;
  if (result.status == "locked" && options.skip_if_locked) return 0;
  const run::NextCommands next{
      repair(result, options, zone),
      fmt::format("erp2mysql quarantine list {}", shell_word(options.jobs[0]))};
  if (result.error) {
    print_error(*result.error);
    if (result.failed_window && result.status == "failed") {
      const auto text = base::scrub(said("  to read the window again: " + next.again));
      std::fputs((text + "\n").c_str(), stderr);
    }
  }
  if (options.json) print(run::to_json(result, zone) + "\n");
  // Cron mails whatever is printed, so success speaks only to a terminal. A plan was asked for.
  const bool to_terminal = !options.json && isatty(STDOUT_FILENO) != 0;
  if (options.text || to_terminal || (result.plan_only && !options.json))
    print(run::to_text(result, zone, next));
  const int code = write_summary(result, options, zone);
  write_metrics(result, options);
  send_alerts(job, result, next.again, next.inspect);
  return code;
}

run::RunResult watched_sync(const run::CompiledJob& job, const Assembly& assembly,
                            const run::RunOptions& run, const Options& options) {
  const ProgressDisplay display(progress_mode(options.progress), assembly.progress(),
                                {job.job.name, run.run_id, assembly.requests_per_second()});
  return run::sync(job, assembly.wiring(), run);
}

int run_job(const Options& options) {
  auto job = load_job(options.jobs[0], options);
  if (!job) return base::exit_code(ErrorKind::config);
  auto run = reading_options(options, *job);
  run.full = options.full;
  run.remedy = options.remedy;
  if (options.remedy) {
    if (!job->remedy) {
      throw Error(ErrorKind::config, "the job has no source.omissionRemedy")
          .hint("backfill JOB --from T --to T reads what is missing");
    }
    job->request = std::move(*job->remedy);
  }
  run.dry_run = options.dry_run;
  const Assembly assembly(*job);
  return report(watched_sync(*job, assembly, run, options), options, *job);
}

namespace {

struct Command {
  std::string_view name;
  int (*run)(const Options&);
};

constexpr Command k_commands[] = {
    {"backfill", backfill},
    {"check", check},
    {"completion", completion},
    {"ddl", ddl},
    {"eval", eval},
    {"explain", explain},
    {"functions", functions},
    {"import", import_metadata},
    {"init", init},
    {"manual", manual},
    {"platforms", platforms},
    {"preview", preview},
    {"quarantine", quarantine},
    {"reconcile", reconcile},
    {"report", report_jobs},
    {"run", run_job},
    {"schema", schema},
    {"state", state},
    {"status", status},
    {"validate", validate},
};

int dispatch(const Options& options) {
  if (const auto code = run_accounts(options)) return *code;
  for (const auto& command : k_commands) {
    if (command.name == options.command) return command.run(options);
  }
  throw Error(ErrorKind::bug, "the command \"" + options.command + "\" has no code");
}

}  // namespace

int main_program(int argc, const char* const* argv) {
  const auto parsed = parse(argc, argv);
  if (!parsed.options) {
    if (parsed.exit_code == 0) {
      print(parsed.text);
    } else {
      print_error(Error(ErrorKind::usage, parsed.text).hint("erp2mysql --help"));
    }
    return parsed.exit_code;
  }
  try {
    base::hide_memory();
    base::install_stop_handlers();
    base::keep_freed_memory();
    auto log = parsed.options->log;
    log.say = [](std::string_view text) { return said(text); };
    log.before = ProgressDisplay::before_line;
    log.after = ProgressDisplay::after_line;
    base::open_log(log);
    g_results_speak = speaks(*parsed.options);
    auto options = *parsed.options;
    options.words.assign(argv, argv + argc);
    const int code = dispatch(options);
    // Long results were written, or not, before this.
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    const Error unheard(ErrorKind::local, "standard output could not be written");
    print_error(unheard);
    return code == 0 ? base::exit_code(unheard.kind()) : code;
  } catch (const Error& error) {
    print_error(error);
    const bool stopped = error.kind() == ErrorKind::interrupted && base::stop_signal() != 0;
    return stopped ? 128 + base::stop_signal() : base::exit_code(error.kind());
  } catch (const std::exception& error) {
    const auto unforeseen = base::unforeseen(error);
    print_error(unforeseen);
    return base::exit_code(unforeseen.kind());
  }
}

}  // namespace erp2mysql::cli
