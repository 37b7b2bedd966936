// SPDX-License-Identifier: Apache-2.0
#include "abandoned.hpp"

#include <algorithm>
#include <map>

#include "erp2mysql/base/stop.hpp"

namespace erp2mysql::run {
namespace {

// Run ids, and when their leases end as long as they are not prolonged.
using Doubtful = std::map<std::string, std::int64_t>;

Doubtful still(const Doubtful& before, const std::vector<store::Lease>& now) {
  Doubtful out;
  for (const auto& lease : now) {
    const auto known = before.find(lease.run_id);
    if (known != before.end() && known->second == lease.until) out.insert(*known);
  }
  return out;
}

}  // namespace

Abandoned find_abandoned(store::Session& session, const std::string& kind, const base::Range& time,
                         base::Clock& clock, const std::optional<base::Millis>& deadline) {
  const store::Ledger ledger(session.state(), kind);
  const auto pause =
      std::clamp(session.state().lease_time() / 20, base::Millis(100), base::Millis(2000));
  std::optional<Doubtful> doubtful;
  for (;;) {
    Abandoned out;
    std::vector<store::Lease> others;
    session.repeat([&](mysql::Connection& connection) {
      out.window = ledger.take_abandoned(connection, session.job(), time);
      if (!out.window) others = ledger.others_at_work(connection, session.job(), time);
    });
    out.others = others.size();
    if (out.window) return out;
    if (!doubtful) {
      doubtful.emplace();
      for (const auto& lease : others) doubtful->emplace(lease.run_id, lease.until);
    }
    doubtful = still(*doubtful, others);
    if (doubtful->empty() || (deadline && clock.monotonic() >= *deadline)) return out;
    base::throw_if_stopped();
    clock.sleep(pause);
  }
}

}  // namespace erp2mysql::run
