// SPDX-License-Identifier: Apache-2.0
// Leases of the processes that share a job: who is alive, by the server's clock. A process that was
// paused, or cut off, may believe what it likes: its windows are fenced by their own rows.
#include <fmt/format.h>

#include <algorithm>

#include "cells.hpp"
#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/time.hpp"
#include "erp2mysql/store/state.hpp"

namespace erp2mysql::store {
namespace {

// Of one process: lanes, heart-beat and limiter, and what a reconnect has left.
constexpr int k_most_sessions = 80;

std::string mark_of(const std::string& run_id) { return "erp2mysql:" + run_id + ":"; }

}  // namespace

std::optional<Lease> State::lease(mysql::Connection& connection) const {
  const auto found = connection.query(
      fmt::format(
          "SELECT run_id, lease_until, {} FROM {} WHERE job = ? AND lease_until IS NOT NULL",
          k_server_now, table("job")),
      {owner_});
  if (found.rows.empty()) return std::nullopt;
  const auto& row = found.rows[0];
  const auto until = number(row[1]);
  return Lease{row[0].value_or(""), until,
               base::Millis(std::max<std::int64_t>(0, until - number(row[2])))};
}

// The rows must stand before they can be locked.
void State::add_part(mysql::Connection& connection) const {
  for (const auto& job : {job_, owner_}) {
    connection.query(
        fmt::format("INSERT IGNORE INTO {} (job, version) VALUES (?, ?)", table("job")),
        {job, std::to_string(k_version)});
  }
}

// In the transaction that has locked the part's row.
void State::refuse_if_held(mysql::Connection& connection, const std::string& run_id) const {
  const auto held = lease(connection);
  if (!held || held->left == base::Millis(0) || held->run_id == run_id) return;
  throw base::Error(base::ErrorKind::locked,
                    fmt::format("another process holds this part of job \"{}\"", job_))
      .hint(fmt::format("let it finish; when it is dead, its lease ends in {}",
                        base::format_duration(held->left)));
}

bool State::renew(mysql::Connection& connection, const JobState& expected) const {
  const auto changed = connection.query(
      fmt::format("UPDATE {} SET lease_until = {} + ? WHERE job = ? AND run_id = ? AND epoch = ?",
                  table("job"), k_server_now),
      {std::to_string(lease_.count()), owner_, expected.run_id, std::to_string(expected.epoch)});
  return changed.affected == 1;
}

// The row of a single window has served its turn; those of shards stay few.
void State::release(mysql::Connection& connection, const JobState& expected) const {
  const auto what = part_of_one_window()
                        ? fmt::format("DELETE FROM {}", table("job"))
                        : fmt::format("UPDATE {} SET lease_until = NULL", table("job"));
  connection.query(what + " WHERE job = ? AND run_id = ? AND epoch = ?",
                   {owner_, expected.run_id, std::to_string(expected.epoch)});
}

// A lock on the server's list says whose a session is; whoever holds it is known by its number.
void State::mark_session(mysql::Connection& connection, const std::string& run_id) const {
  for (int i = 0; i < k_most_sessions; ++i) {
    const auto held =
        connection.query("SELECT GET_LOCK(CONCAT(?, ?), 0)", {mark_of(run_id), std::to_string(i)});
    if (held.rows[0][0] == "1") return;
  }
}

void State::end_sessions_of_the_dead(mysql::Connection& connection) const {
  const auto dead =
      connection.query(fmt::format("SELECT run_id FROM {} WHERE {} AND lease_until <= {}",
                                   table("job"), k_parts, k_server_now),
                       {job_, job_});
  for (const auto& row : dead.rows) {
    try {
      end_sessions_of(connection, row[0].value_or(""));
    } catch (const mysql::SqlError& error) {
      if (error.action() == mysql::Action::reconnect) throw;
      base::log_debug("sessions of a dead process are left alone: {}", error.what());
    }
  }
}

// Idle for most of a lease and of our own user: such a session is of no use to anyone.
void State::end_sessions_of(mysql::Connection& connection, const std::string& run_id) const {
  std::string marks;
  std::vector<std::optional<std::string>> params;
  for (int i = 0; i < k_most_sessions; ++i) {
    marks += i == 0 ? "IS_USED_LOCK(?)" : ", IS_USED_LOCK(?)";
    params.push_back(mark_of(run_id) + std::to_string(i));
  }
  const auto found = connection.query("SELECT " + marks, params);
  for (const auto& id : found.rows[0]) {
    if (!id) continue;
    const auto idle = connection.query(
        "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = ? AND COMMAND = 'Sleep' AND"
        " TIME >= ? AND USER = SUBSTRING_INDEX(USER(), '@', 1)",
        {*id, std::to_string(lease_.count() / 2000)});
    if (idle.rows[0][0] != "0") connection.query("KILL " + *id);
  }
}

std::vector<std::string> State::alive(mysql::Connection& connection,
                                      const std::string& except) const {
  if (base::seeded_bug("lease-ignored")) return {};
  const auto found =
      connection.query(fmt::format("SELECT run_id FROM {} WHERE lease_until > {} AND run_id <> ?",
                                   table("job"), k_server_now),
                       {except});
  std::vector<std::string> out;
  out.reserve(found.rows.size());
  for (const auto& row : found.rows) out.push_back(row[0].value_or(""));
  return out;
}

}  // namespace erp2mysql::store
