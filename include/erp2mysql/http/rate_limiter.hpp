// SPDX-License-Identifier: Apache-2.0
// When the next request may leave: a log of the last requests, compared with every limit of the
// list. The file variant shares its log with all erp2mysql processes of this user on this host,
// since a platform counts per app key and not per process. It neither waits nor sends.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/base/clock.hpp"

namespace erp2mysql::http {

/// At most `requests` in any stretch of `per`.
struct RateLimit {
  std::int64_t requests = 1;
  base::Millis per{1000};
};

/// What the `index`-th (from 1) of `count` senders that know nothing of each other may use of a
/// limit. Together they keep it in every stretch of time, up to as many senders as it has requests;
/// with more of them only in the mean.
RateLimit part_of(const RateLimit& limit, std::size_t index, std::size_t count);

/// What the limiter remembers. Plain data, so that it can be kept in a file.
struct RateLog {
  std::vector<std::int64_t> stamps;  // monotonic ms, rising; may lie ahead: slots already given
  double slowdown = 1;               // intervals are multiplied by this
  std::int64_t throttled_at = 0;     // monotonic ms, 0: never
};

/// A request leaves a little later than its slot, the next one maybe not: so much is added to every
/// time of a limit.
constexpr base::Millis k_guard{25};
/// Gives the next slot: its distance from `now`. A slot further away than `longest` is not taken.
base::Millis take_slot(RateLog& log, const std::vector<RateLimit>& limits, base::Millis now,
                       base::Millis longest, base::Millis guard = k_guard);
/// `life` names the clock of the stamps; a text of another one, or a broken one, gives an empty
/// log.
RateLog read_rate_log(std::string_view text, std::string_view life, base::Millis now);
std::string rate_log_text(const RateLog& log, std::string_view life);
/// Doubles the intervals; once a second at most, 16-fold at most.
void slow_down(RateLog& log, base::Millis now);
/// Two percent nearer to the full rate.
void speed_up(RateLog& log);

/// Thread safe.
class RateLimiter {
 public:
  virtual ~RateLimiter() = default;
  /// Takes the next slot and says how long to wait for it. A slot further away than `longest` is
  /// not taken; the returned time is then longer than `longest`.
  virtual base::Millis reserve(base::Millis now, base::Millis longest) = 0;
  base::Millis reserve(base::Millis now) { return reserve(now, base::Millis::max()); }
  /// The peer said that we are too fast.
  virtual void on_throttled(base::Millis now) = 0;
  virtual void on_success() = 0;
  /// A request that is later than its slot by more than this needs another one.
  virtual base::Millis tolerance() const { return base::Millis::max(); }
};

/// Of this object only; for tests and as the way out when no file can be used.
class MemoryRateLimiter : public RateLimiter {
 public:
  /// Throws Error{config} when a limit is not positive. No limits: never waits.
  explicit MemoryRateLimiter(std::vector<RateLimit> limits);
  using RateLimiter::reserve;
  base::Millis reserve(base::Millis now, base::Millis longest) override;
  void on_throttled(base::Millis now) override;
  void on_success() override;

 private:
  std::mutex mutex_;
  std::vector<RateLimit> limits_;
  RateLog log_;
};

/// /tmp/erp2mysql-<uid>. Not $XDG_RUNTIME_DIR: cron jobs lack it, and would not share with a
/// terminal.
std::string default_rate_directory();

class FileRateLimiter : public RateLimiter {
 public:
  /// `key` names what is limited (platform, app key, api); it reaches the disk only as a digest.
  /// Without a usable directory (owned by us, closed to others, no symlink) every process counts
  /// for itself, with one warning.
  FileRateLimiter(std::vector<RateLimit> limits, std::string_view key,
                  std::string directory = default_rate_directory());
  using RateLimiter::reserve;
  base::Millis reserve(base::Millis now, base::Millis longest) override;
  void on_throttled(base::Millis now) override;
  void on_success() override;

  std::string path() const { return directory_ + "/" + name_; }

 private:
  template <class Change>
  bool with_log(base::Millis now, const Change& change);

  std::mutex mutex_;
  std::vector<RateLimit> limits_;
  std::string directory_;
  std::string name_;
  MemoryRateLimiter alone_;
  base::Millis last_now_{};
  bool slowed_ = false;
  bool warned_ = false;
};

}  // namespace erp2mysql::http
