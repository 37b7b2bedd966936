// SPDX-License-Identifier: Apache-2.0
// The ledger: which windows are planned, running, done or failed, and how far the done ones reach
// without a gap. Every window's row is also the fence of its transactions, so that windows can be
// written side by side. It plans nothing and knows no page and no row.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "erp2mysql/store/state.hpp"

namespace erp2mysql::store {

struct WindowCounts {
  data::Books books;
  std::uint64_t pages = 0, records = 0, expected = 0;
  std::uint64_t warnings = 0;   // of expressions: texts cut, dates that are none, …
  std::uint64_t unmatched = 0;  // rows whose UPDATE found nothing, whatever became of them
  std::uint64_t digest = 0;     // of the records, whatever their order
};

/// Of a part of a job: another process has this window now. The rest of the run may go on.
class WindowTaken : public base::Error {
 public:
  WindowTaken();
};

/// Of one kind of windows ("run", "explicit", "backfill", …) of one job. Borrows the state. Times
/// of the ledger are exact; kinds do not see each other. One thread per connection.
class Ledger {
 public:
  Ledger(const State& state, std::string kind) : state_(state), kind_(std::move(kind)) {}

  /// Notes what a run is about to do, outside a transaction. Rows of earlier runs that reached into
  /// these windows and never got done are taken over by the plan and vanish.
  void plan(mysql::Connection& connection, const JobState& owner,
            const std::vector<data::Window>& windows) const;
  /// Whether plan() would take something over for this window. Takes no lock.
  bool reached_into(mysql::Connection& connection, const JobState& owner,
                    const base::Range& time) const;
  /// Ranges of done windows that reach into `time`, by their start.
  std::vector<base::Range> done(mysql::Connection& connection, const base::Range& time) const;
  /// A window of this run that is not done gives way to these. Outside a transaction.
  void replace(mysql::Connection& connection, const JobState& owner, const data::Window& window,
               const std::vector<data::Window>& parts) const;
  /// Forgets windows that reach into these, done or not. Outside a transaction.
  void forget(mysql::Connection& connection, const JobState& owner,
              const std::vector<data::Window>& windows) const;

  /// Opens a window outside a transaction and gives the token of its first transaction. Throws
  /// Error{locked} when another run took the job over, WindowTaken in a part when the window is not
  /// planned for it.
  std::uint64_t start(mysql::Connection& connection, const JobState& owner,
                      const data::Window& window) const;
  /// First statement of every transaction of a window: token + 1. `already_committed`: an earlier
  /// attempt of this very transaction took effect. Throws Error{locked} when the window was taken
  /// over by another run, in a part WindowTaken. Rows of other windows are not touched, so windows
  /// do not wait for each other.
  State::Advance step(mysql::Connection& connection, const JobState& owner,
                      const data::Window& window, std::uint64_t token) const;
  void end(mysql::Connection& connection, const JobState& owner, const data::Window& window,
           const std::string& status, const WindowCounts& counts) const;
  /// After end(), in the same transaction: the watermark follows this run's done windows from
  /// `from` on, up to the first gap; it never moves back. Locks the job's row until the COMMIT, so
  /// that of two windows that end together the later one sees the earlier. Gives what it reached.
  base::Instant move_watermark(mysql::Connection& connection, const JobState& owner,
                               base::Instant from) const;

  /// For a part of a job: of `windows`, what `rest` leaves when it is told which ranges are done or
  /// held by others that are alive. Windows of the dead become this part's.
  using Rest = std::function<std::vector<data::Window>(const std::vector<base::Range>& taken)>;
  std::vector<data::Window> plan_part(mysql::Connection& connection, const JobState& owner,
                                      const std::vector<data::Window>& windows, bool restart,
                                      const Rest& rest) const;
  /// The first window in `time` whose owner's lease is over; it is this part's now.
  std::optional<data::Window> take_abandoned(mysql::Connection& connection, const JobState& owner,
                                             const base::Range& time) const;
  /// The leases of others that have windows to read in `time`.
  std::vector<Lease> others_at_work(mysql::Connection& connection, const JobState& owner,
                                    const base::Range& time) const;
  /// A failed window that somebody else may read at once: it was only interrupted.
  void reopen(mysql::Connection& connection, const JobState& owner,
              const data::Window& window) const;

 private:
  void lock_list(mysql::Connection& connection) const;
  bool anything_to_inherit(mysql::Connection& connection, const base::Range& time,
                           const std::vector<std::string>& alive, bool restart) const;
  void inherit(mysql::Connection& connection, const JobState& owner, const base::Range& time,
               const std::vector<std::string>& alive, bool restart) const;
  std::vector<base::Range> spoken_for(mysql::Connection& connection, const JobState& owner,
                                      const base::Range& time,
                                      const std::vector<std::string>& alive) const;
  bool ours_reach_in(mysql::Connection& connection, const JobState& owner,
                     const base::Range& time) const;
  std::uint64_t claim(mysql::Connection& connection, const JobState& owner,
                      const data::Window& window) const;
  void add_planned(mysql::Connection& connection, const JobState& owner,
                   const std::vector<data::Window>& windows) const;

  const State& state_;
  std::string kind_;
};

}  // namespace erp2mysql::store
