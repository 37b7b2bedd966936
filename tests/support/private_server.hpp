// SPDX-License-Identifier: Apache-2.0
// One private MariaDB (or MySQL, see private_server.sh) per test process, started when the first
// test asks for it, and a fresh database for each test. A guard process removes everything when
// the test process ends, however it ends: it waits for the end of a pipe. There is no way to skip:
// no server, no pass.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "erp2mysql/mysql/connection.hpp"

namespace erp2mysql::tests {

class PrivateServer {
 public:
  static PrivateServer& get() {
    static PrivateServer server;
    return server;
  }
  PrivateServer(const PrivateServer&) = delete;
  PrivateServer& operator=(const PrivateServer&) = delete;

  /// The server is MySQL and not MariaDB.
  static bool is_mysql() {
    const char* prefix = std::getenv("ERP2MYSQL_TEST_MYSQL");
    return prefix != nullptr && *prefix != 0;
  }

  /// How to log in as root; with no database selected when `database` is empty.
  mysql::Options options(const std::string& database = "") const {
    mysql::Options options;
    options.socket = directory_ + "/s.sock";
    options.username = "root";
    options.database = database;
    return options;
  }

  /// Creates an empty database with a name of its own.
  std::string fresh_database() {
    const std::string name = "test_" + std::to_string(++databases_);
    mysql::connect(options())->query("CREATE DATABASE " + name);
    return name;
  }

  const std::string& directory() const { return directory_; }

 private:
  PrivateServer() : directory_(make_directory()) {
    int to_guard[2];
    int from_guard[2];
    // Close-on-exec: a program that a test starts must not keep the guard waiting.
    if (pipe2(to_guard, O_CLOEXEC) != 0 || pipe2(from_guard, O_CLOEXEC) != 0) {
      throw std::runtime_error("pipe2 failed");
    }
    const std::string script = std::string(SOURCE_DIR) + "/tests/support/private_server.sh";
    guard_ = fork();
    if (guard_ == 0) {
      setsid();  // Ctrl-C is for the tests, not for the one who cleans up after them
      dup2(to_guard[0], 0);
      dup2(from_guard[1], 1);
      execl("/bin/sh", "sh", script.c_str(), directory_.c_str(), "--guard", nullptr);
      _exit(127);
    }
    close(to_guard[0]);
    close(from_guard[1]);
    lifeline_ = to_guard[1];
    const std::string pid = first_line(from_guard[0]);
    close(from_guard[0]);
    if (pid.empty()) {
      stop();
      throw std::runtime_error("the private MariaDB did not start");
    }
  }

  ~PrivateServer() { stop(); }

  void stop() {
    close(lifeline_);
    waitpid(guard_, nullptr, 0);
    std::error_code ignored;  // the guard has removed it, unless the server did not start
    std::filesystem::remove_all(directory_, ignored);
  }

  static std::string make_directory() {
    const char* base = std::getenv("TMPDIR");
    std::string path = base == nullptr ? "/tmp" : base;
    if (path.size() > 60) path = "/tmp";  // a socket's path has at most 107 bytes
    path += "/erp2mysql.XXXXXX";
    if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp failed: " + path);
    return path;
  }

  static std::string first_line(int file) {
    constexpr int k_patience_ms = 90'000;
    std::string line;
    pollfd wait{file, POLLIN, 0};
    char c = 0;
    while (poll(&wait, 1, k_patience_ms) == 1 && read(file, &c, 1) == 1) {
      if (c == '\n') return line;
      line += c;
    }
    return {};
  }

  std::string directory_;
  int lifeline_ = -1;
  pid_t guard_ = -1;
  int databases_ = 0;
};

}  // namespace erp2mysql::tests
