// SPDX-License-Identifier: Apache-2.0
// The composition root: the only place that makes concrete transports, limiters and connections
// out of a job. It decides nothing else.
#pragma once

#include <memory>

#include "erp2mysql/mysql/connection.hpp"
#include "erp2mysql/run/compiled_job.hpp"
#include "erp2mysql/run/sync.hpp"

namespace erp2mysql::cli {

/// The target of a job as the client library takes it, and how to connect to it: to `host`, or to
/// the first of `hosts` that can be used.
struct TargetServer {
  mysql::Options options;
  mysql::Connector connect;
};
TargetServer target_server(const job::Job& job);

/// Owns the transports of one job and the wiring that borrows them.
class Assembly {
 public:
  /// Of `shards` processes that divide a backfill each takes its part of the rate limit.
  explicit Assembly(const run::CompiledJob& job, const plan::Shard& shard = {});
  ~Assembly();
  const run::Wiring& wiring() const;
  /// Grows while a run works; may be read from another thread.
  const run::Progress& progress() const;
  /// What the strictest rate limit allows; 0: no limit.
  double requests_per_second() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace erp2mysql::cli
