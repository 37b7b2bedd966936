// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/cli/options.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <array>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::cli {
namespace {

constexpr std::array<std::string_view, 6> k_commands{"validate", "preview", "run",
                                                     "status",   "eval",    "functions"};
constexpr std::array<std::string_view, 18> k_flags{
    "--help",      "--version",  "--connections", "--var",        "--now",       "--from",
    "--to",        "--full",     "--dry-run",     "--output",     "--if-locked", "--rows",
    "--log-level", "--log-file", "--summary",     "--log-format", "--row",       "--batch"};

struct Texts {
  std::vector<std::string> variables;
  std::string output, if_locked = "fail", level = "warning", format = "text";
};

void add_common(CLI::App& command, Options& options, Texts& texts) {
  command.add_option("--connections", options.connections,
                     "file of named connections (default: connections.json beside the job)");
  command.add_option("--var", texts.variables, "name=value, usable as {{name}} in the job");
  command.add_option("--now", options.now, "what the job sees as time, e.g. '2024-01-08 00:10:00'");
  command
      .add_option("--output", texts.output,
                  "text or json; without it a run is silent unless a terminal watches")
      ->check(CLI::IsMember({"text", "json"}));
  command.add_option("--log-level", texts.level, "debug, info, warning, error or off")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}));
  command.add_option("--log-format", texts.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command.add_option("--log-file", options.log.file,
                     "append log lines to this file instead of stderr");
}

void add_run(CLI::App& app, Options& options, Texts& texts) {
  auto* run = app.add_subcommand(
      "run", "read what is new and write it; e.g. erp2mysql run jobs/saleout.json");
  run->add_option("job", options.jobs, "job file")->required()->expected(1);
  run->add_option("--from", options.from,
                  "with --to: read one explicit stretch; the watermark stays");
  run->add_option("--to", options.to, "end of the stretch, not part of it");
  run->add_flag("--full", options.full, "from sync.start instead of the watermark");
  run->add_flag("--dry-run", options.dry_run, "read and map, write nothing");
  run->add_option("--if-locked", texts.if_locked, "fail (exit 11) or skip (exit 0, silent)")
      ->check(CLI::IsMember({"fail", "skip"}));
  run->add_option("--summary", options.summary, "write the JSON result to this file as well");
  add_common(*run, options, texts);
}

void add_eval(CLI::App& app, Options& options) {
  auto* eval = app.add_subcommand("eval", "one _function expression, answered as SELECT would");
  eval->add_option("expression", options.expression, "e.g. \"ROUND({price}*{qty},2)\"");
  eval->add_option("--row", options.row, "JSON object whose fields the expression may name");
  eval->add_option("--batch", options.batch,
                   "one expression a line, - for standard input; one answer a line: \\\\ \\t \\n "
                   "\\r \\0 escaped, NULL, ERROR and the server's number when it fails");
  eval->add_option("--now", options.now, "what NOW() answers, e.g. '2024-03-05 15:08:09.123456'");
  app.add_subcommand("functions", "the functions that expressions may call, with examples");
}

void add_commands(CLI::App& app, Options& options, Texts& texts) {
  app.require_subcommand(1);
  auto* validate = app.add_subcommand("validate", "everything that can be known without a network");
  validate->add_option("job", options.jobs, "job files")->required();
  add_common(*validate, options, texts);
  auto* preview = app.add_subcommand(
      "preview", "first page: request, raw record, mapped row, SQL; writes nothing");
  preview->add_option("job", options.jobs, "job file")->required()->expected(1);
  preview->add_option("--rows", options.rows, "rows to show")->check(CLI::Range(1, 1000));
  add_common(*preview, options, texts);
  add_run(app, options, texts);
  auto* status =
      app.add_subcommand("status", "watermark, lag, last runs, open windows, quarantine");
  status->add_option("job", options.jobs, "job files")->required();
  add_common(*status, options, texts);
  add_eval(app, options);
}

base::LogLevel level_of(const std::string& word) {
  if (word == "debug") return base::LogLevel::debug;
  if (word == "info") return base::LogLevel::info;
  if (word == "error") return base::LogLevel::error;
  return word == "off" ? base::LogLevel::off : base::LogLevel::warning;
}

// Empty when all is well.
std::string finish(Options& options, const Texts& texts) {
  options.json = texts.output == "json";
  options.text = texts.output == "text";
  options.skip_if_locked = texts.if_locked == "skip";
  options.log.level = level_of(texts.level);
  options.log.format = texts.format == "json" ? base::LogFormat::json : base::LogFormat::text;
  for (const auto& text : texts.variables) {
    const auto equal = text.find('=');
    if (equal == std::string::npos || equal == 0)
      return "--var takes name=value, found " + base::quoted(text);
    options.variables[text.substr(0, equal)] = text.substr(equal + 1);
  }
  if (options.from.has_value() != options.to.has_value()) return "--from and --to belong together";
  if (options.from && options.full) return "--full and --from exclude each other";
  return {};
}

std::string with_nearest(std::string message, int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = base::split(argv[i], '=')[0];
    const bool flag = word.starts_with("-");
    const bool known =
        flag ? std::find(k_flags.begin(), k_flags.end(), word) != k_flags.end() : i > 1;
    if (known) continue;
    const auto near = flag ? base::nearest(word, k_flags) : base::nearest(word, k_commands);
    if (!near.empty() && near != word)
      return fmt::format(R"({}; did you mean "{}"?)", message, near);
  }
  return message;
}

}  // namespace

Parsed parse(int argc, const char* const* argv) {
  Options options;
  Texts texts;
  CLI::App app("erp2mysql moves ERP data into MySQL from one JSON job file.", "erp2mysql");
  app.set_version_flag("--version", "erp2mysql " ERP2MYSQL_VERSION);
  app.footer(
      "Exit codes: 0 done, 3 rows in quarantine, 11 locked, 64 usage, 65 data, 69 refused, 70 "
      "bug,\n"
      "74 local file, 75 run again, 76 nonsense from the peer, 77 credentials, 78 job file or "
      "schema.");
  add_commands(app, options, texts);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return {std::nullopt, 0, app.help()};
  } catch (const CLI::CallForVersion&) {
    return {std::nullopt, 0, "erp2mysql " ERP2MYSQL_VERSION "\n"};
  } catch (const CLI::ParseError& error) {
    const int usage = base::exit_code(base::ErrorKind::usage);
    return {std::nullopt, usage, with_nearest(error.what(), argc, argv)};
  }
  options.command = app.get_subcommands().front()->get_name();
  const std::string mistake = finish(options, texts);
  if (!mistake.empty()) return {std::nullopt, base::exit_code(base::ErrorKind::usage), mistake};
  return {std::move(options), 0, ""};
}

}  // namespace erp2mysql::cli
