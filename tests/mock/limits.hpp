// SPDX-License-Identifier: Apache-2.0
// Sliding-window limits per key, as a gateway enforces them: a refused call is counted only where
// the platform does so, and may ban its key for a while. Refuses to know what a key is and what the
// refusal looks like.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "options.hpp"

namespace mock {

class Limits {
 public:
  struct Rules {
    std::vector<RateLimit> rates;
    std::int64_t slack_ms = 0;
    std::int64_t ban_ms = 0;
    bool refused_count = false;
  };
  struct Excess {
    std::int64_t seconds = 0;    // to wait
    std::int64_t window_ms = 0;  // of the limit that was broken
  };

  explicit Limits(Rules rules) : rules_(std::move(rules)) {}

  // Counts one call at `now_ms` (any steady clock), or says by how much it is one too many.
  std::optional<Excess> take(const std::string& key, std::int64_t now_ms);

 private:
  struct Calls {
    std::deque<std::int64_t> times;
    std::int64_t banned_until = 0;
  };

  Rules rules_;
  std::mutex mutex_;
  std::map<std::string, Calls> calls_;
};

}  // namespace mock
