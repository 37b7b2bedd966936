// SPDX-License-Identifier: Apache-2.0
// The only layer that tries again. Asks the judge about every answer, waits with full jitter, obeys
// the peer's wish to wait. It knows no HTTP status and no ERP code: verdicts only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>

#include "erp2mysql/http/transport.hpp"

namespace erp2mysql::http {

struct RetryPolicy {
  int max_attempts = 5;
  base::Millis delay{1000};       // doubles with every attempt …
  base::Millis max_delay{60000};  // … up to this
  /// The longest wait on a peer's wish; a longer one ends the request with retry_after set.
  base::Millis patience = std::chrono::minutes(10);
};

struct RetryOptions {
  RetryPolicy policy;
  /// Signs in again; called at most once per request. Null: "sign in" is final.
  std::function<void()> sign_in;
  /// Sees every verdict, e.g. to slow a rate limiter down.
  std::function<void(const Verdict&)> seen;
  /// Base::Clock::monotonic() after which no wait may end.
  std::optional<base::Millis> deadline;
  /// Of the jitter; 0 takes a random one.
  std::uint64_t seed = 0;
};

struct RetryCounters {
  std::uint64_t retries = 0;
  base::Millis waited{};
};

class RetryingTransport : public Transport {
 public:
  /// `inner` and `clock` must outlive this.
  RetryingTransport(Transport& inner, base::Clock& clock, RetryOptions options);

  /// Returns an answer judged `ok`. Throws the verdict's error at once when another attempt cannot
  /// help, else after the last attempt the last reason with the number of attempts.
  Response send(const Ask& ask) override;

  void set_deadline(std::optional<base::Millis> deadline) { options_.deadline = deadline; }
  const RetryCounters& counters() const { return counters_; }

 private:
  struct Failure {
    Verdict::Action action;
    std::optional<base::Millis> wait;
    base::Error error;
    bool too_big = false;
  };
  std::optional<Failure> attempt(const Ask& ask, Response& response);
  bool sign_in_again(const Failure& failure, bool& signed_in);
  base::Millis back_off(int attempt);
  void wait(const Failure& failure, int attempt);

  Transport& inner_;
  base::Clock& clock_;
  RetryOptions options_;
  RetryCounters counters_;
  std::mt19937_64 jitter_;
  bool signing_in_ = false;
};

}  // namespace erp2mysql::http
