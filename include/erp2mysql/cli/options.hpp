// SPDX-License-Identifier: Apache-2.0
// The command line as a plain struct. It runs nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "erp2mysql/base/log.hpp"

namespace erp2mysql::cli {

struct Options {
  std::string command;  // what stands first on the command line
  std::string action;   // of state and quarantine
  std::vector<std::string> jobs;
  std::string connections;
  std::string account;                // --account; empty: all of them, or the only one
  std::size_t parallel_accounts = 0;  // --parallel-accounts; 0: as the job says
  std::vector<std::string> words;     // the command line as it was given
  std::map<std::string, std::string, std::less<>> variables;  // --var
  std::optional<std::string> now, from, to;
  bool full = false, dry_run = false;
  bool remedy = false;                 // run --remedy
  bool restart = false, plan = false;  // backfill --restart, --plan
  std::string step, shard, window;     // backfill --step, --shard, --window
  std::size_t parallel = 0;            // --parallel; 0: as the job says
  std::string max_runtime;             // --max-runtime
  bool accept_change = false;          // --accept-change
  std::string watermark;               // state set JOB TIME
  bool json = false;                   // --output json
  bool text = false;                   // --output text was asked for, not just the default
  bool skip_if_locked = false;         // --if-locked skip
  std::int64_t rows = 5;               // preview --rows
  std::string summary;                 // --summary FILE
  std::string expression;              // eval
  std::string row, batch;              // eval --row FILE, --batch FILE
  bool preflight = true;               // --no-preflight
  bool state_tables = false;           // ddl --state
  std::vector<std::uint64_t> ids;      // quarantine entries
  std::vector<std::string> states;     // quarantine --state
  bool all = false, yes = false;       // --all, --yes
  std::string lang;                    // --lang
  std::string progress = "auto";       // --progress
  std::string platform, api, table;    // init
  std::string name, database;          // init --name, --database
  std::string job_file;                // init JOB, import -o
  std::string metadata[2];             // import SOURCE TARGET
  bool force = false;                  // --force: files may be replaced
  std::string form;                    // which shell, which kind of page

  // reconcile
  bool repair = false, delete_gone = false;
  std::string mark_gone;  // COLUMN=VALUE
  std::string time_column, version_column;
  std::size_t keys = 20;

  std::string metrics_file;  // --metrics-file FILE
  base::LogOptions log;
};

/// What main should do: run the options, or print a text and end.
struct Parsed {
  std::optional<Options> options;
  int exit_code = 0;
  std::string text;  // help or version on stdout, an error on stderr
};

/// Never exits. A mistake gives exit code 64 and a text with the nearest known word.
Parsed parse(int argc, const char* const* argv);

}  // namespace erp2mysql::cli
