// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/sync.hpp"

#include <fmt/format.h>

#include <random>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/base/unforeseen.hpp"
#include "erp2mysql/data/hash.hpp"
#include "erp2mysql/run/anomaly.hpp"
#include "erp2mysql/run/heart_beat.hpp"
#include "erp2mysql/run/replay.hpp"
#include "erp2mysql/run/target.hpp"
#include "erp2mysql/store/status.hpp"
#include "lanes.hpp"

namespace erp2mysql::run {
namespace {

using base::Error;
using base::ErrorKind;

std::string_view kind_of(const RunOptions& options) {
  if (options.backfill) return "backfill";
  if (options.remedy) return "remedy";
  return options.explicit_stretch ? "explicit" : "run";
}

class Run {
 public:
  Run(const CompiledJob& job, const Wiring& wiring, const RunOptions& options)
      : job_(job),
        wiring_(wiring),
        options_(options),
        state_(job.job.state_database.empty() ? wiring.target_database : job.job.state_database,
               job.job.name, part_name(options), job.job.sync.lease) {
    started_ = wiring.clock.now();
    begin_ = wiring.clock.monotonic();
    work_.kind = kind_of(options);
    work_.past_failures = options.backfill.has_value();
    if (options.max_runtime) work_.deadline = begin_ + *options.max_runtime;
    result_.job = job.job.name;
    result_.run_id = options.run_id.empty() ? new_run_id(started_) : options.run_id;
    result_.dry_run = options.dry_run;
    result_.plan_only = options.plan_only;
    result_.backfill = options.backfill.has_value();
    result_.part = state_.is_part();
  }

  RunResult go() {
    try {
      work();
      if (!result_.error) judge();
      result_.error ? fail(*result_.error) : conclude();
    } catch (const Error& error) {
      fail(error);
    } catch (const std::exception& error) {
      fail(base::unforeseen(error));
    }
    beat_.reset();
    result_.meters = wiring_.meters();
    result_.seconds = static_cast<double>((wiring_.clock.monotonic() - begin_).count()) / 1000;
    record();
    if (session_) session_->release();
    return std::move(result_);
  }

 private:
  // Short, since it shares a column with the job's name.
  static std::string part_name(const RunOptions& options) {
    if (!options.backfill) return {};
    const auto& backfill = *options.backfill;
    if (backfill.window) {
      const auto id = data::hash(plan::window_id(options.explicit_stretch.value()));
      return fmt::format("w/{:08x}", static_cast<std::uint32_t>(id));
    }
    if (!backfill.shard) return {};
    return fmt::format("{}/{}", backfill.shard->index, backfill.shard->count);
  }

  mysql::Connection& connection() { return session_ ? session_->connection() : *dry_connection_; }

  // Again after a lost connection, unless nothing is written anyway.
  void on_target(const std::function<void(mysql::Connection&)>& work) {
    session_ ? session_->repeat(work) : work(*dry_connection_);
  }

  void work() {
    open_state();
    result_.watermark_after = result_.watermark_before;
    std::optional<Target> target;
    on_target([&](mysql::Connection& connection) {
      target.emplace(job_, connection, wiring_.target_database, options_.preflight);
    });
    plan();
    if (options_.plan_only) return;
    if (session_) {
      on_target([&](mysql::Connection& connection) {
        store::name_uuid(connection, session_->state(), job_.job.uuid);
        retry_unmatched(job_, *session_, *target->writer(*session_));
      });
    }
    Lanes(job_, wiring_, *target, session_ ? &*session_ : nullptr).run(work_, parallel(), result_);
    remember_longest();
  }

  void open_state() {
    if (options_.dry_run || options_.plan_only) {
      dry_connection_ = wiring_.connect();
      if (!state_.tables_exist(*dry_connection_)) return;
      if (const auto known = state_.load(*dry_connection_))
        result_.watermark_before = known->watermark;
      longest_ = state_.longest_window(*dry_connection_);
      return;
    }
    session_.emplace(wiring_.connect, state_, result_.run_id, job_.job.fingerprint, wiring_.clock,
                     options_.accept_change);
    if (state_.is_part()) beat_.emplace(*session_);
    result_.watermark_before = session_->job().watermark;
    on_target([&](mysql::Connection& connection) { longest_ = state_.longest_window(connection); });
    if (!session_->fingerprint_changed() || options_.accept_change) return;
    base::log_warning(
        "the job's request, mapping or statement changed: its fingerprint is {}, that of the rows "
        "written before {}; those keep their old form; --accept-change ends this warning",
        job_.job.fingerprint.substr(0, 12), session_->fingerprint_before().substr(0, 12));
  }

  std::size_t parallel() const {
    return options_.parallel > 0 ? options_.parallel
                                 : static_cast<std::size_t>(job_.job.sync.parallel);
  }

  // Only a note, like the history.
  void remember_longest() noexcept {
    if (!session_) return;
    const auto next = plan::next_longest(longest_, result_.shortest_part, result_.longest_window,
                                         job_.job.sync.window, job_.source->spec().resolution);
    if (next == longest_) return;
    try {
      session_->state().set_longest_window(session_->connection(), next);
    } catch (const std::exception& error) {
      base::log_warning("could not note the length of windows: {}", error.what());
    }
  }

