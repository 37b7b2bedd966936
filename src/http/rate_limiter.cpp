// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/http/rate_limiter.hpp"

#include <algorithm>

#include "erp2mysql/base/error.hpp"

namespace erp2mysql::http {
namespace {

using base::Millis;

constexpr double k_most_slowdown = 16;
constexpr Millis k_between_slowdowns{1000};
// Other jobs with the same key may have longer limits than ours: so many stamps survive us …
constexpr std::size_t k_keep_for_others = 1000;
constexpr std::int64_t k_keep_ms = 3600 * 1000;  // … for so long.

// The log is read and written for every request, so it must not hold more than somebody needs.
void forget_old(RateLog& log, const std::vector<RateLimit>& limits, std::int64_t now,
                Millis guard) {
  std::size_t most = 0;
  double age = 0;
  for (const auto& limit : limits) {
    most = std::max(most, static_cast<std::size_t>(limit.requests));
    // Room for one more doubling.
    age = std::max(age, static_cast<double>(limit.per.count()) * log.slowdown * 2 +
                            static_cast<double>(guard.count()));
  }
  auto& stamps = log.stamps;
  const auto since = [&](std::int64_t ago) {
    return static_cast<std::size_t>(stamps.end() -
                                    std::lower_bound(stamps.begin(), stamps.end(), now - ago));
  };
  const auto keep = std::max(std::min(most, since(static_cast<std::int64_t>(age))),
                             std::min(k_keep_for_others, since(k_keep_ms)));
  stamps.erase(stamps.begin(), stamps.end() - static_cast<std::ptrdiff_t>(keep));
}

}  // namespace

RateLimit part_of(const RateLimit& limit, std::size_t index, std::size_t count) {
  const auto senders = static_cast<std::int64_t>(count);
  if (senders > limit.requests)
    return {1, limit.per * ((senders + limit.requests - 1) / limit.requests)};
  const bool one_more = static_cast<std::int64_t>(index) <= limit.requests % senders;
  return {limit.requests / senders + (one_more ? 1 : 0), limit.per};
}

Millis take_slot(RateLog& log, const std::vector<RateLimit>& limits, Millis now, Millis longest,
                 Millis guard) {
  if (limits.empty()) return Millis(0);
  auto& stamps = log.stamps;
  std::int64_t slot = now.count();
  // Slots are given in order; rising stamps are what makes one look at the n-th last enough.
  if (!stamps.empty()) slot = std::max(slot, stamps.back());
  for (const auto& limit : limits) {
    const auto requests = static_cast<std::size_t>(limit.requests);
    if (stamps.size() < requests) continue;
    const double per =
        static_cast<double>(limit.per.count()) * log.slowdown + static_cast<double>(guard.count());
    slot = std::max(slot, stamps[stamps.size() - requests] + static_cast<std::int64_t>(per));
  }
  const Millis wait(slot - now.count());
  if (wait > longest) return wait;
  stamps.push_back(slot);
  forget_old(log, limits, now.count(), guard);
  return wait;
}

void slow_down(RateLog& log, Millis now) {
  // Several requests in flight are refused for one and the same reason.
  if (log.throttled_at != 0 && now.count() - log.throttled_at < k_between_slowdowns.count()) return;
  log.throttled_at = std::max<std::int64_t>(now.count(), 1);
  log.slowdown = std::min(log.slowdown * 2, k_most_slowdown);
}

void speed_up(RateLog& log) {
  log.slowdown *= 0.98;
  if (log.slowdown < 1.01) log.slowdown = 1;
}

MemoryRateLimiter::MemoryRateLimiter(std::vector<RateLimit> limits) : limits_(std::move(limits)) {
  for (const auto& limit : limits_) {
    if (limit.requests < 1 || limit.per <= Millis(0)) {
      throw base::Error(base::ErrorKind::config,
                        "a rate limit needs at least 1 request and a time above 0");
    }
  }
}

Millis MemoryRateLimiter::reserve(Millis now, Millis longest) {
  const std::lock_guard lock(mutex_);
  return take_slot(log_, limits_, now, longest);
}

void MemoryRateLimiter::on_throttled(Millis now) {
  const std::lock_guard lock(mutex_);
  slow_down(log_, now);
}

void MemoryRateLimiter::on_success() {
  const std::lock_guard lock(mutex_);
  speed_up(log_);
}

}  // namespace erp2mysql::http
