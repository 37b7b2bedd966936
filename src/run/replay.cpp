// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/replay.hpp"

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/run/target.hpp"

namespace erp2mysql::run {
namespace {

// Records have no upper size: few of them stay in memory at a time.
constexpr std::size_t k_entries_at_a_time = 100;

data::BadRow bad_row(const std::string& reason) {
  data::BadRow out;
  out.reason = out.summary = reason;
  return out;
}

store::Replay prepare(const CompiledJob& job, const store::QuarantineEntry& entry) {
  store::Replay out{entry.id, data::Batch(job.mapper.columns().size()), {}, std::nullopt};
  for (const auto& names : job.mapper.line_columns()) out.lines.emplace_back(names.size());
  try {
    const auto page =
        std::make_shared<const data::Document>(data::Document::parse_page(entry.record));
    const auto variables = job.variables(entry.window.time);
    if (!page->root().is_object()) {
      out.bad = bad_row("the record that was kept is not an object");
    } else if (job.job.source.id_check && !job.mapper.id(page->root(), variables)) {
      out.bad = bad_row("the record has no id");
    } else {
      auto outcome =
          job.mapper.map(*page, page->root(), variables, out.main, out.lines, entry.line);
      if (!outcome.bad.empty()) out.bad = std::move(outcome.bad.front());
    }
  } catch (const base::Error& error) {
    if (error.kind() != base::ErrorKind::protocol) throw;
    out.bad = bad_row("the record that was kept is no JSON");
  }
  return out;
}

void add(store::ReplayCounts& sum, const store::ReplayCounts& more) {
  sum.done += more.done;
  sum.filtered += more.filtered;
  sum.bad += more.bad;
  sum.unmatched += more.unmatched;
}

}  // namespace

store::ReplayCounts replay(const CompiledJob& job, store::Session& session,
                           store::WindowWriter& writer, const store::QuarantineFilter& which) {
  const store::Quarantine quarantine(session.state());
  store::ReplayCounts sum;
  std::uint64_t after = 0;
  for (;;) {
    base::throw_if_stopped();
    const auto entries =
        quarantine.read(session.connection(), which, after, k_entries_at_a_time, true);
    if (entries.empty()) return sum;
    std::vector<store::Replay> rows;
    rows.reserve(entries.size());
    for (const auto& entry : entries) rows.push_back(prepare(job, entry));
    add(sum, writer.replay(rows));
    after = entries.back().id;
  }
}

store::ReplayCounts retry_unmatched(const CompiledJob& job, store::Session& session,
                                    store::WindowWriter& writer) {
  const store::Quarantine quarantine(session.state());
  const store::QuarantineFilter unmatched{{}, {"unmatched"}};
  if (quarantine.count(session.connection(), unmatched) == 0) return {};
  quarantine.supersede_repeats(session.connection());
  const auto counts = replay(job, session, writer, unmatched);
  base::log_info("unmatched rows of earlier runs: {} written, {} still without a row, {} bad",
                 counts.done, counts.unmatched, counts.bad);
  return counts;
}

store::ReplayCounts replay_quarantine(const CompiledJob& job, const Wiring& wiring,
                                      const store::QuarantineFilter& which, bool preflight) {
  const auto started = wiring.clock.now();
  const auto run_id = new_run_id(started);
  store::Session session(wiring.connect, state_of(job, wiring.target_database), run_id,
                         job.job.fingerprint, wiring.clock);
  const auto table = target_table(job, session.connection(), wiring.target_database, preflight);
  if (preflight) check_target(job, session.connection(), table);
  store::WindowWriter writer(session, job.statement, table, write_options(job), job.extensions);
  const auto counts = replay(job, session, writer, which);
  const auto left = counts.bad + counts.unmatched;
  data::Books books;
  books.read = counts.done + counts.filtered + left;
  books.written = counts.done;
  books.filtered = counts.filtered;
  books.quarantined = left;
  session.state().run_ended(session.connection(),
                            {run_id, "replay", left > 0 ? "partial" : "done", "", left > 0 ? 3 : 0,
                             started, wiring.clock.now(), books});
  return counts;
}

}  // namespace erp2mysql::run