  // Shorter windows where the API could not answer longer ones.
  void keep_short() {
    if (!longest_) return;
    work_.windows = plan::refine(work_.windows, *longest_, job_.source->spec().max_window,
                                 [&](const base::Range& window) { return job_.coverage(window); });
  }

  // One window: what the request asks for, counted back from now. It may be far from the watermark.
  void plan_remedy() {
    const auto now = options_.now.value_or(started_) - job_.job.sync.lag;
    work_.seen = base::Range{result_.watermark_before.value_or(now - job_.job.sync.window), now};
    const auto asked = job_.coverage(*work_.seen);
    result_.stretch = asked.value_or(*work_.seen);
    const auto most = job_.source->spec().max_window;
    if (asked && most && asked->to - asked->from > *most) {
      throw Error(ErrorKind::config, fmt::format("the remedy asks for {}, the API allows {}",
                                                 base::format_duration(asked->to - asked->from),
                                                 base::format_duration(*most)))
          .at("source.omissionRemedy");
    }
    work_.windows = {{*result_.stretch}};
  }

  void plan() {
    if (options_.remedy) {
      plan_remedy();
      return note_plan();
    }
    result_.stretch = stretch();
    if (!job_.incremental()) {
      if (options_.backfill) {
        throw Error(ErrorKind::config, "the job names no window variable, so every run reads all")
            .hint("use erp2mysql run");
      }
      work_.windows = {{*result_.stretch}};
    } else {
      work_.windows = cut();
    }
    if (options_.backfill) leave_out_what_is_done();
    // Only now: shards divide alike, whatever each of them has learnt.
    if (!session_ || !state_.is_part()) keep_short();
    // The watermark follows from here; a backfill and an explicit stretch leave it alone.
    if (!options_.explicit_stretch && !work_.windows.empty())
      work_.first = work_.windows.front().time.from;
    note_plan();
  }

  void note_plan() {
    result_.planned = work_.windows;
    result_.windows_planned = work_.windows.size();
    if (auto* told = wiring_.progress) {
      told->windows_planned = result_.windows_planned;
      told->windows_skipped = result_.windows_skipped;
      told->started = true;
    }
    if (!session_ || state_.is_part()) return;
    const auto& windows = work_.windows;
    session_->repeat([&](mysql::Connection& connection) {
      // A window by itself is noted when it starts: one commit less in the usual run.
      const bool start_is_enough =
          windows.size() == 1 &&
          (base::seeded_bug("leftovers-kept") ||
           !ledger().reached_into(connection, session_->job(), windows[0].time));
      if (!start_is_enough) ledger().plan(connection, session_->job(), windows);
    });
  }

  store::Ledger ledger() const { return {state_, work_.kind}; }

  std::vector<data::Window> cut() const {
    const auto coverage = [&](const base::Range& window) { return job_.coverage(window); };
    const auto& spec = job_.source->spec();
    const auto windows = [&](base::Millis longest) {
      return plan::cut({*result_.stretch, longest, spec.max_window}, coverage);
    };
    if (options_.backfill) {
      const auto whole = result_.stretch->to - result_.stretch->from;
      return windows(options_.backfill->window
                         ? whole
                         : options_.backfill->step.value_or(job_.job.sync.window));
    }
    const auto part =
        plan::parallel_window(*result_.stretch, job_.job.sync.window, parallel(), spec.resolution);
    try {
      return windows(part);
    } catch (const Error&) {
      // Bounds that are cut to days cannot cover less.
      if (part == job_.job.sync.window) throw;
      return windows(job_.job.sync.window);
    }
  }

  void leave_out_what_is_done() {
    auto& windows = work_.windows;
    if (!windows.empty() && windows.back().time.to < result_.stretch->to) {
      base::log_warning("the request's time bounds cover nothing after {}; the rest is not read",
                        base::format_datetime(windows.back().time.to, job_.job.zone));
    }
    const auto& backfill = *options_.backfill;
    if (backfill.shard) windows = plan::share(windows, *backfill.shard);
    if (session_ && state_.is_part()) return plan_part();
    if (backfill.restart) {
      if (!session_) return;
      session_->repeat([&](mysql::Connection& connection) {
        ledger().forget(connection, session_->job(), windows);
      });
      return;
    }
    if (!state_.tables_exist(connection())) return;
    const auto all = windows.size();
    on_target([&](mysql::Connection& connection) {
      windows = plan::remaining(windows, ledger().done(connection, *result_.stretch),
                                [&](const base::Range& window) { return job_.coverage(window); });
    });
    result_.windows_skipped = all - std::min(all, windows.size());
  }

