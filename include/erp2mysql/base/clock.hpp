// SPDX-License-Identifier: Apache-2.0
// The clock seam: what time it is and how to wait. It knows no time zone and no calendar.
// Tests use FakeClock, which never really sleeps and remembers what it was asked.
#pragma once

#include <chrono>
#include <vector>

namespace erp2mysql::base {

/// Whole milliseconds since 1970-01-01 00:00:00 UTC. Every instant in the tool has this type.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Millis = std::chrono::milliseconds;

class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall clock; may jump.
  virtual Instant now() = 0;
  /// Monotonic time since an arbitrary start that all processes of the host share.
  virtual Millis monotonic() = 0;
  /// Waits; returns early when a stop was requested (see stop.hpp), never throws.
  virtual void sleep(Millis time) = 0;
};

/// The real clock. Thread safe, lives as long as the process.
Clock& system_clock();

class FakeClock : public Clock {
 public:
  explicit FakeClock(Instant start = Instant{}) : now_(start) {}
  Instant now() override { return now_; }
  Millis monotonic() override { return now_.time_since_epoch(); }
  void sleep(Millis time) override {
    sleeps.push_back(time);
    now_ += time;
  }
  void advance(Millis time) { now_ += time; }

  std::vector<Millis> sleeps;

 private:
  Instant now_;
};

}  // namespace erp2mysql::base
