// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/job/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "accounts.hpp"
#include "check.hpp"
#include "connections_file.hpp"
#include "erp2mysql/base/text.hpp"
#include "located_json.hpp"
#include "parts.hpp"

namespace erp2mysql::job {
namespace {

void append(std::vector<Problem>& to, std::vector<Problem> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

std::string connections_path(const std::string& file, const LoadOptions& options) {
  if (!options.connections_file.empty()) return options.connections_file;
  return (std::filesystem::path(file).parent_path() / "connections.json").string();
}

// The target's database is also the default of the state tables.
void check_database(const Reader& root, const Job& job) {
  const Reader target = root.object("target");
  if (!target.has("connection") || job.target.connection.empty()) return;
  if (job.target.connection.contains("database") || !job.state_database.empty()) return;
  const Reader connection = target.object("connection");
  const bool broken = connection.exists() && connection.node()->find("database") != nullptr;
  if (broken) return;
  root.context().problem(target.pointer("connection"),
                         "the target has no database, and state.database is not set",
                         "the state tables need a database");
}

// Values of the account for the job's variables.
void read_variables(const Reader& account, Job& job) {
  const auto* node = account.node()->find("variables");
  if (node == nullptr || node->is_null()) return;
  if (!node->is_object())
    return report_mismatch(account.context(), *node, account.pointer("variables"),
                           "an object of texts", true);
  for (const auto& member : node->members()) {
    const auto at = child_pointer(account.pointer("variables"), member.key);
    if (!member.value.is_scalar() || member.value.is_null()) {
      report_mismatch(account.context(), member.value, at, "a text", true);
    } else if (member.key == "ACCOUNT") {
      account.context().key_problem(at, "ACCOUNT is always the account's name");
    } else {
      job.account_variables[std::string(member.key)] = account.context().text(member.value);
    }
  }
}

void read_job(const Reader& root, Job& job, ConnectionsFile& named, const Accounts& accounts,
              const std::string& wanted) {
  check_object(root.context(), *root.node(), "", job_section());
  read_settings(root, job);
  accounts.check(job.name);
  const auto account = accounts.find(wanted);
  if (account) {
    job.account = account->text("name").value_or("");
    job.name = account_job_name(job.name, job.account);
    read_variables(*account, job);
  } else if (!accounts.given() && !wanted.empty()) {
    root.context().problem(
        "", fmt::format("no account {}: the job has no accounts", base::quoted(wanted)));
  }
  const Reader source = root.object("source");
  if (source.exists()) {
    read_source(source, job.source);
    if (job.source.platform != "mysql") {
      job.source.connection = read_connection(source, job.source.platform, named, account);
    }
  }
  const Reader target = root.object("target");
  if (target.exists()) {
    read_target(target, job.target);
    job.target.connection = read_connection(target, job.target.platform, named);
  }
  check_database(root, job);
}

void add_at(std::vector<Problem>& list, const Loaded& loaded, std::string_view pointer,
            std::string message, std::string hint) {
  list.push_back({loaded.job.file, find_place(loaded.places, pointer), std::string(pointer),
                  std::move(message), std::move(hint)});
  sort_problems(list, loaded.job.file);
}

}  // namespace

std::string to_text(const Problem& problem) {
  std::string out = problem.file;
  if (problem.place.line > 0) {
    out += fmt::format(":{}:{}", problem.place.line, problem.place.column);
  }
  if (!problem.pointer.empty()) out += " " + problem.pointer;
  out += ": " + problem.message;
  if (!problem.hint.empty()) out += "; " + problem.hint;
  return out;
}

void Loaded::add_problem(std::string_view pointer, std::string message, std::string hint) {
  add_at(problems, *this, pointer, std::move(message), std::move(hint));
}

void Loaded::add_warning(std::string_view pointer, std::string message, std::string hint) {
  add_at(warnings, *this, pointer, std::move(message), std::move(hint));
}

Loaded load_text(const std::string& file, std::string_view text, const LoadOptions& options) {
  Loaded out;
  out.job.file = file;
  const Located located = parse_located(file, text);
  out.places = located.places;
  out.problems = located.problems;
  if (!located.document) return out;
  Context context(file, located, options);
  ConnectionsFile named(connections_path(file, options), options);
  const Reader root(context, &located.document->root(), "");
  Accounts accounts(root, options);
  if (root.node()->is_object()) {
    read_job(root, out.job, named, accounts, options.account);
  } else {
    report_mismatch(context, *root.node(), "", "one JSON object", true);
  }
  out.accounts = accounts.names();
  append(out.problems, std::move(context.problems));
  append(out.problems, accounts.take_problems());
  append(out.warnings, accounts.take_warnings());
  append(out.problems, named.take_problems());
  append(out.warnings, std::move(context.warnings));
  append(out.warnings, named.take_warnings());
  sort_problems(out.problems, file);
  sort_problems(out.warnings, file);
  if (out.problems.empty()) out.job.fingerprint = make_fingerprint(out.job);
  return out;
}

std::vector<std::string> account_names(const std::string& file, const LoadOptions& options) {
  const auto text = read_file(file);
  const Located located = parse_located(file, text.text);
  if (!located.document || !located.document->root().is_object()) return {};
  Context context(file, located, options);
  const Reader root(context, &located.document->root(), "");
  return Accounts(root, options).names();
}

Loaded load(const std::string& file, const LoadOptions& options) {
  const auto text = read_file(file);
  if (text.error.empty()) return load_text(file, text.text, options);
  Loaded out;
  out.job.file = file;
  out.problems.push_back({file, {}, "", text.error, {}});
  return out;
}

}  // namespace erp2mysql::job
