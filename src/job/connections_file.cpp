// SPDX-License-Identifier: Apache-2.0
#include "connections_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "check.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::job {

ConnectionsFile::ConnectionsFile(std::string path, const LoadOptions& options)
    : path_(std::move(path)), options_(options) {}

void ConnectionsFile::open(Context& job, const std::string& at) {
  opened_ = true;
  const auto file = read_file(path_);
  if (!file.error.empty()) {
    return job.problem(at, fmt::format("named connections stand in {}: {}", path_, file.error),
                       "write the connection as an object here, or give --connections FILE");
  }
  located_ = parse_located(path_, file.text);
  context_ = std::make_unique<Context>(path_, located_, options_);
  context_->problems = located_.problems;
  if (!located_.document) return;
  const auto& root = located_.document->root();
  if (!root.is_object()) {
    return report_mismatch(*context_, root, "", "an object of named connections", true);
  }
  for (const auto& member : root.members()) {
    if (member.value.is_object() || member.key == "$schema" || member.key == "notes" ||
        is_comment(member.key)) {
      continue;
    }
    report_mismatch(*context_, member.value, child_pointer("", member.key), "an object", true);
  }
}

Reader ConnectionsFile::find(const std::string& name, Context& job, const std::string& at) {
  if (!opened_) open(job, at);
  const bool usable = context_ && located_.document && located_.document->root().is_object();
  if (!usable) return {job, nullptr, at};
  const auto& root = located_.document->root();
  const auto* node = root.find(name);
  if (node == nullptr) {
    std::vector<std::string_view> known;
    std::vector<std::string> listed;
    for (const auto& member : root.members()) {
      if (!member.value.is_object()) continue;
      known.push_back(member.key);
      listed.emplace_back(member.key);
    }
    auto hint = did_you_mean(name, known);
    if (hint.empty()) hint = "it holds: " + base::join(listed, ", ");
    job.problem(at, fmt::format("no connection {} in {}", base::quoted(name), path_),
                std::move(hint));
  }
  const bool fits = node != nullptr && node->is_object();
  return {*context_, fits ? node : nullptr, child_pointer("", name)};
}

std::vector<Problem> ConnectionsFile::take_problems() {
  return context_ ? std::move(context_->problems) : std::vector<Problem>{};
}

std::vector<Problem> ConnectionsFile::take_warnings() {
  return context_ ? std::move(context_->warnings) : std::vector<Problem>{};
}

FileText read_file(const std::string& path) {
  FileText out;
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return {{}, "it is a directory"};
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return {{}, std::string("cannot be opened: ") + std::strerror(errno)};
  char block[64 * 1024];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    out.text.append(block, static_cast<std::size_t>(in.gcount()));
    if (out.text.size() > k_most_bytes + 3) return {{}, "the file is larger than 16 MiB"};
  }
  if (in.bad()) return {{}, "cannot be read"};
  return out;
}

}  // namespace erp2mysql::job
