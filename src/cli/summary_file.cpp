// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/cli/summary_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "erp2mysql/base/error.hpp"

namespace erp2mysql::cli {
namespace {

[[noreturn]] void give_up(const std::string& path, const std::string& beside) {
  const int reason = errno;
  unlink(beside.c_str());
  throw base::Error(base::ErrorKind::local,
                    path + " could not be written: " + std::strerror(reason));
}

bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t done = write(file, content.data(), content.size());
    if (done < 0 && errno != EINTR) return false;
    if (done > 0) content.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

}  // namespace

void write_file(const std::string& path, std::string_view content) {
  const std::string beside = path + ".tmp." + std::to_string(getpid());
  const int file = open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0) give_up(path, beside);
  const bool written = write_all(file, content) && fsync(file) == 0;
  if (close(file) != 0 || !written || rename(beside.c_str(), path.c_str()) != 0)
    give_up(path, beside);
}

}  // namespace erp2mysql::cli
