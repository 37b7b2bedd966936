// SPDX-License-Identifier: Apache-2.0
// What each command does, from parsed options to an exit code. Results go to stdout, everything
// else to stderr.
#pragma once

#include "erp2mysql/cli/options.hpp"
#include "erp2mysql/job/load.hpp"
#include "erp2mysql/run/compiled_job.hpp"
#include "erp2mysql/run/sync.hpp"

namespace erp2mysql::cli {

class Assembly;

/// Parses, runs and reports; the whole program but for main's return.
int main_program(int argc, const char* const* argv);

int validate(const Options& options);
int preview(const Options& options);
int run_job(const Options& options);
int backfill(const Options& options);
int status(const Options& options);
int eval(const Options& options);
int functions(const Options& options);
int state(const Options& options);
int quarantine(const Options& options);
int ddl(const Options& options);
int explain(const Options& options);
int check(const Options& options);
int init(const Options& options);
int import_metadata(const Options& options);
int schema(const Options& options);
int platforms(const Options& options);
int report_jobs(const Options& options);
int completion(const Options& options);
int manual(const Options& options);
int reconcile(const Options& options);

/// One for each job file and each of its accounts, unless one account was asked for.
std::vector<Options> for_each_account(const Options& options);
/// Loads and compiles; prints all problems and warnings to stderr. Nothing when there are problems.
std::optional<run::CompiledJob> load_job(const std::string& file, const Options& options);
/// The newest window of the job, ended at `now`: where rows are most likely.
base::Range preview_window(const run::CompiledJob& job, base::Instant now);
/// A time of the command line in the job's zone; throws base::Error{usage}.
base::Instant parse_time(const std::string& text, const base::Zone& zone, std::string_view flag);
/// A duration of the command line above zero; throws base::Error{usage}.
base::Millis parse_time_span(const std::string& text, std::string_view flag);
/// What run and backfill take alike; throws base::Error{usage}.
run::RunOptions reading_options(const Options& options, const run::CompiledJob& job);
/// A run, its progress shown as the options say.
run::RunResult watched_sync(const run::CompiledJob& job, const Assembly& assembly,
                            const run::RunOptions& run, const Options& options);
/// Prints what a run came to, where and as the options say; the exit code.
int report(const run::RunResult& result, const Options& options, const run::CompiledJob& job);
/// Asks on the terminal, unless --yes was given; throws base::Error{usage} without a yes.
void confirm(const std::string& what, const Options& options);
/// "erp2mysql: …" with the hint on a second line; scrubbed.
void print_error(const base::Error& error);
/// Scrubbed text to stdout.
void print(std::string_view text);

}  // namespace erp2mysql::cli
