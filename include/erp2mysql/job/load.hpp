// SPDX-License-Identifier: Apache-2.0
// Reads a job file and reports all its problems in one pass, each with its place. It opens files
// (the job, connections, secret files) but no socket.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/job/job.hpp"

namespace erp2mysql::job {

struct Place {
  std::size_t line = 0;    // 1-based; 0 when unknown
  std::size_t column = 0;  // 1-based, in bytes
};

/// One mistake or warning of the job file. `message` says what was found and what is allowed.
struct Problem {
  std::string file;
  Place place;
  std::string pointer;  // JSON pointer, "" is the whole file
  std::string message;
  std::string hint;  // nearest key, or what to do; may be empty
};
/// "jobs/a.json:3:7 /source/apii: unknown key; did you mean "api"?"
std::string to_text(const Problem& problem);

struct LoadOptions {
  std::string connections_file;  // empty: connections.json beside the job, if there
  std::string account;           // which of the job's accounts; empty: the first one
  /// Looks up an environment variable; default std::getenv. For tests.
  std::function<std::optional<std::string>(const std::string&)> env;
};

struct Loaded {
  Job job;  // complete only when problems is empty
  std::vector<Problem> problems;
  std::vector<Problem> warnings;        // e.g. a literal secret
  std::map<std::string, Place> places;  // JSON pointer → place in the job file
  std::vector<std::string> accounts;    // names of all, in the order of the list

  /// For the checks of upper floors: adds a problem at a pointer (or its nearest known parent).
  void add_problem(std::string_view pointer, std::string message, std::string hint = {});
  void add_warning(std::string_view pointer, std::string message, std::string hint = {});
};

/// Never throws for the content of the file; an unreadable file is a problem, too. Registers
/// every resolved secret with base::register_secret.
Loaded load(const std::string& file, const LoadOptions& options = {});
/// The same for a text already in memory (`file` is for messages and relative paths).
Loaded load_text(const std::string& file, std::string_view text, const LoadOptions& options = {});

/// The names in `accounts`, in their order; none when the job has no such key, or when it cannot be
/// read, of which load() tells.
std::vector<std::string> account_names(const std::string& file, const LoadOptions& options = {});

/// The connection keys that a platform knows, for messages, `platforms` and the JSON Schema.
struct PlatformKeys {
  std::string_view platform;
  std::vector<std::string_view> keys;  // all
  std::vector<std::string_view> required;
  std::vector<std::string_view> secrets;
};
const std::vector<PlatformKeys>& platforms();

}  // namespace erp2mysql::job
