// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/http/throttled_transport.hpp"

#include <fmt/format.h>

#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/base/time.hpp"

namespace erp2mysql::http {

using base::Millis;

ThrottledTransport::ThrottledTransport(Transport& inner, RateLimiter& limiter, base::Clock& clock,
                                       Millis longest)
    : inner_(inner), limiter_(limiter), clock_(clock), longest_(longest) {}

Response ThrottledTransport::send(const Ask& ask) {
  base::throw_if_stopped();
  // A process that was held up would arrive together with those whose turn it is now.
  constexpr int k_most_slots = 5;
  for (int slots = 1; wait_for_slot() > limiter_.tolerance() && slots < k_most_slots; ++slots)
    base::throw_if_stopped();
  return inner_.send(ask);
}

// How late it is then.
Millis ThrottledTransport::wait_for_slot() {
  const Millis start = clock_.monotonic();
  const Millis wait = limiter_.reserve(start, longest_);
  if (wait > longest_) {
    // Not `temporary`-and-retried in a hot loop: retry_after exceeds what the retrying layer waits.
    throw base::Error(base::ErrorKind::temporary,
                      fmt::format("the rate limit allows the next request only in {}",
                                  base::format_duration(wait)))
        .retry_after(wait);
  }
  const Millis slot = start + wait;
  if (const Millis left = slot - clock_.monotonic(); left > Millis(0)) {
    clock_.sleep(left);
    base::throw_if_stopped();
  }
  if (wait > Millis(0)) waited_ += clock_.monotonic() - start;
  return clock_.monotonic() - slot;
}

void ThrottledTransport::seen(const Verdict& verdict) {
  if (verdict.action == Verdict::Action::slow_down) limiter_.on_throttled(clock_.monotonic());
  if (verdict.action == Verdict::Action::ok) limiter_.on_success();
}

}  // namespace erp2mysql::http
