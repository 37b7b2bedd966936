// SPDX-License-Identifier: Apache-2.0
// What `init` writes, as texts. It opens no file and asks nobody.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "starters.hpp"

namespace erp2mysql::cli {

struct NewJob {
  const Starter* starter = nullptr;
  std::string name, api, table, database;
  std::string start;  // sync.start
};

/// One variable that the written job takes from the environment.
struct Variable {
  std::string name, about;
};
std::vector<Variable> variables_of(const NewJob& job);

/// The connection keys that most accounts need, each with the variable it is taken from. None for
/// an unknown platform.
std::vector<std::pair<std::string, std::string>> asked_keys(std::string_view platform);

std::string job_text(const NewJob& job);
/// Lines for .env.example.
std::string env_text(const std::vector<Variable>& variables);
std::string ddl_text(const NewJob& job);

}  // namespace erp2mysql::cli
