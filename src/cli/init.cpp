// SPDX-License-Identifier: Apache-2.0
// `init`: a job to start from. It asks on a terminal only, and replaces nothing unless told to.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/cli/language.hpp"
#include "erp2mysql/cli/summary_file.hpp"
#include "erp2mysql/job/schema.hpp"
#include "erp2mysql/source/source.hpp"
#include "init_text.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;
namespace fs = std::filesystem;

std::string known_platforms() {
  std::vector<std::string> names;
  for (const auto* entry : source::registry()) names.emplace_back(entry->name);
  return base::join(names, ", ");
}

bool terminal() { return isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0; }

// What was given wins; else the answer, else the proposal.
std::string ask(const std::string& given, const std::string& what, const std::string& proposal) {
  if (!given.empty() || !terminal()) return given.empty() ? proposal : given;
  std::fputs(
      fmt::format("{}{}: ", said(what), proposal.empty() ? "" : " [" + proposal + "]").c_str(),
      stderr);
  std::string answer;
  std::getline(std::cin, answer);
  const auto text = base::trim(answer);
  return text.empty() ? proposal : std::string(text);
}

const Starter& starter_of(const std::string& platform) {
  if (platform.empty())
    throw Error(ErrorKind::usage, "init takes a platform").hint("one of " + known_platforms());
  const auto* starter = find_starter(platform);
  if (starter != nullptr) return *starter;
  throw Error(ErrorKind::usage,
              fmt::format("there is no platform {} to start from", base::quoted(platform)))
      .hint("one of " + known_platforms());
}

// Yesterday at midnight: little to read in a first run.
std::string recent_start() {
  const base::Zone zone;
  const auto now = base::system_clock().now();
  return base::format_date(now - std::chrono::hours(24), zone) + " 00:00:00";
}

std::string read_if_there(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// Another job's variables may stand there already; what is missing is added behind them.
std::string env_example(const fs::path& path, const std::vector<Variable>& wanted) {
  auto text = read_if_there(path);
  if (!text.empty() && text.back() != '\n') text += '\n';
  std::vector<Variable> missing;
  for (const auto& variable : wanted) {
    if (("\n" + text).find("\n" + variable.name + "=") == std::string::npos)
      missing.push_back(variable);
  }
  return text + env_text(missing);
}

struct File {
  fs::path path;
  std::string text;
};

void refuse_to_replace(const std::vector<File>& files) {
  std::vector<std::string> there;
  for (const auto& file : files) {
    if (fs::exists(file.path)) there.push_back(file.path.string());
  }
  if (there.empty()) return;
  throw Error(ErrorKind::usage,
              fmt::format("{} exist{} already; nothing was written", base::join(there, " and "),
                          there.size() > 1 ? "" : "s"))
      .hint("take another name, or --force to replace");
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error)
    throw Error(ErrorKind::local,
                fmt::format("{} could not be made: {}", folder.string(), error.message()));
}

}  // namespace

int init(const Options& options) {
  const auto& starter =
      starter_of(ask(options.platform, "Platform (" + known_platforms() + ")", ""));
  const std::string proposal = std::string(starter.platform) + ".json";
  fs::path path = ask(options.job_file, "Job file", proposal);
  if (!path.has_extension()) path += ".json";
  NewJob job{&starter, options.name, options.api, options.table, "", recent_start()};
  if (job.name.empty()) job.name = path.stem().string();
  if (job.api.empty()) job.api = starter.api;
  job.database = ask(options.database, "Target database", "bi");
  job.table = ask(options.table, "Target table", std::string(starter.table));

  auto sql = path;
  sql.replace_extension(".sql");
  const std::vector<File> own{{path, job_text(job)}, {sql, ddl_text(job)}};
  if (!options.force) refuse_to_replace(own);
  const auto folder = path.parent_path();
  make_folder(folder);
  std::vector<File> files = own;
  const auto env = folder / ".env.example";
  files.push_back({env, env_example(env, variables_of(job))});
  const auto schema = folder / "job.schema.json";
  if (options.force || !fs::exists(schema)) files.push_back({schema, job::json_schema() + "\n"});
  for (const auto& file : files) {
    write_file(file.path.string(), file.text);
    print(file.path.string() + "\n");
  }
  const auto next = fmt::format(
      "next: cp {0} {1}.env, fill it in, set -a; . {1}.env; set +a\n"
      "      then erp2mysql validate {2} && erp2mysql check {2}\n",
      env.string(), folder.empty() ? "./" : folder.string() + "/", path.string());
  std::fputs(said(next).c_str(), stderr);
  return 0;
}

}  // namespace erp2mysql::cli
