// SPDX-License-Identifier: Apache-2.0
// Keeps the lease of a part of a job alive while its windows are read, in a thread with a
// connection of its own. It decides nothing: a process that lost its lease learns of that from the
// windows that were taken.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "erp2mysql/store/writer.hpp"

namespace erp2mysql::run {

class HeartBeat {
 public:
  /// Opens a connection beside that of a part, which may throw; beats until it is destroyed.
  explicit HeartBeat(const store::Session& session);
  HeartBeat(const HeartBeat&) = delete;
  HeartBeat& operator=(const HeartBeat&) = delete;
  ~HeartBeat();

 private:
  void beat();
  bool wait(base::Millis time);

  store::Session own_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  std::thread thread_;
};

}  // namespace erp2mysql::run
