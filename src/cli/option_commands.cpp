// SPDX-License-Identifier: Apache-2.0
#include "option_parts.hpp"

namespace erp2mysql::cli {

void add_common(CLI::App& command, Options& options, Texts& texts) {
  command.add_option("--connections", options.connections,
                     "file of named connections (default: connections.json beside the job)");
  command.add_option("--account", options.account,
                     "only this one of the job's accounts (default: all of them)");
  command.add_option("--var", texts.variables, "name=value, usable as {{name}} in the job");
  command.add_option("--now", options.now, "what the job sees as time, e.g. '2024-01-08 00:10:00'");
  command
      .add_option("-o,--output", texts.output,
                  "text or json; without it a run is silent unless a terminal watches")
      ->check(CLI::IsMember({"text", "json"}));
  command.add_option("--log-level", texts.level, "debug, info, warning, error or off")
      ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}));
  command.add_option("--log-format", texts.format, "text or json")
      ->check(CLI::IsMember({"text", "json"}));
  command.add_option("--log-file", options.log.file,
                     "append log lines to this file instead of stderr");
}

// What run and backfill take alike.
void add_reading(CLI::App& command, Options& options, Texts& texts) {
  command.add_option("--parallel", options.parallel, "windows at a time (default: sync.parallel)")
      ->check(CLI::Range(1, 64));
  command
      .add_option("--parallel-accounts", options.parallel_accounts,
                  "accounts at a time (default: sync.parallelAccounts)")
      ->check(CLI::Range(1, 64));
  command.add_option("--max-runtime", options.max_runtime,
                     "start no window later than this, e.g. 50m; ends with 75");
  command.add_flag("--accept-change", options.accept_change,
                   "the job's request, mapping or statement is meant to differ from before");
  command.add_option("--if-locked", texts.if_locked, "fail (exit 11) or skip (exit 0, silent)")
      ->check(CLI::IsMember({"fail", "skip"}));
  add_watching(command, options);
  command.add_option("--summary", options.summary, "write the JSON result to this file as well");
  add_common(command, options, texts);
}

void add_preflight(CLI::App& command, Options& options) {
  command.add_flag("!--no-preflight", options.preflight,
                   "do not read the table's metadata, for accounts that must not");
}

