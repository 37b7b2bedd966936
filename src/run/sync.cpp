// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/sync.hpp"

#include <fmt/format.h>

#include <random>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/run/window_job.hpp"

namespace erp2mysql::run {
namespace {

using base::Error;
using base::ErrorKind;

class Run {
 public:
  Run(const CompiledJob& job, const Wiring& wiring, const RunOptions& options)
      : job_(job),
        wiring_(wiring),
        options_(options),
        client_(*job.source, wiring.transport, wiring.clock, wiring.tokens) {
    started_ = wiring.clock.now();
    result_.job = job.job.name;
    result_.run_id = options.run_id.empty() ? new_run_id(started_) : options.run_id;
    result_.dry_run = options.dry_run;
    kind_ = options.explicit_stretch ? "explicit" : "run";
  }

  RunResult go() {
    const auto begin = wiring_.clock.monotonic();
    try {
      work();
      conclude();
    } catch (const Error& error) {
      fail(error);
    } catch (const std::exception& error) {
      fail(Error(ErrorKind::bug, error.what()));
    }
    result_.meters = wiring_.meters();
    if (session_) result_.target_wait = session_->waited();
    result_.seconds = static_cast<double>((wiring_.clock.monotonic() - begin).count()) / 1000;
    record();
    return std::move(result_);
  }

 private:
  std::string state_database() const {
    return job_.job.state_database.empty() ? wiring_.target_database : job_.job.state_database;
  }

  void work() {
    store::State state(state_database(), job_.job.name);
    if (options_.dry_run) {
      dry_connection_ = wiring_.connect();
      if (state.tables_exist(*dry_connection_)) {
        if (const auto known = state.load(*dry_connection_))
          result_.watermark_before = known->watermark;
      }
    } else {
      session_.emplace(wiring_.connect, state, result_.run_id, job_.job.fingerprint, wiring_.clock);
      result_.watermark_before = session_->job().watermark;
      if (session_->fingerprint_changed()) {
        base::log_warning(
            "the job's request, mapping or statement changed since its last run; rows written "
            "before keep their old form");
      }
    }
    result_.watermark_after = result_.watermark_before;
    open_target();
    plan();
    for (const auto& window : windows_) {
      base::throw_if_stopped();
      run_window(window);
    }
  }

  void open_target() {
    auto& connection = session_ ? session_->connection() : *dry_connection_;
    const auto& database =
        job_.statement.database.empty() ? wiring_.target_database : job_.statement.database;
    table_ = store::read_table(connection, database, job_.statement.table);
    for (const auto& warning : store::preflight(table_, job_.statement))
      base::log_warning("{}", warning);
    if (options_.dry_run) {
      std::vector<data::Batch> lines;
      for (const auto& names : job_.mapper.line_columns()) lines.emplace_back(names.size());
      sink_ = std::make_unique<store::DryRunSink>(job_.statement.cells, std::move(lines));
      return;
    }
    store::WriteOptions write;
    write.rows_per_statement = job_.rows_per_statement;
    write.max_bad_rows = job_.job.quality.max_bad_rows;
    write.max_bad_millionths = job_.job.quality.max_bad_millionths;
    write.skip_unchanged = job_.job.write.skip_unchanged;
    write.on_no_match = job_.job.write.on_no_match == "insert"   ? store::NoMatch::insert
                        : job_.job.write.on_no_match == "ignore" ? store::NoMatch::ignore
                                                                 : store::NoMatch::quarantine;
    sink_ = std::make_unique<store::WindowWriter>(*session_, job_.statement, table_, write,
                                                  job_.extensions);
  }

  void plan() {
    result_.stretch = stretch();
    if (!job_.incremental()) {
      windows_ = {{*result_.stretch}};
    } else {
      windows_ = plan::cut({*result_.stretch, job_.job.sync.window, job_.source->spec().max_window},
                           [&](const base::Range& window) { return job_.coverage(window); });
    }
    result_.windows_planned = windows_.size();
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

  void run_window(const data::Window& window) {
    WindowJob work(job_, client_, wiring_.clock, *sink_);
    const bool moves = !options_.explicit_stretch && !options_.dry_run;
    try {
      work.run(kind_, window, moves ? std::optional(window.time.to) : std::nullopt);
    } catch (Error& error) {
      add(work);
      result_.failed_window = window;
      error.at(fmt::format("window [{}, {})",
                           base::format_datetime(window.time.from, job_.job.zone),
                           base::format_datetime(window.time.to, job_.job.zone)));
      throw;
    }
    add(work);
    ++result_.windows_done;
    if (session_) result_.watermark_after = session_->job().watermark;
    base::log_info(
        "window [{}, {}) done: {} rows", base::format_datetime(window.time.from, job_.job.zone),
        base::format_datetime(window.time.to, job_.job.zone), work.counts().books.written);
  }

  void add(const WindowJob& work) {
    result_.rows += work.counts().books;
    result_.pages += work.counts().pages;
    result_.records += work.counts().records;
    result_.expected += work.counts().expected;
    result_.warnings += work.counts().warnings;
    result_.scans += work.scans();
    result_.affected = sink_->affected();
  }

  void conclude() {
    result_.status = result_.rows.quarantined > 0 ? "partial"
                     : result_.rows.read == 0     ? "nothing"
                                                  : "done";
    result_.exit_code = result_.rows.quarantined > 0 ? 3 : 0;
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
          {result_.run_id, kind_, result_.status, result_.error ? result_.error->what() : "",
           result_.exit_code, started_, wiring_.clock.now(), result_.rows});
    } catch (const std::exception& error) {
      base::log_warning("could not note the run: {}", error.what());
    }
  }

  const CompiledJob& job_;
  const Wiring& wiring_;
  const RunOptions& options_;
  source::Client client_;
  RunResult result_;
  std::string kind_;
  base::Instant started_;
  std::optional<store::Session> session_;
  std::unique_ptr<mysql::Connection> dry_connection_;
  store::Table table_;
  std::unique_ptr<store::RowSink> sink_;
  std::vector<data::Window> windows_;
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
