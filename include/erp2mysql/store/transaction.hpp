// SPDX-License-Identifier: Apache-2.0
// Work on the server that outlives deadlocks and lost connections: it is done again as a whole.
// It does not know what the work is.
#pragma once

#include <functional>
#include <optional>

#include "erp2mysql/base/time.hpp"

namespace erp2mysql::store {

class Session;

/// Calls `work` until it succeeds, with waits and reconnects between. Throws mysql::SqlError when
/// the fault is none that passes, or after `attempts`.
void retry(Session& session, int attempts, const std::function<void()>& work);

/// One transaction, fenced by the job's state row, with the new watermark unless empty. `work` may
/// be called several times and starts anew each time; when the answer to a COMMIT was lost and it
/// turns out that it took effect, what the last call left stands.
void transact(Session& session, int attempts, std::optional<base::Instant> watermark,
              const std::function<void()>& work);

}  // namespace erp2mysql::store
