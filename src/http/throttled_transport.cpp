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
  const Millis start = clock_.monotonic();
  const Millis wait = limiter_.reserve(start, longest_);
  if (wait > longest_) {
    // Not `temporary`-and-retried in a hot loop: retry_after exceeds what the retrying layer waits.
    throw base::Error(base::ErrorKind::temporary,
                      fmt::format("the rate limit allows the next request only in {}",
                                  base::format_duration(wait)))
        .retry_after(wait);
  }
  if (wait > Millis(0)) {
    clock_.sleep(wait);
    waited_ += clock_.monotonic() - start;
    base::throw_if_stopped();
  }
  return inner_.send(ask);
}

void ThrottledTransport::seen(const Verdict& verdict) {
  if (verdict.action == Verdict::Action::slow_down) limiter_.on_throttled(clock_.monotonic());
  if (verdict.action == Verdict::Action::ok) limiter_.on_success();
}

}  // namespace erp2mysql::http
