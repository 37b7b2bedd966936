// SPDX-License-Identifier: Apache-2.0
// A server of prepared bytes for the tests of the real transport: answers the n-th request with
// the n-th script and remembers what it was asked. It knows just enough HTTP to find the end of a
// request.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace erp2mysql::http {

struct Script {
  enum class After { keep, close, reset, hang };
  std::string bytes;
  After after = After::keep;
};

class TinyServer {
 public:
  explicit TinyServer(std::vector<Script> scripts) : scripts_(std::move(scripts)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, raw, length) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, raw, &length) != 0) {
      std::abort();
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  TinyServer(const TinyServer&) = delete;
  TinyServer& operator=(const TinyServer&) = delete;
  ~TinyServer() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
  }

  std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  int connections() const { return connections_; }

 private:
  bool readable(int fd) const {
    while (!stop_) {
      pollfd wait{fd, POLLIN, 0};
      if (::poll(&wait, 1, 10) > 0) return true;
    }
    return false;
  }

  void serve() {
    while (readable(listener_)) {
      const int fd = ::accept(listener_, nullptr, nullptr);
      ++connections_;
      while (one_request(fd)) {
      }
      ::close(fd);
    }
  }

  static bool complete(const std::string& text) {
    const auto end = text.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto at = text.find("Content-Length: ");
    const auto body = at < end ? std::strtoul(text.c_str() + at + 16, nullptr, 10) : 0;
    return text.size() >= end + 4 + body;
  }

  bool one_request(int fd) {
    std::string text;
    while (!complete(text)) {
      char part[4096];
      if (!readable(fd)) return false;
      const auto size = ::recv(fd, part, sizeof part, 0);
      if (size <= 0) return false;
      text.append(part, static_cast<std::size_t>(size));
    }
    std::size_t number = 0;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(text);
      number = std::min(requests_.size(), scripts_.size()) - 1;
    }
    return answer(fd, scripts_[number]);
  }

  bool answer(int fd, const Script& script) {
    ::send(fd, script.bytes.data(), script.bytes.size(), MSG_NOSIGNAL);
    if (script.after == Script::After::reset) {
      const linger now{1, 0};
      ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    if (script.after == Script::After::hang) readable(fd);
    return script.after == Script::After::keep;
  }

  std::vector<Script> scripts_;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
  std::atomic<bool> stop_ = false;
  std::atomic<int> connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
};

}  // namespace erp2mysql::http
