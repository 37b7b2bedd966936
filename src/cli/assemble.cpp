// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/cli/assemble.hpp"

#include <charconv>

#include "erp2mysql/http/curl_transport.hpp"
#include "erp2mysql/http/rate_limiter.hpp"
#include "erp2mysql/http/retrying_transport.hpp"
#include "erp2mysql/http/throttled_transport.hpp"
#include "erp2mysql/run/target.hpp"
#include "erp2mysql/source/token_store.hpp"

namespace erp2mysql::cli {
namespace {

std::string value_of(const job::Connection& connection, const char* key,
                     const std::string& otherwise = "") {
  const auto at = connection.find(key);
  return at == connection.end() || at->second.empty() ? otherwise : at->second;
}

// The loader has checked that these are whole numbers.
long number(const std::string& text) {
  long value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<http::RateLimit> limits_of(const run::CompiledJob& job) {
  std::vector<http::RateLimit> out;
  const auto& chosen = job.job.rate_limits ? *job.job.rate_limits : job.source->spec().rate_limits;
  out.reserve(chosen.size());
  for (const auto& limit : chosen) out.push_back({limit.requests, limit.per});
  return out;
}

http::RetryOptions retry_options(const job::Retry& retry) {
  http::RetryOptions options;
  options.policy.max_attempts = static_cast<int>(retry.max_attempts);
  options.policy.delay = retry.delay;
  options.policy.max_delay = retry.max_delay;
  return options;
}

}  // namespace

mysql::Options target_options(const job::Job& job) {
  const auto& c = job.target.connection;
  mysql::Options out;
  out.host = value_of(c, "host", out.host);
  out.port = static_cast<unsigned>(number(value_of(c, "port", "3306")));
  out.socket = value_of(c, "socket");
  out.database = value_of(c, "database");
  out.username = value_of(c, "username");
  out.password = value_of(c, "password");
  out.ssl_mode = value_of(c, "ssl_mode", out.ssl_mode);
  out.ssl_ca = value_of(c, "ssl_ca");
  out.ssl_cert = value_of(c, "ssl_cert");
  out.ssl_key = value_of(c, "ssl_key");
  out.connect_timeout = std::chrono::seconds(number(value_of(c, "connect_timeout", "10")));
  out.read_timeout = std::chrono::seconds(number(value_of(c, "read_timeout", "120")));
  out.write_timeout = std::chrono::seconds(number(value_of(c, "write_timeout", "120")));
  out.time_zone = job.zone_name;
  return out;
}

struct Assembly::Parts {
  explicit Parts(const run::CompiledJob& job)
      : limiter(limits_of(job), job.source->rate_key()),
        throttled(curl, limiter, base::system_clock()),
        retrying(throttled, base::system_clock(), with_feedback(retry_options(job.job.retry))),
        target(target_options(job.job)),
        wiring{base::system_clock(),
               retrying,
               [this] { return mysql::connect(target); },
               target.database,
               [this] { return meters(); },
               &tokens} {}

  http::RetryOptions with_feedback(http::RetryOptions options) {
    options.seen = [this](const http::Verdict& verdict) { throttled.seen(verdict); };
    return options;
  }

  run::Meters meters() const {
    return {curl.counters().requests, retrying.counters().retries, curl.counters().bytes_in,
            throttled.waited(), retrying.counters().waited};
  }

  http::CurlTransport curl;
  http::FileRateLimiter limiter;
  http::ThrottledTransport throttled;
  http::RetryingTransport retrying;
  mysql::Options target;
  source::TokenStore tokens{source::default_token_directory()};
  run::Wiring wiring;
};

Assembly::Assembly(const run::CompiledJob& job) : parts_(std::make_unique<Parts>(job)) {
  job.records->open(parts_->wiring.connect, run::state_of(job, parts_->target.database));
}
Assembly::~Assembly() = default;
const run::Wiring& Assembly::wiring() const { return parts_->wiring; }

}  // namespace erp2mysql::cli
