// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/cli/assemble.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "erp2mysql/http/curl_transport.hpp"
#include "erp2mysql/http/rate_limiter.hpp"
#include "erp2mysql/http/retrying_transport.hpp"
#include "erp2mysql/http/throttled_transport.hpp"
#include "erp2mysql/job/hosts.hpp"
#include "erp2mysql/mysql/hosts.hpp"
#include "erp2mysql/run/target.hpp"
#include "erp2mysql/run/target_rate_limiter.hpp"
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

std::vector<http::RateLimit> limits_of(const run::CompiledJob& job, const plan::Shard& shard) {
  std::vector<http::RateLimit> out;
  const auto& chosen = job.job.rate_limits ? *job.job.rate_limits : job.source->spec().rate_limits;
  out.reserve(chosen.size());
  for (const auto& limit : chosen)
    out.push_back(http::part_of({limit.requests, limit.per}, shard.index, shard.count));
  return out;
}

// What the strictest limit allows in the long run; for display only.
double slowest(const std::vector<http::RateLimit>& limits) {
  double out = 0;
  for (const auto& limit : limits) {
    const double rate =
        static_cast<double>(limit.requests) * 1000 / static_cast<double>(limit.per.count());
    out = out == 0 ? rate : std::min(out, rate);
  }
  return out;
}

// Shards that count in the target count together there; else each takes its part.
plan::Shard divided(const run::CompiledJob& job, const plan::Shard& shard) {
  return job.job.rate_shared_in_target ? plan::Shard{} : shard;
}

http::RetryOptions retry_options(const job::Retry& retry) {
  http::RetryOptions options;
  options.policy.max_attempts = static_cast<int>(retry.max_attempts);
  options.policy.delay = retry.delay;
  options.policy.max_delay = retry.max_delay;
  return options;
}

}  // namespace

namespace {

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
  const auto& method = job.write.method;
  out.write_method = method == "load"        ? mysql::WriteMethod::load
                     : method == "statement" ? mysql::WriteMethod::statements
                                             : mysql::WriteMethod::best;
  return out;
}

mysql::Connector connector_of(const mysql::Options& options, std::string_view hosts) {
  if (hosts.empty()) return [options] { return mysql::connect(options); };
  const auto list = job::parse_hosts(hosts, options.port).list;
  std::vector<mysql::Server> servers;
  for (const auto& host : list) {
    auto one = options;
    one.host = host.name;
    one.port = host.port;
    one.must_write = list.size() > 1;
    servers.push_back({host.text(), [one] { return mysql::connect(one); }});
  }
  return mysql::first_usable(std::move(servers));
}

}  // namespace

TargetServer target_server(const job::Job& job) {
  auto options = target_options(job);
  auto connect = connector_of(options, value_of(job.target.connection, "hosts"));
  return {std::move(options), std::move(connect)};
}

namespace {

// Tells how many are inside, and how many went in.
class ToldTransport : public http::Transport {
 public:
  ToldTransport(http::Transport& inner, run::Progress::Count& inside, run::Progress::Count* sent)
      : inner_(inner), inside_(inside), sent_(sent) {}

  http::Response send(const http::Ask& ask) override {
    const run::Counted counted(&inside_);
    if (sent_ != nullptr) ++*sent_;
    return inner_.send(ask);
  }

 private:
  http::Transport& inner_;
  run::Progress::Count& inside_;
  run::Progress::Count* sent_;
};

}  // namespace

// What one thread sends with; the limiters are shared. A request waits for the turn of its part
// first, then for that of everybody on this host.
struct Line {
  Line(http::RateLimiter& of_part, http::RateLimiter& of_key, const job::Retry& retry,
       run::Progress& progress)
      : answering(curl, progress.awaiting_answer, &progress.requests),
        throttled(answering, of_key, base::system_clock()),
        divided(throttled, of_part, base::system_clock()),
        retrying(divided, base::system_clock(), with_feedback(retry_options(retry))),
        outside(retrying, progress.in_request, nullptr) {}

  http::RetryOptions with_feedback(http::RetryOptions options) {
    options.seen = [this](const http::Verdict& verdict) {
      throttled.seen(verdict);
      divided.seen(verdict);
    };
    return options;
  }

  http::CurlTransport curl;
  ToldTransport answering;
  http::ThrottledTransport throttled, divided;
  http::RetryingTransport retrying;
  ToldTransport outside;
};

struct Assembly::Parts {
  Parts(const run::CompiledJob& job, const plan::Shard& shard)
      : retry(job.job.retry),
        requests_per_second(slowest(limits_of(job, shard))),
        target(target_server(job.job)),
        of_part(limiter_of_part(job, shard)),
        of_key(limiter_of_key(job)),
        wiring{base::system_clock(),
               another(),
               target.connect,
               target.options.database,
               [this] { return meters(); },
               &tokens,
               [this]() -> http::Transport& { return another(); },
               &progress} {}

  static std::unique_ptr<http::RateLimiter> limiter_of_part(const run::CompiledJob& job,
                                                            const plan::Shard& shard) {
    if (shard.count == 1)
      return std::make_unique<http::MemoryRateLimiter>(std::vector<http::RateLimit>());
    return std::make_unique<http::FileRateLimiter>(
        limits_of(job, shard),
        fmt::format("{}#{}/{}", job.source->rate_key(), shard.index, shard.count));
  }

  std::unique_ptr<http::RateLimiter> limiter_of_key(const run::CompiledJob& job) const {
    const auto limits = limits_of(job, {});
    const auto key = job.source->rate_key();
    if (!job.job.rate_shared_in_target) return std::make_unique<http::FileRateLimiter>(limits, key);
    return std::make_unique<run::TargetRateLimiter>(limits, key, target.connect,
                                                    run::state_of(job, target.options.database),
                                                    base::system_clock());
  }

  http::Transport& another() {
    lines.push_back(std::make_unique<Line>(*of_part, *of_key, retry, progress));
    return lines.back()->outside;
  }

  run::Meters meters() const {
    run::Meters out;
    for (const auto& line : lines) {
      out.requests += line->curl.counters().requests;
      out.retries += line->retrying.counters().retries;
      out.bytes_in += line->curl.counters().bytes_in;
      out.rate_limit += line->throttled.waited() + line->divided.waited();
      out.source += line->retrying.counters().waited;
    }
    return out;
  }

  run::Progress progress;
  job::Retry retry;
  double requests_per_second;
  std::vector<std::unique_ptr<Line>> lines;
  TargetServer target;
  std::unique_ptr<http::RateLimiter> of_part, of_key;
  source::TokenStore tokens{source::default_token_directory()};
  run::Wiring wiring;
};

Assembly::Assembly(const run::CompiledJob& job, const plan::Shard& shard)
    : parts_(std::make_unique<Parts>(job, divided(job, shard))) {
  job.records->open(parts_->wiring.connect, run::state_of(job, parts_->target.options.database));
}
Assembly::~Assembly() = default;
const run::Wiring& Assembly::wiring() const { return parts_->wiring; }
const run::Progress& Assembly::progress() const { return parts_->progress; }
double Assembly::requests_per_second() const { return parts_->requests_per_second; }

}  // namespace erp2mysql::cli