  void plan_part() {
    auto& windows = work_.windows;
    const auto& backfill = *options_.backfill;
    const auto all = windows.size();
    const auto rest = [&](const std::vector<base::Range>& taken) {
      auto left = plan::remaining(windows, taken, coverage());
      return longest_ ? plan::refine(left, *longest_, job_.source->spec().max_window, coverage())
                      : left;
    };
    std::vector<data::Window> mine;
    session_->repeat([&](mysql::Connection& connection) {
      mine = ledger().plan_part(connection, session_->job(), windows, backfill.restart, rest);
    });
    if (backfill.window && mine.empty()) refuse_held_window();
    windows = std::move(mine);
    result_.windows_skipped = all - std::min(all, windows.size());
    if (!backfill.window) work_.help = result_.stretch;
  }

  // Asked for one window, a process must not say that all is well while another one reads it.
  void refuse_held_window() {
    std::vector<base::Range> done;
    on_target(
        [&](mysql::Connection& connection) { done = ledger().done(connection, *result_.stretch); });
    if (plan::remaining(work_.windows, done, coverage()).empty()) return;
    throw Error(ErrorKind::locked, "another process reads this window")
        .hint("let it finish, or use --if-locked skip");
  }

  plan::Coverage coverage() const {
    return [this](const base::Range& window) { return job_.coverage(window); };
  }

  base::Range stretch() const {
    if (options_.explicit_stretch) return *options_.explicit_stretch;
    const base::Instant now = options_.now.value_or(started_);
    // A full read has no lower bound; its window says only when it was read.
    if (!job_.incremental()) return {base::Instant{}, now - job_.job.sync.lag};
    plan::Incremental in;
    in.watermark = options_.full ? std::nullopt : result_.watermark_before;
    if (job_.job.sync.start) in.start = base::parse_datetime(*job_.job.sync.start, job_.job.zone);
    in.now = now;
    in.overlap = job_.job.sync.overlap;
    in.lag = job_.job.sync.lag;
    in.resolution = job_.source->spec().resolution;
    return plan::incremental_stretch(in);
  }

  // Every row is right by now; is their number, too?
  void judge() {
    if (!session_ || options_.plan_only) return;
    result_.incremental = work_.kind == "run" && job_.incremental();
    std::vector<Volume> earlier;
    if (job_.job.quality.anomalies.drop_below_millionths) {
      for (const auto& run : store::read_volumes(session_->connection(), state_, work_.kind))
        earlier.push_back({run.started, run.rows_read});
    }
    const auto now = options_.now.value_or(started_);
    result_.anomalies = find_anomalies(job_.job, result_, earlier, now);
    for (const auto& anomaly : result_.anomalies) {
      base::log_warning("unusual: {} ({})", anomaly.message, anomaly.rule);
      if (!anomaly.fails || result_.error) continue;
      result_.error = Error(ErrorKind::data, fmt::format("{} ({})", anomaly.message, anomaly.rule))
                          .at(store::k_anomaly_place)
                          .hint(
                              "the rows were written and the watermark moved; look at the source, "
                              "then read the time again if rows are missing");
    }
  }

  void conclude() {
    result_.status = options_.plan_only             ? "planned"
                     : result_.rows.quarantined > 0 ? "partial"
                     : result_.rows.read == 0       ? "nothing"
                                                    : "done";
    const bool some_bad = result_.rows.quarantined > 0 && !base::seeded_bug("bad-rows-exit-0");
    result_.exit_code = some_bad ? 3 : 0;
  }

  void fail(const Error& error) {
    result_.error = error;
    result_.exit_code = base::exit_code(error.kind());
    result_.status = "failed";
    if (error.kind() == ErrorKind::locked) result_.status = "locked";
    if (error.kind() == ErrorKind::interrupted) {
      result_.status = "interrupted";
      if (base::stop_signal() != 0) result_.exit_code = 128 + base::stop_signal();
    }
  }

  // The history is a note; the run's outcome does not depend on it.
  void record() noexcept {
    if (!session_) return;
    try {
      session_->state().run_ended(
          session_->connection(),
          {result_.run_id, work_.kind, result_.status, result_.error ? result_.error->what() : "",
           result_.exit_code, started_, wiring_.clock.now(), result_.rows,
           result_.meters.rate_limit, result_.meters.source, result_.target_wait});
    } catch (const std::exception& error) {
      base::log_warning("could not note the run: {}", error.what());
    }
  }

  const CompiledJob& job_;
  const Wiring& wiring_;
  const RunOptions& options_;
  store::State state_;
  RunResult result_;
  Work work_;
  base::Instant started_;
  base::Millis begin_{};
  std::optional<base::Millis> longest_;  // window that the API answered so far
  std::optional<store::Session> session_;
  std::optional<HeartBeat> beat_;  // of a part; ends before its session
  std::unique_ptr<mysql::Connection> dry_connection_;
};

}  // namespace

RunResult sync(const CompiledJob& job, const Wiring& wiring, const RunOptions& options) {
  return Run(job, wiring, options).go();
}

std::string new_run_id(base::Instant now) {
  std::random_device random;
  return fmt::format("{:x}-{:08x}", now.time_since_epoch().count(), random());
}

}  // namespace erp2mysql::run
