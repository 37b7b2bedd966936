// SPDX-License-Identifier: Apache-2.0
// The file of a shared rate limiter. Opened anew for every look, since cleaners of temporary
// folders may remove it at any time; broken content counts as none.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/http/rate_limiter.hpp"
#include "erp2mysql/http/sign.hpp"

namespace erp2mysql::http {
namespace {

using base::Millis;

constexpr std::size_t k_most_bytes = 16 * 1024 * 1024;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

// The monotonic clock starts again with the host; stamps of an earlier start mean nothing.
const std::string& boot_id() {
  static const std::string k_id = [] {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string text;
    std::getline(file, text);
    return text.empty() ? std::string("unknown") : text;
  }();
  return k_id;
}

bool ours(int fd, mode_t type) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && (info.st_mode & S_IFMT) == type && info.st_uid == ::geteuid() &&
         (info.st_mode & 077) == 0;
}

int open_folder(const std::string& directory) {
  const auto open = [&] { return ::open(directory.c_str(), O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); };
  const int there = open();
  if (there >= 0 || errno != ENOENT) return there;
  if (::mkdir(directory.c_str(), 0700) == 0) ::chmod(directory.c_str(), 0700);
  return open();
}

int open_locked(const std::string& directory, const std::string& name) {
  const Descriptor folder(open_folder(directory));
  if (!folder || !ours(folder.get(), S_IFDIR)) return -1;
  const int fd = ::openat(folder.get(), name.c_str(),
                          O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
  if (fd < 0) return -1;
  int locked = -1;
  if (ours(fd, S_IFREG)) {
    do {
      locked = ::flock(fd, LOCK_EX);
    } while (locked != 0 && errno == EINTR);
  }
  if (locked == 0) return fd;
  ::close(fd);
  return -1;
}

std::string read_all(int fd) {
  std::string text;
  struct stat info {};
  if (::fstat(fd, &info) != 0 || info.st_size <= 0) return text;
  if (static_cast<std::size_t>(info.st_size) > k_most_bytes) return text;
  text.resize(static_cast<std::size_t>(info.st_size));
  const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
  text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return text;
}

bool write_all(int fd, std::string_view text) {
  off_t at = 0;
  while (!text.empty()) {
    const ssize_t done = ::pwrite(fd, text.data(), text.size(), at);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    at += done;
    text.remove_prefix(static_cast<std::size_t>(done));
  }
  return ::ftruncate(fd, at) == 0;
}

}  // namespace

std::string default_rate_directory() { return fmt::format("/tmp/erp2mysql-{}", ::geteuid()); }

FileRateLimiter::FileRateLimiter(std::vector<RateLimit> limits, std::string_view key,
                                 std::string directory)
    : limits_(std::move(limits)),
      directory_(std::move(directory)),
      name_("rate-" + sha256_hex(key).substr(0, 32)),
      alone_(limits_) {}

template <class Change>
bool FileRateLimiter::with_log(Millis now, const Change& change) {
  last_now_ = std::max(last_now_, now);
  const Descriptor file(open_locked(directory_, name_));
  if (file) {
    RateLog log = read_rate_log(read_all(file.get()), boot_id(), now);
    change(log);
    slowed_ = log.slowdown > 1;
    if (write_all(file.get(), rate_log_text(log, boot_id()))) return true;
  }
  if (!warned_) {
    base::log_warning("rate limits are not shared with other processes: {} cannot be used",
                      directory_);
  }
  warned_ = true;
  return false;
}

Millis FileRateLimiter::reserve(Millis now, Millis longest) {
  if (limits_.empty()) return Millis(0);
  const std::lock_guard lock(mutex_);
  Millis wait{};
  const auto take = [&](RateLog& log) { wait = take_slot(log, limits_, now, longest); };
  return with_log(now, take) ? wait : alone_.reserve(now, longest);
}

void FileRateLimiter::on_throttled(Millis now) {
  if (limits_.empty()) return;
  const std::lock_guard lock(mutex_);
  if (!with_log(now, [&](RateLog& log) { slow_down(log, now); })) alone_.on_throttled(now);
}

void FileRateLimiter::on_success() {
  const std::lock_guard lock(mutex_);
  // Most of the time there is nothing to recover from, and nothing to write.
  if (slowed_) with_log(last_now_, speed_up);
  alone_.on_success();
}

}  // namespace erp2mysql::http
