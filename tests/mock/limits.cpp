// SPDX-License-Identifier: Apache-2.0
#include "limits.hpp"

#include <algorithm>

namespace mock {

std::optional<Limits::Excess> Limits::take(const std::string& key, std::int64_t now_ms) {
  if (rules_.rates.empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  Calls& calls = calls_[key];
  std::int64_t longest = 0;
  std::int64_t wait_ms = calls.banned_until - now_ms;
  Excess excess;
  for (const RateLimit& rate : rules_.rates) {
    // A client that spaces its calls exactly must not be refused for the jitter of arrival.
    const std::int64_t slack = std::min(rules_.slack_ms, rate.milliseconds / 2);
    const std::int64_t window = std::max<std::int64_t>(1, rate.milliseconds - slack);
    longest = std::max(longest, window);
    const auto limit = static_cast<std::size_t>(rate.requests);
    if (calls.times.size() < limit) continue;
    const std::int64_t oldest = calls.times[calls.times.size() - limit];
    if (oldest + window - now_ms > 0) excess.window_ms = rate.milliseconds;
    wait_ms = std::max(wait_ms, oldest + window - now_ms);
  }
  if (wait_ms <= 0 || rules_.refused_count) {
    calls.times.push_back(now_ms);
    while (!calls.times.empty() && calls.times.front() <= now_ms - longest) {
      calls.times.pop_front();
    }
  }
  if (wait_ms <= 0) return std::nullopt;
  if (calls.banned_until <= now_ms && rules_.ban_ms > 0) {
    calls.banned_until = now_ms + rules_.ban_ms;
    wait_ms = std::max(wait_ms, rules_.ban_ms);
  }
  excess.seconds = (wait_ms + 999) / 1000;
  return excess;
}

}  // namespace mock
