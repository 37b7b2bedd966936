// SPDX-License-Identifier: Apache-2.0
#include "limits.hpp"

#include <algorithm>

namespace mock {

std::optional<std::int64_t> Limits::take(const std::string& key, std::int64_t now_ms) {
  if (rates_.empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  std::deque<std::int64_t>& calls = calls_[key];
  std::int64_t longest = 0;
  std::int64_t wait_ms = 0;
  for (const RateLimit& rate : rates_) {
    // A client that spaces its calls exactly must not be refused for the jitter of arrival.
    const std::int64_t window =
        std::max<std::int64_t>(1, rate.milliseconds - std::min(slack_ms_, rate.milliseconds / 2));
    longest = std::max(longest, window);
    const auto limit = static_cast<std::size_t>(rate.requests);
    if (calls.size() < limit) continue;
    const std::int64_t oldest = calls[calls.size() - limit];
    wait_ms = std::max(wait_ms, oldest + window - now_ms);
  }
  if (wait_ms > 0) return (wait_ms + 999) / 1000;
  calls.push_back(now_ms);
  while (!calls.empty() && calls.front() <= now_ms - longest) calls.pop_front();
  return std::nullopt;
}

}  // namespace mock
