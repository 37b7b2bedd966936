// SPDX-License-Identifier: Apache-2.0
// connections.json: named connections that several jobs share. Opened only when a job names one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "context.hpp"
#include "reader.hpp"

namespace erp2mysql::job {

class ConnectionsFile {
 public:
  ConnectionsFile(std::string path, const LoadOptions& options);

  /// The connection of that name; absent after a problem was reported at `at` in the job, or in
  /// the file itself.
  Reader find(const std::string& name, Context& job, const std::string& at);

  std::vector<Problem> take_problems();
  std::vector<Problem> take_warnings();

 private:
  void open(Context& job, const std::string& at);

  std::string path_;
  const LoadOptions& options_;
  bool opened_ = false;
  Located located_;
  std::unique_ptr<Context> context_;
};

/// The whole file; nothing and a reason when it cannot be read or is too large.
struct FileText {
  std::string text;
  std::string error;
};
FileText read_file(const std::string& path);

}  // namespace erp2mysql::job
