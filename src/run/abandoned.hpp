// SPDX-License-Identifier: Apache-2.0
// A process that shares a backfill and has nothing left to read: are there windows of a process
// that died? It reads none itself.
#pragma once

#include <optional>
#include <string>

#include "erp2mysql/store/writer.hpp"

namespace erp2mysql::run {

struct Abandoned {
  std::optional<data::Window> window;  // belongs to the session's run now
  std::size_t others = 0;              // that are alive and have windows to read
};

/// Waits, for one lease at most, until every other holder of windows in `time` has either shown
/// that it is alive, ended, or left its windows. Throws Error{interrupted}; after `deadline`
/// (monotonic) it does not wait.
Abandoned find_abandoned(store::Session& session, const std::string& kind, const base::Range& time,
                         base::Clock& clock, const std::optional<base::Millis>& deadline);

}  // namespace erp2mysql::run
