// SPDX-License-Identifier: Apache-2.0
// A rate limit that processes of any host share exactly: its log is a row in the target, read and
// changed under that row's lock, in the time of the server's clock. It knows no request.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "erp2mysql/http/rate_limiter.hpp"
#include "erp2mysql/store/state.hpp"

namespace erp2mysql::run {

class TargetRateLimiter : public http::RateLimiter {
 public:
  /// `key` names what is limited (platform, app key, api); it reaches the server only as a digest.
  /// Connects when it is first asked. Without the table of limits, which a run creates, this host's
  /// file counts alone, with one warning.
  TargetRateLimiter(std::vector<http::RateLimit> limits, std::string_view key,
                    mysql::Connector connect, store::State state, base::Clock& clock);
  using RateLimiter::reserve;
  base::Millis reserve(base::Millis now, base::Millis longest) override;
  void on_throttled(base::Millis now) override;
  void on_success() override;
  base::Millis tolerance() const override;

 private:
  template <class Change>
  base::Millis with_log(const Change& change);
  template <class Change>
  base::Millis change_log(const Change& change);
  template <class Work>
  void again_if_lost(const Work& work);
  bool is_there();

  std::mutex mutex_;
  std::vector<http::RateLimit> limits_;
  std::string key_;
  mysql::Connector connect_;
  store::State state_;
  base::Clock& clock_;
  http::FileRateLimiter of_host_;
  std::unique_ptr<mysql::Connection> connection_;
  std::atomic<bool> there_ = false;  // asked for by tolerance() without the lock
  bool known_ = false, slowed_ = false;
};

}  // namespace erp2mysql::run
