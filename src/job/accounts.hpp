// SPDX-License-Identifier: Apache-2.0
// The `accounts` of a job, in the job itself or in a file of their own: one is picked out, and what
// is wrong with the list is told. It knows no platform.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "context.hpp"
#include "reader.hpp"

namespace erp2mysql::job {

class Accounts {
 public:
  /// Opens the file that `accounts` names, if it names one.
  Accounts(const Reader& root, const LoadOptions& options);

  /// The key stands in the job.
  bool given() const { return given_; }
  std::vector<std::string> names() const;
  /// Problems of the list as a whole: none, two of a name, names that do not fit behind `job`.
  void check(const std::string& job) const;
  /// The one of that name, the first one for an empty name; nothing after a problem was reported.
  std::optional<Reader> find(const std::string& name) const;

  std::vector<Problem> take_problems();
  std::vector<Problem> take_warnings();

 private:
  void open(const Reader& root, const std::string& file, const LoadOptions& options);
  Context& context() const { return own_ ? *own_ : job_; }

  Context& job_;
  bool given_ = false;
  std::string pointer_;  // of the list
  std::vector<Reader> list_;
  Located located_;               // of the file
  std::unique_ptr<Context> own_;  // of the file
};

/// "job@account", under which the account's progress is kept.
std::string account_job_name(const std::string& job, const std::string& account);

}  // namespace erp2mysql::job
