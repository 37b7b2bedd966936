// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/target_rate_limiter.hpp"

#include <fmt/format.h>

#include <charconv>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/http/sign.hpp"

namespace erp2mysql::run {
namespace {

using base::Millis;

// Between a slot and the arrival at the peer: what the server's answer and the start of a request
// take, and what differs from host to host.
constexpr Millis k_guard_of_hosts{50};
constexpr Millis k_most_late{25};
constexpr std::string_view k_life = "server";
constexpr int k_tries = 6;
constexpr unsigned k_no_such_table = 1146;

Millis number(const std::optional<std::string>& text) {
  std::int64_t value = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), value);
  return Millis(value);
}

}  // namespace

TargetRateLimiter::TargetRateLimiter(std::vector<http::RateLimit> limits, std::string_view key,
                                     mysql::Connector connect, store::State state,
                                     base::Clock& clock)
    : limits_(std::move(limits)),
      key_(http::sha256_hex(key)),
      connect_(std::move(connect)),
      state_(std::move(state)),
      clock_(clock),
      of_host_(limits_, key) {}

Millis TargetRateLimiter::tolerance() const { return there_ ? k_most_late : Millis::max(); }

// A change that is made twice after a lost answer costs a slot and no more.
template <class Work>
void TargetRateLimiter::again_if_lost(const Work& work) {
  for (int tries = 1;; ++tries) {
    try {
      if (!connection_) connection_ = connect_();
      return work();
    } catch (const mysql::SqlError& error) {
      if (connection_) connection_->rollback();
      const bool again = error.kind() == base::ErrorKind::temporary && tries < k_tries;
      if (error.action() != mysql::Action::retry) connection_.reset();
      if (!again) throw;
      base::log_info("the shared rate limit is asked again: {}", error.what());
      clock_.sleep(Millis(100 << tries));
      base::throw_if_stopped();
    }
  }
}

bool TargetRateLimiter::is_there() {
  if (known_) return there_;
  try {
    again_if_lost([&] {
      connection_->query(fmt::format("INSERT IGNORE INTO {} (limit_key, log) VALUES (?, '')",
                                     state_.table("limit")),
                         {key_});
    });
    there_ = true;
  } catch (const mysql::SqlError& error) {
    if (error.number() != k_no_such_table) throw;
    base::log_warning(
        "{} does not exist before the first run: the rate limit is shared on this "
        "host only",
        state_.table("limit"));
  }
  known_ = true;
  return there_;
}

// `change` gets the log and the server's time. Gives how long ago, here, that time was.
template <class Change>
Millis TargetRateLimiter::change_log(const Change& change) {
  connection_->begin();
  const auto found = connection_->query(
      fmt::format("SELECT log FROM {} WHERE limit_key = ? FOR UPDATE", state_.table("limit")),
      {key_});
  // Asked only now: the lock may have been waited for.
  const auto clock = connection_->query(fmt::format("SELECT {}", store::k_server_now));
  const Millis here = clock_.monotonic();
  const Millis now = number(clock.rows.at(0)[0]);
  const std::string text = found.rows.empty() ? "" : found.rows[0][0].value_or("");
  auto log = http::read_rate_log(text, k_life, now);
  change(log, now);
  slowed_ = log.slowdown > 1;
  connection_->query(fmt::format("INSERT INTO {} (limit_key, log) VALUES (?, ?) ON DUPLICATE KEY"
                                 " UPDATE log = VALUES(log)",
                                 state_.table("limit")),
                     {key_, http::rate_log_text(log, k_life)});
  connection_->commit();
  return here;
}

template <class Change>
Millis TargetRateLimiter::with_log(const Change& change) {
  Millis here{};
  again_if_lost([&] { here = change_log(change); });
  return here;
}

Millis TargetRateLimiter::reserve(Millis now, Millis longest) {
  if (limits_.empty()) return Millis(0);
  const std::lock_guard lock(mutex_);
  if (!is_there()) return of_host_.reserve(now, longest);
  if (base::seeded_bug("limit-alone")) return Millis(0);
  Millis wait{};
  const Millis here = with_log([&](http::RateLog& log, Millis server) {
    wait = http::take_slot(log, limits_, server, longest, k_guard_of_hosts);
  });
  return wait > longest ? wait : here - now + wait;
}

void TargetRateLimiter::on_throttled(Millis now) {
  if (limits_.empty()) return;
  const std::lock_guard lock(mutex_);
  if (!is_there()) return of_host_.on_throttled(now);
  with_log([](http::RateLog& log, Millis server) { http::slow_down(log, server); });
}

void TargetRateLimiter::on_success() {
  if (limits_.empty()) return;
  const std::lock_guard lock(mutex_);
  if (!there_) return of_host_.on_success();
  // Most of the time there is nothing to recover from, and nothing to write.
  if (slowed_) with_log([](http::RateLog& log, Millis) { http::speed_up(log); });
}

}  // namespace erp2mysql::run
