// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/reconcile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/run/target.hpp"
#include "erp2mysql/run/window_job.hpp"

namespace erp2mysql::run {
namespace {

using base::Error;
using base::ErrorKind;

constexpr int k_doubtful_halvings = 3;

store::TimeText texts(const base::Range& range, const base::Zone& zone) {
  return {base::format_datetime(range.from, zone), base::format_datetime(range.to, zone)};
}

}  // namespace

bool ReconcileResult::differs() const {
  return std::any_of(days.begin(), days.end(), [](const auto& day) { return day.differs(); });
}

Reconcile::Reconcile(const CompiledJob& job, const Wiring& wiring, ReconcileOptions options)
    : job_(job),
      wiring_(wiring),
      options_(std::move(options)),
      connection_(wiring.connect()),
      table_(target_table(job, *connection_, wiring.target_database, true)),
      client_(*job.source, wiring.transport, wiring.clock, wiring.tokens) {
  auto statement = job.statement;
  store::send_by_column_type(statement, table_);
  result_.columns = reconcile_columns(job, table_, options_);
  // Rows of other accounts in the table would look as if they were gone.
  result_.keeps_versions = key_holds_time(job, result_.columns) || !job.job.account.empty();
  if (options_.mark && table_.find(options_.mark->first) == nullptr) {
    throw Error(ErrorKind::usage, fmt::format("table {} has no column \"{}\" to mark rows with",
                                              table_.name, options_.mark->first));
  }
  stage_ = std::make_unique<store::KeyStage>(*connection_, statement, table_, result_.columns,
                                             piece_of(job));
  if (!job.incremental()) {
    result_.days.push_back({{base::Instant{}, wiring.clock.now()}, {}, 0});
    return;
  }
  for (const auto& day : plan::days(options_.stretch, job.job.zone))
    result_.days.push_back({day, {}, 0});
}

Reconcile::~Reconcile() = default;

// A window that is too big is read in halves, as in a run; the ledger knows nothing of these.
void Reconcile::read(const base::Range& stretch) {
  struct Piece {
    data::Window window;
    int doubtful = 0;
  };
  const auto coverage = [&](const base::Range& window) { return job_.coverage(window); };
  std::deque<Piece> waiting;
  if (!job_.incremental()) {
    waiting.push_back({{stretch}});
  } else {
    const auto windows =
        plan::cut({stretch, job_.job.sync.window, job_.source->spec().max_window}, coverage);
    if (windows.empty() || windows.back().time.to < stretch.to) {
      throw Error(ErrorKind::config, "the request's time bounds do not cover this stretch")
          .at(fmt::format("[{}, {})", base::format_datetime(stretch.from, job_.job.zone),
                          base::format_datetime(stretch.to, job_.job.zone)))
          .hint("bounds that are cut to days want --from and --to at midnight");
    }
    for (const auto& window : windows) waiting.push_back({window});
  }
  while (!waiting.empty()) {
    base::throw_if_stopped();
    const auto piece = waiting.front();
    waiting.pop_front();
    WindowJob work(job_, client_, wiring_.clock, *stage_, piece.window);
    try {
      work.run("", std::nullopt);
    } catch (const http::TooBig& reason) {
      const int doubtful = reason.certain() ? 0 : piece.doubtful + 1;
      const auto halves = plan::halve(piece.window, job_.source->spec().resolution, coverage);
      if (!halves || doubtful > k_doubtful_halvings) throw;
      waiting.push_front({halves->second, doubtful});
      waiting.push_front({halves->first, doubtful});
    }
    result_.pages += work.counts().pages;
    result_.records += work.counts().records;
  }
}

void Reconcile::compare_day(std::size_t number, bool again) {
  auto& day = result_.days[number];
  const auto time = texts(day.time, job_.job.zone);
  stage_->clear();
  read(day.time);
  day.found = stage_->compare(time, options_.keys);
  if (result_.keeps_versions) return;
  // Rows of earlier days that turn up now have changed and are not gone.
  stage_->forget_seen();
  if (!again) stage_->note_gone(time, number, options_.mark);
}

void Reconcile::compare() {
  for (std::size_t i = 0; i < result_.days.size(); ++i) compare_day(i, false);
  count_gone();
}

void Reconcile::compare_again() {
  for (std::size_t i = 0; i < result_.days.size(); ++i) {
    const auto& found = result_.days[i].found;
    if (found.missing + found.older > 0) compare_day(i, true);
  }
  count_gone();
}

void Reconcile::count_gone() {
  for (std::size_t i = 0; i < result_.days.size(); ++i) result_.days[i].gone = stage_->gone(i);
  result_.gone_keys = stage_->gone_keys(options_.keys);
}

std::vector<base::Range> Reconcile::to_repair() const {
  std::vector<base::Range> out;
  for (const auto& day : result_.days) {
    if (day.found.missing + day.found.older == 0) continue;
    if (!out.empty() && out.back().to == day.time.from) {
      out.back().to = day.time.to;
    } else {
      out.push_back(day.time);
    }
  }
  return out;
}

void Reconcile::look_for_gone_until(base::Instant now) {
  if (job_.incremental()) {
    for (const auto& day : plan::days({options_.stretch.to, now}, job_.job.zone)) {
      stage_->clear();
      read(asked_whole(day) ? day : whole_day(day));
      stage_->forget_seen();
    }
  }
  count_gone();
}

bool Reconcile::asked_whole(const base::Range& range) const {
  const auto asked = job_.coverage(range);
  return !asked || (asked->from <= range.from && asked->to >= range.to);
}

// Bounds that are cut to days ask for today only as far as its end is named.
base::Range Reconcile::whole_day(const base::Range& part) const {
  const base::Millis day = std::chrono::hours(24);
  return {part.from, plan::days({part.from, part.from + 2 * day}, job_.job.zone).front().to};
}

std::uint64_t Reconcile::change_gone() {
  const auto state = state_of(job_, wiring_.target_database);
  state.ensure_tables(*connection_);
  if (!state.lock(*connection_, 1)) {
    throw Error(ErrorKind::locked, fmt::format("another run holds job \"{}\"", job_.job.name))
        .hint("wait for it to end");
  }
  const auto started = wiring_.clock.now();
  std::uint64_t changed = 0;
  for (std::size_t i = 0; i < result_.days.size(); ++i) {
    changed += options_.mark ? stage_->mark_gone(i, options_.mark->first, options_.mark->second)
                             : stage_->delete_gone(i);
  }
  state.run_ended(*connection_, {new_run_id(started),
                                 options_.mark ? "mark" : "delete",
                                 "done",
                                 "",
                                 0,
                                 started,
                                 wiring_.clock.now(),
                                 {}});
  return changed;
}

}  // namespace erp2mysql::run
