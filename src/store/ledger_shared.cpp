// SPDX-License-Identifier: Apache-2.0
// A backfill that several processes share. Who owns a window is written in its row and nowhere
// else: every change of owner is a compare-and-set there, and the owner's transactions begin with
// one. Leases only say whose windows may be taken. What changes the list of windows also locks the
// row of the whole job, so that two lists never overlap.
#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/seeded_bug.hpp"
#include "ledger_kit.hpp"

namespace erp2mysql::store {
namespace {

// " AND run_id NOT IN (?, ?)" and its parameters; "run_id IN ()" is no SQL.
std::string none_of(const std::vector<std::string>& alive, Params& params) {
  std::string marks;
  for (const auto& run_id : alive) {
    marks += marks.empty() ? "?" : ", ?";
    params.push_back(run_id);
  }
  return marks.empty() ? "" : " AND run_id NOT IN (" + marks + ")";
}

bool holds(const std::vector<std::string>& alive, const std::optional<std::string>& run_id) {
  return run_id && std::find(alive.begin(), alive.end(), *run_id) != alive.end();
}

}  // namespace

WindowTaken::WindowTaken()
    : Error(base::ErrorKind::locked, "another process took the window over") {
  hint("nothing of this process's open transaction was kept");
}

// A write and not just a lock, as in State::hold.
void Ledger::lock_list(mysql::Connection& connection) const {
  connection.query(
      fmt::format("UPDATE {} SET updated_at = GREATEST(CURRENT_TIMESTAMP(3), updated_at +"
                  " INTERVAL 1000 MICROSECOND) WHERE job = ?",
                  state_.table("job")),
      {state_.job()});
}

// What nobody alive holds becomes ours, or vanishes where it is cut in another way.
void Ledger::inherit(mysql::Connection& connection, const JobState& owner, const base::Range& time,
                     const std::vector<std::string>& alive, bool restart) const {
  const auto open = restart ? "" : " AND status <> 'done'";
  Params exact{owner.run_id, state_.job(), kind_, ms(time.from), ms(time.to)};
  const auto of_the_dead = none_of(alive, exact);
  connection.query(
      fmt::format("UPDATE {} SET run_id = ?, status = 'planned', seq = seq + 1 WHERE {}"
                  "{}{}",
                  state_.table("window"), k_this_window, open, of_the_dead),
      exact);
  Params others{state_.job(), kind_, ms(time.to), ms(time.from), ms(time.from), ms(time.to)};
  none_of(alive, others);
  connection.query(fmt::format("DELETE FROM {} WHERE {} AND NOT (from_ms = ? AND to_ms = ?){}{}",
                               state_.table("window"), k_reaching_in, open, of_the_dead),
                   others);
}

// Of a first try nothing is there, and each window would cost two round trips.
bool Ledger::anything_to_inherit(mysql::Connection& connection, const base::Range& time,
                                 const std::vector<std::string>& alive, bool restart) const {
  Params params{state_.job(), kind_, ms(time.to), ms(time.from)};
  const auto of_the_dead = none_of(alive, params);
  const auto found = connection.query(
      fmt::format("SELECT COUNT(*) FROM {} WHERE {}{}{}", state_.table("window"), k_reaching_in,
                  restart ? "" : " AND status <> 'done'", of_the_dead),
      params);
  return found.rows[0][0] != "0";
}

std::vector<base::Range> Ledger::spoken_for(mysql::Connection& connection, const JobState& owner,
                                            const base::Range& time,
                                            const std::vector<std::string>& alive) const {
  const auto found = connection.query(
      fmt::format("SELECT from_ms, to_ms, status, run_id FROM {} WHERE {} ORDER BY from_ms",
                  state_.table("window"), k_reaching_in),
      {state_.job(), kind_, ms(time.to), ms(time.from)});
  std::vector<base::Range> out;
  for (const auto& row : found.rows) {
    const bool held = holds(alive, row[3]) && row[3] != owner.run_id && row[2] != "failed";
    if (row[2] == "done" || held) out.push_back({instant(row[0]), instant(row[1])});
  }
  return out;
}

std::vector<data::Window> Ledger::plan_part(mysql::Connection& connection, const JobState& owner,
                                            const std::vector<data::Window>& windows, bool restart,
                                            const Rest& rest) const {
  std::vector<data::Window> out;
  if (windows.empty()) return out;
  state_.end_sessions_of_the_dead(connection);
  alone(connection, state_, owner, [&] {
    lock_list(connection);
    const auto alive = state_.alive(connection, owner.run_id);
    const base::Range all{windows.front().time.from, windows.back().time.to};
    if (anything_to_inherit(connection, all, alive, restart)) {
      for (const auto& [time] : windows) inherit(connection, owner, time, alive, restart);
    }
    out = rest(spoken_for(connection, owner, all, alive));
    add_planned(connection, owner, out);
  });
  return out;
}

bool Ledger::ours_reach_in(mysql::Connection& connection, const JobState& owner,
                           const base::Range& time) const {
  const auto found =
      connection.query(fmt::format("SELECT COUNT(*) FROM {} WHERE {} AND run_id = ?",
                                   state_.table("window"), k_reaching_in),
                       {state_.job(), kind_, ms(time.to), ms(time.from), owner.run_id});
  return found.rows[0][0] != "0";
}

std::uint64_t Ledger::claim(mysql::Connection& connection, const JobState& owner,
                            const data::Window& window) const {
  const Params here{state_.job(), kind_, ms(window.time.from), ms(window.time.to)};
  const auto found =
      connection.query(fmt::format("SELECT run_id, status, seq FROM {} WHERE {} FOR UPDATE",
                                   state_.table("window"), k_this_window),
                       here);
  if (found.rows.empty() || found.rows[0][0] != owner.run_id || found.rows[0][1] == "done")
    throw WindowTaken();
  connection.query(fmt::format("UPDATE {} SET status = 'running', attempt = attempt + 1 WHERE {}",
                               state_.table("window"), k_this_window),
                   here);
  return number<std::uint64_t>(found.rows[0][2]);
}

std::optional<data::Window> Ledger::take_abandoned(mysql::Connection& connection,
                                                   const JobState& owner,
                                                   const base::Range& time) const {
  std::optional<data::Window> out;
  state_.end_sessions_of_the_dead(connection);
  alone(connection, state_, owner, [&] {
    lock_list(connection);
    Params params{state_.job(), kind_, ms(time.to), ms(time.from), owner.run_id};
    const auto of_the_dead = none_of(state_.alive(connection, owner.run_id), params);
    const auto found = connection.query(
        fmt::format("SELECT from_ms, to_ms, run_id, seq FROM {} WHERE {} AND status"
                    " IN ('planned', 'running') AND run_id <> ?{} ORDER BY from_ms LIMIT 1",
                    state_.table("window"), k_reaching_in, of_the_dead),
        params);
    if (found.rows.empty()) return;
    const auto& row = found.rows[0];
    const auto taken = connection.query(
        fmt::format("UPDATE {} SET run_id = ?, status = 'planned', seq = seq + 1 WHERE {} AND"
                    " run_id = ? AND seq = ? AND status <> 'done'",
                    state_.table("window"), k_this_window),
        {owner.run_id, state_.job(), kind_, row[0], row[1], row[2], row[3]});
    // Else it moved just now, so that somebody is alive: there may be more.
    out = data::Window{{instant(row[0]), instant(row[1])}};
    if (taken.affected == 0) out->time.to = out->time.from;
  });
  if (out && out->time.empty()) return take_abandoned(connection, owner, time);
  return out;
}

std::vector<Lease> Ledger::others_at_work(mysql::Connection& connection, const JobState& owner,
                                          const base::Range& time) const {
  const auto found = connection.query(
      fmt::format("SELECT DISTINCT j.run_id, j.lease_until FROM {0} j JOIN {1} w ON w.run_id ="
                  " j.run_id WHERE j.lease_until > {2} AND j.run_id <> ? AND w.job = ? AND w.kind ="
                  " ? AND w.from_ms < ? AND w.to_ms > ? AND w.status IN ('planned', 'running')",
                  state_.table("job"), state_.table("window"), k_server_now),
      {owner.run_id, state_.job(), kind_, ms(time.to), ms(time.from)});
  std::vector<Lease> out;
  for (const auto& row : found.rows)
    out.push_back({row[0].value_or(""), number<std::int64_t>(row[1]), {}});
  return out;
}

void Ledger::reopen(mysql::Connection& connection, const JobState& owner,
                    const data::Window& window) const {
  connection.query(fmt::format("UPDATE {} SET status = 'planned' WHERE {} AND run_id = ? AND"
                               " status = 'failed'",
                               state_.table("window"), k_this_window),
                   {state_.job(), kind_, ms(window.time.from), ms(window.time.to), owner.run_id});
}

}  // namespace erp2mysql::store