namespace {

void add_backfill(CLI::App& app, Options& options, Texts& texts) {
  auto* backfill = app.add_subcommand(
      "backfill",
      "read a stretch of the past; goes on where it was stopped, never moves the "
      "watermark");
  backfill->add_option("job", options.jobs, "job file")->required()->expected(1);
  backfill->add_option("--from", options.from, "start of the stretch");
  backfill->add_option("--to", options.to, "end of the stretch, not part of it");
  auto* step = backfill->add_option("--step", options.step,
                                    "longest window, e.g. 6h (default: sync.window)");
  auto* shard = backfill->add_option(
      "--shard", options.shard,
      "i/n: read every n-th window, with the n-th part of the rate limit, then those of shards "
      "that died; auto/n takes i from SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX, auto also n "
      "from SLURM_ARRAY_TASK_COUNT");
  backfill
      ->add_option("--window", options.window,
                   "one window by its id as --plan prints it, instead of --from and --to")
      ->excludes(backfill->get_option("--from"))
      ->excludes(backfill->get_option("--to"))
      ->excludes(step)
      ->excludes(shard);
  backfill->add_flag("--restart", options.restart, "read what is done already as well");
  backfill->add_flag("--plan", options.plan, "print the windows that are to be read, and end");
  add_reading(*backfill, options, texts);
}

void add_state(CLI::App& app, Options& options, Texts& texts) {
  auto* state = app.add_subcommand("state", "the watermark, by hand");
  state->require_subcommand(1);
  const auto add = [&](const char* name, const char* text) {
    auto* action = state->add_subcommand(name, text);
    // A list would take the time after it for a second job.
    const auto take = [&options](const std::string& file) { options.jobs = {file}; };
    action->add_option_function<std::string>("job", take, "job file")->required();
    action->callback([&options, name] { options.action = name; });
    add_common(*action, options, texts);
    return action;
  };
  add("show", "the watermark");
  auto* set = add("set", "move the watermark; e.g. erp2mysql state set jobs/a.json '2024-01-08'");
  set->add_option("time", options.watermark, "everything before it counts as read")->required();
  auto* reset = add("reset", "forget watermark and windows; the next run begins at sync.start");
  for (auto* action : {set, reset})
    action->add_flag("--yes", options.yes, "do not ask for a confirmation");
}

void add_run(CLI::App& app, Options& options, Texts& texts) {
  auto* run = app.add_subcommand(
      "run", "read what is new and write it; e.g. erp2mysql run jobs/saleout.json");
  run->add_option("job", options.jobs, "job file")->required()->expected(1);
  run->add_option("--from", options.from,
                  "with --to: read one explicit stretch; the watermark stays");
  run->add_option("--to", options.to, "end of the stretch, not part of it");
  auto* full = run->add_flag("--full", options.full, "from sync.start instead of the watermark");
  auto* remedy = run->add_flag(
      "--remedy", options.remedy,
      "send the request of source.omissionRemedy, which fills gaps; the watermark stays");
  remedy->excludes(full)->excludes(run->get_option("--from"));
  run->add_flag("--dry-run", options.dry_run, "read and map, write nothing");
  add_preflight(*run, options);
  add_reading(*run, options, texts);
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

void add_quarantine(CLI::App& app, Options& options, Texts& texts) {
  auto* quarantine = app.add_subcommand("quarantine", "the rows that could not be written");
  quarantine->require_subcommand(1);
  const auto add = [&](const char* name, const char* about) {
    auto* action = quarantine->add_subcommand(name, about);
    action->add_option("job", texts.entries_of, "job file")->required();
    action->add_option("ids", options.ids, "entries by their ids");
    action
        ->add_option("--state", options.states,
                     "only entries that are open, unmatched, done, filtered or superseded, or all;"
                     " default: open,unmatched")
        ->delimiter(',')
        ->check(CLI::IsMember({"open", "unmatched", "done", "filtered", "superseded", "all"}));
    add_common(*action, options, texts);
    return action;
  };
  add("list", "one line per entry");
  add("show", "entries with raw record, mapped values and reason");
  auto* replay = add("replay", "map the raw records again by the present job file and write them");
  auto* drop = add("drop", "forget entries");
  for (auto* action : {replay, drop})
    action->add_flag("--all", options.all, "every entry instead of ids");
  add_preflight(*replay, options);
  drop->add_flag("--yes", options.yes, "do not ask");
}

void add_validate(CLI::App& app, Options& options, Texts& texts) {
  auto* validate = app.add_subcommand("validate", "everything that can be known without a network");
  validate->add_option("job", options.jobs, "job files")->required();
  add_common(*validate, options, texts);
}

void add_preview(CLI::App& app, Options& options, Texts& texts) {
  auto* preview = app.add_subcommand(
      "preview", "first page: request, raw record, mapped row, SQL; writes nothing");
  preview->add_option("job", options.jobs, "job file")->required()->expected(1);
  preview->add_option("--rows", options.rows, "rows to show")->check(CLI::Range(1, 1000));
  add_common(*preview, options, texts);
}

void add_status(CLI::App& app, Options& options, Texts& texts) {
  auto* status =
      app.add_subcommand("status", "watermark, lag, last runs, open windows, quarantine");
  status->add_option("job", options.jobs, "job files")->required();
  add_common(*status, options, texts);
}

void add_ddl(CLI::App& app, Options& options, Texts& texts) {
  auto* ddl = app.add_subcommand(
      "ddl", "CREATE TABLE for the target, guessed from the mapping and the first page");
  ddl->add_option("job", options.jobs, "job file")->required()->expected(1);
  ddl->add_flag("--state", options.state_tables, "the tool's own tables instead");
  add_common(*ddl, options, texts);
}

}  // namespace

void add_commands(CLI::App& app, Options& options, Texts& texts) {
  app.require_subcommand(1);
  add_validate(app, options, texts);
  add_inspecting(app, options, texts);
  add_preview(app, options, texts);
  add_run(app, options, texts);
  add_backfill(app, options, texts);
  add_reconcile(app, options, texts);
  add_state(app, options, texts);
  add_status(app, options, texts);
  add_report(app, options, texts);
  add_eval(app, options);
  add_quarantine(app, options, texts);
  add_ddl(app, options, texts);
  add_writing_tools(app, options, texts);
}

}  // namespace erp2mysql::cli
