// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/store/writer.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;

// The server may take a moment to notice that a run before has ended.
constexpr int k_lock_seconds = 1;
// A lost connection of our own may keep the lock until the server notices; it is worth waiting.
constexpr int k_relock_seconds = 30;

Error lock_held(const std::string& job) {
  return Error(ErrorKind::locked, fmt::format("another run holds job \"{}\"", job))
      .hint("wait for it to end, or use --if-locked skip in cron");
}

}  // namespace

Session::Session(mysql::Connector connect, State state, std::string run_id,
                 const std::string& fingerprint, base::Clock& clock, bool accept_change)
    : connect_(std::move(connect)),
      state_(std::move(state)),
      run_id_(std::move(run_id)),
      clock_(clock),
      connection_(connect_()) {
  state_.ensure_tables(*connection_);
  if (!state_.lock(*connection_, k_lock_seconds)) throw lock_held(state_.job());
  if (const auto before = state_.load(*connection_)) {
    fingerprint_before_ = before->fingerprint;
    fingerprint_changed_ = !before->fingerprint.empty() && before->fingerprint != fingerprint;
  }
  repeat([&](mysql::Connection& connection) {
    job_ = state_.take_over(connection, run_id_, fingerprint, accept_change);
  });
}

Session::Session(const Session& owner, int)
    : connect_(owner.connect_),
      state_(owner.state_),
      run_id_(owner.run_id_),
      clock_(owner.clock_),
      locks_(false),
      connection_(connect_()),
      job_(owner.job_) {}

mysql::Connection& Session::connection() {
  if (connection_) return *connection_;
  throw Error(ErrorKind::temporary, "the connection to the target is lost");
}

void Session::repeat(const std::function<void(mysql::Connection&)>& work) {
  using mysql::Action;
  constexpr int k_tries = 8;
  for (int tries = 1;; ++tries) {
    try {
      if (!connection_) reconnect();
      return work(*connection_);
    } catch (const mysql::SqlError& error) {
      const bool lost = error.action() == Action::reconnect || error.action() == Action::ambiguous;
      if ((!lost && error.action() != Action::retry) || tries == k_tries) throw;
      base::log_info("transaction failed (attempt {} of {}): {}", tries, k_tries, error.what());
      back_off(tries);
      if (lost) connection_.reset();
    }
  }
}

void Session::reconnect() {
  connection_.reset();
  connection_ = connect_();
  if (locks_ && !state_.lock(*connection_, k_relock_seconds)) throw lock_held(state_.job());
}

void Session::committed(std::optional<base::Instant> watermark) {
  ++job_.seq;
  if (watermark) moved(*watermark);
}

void Session::moved(base::Instant watermark) {
  if (!job_.watermark || *job_.watermark < watermark) job_.watermark = watermark;
}

void Session::back_off(int attempt) {
  base::throw_if_stopped();
  // 0.1 s doubling to 10 s: deadlocks clear at once, a restarting server takes a while.
  const base::Millis wait(std::min<std::int64_t>(10'000, 100LL << std::min(attempt, 10)));
  waited_ += wait;
  clock_.sleep(wait);
}

}  // namespace erp2mysql::store
