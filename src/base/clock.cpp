// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/clock.hpp"

#include "erp2mysql/base/stop.hpp"

#include <ctime>

namespace erp2mysql::base {
namespace {

class SystemClock : public Clock {
 public:
  Instant now() override {
    return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  }
  Millis monotonic() override {
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return Millis(t.tv_sec * 1000 + t.tv_nsec / 1000000);
  }
  void sleep(Millis time) override { sleep_unless_stopped(time); }
};

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

}  // namespace erp2mysql::base
