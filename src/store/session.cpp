// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/base/time.hpp"
#include "erp2mysql/store/transaction.hpp"
#include "erp2mysql/store/writer.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;

// The server may take a moment to notice that a run before has ended.
constexpr int k_lock_seconds = 1;
// A lost connection of our own may keep the lock until the server notices; it is worth waiting.
constexpr int k_relock_seconds = 30;
// Of work outside of windows.
constexpr int k_tries = 8;

Error lock_held(const std::string& job) {
  return Error(ErrorKind::locked, fmt::format("another run holds job \"{}\"", job))
      .hint("wait for it to end, or use --if-locked skip in cron");
}

// Host, port and number of the server behind a connection: after a failover it is another one.
// Empty where a cousin of MySQL does not say.
std::string home_of(mysql::Connection& connection) {
  try {
    const auto found = connection.query("SELECT CONCAT_WS(' ', @@hostname, @@port, @@server_id)");
    return found.rows.empty() ? "" : found.rows[0][0].value_or("");
  } catch (const mysql::SqlError& error) {
    if (passes(error)) throw;
    return {};
  }
}

}  // namespace

// A link that died on the way leaves its session at the server, with its transaction, its row locks
// and our lock, until the server finds out hours later. A user may end sessions of its own. After a
// restart the number would belong to somebody else.
void Session::end_at_server(const Lost& lost) {
  if (lost.id == 0 || home_.empty() || lost.home != home_ ||
      lost.id == connection_->server().connection_id)
    return;
  try {
    const auto up = connection_->query("SHOW GLOBAL STATUS LIKE 'Uptime'");
    if (up.rows.empty() || up.rows[0].size() < 2) return;
    const base::Millis uptime(std::chrono::seconds(std::stoll(up.rows[0][1].value_or("0"))));
    if (uptime > clock_.monotonic() - lost.opened)
      connection_->query(fmt::format("KILL {}", lost.id));
  } catch (const std::exception& error) {
    const auto* sql = dynamic_cast<const mysql::SqlError*>(&error);
    if (sql != nullptr && passes(*sql)) throw;  // this link broke as well: the next one does it
    base::log_debug("the lost session is gone already: {}", error.what());
  }
}

Session::Session(mysql::Connector connect, State state, std::string run_id,
                 const std::string& fingerprint, base::Clock& clock, bool accept_change)
    : connect_(std::move(connect)),
      state_(std::move(state)),
      run_id_(std::move(run_id)),
      clock_(clock) {
  retry(*this, k_tries, [&] { open(); });
  repeat([&](mysql::Connection& connection) { state_.ensure_tables(connection); });
  if (state_.is_part()) await_part();
  repeat([&](mysql::Connection& connection) {
    if (!state_.lock(connection, k_lock_seconds)) throw lock_held(state_.job());
    locks_ = true;
  });
  repeat([&](mysql::Connection& connection) {
    state_.end_sessions_of_the_dead(connection);
    const auto before = state_.load(connection);
    if (!before) return;
    fingerprint_before_ = before->fingerprint;
    fingerprint_changed_ = !before->fingerprint.empty() && before->fingerprint != fingerprint;
  });
  repeat([&](mysql::Connection& connection) {
    job_ = state_.take_over(connection, run_id_, fingerprint, accept_change);
  });
  if (!state_.is_part()) return;
  // A run of the whole job that looked before our lease stood has the lock by now.
  repeat([&](mysql::Connection& connection) {
    if (state_.lock(connection, 0)) return;
    state_.release(connection, job_);
    throw lock_held(state_.job());
  });
}

// A process that was killed cannot say so: its lease has to run out. One that prolongs it is alive.
void Session::await_part() {
  std::optional<Lease> first;
  for (;;) {
    std::optional<Lease> now;
    repeat([&](mysql::Connection& connection) { now = state_.lease(connection); });
    if (!now || now->left == base::Millis(0)) return;
    if (first && (first->run_id != now->run_id || first->until != now->until)) {
      throw Error(ErrorKind::locked,
                  fmt::format("another process holds this part of job \"{}\"", state_.job()))
          .hint("let it finish");
    }
    if (!first) {
      base::log_info("another process held this part; if it is dead, its lease ends in {}",
                     base::format_duration(now->left));
      first = now;
    }
    base::throw_if_stopped();
    clock_.sleep(std::min(now->left, base::Millis(500)));
  }
}

void Session::release() noexcept {
  if (!state_.is_part() || !connection_) return;
  try {
    connection_->rollback();
    state_.release(*connection_, job_);
  } catch (const std::exception& error) {
    base::log_debug("the lease runs out by itself: {}", error.what());
  }
}

Session::Session(const Session& owner, int)
    : connect_(owner.connect_),
      state_(owner.state_),
      run_id_(owner.run_id_),
      clock_(owner.clock_),
      job_(owner.job_) {
  open();
}

mysql::Connection& Session::connection() {
  if (connection_) return *connection_;
  throw Error(ErrorKind::temporary, "the connection to the target is lost");
}

void Session::repeat(const std::function<void(mysql::Connection&)>& work) {
  retry(*this, k_tries, [&] { work(connection()); });
}

void Session::open() {
  home_.clear();
  connection_ = connect_();
  opened_ = clock_.monotonic();
  home_ = home_of(*connection_);
  if (state_.is_part()) state_.mark_session(*connection_, run_id_);
}

void Session::reconnect() {
  if (connection_) lost_.push_back({connection_->server().connection_id, home_, opened_});
  connection_.reset();
  open();
  for (const auto& lost : lost_) end_at_server(lost);
  lost_.clear();
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
