// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/cli/commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/assemble.hpp"
#include "erp2mysql/cli/summary_file.hpp"

namespace erp2mysql::cli {

using base::Error;
using base::ErrorKind;

void print(std::string_view text) {
  const std::string clean = base::scrub(text);
  std::fwrite(clean.data(), 1, clean.size(), stdout);
}

void print_error(const Error& error) {
  std::string text = fmt::format("erp2mysql: {}\n", error.what());
  if (!error.hint().empty()) text += fmt::format("  {}\n", error.hint());
  text = base::scrub(text);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

base::Instant parse_time(const std::string& text, const base::Zone& zone, std::string_view flag) {
  if (const auto time = base::parse_datetime(text, zone)) return *time;
  throw Error(ErrorKind::usage,
              fmt::format("{} takes a time such as '2024-01-08 00:10:00', found {}", flag, text));
}

std::optional<run::CompiledJob> load_job(const std::string& file, const Options& options) {
  job::LoadOptions load;
  load.connections_file = options.connections;
  auto loaded = job::load(file, load);
  auto compiled = run::compile(loaded);
  std::string text;
  for (const auto& warning : loaded.warnings) {
    if (options.command == "validate") text += "warning: " + job::to_text(warning) + "\n";
    if (options.command != "validate") base::log_info("{}", job::to_text(warning));
  }
  for (const auto& problem : loaded.problems) text += job::to_text(problem) + "\n";
  text = base::scrub(text);
  std::fwrite(text.data(), 1, text.size(), stderr);
  if (compiled) compiled->extra_variables = options.variables;
  return compiled;
}

int validate(const Options& options) {
  int code = 0;
  for (const auto& file : options.jobs) {
    const auto job = load_job(file, options);
    if (!job) code = base::exit_code(ErrorKind::config);
    if (job && !options.json) {
      print(fmt::format("{}: ok, {} columns into {}\n", file, job->statement.columns.size(),
                        job->statement.table));
    }
    if (options.json)
      print(fmt::format("{{\"file\": {}, \"valid\": {}}}\n", base::quoted(file), job.has_value()));
  }
  return code;
}

int run_job(const Options& options) {
  const auto job = load_job(options.jobs[0], options);
  if (!job) return base::exit_code(ErrorKind::config);
  const auto& zone = job->job.zone;
  run::RunOptions run;
  if (options.now) run.now = parse_time(*options.now, zone, "--now");
  if (options.from) {
    run.explicit_stretch = base::Range{parse_time(*options.from, zone, "--from"),
                                       parse_time(*options.to, zone, "--to")};
    if (run.explicit_stretch->empty()) throw Error(ErrorKind::usage, "--to must lie after --from");
  }
  run.full = options.full;
  run.dry_run = options.dry_run;
  run.preflight = options.preflight;
  run.run_id = run::new_run_id(base::system_clock().now());
  base::set_log_run(job->job.name, run.run_id);
  const Assembly assembly(*job);
  const auto result = run::sync(*job, assembly.wiring(), run);
  if (result.status == "locked" && options.skip_if_locked) return 0;
  if (result.error) print_error(*result.error);
  if (options.json) print(run::to_json(result, zone) + "\n");
  // Cron mails whatever is printed, so success speaks only to a terminal.
  if (options.text || (!options.json && isatty(STDOUT_FILENO) != 0))
    print(run::to_text(result, zone));
  if (!options.summary.empty()) write_file(options.summary, run::to_json(result, zone) + "\n");
  return result.exit_code;
}

namespace {

int dispatch(const Options& options) {
  if (options.command == "validate") return validate(options);
  if (options.command == "preview") return preview(options);
  if (options.command == "status") return status(options);
  if (options.command == "eval") return eval(options);
  if (options.command == "functions") return functions(options);
  if (options.command == "ddl") return ddl(options);
  if (options.command == "quarantine") return quarantine(options);
  return run_job(options);
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
    base::install_stop_handlers();
    base::open_log(parsed.options->log);
    const int code = dispatch(*parsed.options);
    if (std::fflush(stdout) != 0)
      throw Error(ErrorKind::local, "standard output could not be written");
    return code;
  } catch (const Error& error) {
    print_error(error);
    const bool stopped = error.kind() == ErrorKind::interrupted && base::stop_signal() != 0;
    return stopped ? 128 + base::stop_signal() : base::exit_code(error.kind());
  } catch (const std::exception& error) {
    print_error(Error(ErrorKind::bug, error.what()));
    return base::exit_code(ErrorKind::bug);
  }
}

}  // namespace erp2mysql::cli
