// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/heart_beat.hpp"

#include "erp2mysql/base/log.hpp"

namespace erp2mysql::run {

HeartBeat::HeartBeat(const store::Session& session)
    : own_(session.beside()), thread_([this] { beat(); }) {}

HeartBeat::~HeartBeat() {
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

// False: it is over.
bool HeartBeat::wait(base::Millis time) {
  std::unique_lock lock(mutex_);
  return !ended_.wait_for(lock, time, [this] { return end_; });
}

// Two beats may be lost before anybody thinks us dead. A connection that broke is opened again, at
// the next beat if need be.
void HeartBeat::beat() {
  const auto pause = own_.state().lease_time() / 3;
  bool lost = false;
  while (wait(pause)) {
    try {
      if (lost) own_.reconnect();
      lost = true;
      own_.state().renew(own_.connection(), own_.job());
      lost = false;
    } catch (const std::exception& error) {
      base::log_info("the lease could not be prolonged: {}", error.what());
    }
  }
}

}  // namespace erp2mysql::run
