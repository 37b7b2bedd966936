// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/seeded_bug.hpp"
#include "ledger_kit.hpp"

namespace erp2mysql::store {
namespace {

// Of one statement: a plan of years is thousands of windows, and others wait for its end.
constexpr std::size_t k_rows_of_a_plan = 500;

}  // namespace

void Ledger::add_planned(mysql::Connection& connection, const JobState& owner,
                         const std::vector<data::Window>& windows) const {
  for (std::size_t at = 0; at < windows.size(); at += k_rows_of_a_plan) {
    std::string rows;
    Params params;
    const auto end = std::min(windows.size(), at + k_rows_of_a_plan);
    for (std::size_t i = at; i < end; ++i) {
      const auto& time = windows[i].time;
      rows += i == at ? "" : ", ";
      rows += "(?, ?, ?, ?, ?, ?, 'planned', ?, 0)";
      params.insert(params.end(), {state_.job(), kind_, ms(time.from), ms(time.to),
                                   readable(time.from), readable(time.to), owner.run_id});
    }
    connection.query(
        fmt::format("INSERT INTO {} (job, kind, from_ms, to_ms, from_at, to_at, status, run_id,"
                    " attempt) VALUES {} ON DUPLICATE KEY UPDATE status = 'planned',"
                    " run_id = VALUES(run_id)",
                    state_.table("window"), rows),
        params);
  }
}

bool Ledger::reached_into(mysql::Connection& connection, const JobState& owner,
                          const base::Range& time) const {
  const auto found = connection.query(
      fmt::format("SELECT 1 FROM {} WHERE {} AND status <> 'done' AND run_id <> ? LIMIT 1",
                  state_.table("window"), k_reaching_in),
      {state_.job(), kind_, ms(time.to), ms(time.from), owner.run_id});
  return !found.rows.empty();
}

void Ledger::plan(mysql::Connection& connection, const JobState& owner,
                  const std::vector<data::Window>& windows) const {
  if (windows.empty()) return;
  alone(connection, state_, owner, [&] {
    for (const auto& [time] : windows) {
      connection.query(fmt::format("DELETE FROM {} WHERE {} AND status <> 'done' AND run_id <> ?"
                                   " AND NOT (from_ms = ? AND to_ms = ?)",
                                   state_.table("window"), k_reaching_in),
                       {state_.job(), kind_, ms(time.to), ms(time.from), owner.run_id,
                        ms(time.from), ms(time.to)});
    }
    add_planned(connection, owner, windows);
  });
}

// Doing it twice after a lost answer does no harm: a half that stands already stays as it is.
void Ledger::replace(mysql::Connection& connection, const JobState& owner,
                     const data::Window& window, const std::vector<data::Window>& parts) const {
  alone(connection, state_, owner, [&] {
    const auto gone = connection.query(
        fmt::format("DELETE FROM {} WHERE {} AND status <> 'done' AND run_id = ?",
                    state_.table("window"), k_this_window),
        {state_.job(), kind_, ms(window.time.from), ms(window.time.to), owner.run_id});
    if (state_.is_part() && gone.affected == 0 && !ours_reach_in(connection, owner, window.time))
      throw WindowTaken();
    add_planned(connection, owner, parts);
  });
}

std::vector<base::Range> Ledger::done(mysql::Connection& connection,
                                      const base::Range& time) const {
  const auto found = connection.query(
      fmt::format("SELECT from_ms, to_ms FROM {} WHERE {} AND status = 'done' ORDER BY from_ms",
                  state_.table("window"), k_reaching_in),
      {state_.job(), kind_, ms(time.to), ms(time.from)});
  std::vector<base::Range> out;
  out.reserve(found.rows.size());
  for (const auto& row : found.rows) out.push_back({instant(row[0]), instant(row[1])});
  return out;
}

void Ledger::forget(mysql::Connection& connection, const JobState& owner,
                    const std::vector<data::Window>& windows) const {
  alone(connection, state_, owner, [&] {
    for (const auto& [time] : windows) {
      connection.query(
          fmt::format("DELETE FROM {} WHERE {}", state_.table("window"), k_reaching_in),
          {state_.job(), kind_, ms(time.to), ms(time.from)});
    }
  });
}

std::uint64_t Ledger::start(mysql::Connection& connection, const JobState& owner,
                            const data::Window& window) const {
  const auto& time = window.time;
  std::uint64_t token = 0;
  alone(connection, state_, owner, [&] {
    if (state_.is_part()) {
      token = claim(connection, owner, window);
      return;
    }
    connection.query(
        fmt::format("INSERT INTO {} (job, kind, from_ms, to_ms, from_at, to_at, status, run_id,"
                    " attempt) VALUES (?, ?, ?, ?, ?, ?, 'running', ?, 1) ON DUPLICATE KEY UPDATE"
                    " status = 'running', run_id = VALUES(run_id), attempt = attempt + 1",
                    state_.table("window")),
        {state_.job(), kind_, ms(time.from), ms(time.to), readable(time.from), readable(time.to),
         owner.run_id});
    const auto found = connection.query(
        fmt::format("SELECT seq FROM {} WHERE {}", state_.table("window"), k_this_window),
        {state_.job(), kind_, ms(time.from), ms(time.to)});
    token = number<std::uint64_t>(found.rows.at(0)[0]);
  });
  return token;
}

State::Advance Ledger::step(mysql::Connection& connection, const JobState& owner,
                            const data::Window& window, std::uint64_t token) const {
  const Params here{state_.job(), kind_, ms(window.time.from), ms(window.time.to)};
  Params expected = here;
  expected.insert(expected.end(), {owner.run_id, std::to_string(token)});
  const auto changed = connection.query(
      fmt::format("UPDATE {} SET seq = seq + 1 WHERE {} AND run_id = ? AND seq = ?",
                  state_.table("window"), k_this_window),
      expected);
  if (changed.affected == 1 || base::seeded_bug("no-fence")) return State::Advance::done;
  const auto now = connection.query(fmt::format("SELECT run_id, seq FROM {} WHERE {} FOR UPDATE",
                                                state_.table("window"), k_this_window),
                                    here);
  const bool ours = !now.rows.empty() && now.rows[0][0] == owner.run_id;
  if (ours && number<std::uint64_t>(now.rows[0][1]) == token + 1)
    return State::Advance::already_committed;
  if (state_.is_part() && !ours) throw WindowTaken();
  state_.lost(connection, owner, !now.rows.empty() && !ours);
}

void Ledger::end(mysql::Connection& connection, const JobState& owner, const data::Window& window,
                 const std::string& status, const WindowCounts& counts) const {
  const auto text = [](std::uint64_t value) { return std::optional(std::to_string(value)); };
  const auto& books = counts.books;
  connection.query(
      fmt::format("UPDATE {} SET status = ?, rows_read = ?, rows_written = ?, rows_unchanged = ?,"
                  " rows_filtered = ?, rows_duplicate = ?, rows_quarantined = ?, pages = ?,"
                  " records = ?, expected = ?, digest = ? WHERE {} AND run_id = ?",
                  state_.table("window"), k_this_window),
      {status, text(books.read), text(books.written), text(books.unchanged), text(books.filtered),
       text(books.duplicate), text(books.quarantined), text(counts.pages), text(counts.records),
       text(counts.expected), text(counts.digest), state_.job(), kind_, ms(window.time.from),
       ms(window.time.to), owner.run_id});
}

base::Instant Ledger::move_watermark(mysql::Connection& connection, const JobState& owner,
                                     base::Instant from) const {
  state_.hold(connection, owner);
  const auto found = connection.query(
      fmt::format("SELECT from_ms, to_ms FROM {} WHERE job = ? AND kind = ? AND from_ms >= ? AND"
                  " run_id = ? AND status = 'done' ORDER BY from_ms",
                  state_.table("window")),
      {state_.job(), kind_, ms(from), owner.run_id});
  base::Instant reached = from;
  for (const auto& row : found.rows) {
    if (instant(row[0]) > reached && !base::seeded_bug("watermark-over-gap")) break;
    reached = std::max(reached, instant(row[1]));
  }
  if (reached == from) return from;
  // The readable copy is set first: assignments run left to right and compare the old value.
  connection.query(
      fmt::format("UPDATE {} SET watermark_at = IF(watermark IS NULL OR watermark < ?, ?,"
                  " watermark_at), watermark = IF(watermark IS NULL OR watermark < ?, ?, watermark)"
                  " WHERE job = ?",
                  state_.table("job")),
      {ms(reached), readable(reached), ms(reached), ms(reached), state_.job()});
  return reached;
}

}  // namespace erp2mysql::store
