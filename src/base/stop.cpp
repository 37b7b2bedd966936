// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/stop.hpp"

#include <cerrno>
#include <csignal>
#include <ctime>

#include "erp2mysql/base/error.hpp"

namespace erp2mysql::base {
namespace {

// A handler may touch atomics that take no lock; other threads read them too.
static_assert(std::atomic<int>::is_always_lock_free);
std::atomic<int> g_signal = 0;
std::atomic<int> g_interrupted = 0;
std::atomic<int> g_terminated = 0;

thread_local const std::atomic<bool>* t_flag = nullptr;

// A scheduler's SIGTERM after an operator's SIGINT is still polite; only a repetition is not.
extern "C" void on_signal(int signal) {
  std::atomic<int>& seen = signal == SIGINT ? g_interrupted : g_terminated;
  if (seen != 0) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  seen = 1;
  if (g_signal == 0) g_signal = signal;
}

}  // namespace

void install_stop_handlers() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool stop_requested() { return g_signal != 0 || (t_flag != nullptr && t_flag->load()); }

int stop_signal() { return g_signal; }

void throw_if_stopped() {
  if (stop_requested()) throw Error(ErrorKind::interrupted, "stopped by a signal");
}

bool sleep_unless_stopped(std::chrono::milliseconds time) {
  // Short slices bound the delay when the signal lands between the check and the sleep.
  constexpr std::chrono::milliseconds k_slice{100};
  while (time.count() > 0 && !stop_requested()) {
    const auto part = time < k_slice ? time : k_slice;
    timespec wait{part.count() / 1000, (part.count() % 1000) * 1000000};
    nanosleep(&wait, nullptr);
    time -= part;
  }
  return !stop_requested();
}

StopScope::StopScope(const std::atomic<bool>& flag) { t_flag = &flag; }
StopScope::~StopScope() { t_flag = nullptr; }

void request_stop(int signal) { g_signal = signal; }

}  // namespace erp2mysql::base
