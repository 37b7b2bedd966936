// SPDX-License-Identifier: Apache-2.0
// Pages on their way from the thread that asks the peer to the one that maps and writes. The thread
// lives as long as this object; what it fails with is thrown where the pages are taken. It knows
// neither peer nor rows.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "erp2mysql/data/flow.hpp"

namespace erp2mysql::run {

class PagesAhead {
 public:
  /// Waits while pages of `most_bytes` lie ready; one page is always let in. Throws
  /// Error{interrupted} when nobody takes pages any more.
  using Put = std::function<void(const data::Page&)>;

  /// Starts `ask` in a thread of its own; it puts pages and returns behind the last one.
  PagesAhead(std::size_t most_bytes, std::function<void(const Put&)> ask);
  /// Stops the thread as a signal would and waits for its end.
  ~PagesAhead();
  PagesAhead(const PagesAhead&) = delete;
  PagesAhead& operator=(const PagesAhead&) = delete;

  /// The next page, in the order they were put. Nothing when `ask` has returned, and then all that
  /// it did is visible; throws what it threw, behind the pages that were put before.
  std::optional<data::Page> take();

 private:
  void work(const std::function<void(const Put&)>& ask);
  void put(const data::Page& page);

  const std::size_t most_bytes_;
  std::atomic<bool> abandoned_ = false;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<data::Page> pages_;
  std::size_t bytes_ = 0;
  bool ended_ = false;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace erp2mysql::run
