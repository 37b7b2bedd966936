// SPDX-License-Identifier: Apache-2.0
// Preloaded into the tool by tests/e2e/kill_point_test.py: every message to the ERP or to MySQL is a
// numbered point at which the process can be killed. All that a run changes outside itself goes
// through these messages, so killing at each of them tries every step. It knows nothing of the tool.
#include <dlfcn.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

long number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? 0 : std::atol(text);
}

// Sends with `real`; dies before or after it when this is the chosen point.
template <class Real>
ssize_t counted(const Real& real) {
  static std::atomic<long> points{0};
  static const long k_before = number_in("KILL_BEFORE");
  static const long k_after = number_in("KILL_AFTER");
  const long here = ++points;
  if (here == k_before) ::kill(::getpid(), SIGKILL);
  const ssize_t sent = real();
  if (here == k_after) ::kill(::getpid(), SIGKILL);
  return sent;
}

template <class Function>
Function next(const char* name) {
  void* found = ::dlsym(RTLD_NEXT, name);
  Function function = nullptr;
  std::memcpy(&function, &found, sizeof function);
  return function;
}

}  // namespace

extern "C" ssize_t send(int socket, const void* data, size_t size, int flags) {
  static const auto k_real = next<ssize_t (*)(int, const void*, size_t, int)>("send");
  return counted([&] { return k_real(socket, data, size, flags); });
}

extern "C" ssize_t sendto(int socket, const void* data, size_t size, int flags,
                          const sockaddr* address, socklen_t length) {
  static const auto k_real =
      next<ssize_t (*)(int, const void*, size_t, int, const sockaddr*, socklen_t)>("sendto");
  return counted([&] { return k_real(socket, data, size, flags, address, length); });
}
