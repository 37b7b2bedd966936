// SPDX-License-Identifier: Apache-2.0
// The language of the command line's own texts, and the flags for those who watch.
#include "erp2mysql/cli/language.hpp"
#include "option_parts.hpp"

namespace erp2mysql::cli {

void add_language(CLI::App& app, Options& options) {
  app.add_option("--lang", options.lang, "language of texts for people: en or zh (default: LANG)")
      ->check(CLI::IsMember({"en", "zh"}));
  for (auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    add_language(*command, options);
}

void add_watching(CLI::App& command, Options& options) {
  command
      .add_option("--progress", options.progress,
                  "auto (a bar on a terminal), bar, plain, json or none; goes to stderr")
      ->check(CLI::IsMember({"auto", "bar", "plain", "json", "none"}));
  command.add_option("--metrics-file", options.metrics_file,
                     "write what the run came to as Prometheus text to this file");
}

void add_report(CLI::App& app, Options& options, Texts& texts) {
  auto* report = app.add_subcommand(
      "report",
      "one HTML page without network: data flow, run history, rows, duration, lag, quarantine");
  report->add_option("job", options.jobs, "job files")->required();
  report->add_option("-o,--html", options.job_file, "file to write")->required();
  report->add_option("--connections", options.connections,
                     "file of named connections (default: connections.json beside the job)");
  report->add_option("--var", texts.variables, "name=value, usable as {{name}} in the job");
  report->add_option("--now", options.now, "what the job sees as time, e.g. '2024-01-08 00:10:00'");
}

void translate_help(CLI::App& app) {
  if (spoken() == Language::english) return;
  app.description(said(app.get_description()));
  app.footer(said(app.get_footer()));
  for (auto* option : app.get_options()) {
    option->description(said(option->get_description()));
    if (option->get_group() == "Options") option->group("选项");
  }
  if (!app.get_group().empty()) app.group("命令");
  const auto formatter = app.get_formatter();
  for (const auto& [english, other] :
       {std::pair("Usage", "用法"), std::pair("OPTIONS", "选项"), std::pair("Options", "选项"),
        std::pair("SUBCOMMAND", "命令"), std::pair("SUBCOMMANDS", "命令"),
        std::pair("Subcommands", "命令"), std::pair("Positionals", "参数"),
        std::pair("REQUIRED", "必填")})
    formatter->label(english, other);
  for (auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
    translate_help(*command);
}

}  // namespace erp2mysql::cli
