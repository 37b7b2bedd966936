// SPDX-License-Identifier: Apache-2.0
// SIGINT and SIGTERM become a polite flag. Nothing here decides what stopping means: loops ask
// at their safe points and clocks wake up from their waits.
#pragma once

#include <atomic>
#include <chrono>

namespace erp2mysql::base {

/// Installs the handlers for SIGINT and SIGTERM and ignores SIGPIPE. The second signal of the
/// same kind kills the process at once. Call once, from main.
void install_stop_handlers();

/// True after a signal (or request_stop), and in the scope of a raised flag. Safe from any thread.
bool stop_requested();

/// Signal number that asked us to stop, 0 if none.
int stop_signal();

/// Throws Error{interrupted} when a stop was requested.
void throw_if_stopped();

/// Sleeps up to `time`; false when a stop cut it short.
bool sleep_unless_stopped(std::chrono::milliseconds time);

/// While it lives, `flag` stops the thread that made it as a signal would: its waits end and its
/// next safe point throws. Borrows the flag; one at a time in a thread.
class StopScope {
 public:
  explicit StopScope(const std::atomic<bool>& flag);
  StopScope(const StopScope&) = delete;
  StopScope& operator=(const StopScope&) = delete;
  ~StopScope();
};

/// For tests: sets or clears the flag without a signal.
void request_stop(int signal);

}  // namespace erp2mysql::base
