// SPDX-License-Identifier: Apache-2.0
// Work on the server that outlives deadlocks and lost connections: it is done again as a whole.
// It does not know what the work is.
#pragma once

#include <functional>

#include "erp2mysql/store/state.hpp"

namespace erp2mysql::store {

class Session;

/// Calls `work` until it succeeds, with waits and reconnects between. Throws mysql::SqlError when
/// the fault is none that passes, or after `attempts`.
void retry(Session& session, int attempts, const std::function<void()>& work);

/// The same work may succeed later, perhaps on a new connection.
bool passes(const mysql::SqlError& error);

/// First statement of a transaction: says whether an earlier attempt of it took effect.
using Fence = std::function<State::Advance(mysql::Connection&)>;

/// One transaction behind a fence. `work` may be called several times and starts anew each time;
/// when the answer to a COMMIT was lost and it turns out that it took effect, what the last call
/// left stands. With `begun` the first attempt finds its transaction open and fenced.
void transact(Session& session, int attempts, const Fence& fence, const std::function<void()>& work,
              bool begun = false);

}  // namespace erp2mysql::store
