// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/http/retrying_transport.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/base/time.hpp"

namespace erp2mysql::http {
namespace {

using base::Error;
using base::ErrorKind;
using base::Millis;
using Action = Verdict::Action;

Error reason_of(const Verdict& verdict) {
  if (verdict.error) return *verdict.error;
  const bool later = verdict.action == Action::retry || verdict.action == Action::slow_down ||
                     verdict.action == Action::quota_used_up;
  return Error(later ? ErrorKind::temporary : ErrorKind::source, "the peer refused the request");
}

// The same error with other words, e.g. with the number of attempts.
Error reworded(const Error& error, std::string message) {
  Error out(error.kind(), std::move(message));
  if (!error.where().empty()) out.at(error.where());
  out.hint(error.hint());
  if (error.retry_after()) out.retry_after(*error.retry_after());
  return out;
}

// `often`: nothing else was heard in several attempts.
[[noreturn]] void give_up(const Error& error, bool too_big, bool often) {
  if (!too_big) throw error;
  throw TooBig(error, !often);
}

}  // namespace

RetryingTransport::RetryingTransport(Transport& inner, base::Clock& clock, RetryOptions options)
    : inner_(inner),
      clock_(clock),
      options_(std::move(options)),
      jitter_(options_.seed != 0 ? options_.seed : std::random_device{}()) {}

std::optional<RetryingTransport::Failure> RetryingTransport::attempt(const Ask& ask,
                                                                     Response& response) {
  try {
    response = inner_.send(ask);
    const Verdict verdict = ask.judge ? ask.judge(response) : judge_status(response);
    if (options_.seen) options_.seen(verdict);
    if (verdict.action == Action::ok) return std::nullopt;
    Failure failure{verdict.action, verdict.wait, reason_of(verdict), verdict.too_big};
    if (failure.wait) failure.error.retry_after(*failure.wait);
    return failure;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::temporary) throw;
    const bool too_big = dynamic_cast<const TooBig*>(&error) != nullptr;
    return Failure{Action::retry, error.retry_after(), error, too_big};
  }
}

// The hook may ask through this very transport; an answer "sign in" to that is final.
bool RetryingTransport::sign_in_again(const Failure& failure, bool& signed_in) {
  if (failure.action != Action::sign_in || !options_.sign_in || signed_in || signing_in_) {
    return false;
  }
  struct Guard {
    bool& flag;
    ~Guard() { flag = false; }
  } guard{signing_in_};
  signing_in_ = true;
  signed_in = true;
  options_.sign_in();
  return true;
}

Millis RetryingTransport::back_off(int attempt) {
  Millis most = std::min(options_.policy.delay, options_.policy.max_delay);
  for (int i = 1; i < attempt && most < options_.policy.max_delay; ++i) {
    most = std::min(most * 2, options_.policy.max_delay);
  }
  const double share = static_cast<double>(jitter_() >> 11) * 0x1p-53;
  return Millis(static_cast<Millis::rep>(static_cast<double>(most.count()) * share));
}

void RetryingTransport::wait(const Failure& failure, int attempt) {
  const Millis time = std::max(back_off(attempt), failure.wait.value_or(Millis(0)));
  const auto stop = [&](std::string_view why) {
    throw reworded(failure.error,
                   fmt::format("{}; the next attempt would be in {}, {}", failure.error.message(),
                               base::format_duration(time), why))
        .retry_after(time);
  };
  if (time > std::max(options_.policy.patience, options_.policy.max_delay)) {
    stop("which is too long to wait");
  }
  if (options_.deadline && clock_.monotonic() + time > *options_.deadline) {
    stop("after the deadline of this run");
  }
  const Millis start = clock_.monotonic();
  clock_.sleep(time);
  counters_.waited += clock_.monotonic() - start;
  base::throw_if_stopped();
}

Response RetryingTransport::send(const Ask& ask) {
  bool signed_in = false;
  bool too_big = true;
  for (int attempt_number = 1;;) {
    base::throw_if_stopped();
    Response response;
    const auto failure = attempt(ask, response);
    if (!failure) return response;
    if (sign_in_again(*failure, signed_in)) continue;
    too_big = too_big && failure->too_big;
    const bool passes = failure->action == Action::retry || failure->action == Action::slow_down;
    if (!passes && !base::seeded_bug("refusal-retried")) {
      give_up(failure->error, failure->too_big, false);
    }
    if (ask.once || attempt_number >= options_.policy.max_attempts) {
      give_up(
          reworded(failure->error, attempt_number == 1
                                       ? failure->error.message()
                                       : fmt::format("gave up after {} attempts; the last one: {}",
                                                     attempt_number, failure->error.message())),
          too_big, true);
    }
    wait(*failure, attempt_number);
    ++attempt_number;
    ++counters_.retries;
  }
}

}  // namespace erp2mysql::http
