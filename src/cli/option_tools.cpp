// SPDX-License-Identifier: Apache-2.0
// Options of the commands that look at a job or make one; none of them writes to a table.
#include <string_view>

#include "erp2mysql/source/source.hpp"
#include "option_parts.hpp"

namespace erp2mysql::cli {
namespace {

std::vector<std::string> platform_names() {
  std::vector<std::string> out;
  for (const auto* entry : source::registry()) out.emplace_back(entry->name);
  return out;
}

void add_output(CLI::App& command, Texts& texts) {
  command.add_option("-o,--output", texts.output, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
}

void add_explain(CLI::App& app, Options& options, Texts& texts) {
  auto* explain = app.add_subcommand(
      "explain",
      "the job as it will run: every value with its origin, windows, the exact request and the "
      "text that is signed, SQL, limits; no network");
  explain->add_option("job", options.jobs, "job file")->required()->expected(1);
  explain->add_option("--from", options.from, "with --to: the windows of this stretch");
  explain->add_option("--to", options.to, "end of the stretch, not part of it");
  explain->add_option("--parallel", options.parallel, "windows at a time (default: sync.parallel)")
      ->check(CLI::Range(1, 64));
  add_common(*explain, options, texts);
}

void add_check(CLI::App& app, Options& options, Texts& texts) {
  auto* check = app.add_subcommand(
      "check",
      "signs in, fetches one page, connects to MySQL, holds the table against the statement; "
      "writes nothing");
  check->add_option("job", options.jobs, "job file")->required()->expected(1);
  add_common(*check, options, texts);
}

void add_init(CLI::App& app, Options& options) {
  auto* init = app.add_subcommand(
      "init",
      "writes a commented job to start from, with .env.example, the table's DDL and the "
      "schema that editors use; asks for what is missing on a terminal only");
  init->add_option("platform", options.platform, "the ERP's interface")
      ->check(CLI::IsMember(platform_names()));
  init->add_option("job", options.job_file, "job file to write (default: PLATFORM.json)");
  init->add_option("--name", options.name, "name of the job (default: that of the file)");
  init->add_option("--api", options.api,
                   "API to read (default: one that the platform is known by)");
  init->add_option("--table", options.table, "target table");
  init->add_option("--database", options.database, "target database (default: bi)");
  init->add_flag("--force", options.force, "replace files that are there");
}

void add_import(CLI::App& app, Options& options) {
  auto* import = app.add_subcommand(
      "import",
      "makes a job from two QEasy metadata files as exported or as printed in articles; says what "
      "it repaired and what it could not take over");
  import->add_option("source", options.metadata[0], "metadata of the source, - for stdin")
      ->required();
  import->add_option("target", options.metadata[1], "metadata of the target")->required();
  import->add_option("-o,--job-file", options.job_file, "job file to write (default: stdout)");
  import
      ->add_option("--platform", options.platform,
                   "the source's interface, where the api does "
                   "not tell it")
      ->check(CLI::IsMember(platform_names()));
  import->add_option("--name", options.name, "name of the job (default: that of the file)");
  import->add_flag("--force", options.force, "replace the job file that is there");
}

void add_schema(CLI::App& app, Options& options) {
  auto* schema = app.add_subcommand("schema", "JSON Schema of the job file, for editors and CI");
  schema->add_option("--format", options.form, "json (the schema) or markdown (the reference page)")
      ->check(CLI::IsMember({"json", "markdown"}));
}

void add_pages(CLI::App& app, Options& options) {
  auto* completion = app.add_subcommand("completion", "a completion script for the shell");
  completion->add_option("shell", options.form, "bash or zsh")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh"}));
  // For the build and the docs; no command of daily use.
  auto* manual = app.add_subcommand("manual", "all commands and flags as one page")->group("");
  manual->add_option("form", options.form, "man or markdown")
      ->required()
      ->check(CLI::IsMember({"man", "markdown"}));
}

}  // namespace

void add_inspecting(CLI::App& app, Options& options, Texts& texts) {
  add_check(app, options, texts);
  add_explain(app, options, texts);
}

void add_writing_tools(CLI::App& app, Options& options, Texts& texts) {
  add_init(app, options);
  add_import(app, options);
  add_schema(app, options);
  auto* platforms =
      app.add_subcommand("platforms", "the ERPs that can be read: connection keys, limits, paging");
  add_output(*platforms, texts);
  add_pages(app, options);
}

}  // namespace erp2mysql::cli
