// SPDX-License-Identifier: Apache-2.0
#include "accounts.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "check.hpp"
#include "connections_file.hpp"
#include "erp2mysql/base/text.hpp"
#include "job_name.hpp"

namespace erp2mysql::job {
namespace {

constexpr std::size_t k_longest = 64;

const Field& accounts_field() { return *job_section().find("accounts"); }

}  // namespace

Accounts::Accounts(const Reader& root, const LoadOptions& options)
    : job_(root.context()), pointer_(root.pointer("accounts")) {
  const auto* node = root.find("accounts");
  given_ = node != nullptr;
  if (!given_) return;
  if (node->is_text()) {
    job_.resolve(*node, pointer_, false);
    if (!root.has("accounts")) return;  // its reference failed
    open(root, *root.text("accounts"), options);
  } else {
    list_ = root.elements("accounts");
  }
}

void Accounts::open(const Reader& root, const std::string& file, const LoadOptions& options) {
  const auto path = (std::filesystem::path(job_.directory()) / file).lexically_normal().string();
  const auto text = read_file(path);
  if (!text.error.empty()) {
    return job_.problem(root.pointer("accounts"), fmt::format("{}: {}", path, text.error),
                        "a JSON file with a list of accounts; its place counts from the job file");
  }
  located_ = parse_located(path, text.text);
  own_ = std::make_unique<Context>(path, located_, options);
  own_->problems = located_.problems;
  pointer_ = "";
  if (!located_.document) return;
  const auto& list = located_.document->root();
  if (!list.is_array()) return report_mismatch(*own_, list, "", "a list of accounts", true);
  for (std::size_t i = 0; i < list.count; ++i)
    check_object(*own_, list.first[i].value, child_pointer("", i), *accounts_field().inner);
  list_ = Reader(*own_, &list, "").elements();
}

std::vector<std::string> Accounts::names() const {
  std::vector<std::string> out;
  for (const auto& one : list_) out.push_back(one.text("name").value_or(""));
  return out;
}

void Accounts::check(const std::string& job) const {
  if (!given_) return;
  auto& place = context();
  if (list_.empty() && place.problems.empty() && job_.problems.empty())
    place.problem(pointer_, "expected at least one account");
  std::set<std::string> seen;
  for (const auto& one : list_) {
    const auto name = one.text("name");
    if (!name) continue;
    const auto at = one.pointer("name");
    if (const auto wrong = wrong_name(*name); !wrong.empty()) {
      place.problem(at, wrong, std::string(k_name_rule));
    } else if (!seen.insert(base::lower(*name)).second) {
      place.problem(at, fmt::format("the account {} stands there twice", base::quoted(*name)));
    } else if (base::utf8_length(account_job_name(job, *name)) > k_longest) {
      place.problem(
          at,
          fmt::format("{} has more than {} characters", account_job_name(job, *name), k_longest),
          "shorten the name of the job or of the account");
    }
  }
}

std::optional<Reader> Accounts::find(const std::string& name) const {
  if (list_.empty()) return std::nullopt;
  if (name.empty()) return list_.front();
  for (const auto& one : list_) {
    if (one.text("name") == name) return one;
  }
  const auto known = names();
  const std::vector<std::string_view> views(known.begin(), known.end());
  auto hint = did_you_mean(name, views);
  if (hint.empty()) hint = "there are: " + base::shorten(base::join(known, ", "), 200);
  context().problem(pointer_, fmt::format("no account {}", base::quoted(name)), std::move(hint));
  return std::nullopt;
}

std::vector<Problem> Accounts::take_problems() {
  return own_ ? std::move(own_->problems) : std::vector<Problem>{};
}

std::vector<Problem> Accounts::take_warnings() {
  return own_ ? std::move(own_->warnings) : std::vector<Problem>{};
}

std::string account_job_name(const std::string& job, const std::string& account) {
  return account.empty() ? job : job + "@" + account;
}

}  // namespace erp2mysql::job
