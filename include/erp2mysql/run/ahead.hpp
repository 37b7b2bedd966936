// SPDX-License-Identifier: Apache-2.0
// Things on their way from a thread that makes them to the one that uses them up. The thread lives
// as long as this object; what it fails with is thrown where the things are taken. It knows
// neither peer nor rows.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/stop.hpp"

namespace erp2mysql::run {

template <class Thing>
class Ahead {
 public:
  /// Waits while things of `most_bytes` lie ready; one is always let in. Throws Error{interrupted}
  /// when nobody takes them any more.
  using Put = std::function<void(Thing thing, std::size_t bytes)>;

  /// Starts `make` in a thread of its own; it puts things and returns behind the last one.
  Ahead(std::size_t most_bytes, std::function<void(const Put&)> make)
      : most_bytes_(most_bytes), thread_([this, make = std::move(make)] { work(make); }) {}
  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;
  /// Stops the thread as a signal would and waits for its end.
  ~Ahead() {
    {
      const std::lock_guard lock(mutex_);
      abandoned_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  /// False when neither a thing nor the end comes within `time`.
  bool ready_within(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [&] { return ended_ || !things_.empty(); });
  }

  /// `make` has returned, and did not fail.
  bool made() {
    const std::lock_guard lock(mutex_);
    return ended_ && !failure_;
  }

  /// The next thing, in the order they were put. Nothing when `make` has returned, and then all
  /// that it did is visible; throws what it threw, behind the things that were put before, and
  /// Error{interrupted} when this thread is to stop while it waits.
  std::optional<Thing> take() {
    constexpr std::chrono::milliseconds k_slice{100};  // no signal wakes a waiting thread
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, k_slice, [&] { return ended_ || !things_.empty(); }))
      base::throw_if_stopped();
    if (things_.empty()) {
      if (failure_) std::rethrow_exception(failure_);
      return std::nullopt;
    }
    std::optional<Thing> out(std::move(things_.front().first));
    bytes_ -= things_.front().second;
    things_.pop_front();
    changed_.notify_all();
    return out;
  }

 private:
  void work(const std::function<void(const Put&)>& make) {
    const base::StopScope scope(abandoned_);
    std::exception_ptr failure;
    try {
      make([this](Thing thing, std::size_t bytes) { put(std::move(thing), bytes); });
    } catch (...) {
      failure = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    failure_ = failure;
    ended_ = true;
    changed_.notify_all();
  }

  void put(Thing thing, std::size_t bytes) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock,
                  [&] { return abandoned_ || things_.empty() || bytes_ + bytes <= most_bytes_; });
    if (abandoned_) throw base::Error(base::ErrorKind::interrupted, "nobody takes any more");
    things_.emplace_back(std::move(thing), bytes);
    bytes_ += bytes;
    changed_.notify_all();
  }

  const std::size_t most_bytes_;
  std::atomic<bool> abandoned_ = false;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<std::pair<Thing, std::size_t>> things_;
  std::size_t bytes_ = 0;
  bool ended_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace erp2mysql::run
