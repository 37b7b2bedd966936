// SPDX-License-Identifier: Apache-2.0
// Sliding-window limits per key, as the gateway enforces them: a refused call is not counted.
// Refuses to know what a key is and what the refusal looks like.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "options.hpp"

namespace mock {

class Limits {
 public:
  explicit Limits(const Options& options)
      : rates_(options.rates), slack_ms_(options.rate_slack_ms) {}

  // Counts one call at `now_ms` (any steady clock). When it is one too many: seconds to wait.
  std::optional<std::int64_t> take(const std::string& key, std::int64_t now_ms);

 private:
  std::vector<RateLimit> rates_;
  std::int64_t slack_ms_;
  std::mutex mutex_;
  std::map<std::string, std::deque<std::int64_t>> calls_;
};

}  // namespace mock
