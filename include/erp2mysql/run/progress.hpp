// SPDX-License-Identifier: Apache-2.0
// What a run tells while it works: bare counts that only grow, read from another thread whenever
// it likes. It knows neither who looks nor how it is drawn.
#pragma once

#include <atomic>
#include <cstdint>

namespace erp2mysql::run {

struct Progress {
  using Count = std::atomic<std::uint64_t>;
  Count windows_planned{0}, windows_done{0}, windows_failed{0}, windows_skipped{0};
  Count pages{0}, records{0}, rows{0}, quarantined{0};
  Count requests{0}, retries{0};
  /// Lanes that are in a request at this moment, and of those the ones that an answer is awaited
  /// for; the others wait for the rate limit or pause before a retry.
  Count in_request{0}, awaiting_answer{0};
  Count committing{0};  // lanes that wait for the server's COMMIT
  std::atomic<bool> started{false};
};

/// Adds one for as long as it lives; the count may be null.
class Counted {
 public:
  explicit Counted(Progress::Count* count) : count_(count) {
    if (count_ != nullptr) count_->fetch_add(1, std::memory_order_relaxed);
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() {
    if (count_ != nullptr) count_->fetch_sub(1, std::memory_order_relaxed);
  }

 private:
  Progress::Count* count_;
};

}  // namespace erp2mysql::run
