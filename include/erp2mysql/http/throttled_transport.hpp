// SPDX-License-Identifier: Apache-2.0
// Waits for a slot of the rate limiter before every request. Stands inside the retrying transport,
// so that retries take slots, too. It knows limits only through the limiter.
#pragma once

#include "erp2mysql/http/rate_limiter.hpp"
#include "erp2mysql/http/transport.hpp"

namespace erp2mysql::http {

class ThrottledTransport : public Transport {
 public:
  /// All three must outlive this. A slot further away than `longest` ends the request with
  /// Error{temporary} and retry_after set, and takes no slot.
  ThrottledTransport(Transport& inner, RateLimiter& limiter, base::Clock& clock,
                     base::Millis longest = std::chrono::minutes(10));

  Response send(const Ask& ask) override;

  /// For RetryOptions::seen: slows down on throttle answers, recovers on good ones.
  void seen(const Verdict& verdict);

  base::Millis waited() const { return waited_; }

 private:
  base::Millis wait_for_slot();

  Transport& inner_;
  RateLimiter& limiter_;
  base::Clock& clock_;
  base::Millis longest_;
  base::Millis waited_{};
};

}  // namespace erp2mysql::http
