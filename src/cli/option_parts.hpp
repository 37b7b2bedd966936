// SPDX-License-Identifier: Apache-2.0
// How the commands declare their options: one adder per command, all in one list. Internal to the
// parsing of the command line; nothing else includes CLI11.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/cli/options.hpp"

namespace erp2mysql::cli {

/// What CLI11 fills and parse() turns into options afterwards.
struct Texts {
  std::vector<std::string> variables;
  std::string entries_of;  // the job of `quarantine`; a list would swallow the ids behind it
  std::string output, if_locked = "fail", level = "warning", format = "text";
};

/// Flags of every command that loads a job.
void add_common(CLI::App& command, Options& options, Texts& texts);
/// Flags of the commands that read windows, the common ones included.
void add_reading(CLI::App& command, Options& options, Texts& texts);
void add_preflight(CLI::App& command, Options& options);

/// report.
void add_report(CLI::App& app, Options& options, Texts& texts);
/// Flags for those who watch a run.
void add_watching(CLI::App& command, Options& options);
/// --lang of every command.
void add_language(CLI::App& app, Options& options);
/// Descriptions and headings in the spoken language; call it last.
void translate_help(CLI::App& app);
/// explain and check.
void add_inspecting(CLI::App& app, Options& options, Texts& texts);
/// init, import, schema, platforms, completion and the pages made from the command line itself.
void add_writing_tools(CLI::App& app, Options& options, Texts& texts);
void add_reconcile(CLI::App& app, Options& options, Texts& texts);

/// All commands, in the order of the help.
void add_commands(CLI::App& app, Options& options, Texts& texts);

/// The whole command line, each command with its example. Borrows all three.
void describe(CLI::App& app, Options& options, Texts& texts);

/// Example command lines of a command, by its words ("quarantine list").
std::vector<std::string_view> examples_of(std::string_view command);

}  // namespace erp2mysql::cli
