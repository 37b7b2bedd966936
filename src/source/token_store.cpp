// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/token_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/http/sign.hpp"

namespace erp2mysql::source {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::size_t k_room = 8'192;  // no pair is longer

[[noreturn]] void refuse(const std::string& what, const std::string& path) {
  throw Error(ErrorKind::local, fmt::format("cannot {} {}: {}", what, path, std::strerror(errno)))
      .hint("renewed tokens must be kept; make the folder writable for this user alone");
}

// Tells a pair that the job was given anew from the one that was renewed since.
std::string seed_of(const Session& given) {
  return http::sha256_hex(given.token + "\n" + given.refresh);
}

Session read_file(const std::string& path, const Session& given) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    if (errno == ENOENT) return given;
    refuse("read", path);
  }
  std::stringstream text;
  text << in.rdbuf();
  try {
    const auto document = data::Document::parse_page(text.str());
    const auto field = [&](std::string_view name) {
      const auto* node = document.root().find(name);
      return std::string(node == nullptr ? std::string_view() : node->scalar());
    };
    if (field("seed") != seed_of(given) || field("token").empty()) return given;
    return {field("token"), field("refresh"), ""};
  } catch (const Error&) {
    return given;  // not ours, or empty since a lock made it
  }
}

// What stands in the file already keeps its room on the disk until the end.
void write_synced(const std::string& path, std::string_view text) {
  const auto size = static_cast<off_t>(text.size());
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) refuse("write", path);
  ::fchmod(fd, base::seeded_bug("token-file-open") ? 0644 : 0600);
  bool good = true;
  while (good && !text.empty()) {
    const auto done = ::write(fd, text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    good = done > 0;
    if (good) text.remove_prefix(static_cast<std::size_t>(done));
  }
  good = good && ::ftruncate(fd, size) == 0 && ::fsync(fd) == 0;
  ::close(fd);
  if (!good) refuse("write", path);
}

void sync_folder(const std::filesystem::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

}  // namespace

TokenStore::TokenStore(std::string directory) : directory_(std::move(directory)) {}

std::string TokenStore::file_of(const std::string& account) const {
  return directory_ + "/" + http::sha256_hex(account).substr(0, 32) + ".json";
}

Session TokenStore::load(const std::string& account, const Session& given) const {
  return read_file(file_of(account), given);
}

TokenStore::Guard TokenStore::lock(const std::string& account) {
  std::error_code failed;
  std::filesystem::create_directories(directory_, failed);
  if (failed) {
    errno = failed.value();
    refuse("make the folder", directory_);
  }
  ::chmod(directory_.c_str(), 0700);
  const auto file = file_of(account);
  // The lock has a file of its own: the tokens' file is replaced while it is held.
  const auto name = file + ".lock";
  const int fd = ::open(name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) refuse("open", name);
  int locked = -1;
  do {
    locked = ::flock(fd, LOCK_EX);
  } while (locked != 0 && errno == EINTR);
  if (locked != 0) {
    ::close(fd);
    refuse("lock", name);
  }
  return {fd, file};
}

TokenStore::Guard::Guard(Guard&& other) noexcept
    : descriptor_(other.descriptor_), file_(std::move(other.file_)) {
  other.descriptor_ = -1;
}

TokenStore::Guard::~Guard() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Session TokenStore::Guard::load(const Session& given) const { return read_file(file_, given); }

void TokenStore::Guard::make_room() { write_synced(file_ + ".new", std::string(k_room, ' ')); }

void TokenStore::Guard::save(const Session& given, const Session& fresh) {
  const auto text =
      fmt::format("{{\"seed\":{},\"token\":{},\"refresh\":{}}}\n", base::quoted(seed_of(given)),
                  base::quoted(fresh.token), base::quoted(fresh.refresh));
  const auto next = file_ + ".new";
  write_synced(next, text);
  if (::rename(next.c_str(), file_.c_str()) != 0) refuse("replace", file_);
  sync_folder(std::filesystem::path(file_).parent_path());
}

std::string default_token_directory() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (const auto own = variable("STATE_DIRECTORY"); !own.empty()) return own + "/tokens";
  if (const auto xdg = variable("XDG_STATE_HOME"); !xdg.empty()) return xdg + "/erp2mysql/tokens";
  if (const auto home = variable("HOME"); !home.empty()) {
    return home + "/.local/state/erp2mysql/tokens";
  }
  return fmt::format("{}/erp2mysql-tokens-{}", std::filesystem::temp_directory_path().string(),
                     ::geteuid());
}

}  // namespace erp2mysql::source
