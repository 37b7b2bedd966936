// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/transaction.hpp"

#include <utility>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/store/writer.hpp"

namespace erp2mysql::store {
namespace {

void recover(Session& session, const mysql::SqlError& error, int tries, int attempts) {
  using mysql::Action;
  if (!passes(error) || tries >= attempts) throw error;
  base::log_info("transaction failed (attempt {} of {}): {}", tries, attempts, error.what());
  session.back_off(tries);
  if (error.action() == Action::retry) return;
  for (;; ++tries) {
    try {
      session.reconnect();
      return;
    } catch (const mysql::SqlError& failed) {
      if (failed.kind() != base::ErrorKind::temporary || tries >= attempts) throw;
      session.back_off(tries);
    }
  }
}

}  // namespace

bool passes(const mysql::SqlError& error) {
  using mysql::Action;
  return error.action() == Action::retry || error.action() == Action::reconnect ||
         error.action() == Action::ambiguous;
}

void retry(Session& session, int attempts, const std::function<void()>& work) {
  for (int tries = 1;; ++tries) {
    try {
      return work();
    } catch (const mysql::SqlError& error) {
      recover(session, error, tries, attempts);
    }
  }
}

void transact(Session& session, int attempts, const Fence& fence, const std::function<void()>& work,
              bool begun) {
  retry(session, attempts, [&] {
    auto& connection = session.connection();
    try {
      if (!std::exchange(begun, false)) {
        connection.begin();
        // The COMMIT whose answer was lost may have taken effect.
        const bool committed = fence(connection) == State::Advance::already_committed;
        if (committed && !base::seeded_bug("doubt-ignored")) return connection.rollback();
      }
      work();
      connection.commit();
    } catch (const std::exception&) {
      connection.rollback();
      throw;
    }
  });
}

}  // namespace erp2mysql::store
