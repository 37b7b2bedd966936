// SPDX-License-Identifier: Apache-2.0
// A command for every account of a job: each in a process of its own, some at a time, so that
// whatever becomes of one the others go on. It decides nothing about what a command does.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "erp2mysql/cli/options.hpp"

namespace erp2mysql::cli {

/// The exit code of a command that was run for all accounts. Nothing when the job has none, one was
/// asked for, or the command looks after accounts itself. Throws base::Error{usage} for commands
/// that one account must be named for.
std::optional<int> run_accounts(const Options& options);

/// Of the codes of all accounts the one that the whole ends with: the one that needs a person
/// soonest. Pure.
int worst_code(const std::vector<int>& codes);

/// The words for one account: those of the whole without what the whole does itself. Pure.
std::vector<std::string> words_for(const Options& options, const std::string& account);

/// "dir/erp@shop.prom" of "dir/erp.prom". Pure.
std::string file_for(const std::string& file, const std::string& account);

}  // namespace erp2mysql::cli
