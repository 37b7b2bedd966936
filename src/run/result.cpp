// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/result.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/plan/windows.hpp"

namespace erp2mysql::run {
namespace {

using Json = nlohmann::ordered_json;

Json time_or_null(const std::optional<base::Instant>& t, const base::Zone& zone) {
  return t ? Json(base::format_iso(*t, zone)) : Json();
}

Json range_of(const base::Range& range, const base::Zone& zone) {
  return {{"from", base::format_iso(range.from, zone)}, {"to", base::format_iso(range.to, zone)}};
}

double seconds_of(base::Millis time) { return static_cast<double>(time.count()) / 1000; }

std::string show(const base::Range& range, const base::Zone& zone) {
  return fmt::format("[{}, {})", base::format_datetime(range.from, zone),
                     base::format_datetime(range.to, zone));
}

// How far the job is; a backfill leaves that alone.
std::string progress(const RunResult& r, const base::Zone& zone) {
  if (r.backfill) {
    return r.windows_skipped == 0 ? fmt::format("{} windows", r.windows_done)
                                  : fmt::format("{} windows, {} more were done before",
                                                r.windows_done, r.windows_skipped);
  }
  return r.watermark_after
             ? fmt::format("watermark {}", base::format_datetime(*r.watermark_after, zone))
             : "no watermark yet";
}

// Success without rows is told apart from success that nobody checked.
std::string nothing_new(const RunResult& r, const base::Zone& zone) {
  const bool moved = r.watermark_after && r.watermark_after != r.watermark_before;
  const auto since = r.watermark_before && !r.backfill ? r.watermark_before
                     : r.stretch                       ? std::optional(r.stretch->from)
                                                       : std::nullopt;
  const auto rows = since && *since > base::Instant{}
                        ? fmt::format("0 new rows since {}", base::format_datetime(*since, zone))
                        : std::string("0 rows");
  if (r.backfill) return fmt::format("{}, {}", rows, progress(r, zone));
  return moved ? fmt::format("{}, watermark moved to {}", rows,
                             base::format_datetime(*r.watermark_after, zone))
               : fmt::format("{}, watermark unchanged", rows);
}

std::string headline(const RunResult& r, const base::Zone& zone, const NextCommands& next) {
  const auto how_far = progress(r, zone);
  if (r.status == "planned") {
    return fmt::format("PLANNED {}: {} windows, {} more are done", r.job, r.windows_planned,
                       r.windows_skipped);
  }
  if (r.status == "nothing") return fmt::format("DONE {}: {}", r.job, nothing_new(r, zone));
  if (r.status == "done" && r.dry_run)
    return fmt::format("DONE {}: dry run, nothing was written", r.job);
  if (r.status == "done")
    return fmt::format("DONE {}: {} rows written, {}", r.job, r.rows.written, how_far);
  if (r.status == "partial") {
    return fmt::format("PARTIAL {}: {} rows written, {} in quarantine; next: {}", r.job,
                       r.rows.written, r.rows.quarantined, next.inspect);
  }
  return fmt::format("{} {}: {}, {} of {} windows done; next: {}",
                     r.status == "interrupted" ? "INTERRUPTED" : "FAILED", r.job, how_far,
                     r.windows_done, r.windows_planned, next.again);
}

}  // namespace

std::string to_json(const RunResult& r, const base::Zone& zone) {
  Json out;
  out["job"] = r.job;
  out["run_id"] = r.run_id;
  out["status"] = r.status;
  out["exit_code"] = r.exit_code;
  out["dry_run"] = r.dry_run;
  out["from"] = r.stretch ? Json(base::format_iso(r.stretch->from, zone)) : Json();
  out["to"] = r.stretch ? Json(base::format_iso(r.stretch->to, zone)) : Json();
  out["windows"] = {{"planned", r.windows_planned},
                    {"done", r.windows_done},
                    {"failed", r.windows_failed},
                    {"skipped", r.windows_skipped},
                    {"halved", r.windows_halved}};
  if (r.part) {
    out["windows"]["taken_over"] = r.windows_inherited;
    out["windows"]["lost"] = r.windows_lost;
    out["others_at_work"] = r.others_at_work;
  }
  if (r.plan_only) {
    out["plan"] = Json::array();
    for (const auto& window : r.planned) {
      Json one{{"id", plan::window_id(window.time)}};
      one.update(range_of(window.time, zone));
      out["plan"].push_back(std::move(one));
    }
  }
  out["requests"] = r.meters.requests;
  out["retries"] = r.meters.retries;
  out["pages"] = r.pages;
  out["records"] = r.records;
  out["rows"] = {{"read", r.rows.read},           {"written", r.rows.written},
                 {"unchanged", r.rows.unchanged}, {"filtered", r.rows.filtered},
                 {"duplicate", r.rows.duplicate}, {"quarantined", r.rows.quarantined}};
  out["affected"] = r.affected;
  out["warnings"] = r.warnings;
  out["bytes_in"] = r.meters.bytes_in;
  out["seconds"] = r.seconds;
  out["waited"] = {{"rate_limit", seconds_of(r.meters.rate_limit)},
                   {"source", seconds_of(r.meters.source)},
                   {"target", seconds_of(r.target_wait)}};
  out["watermark"] = {{"before", time_or_null(r.watermark_before, zone)},
                      {"after", time_or_null(r.watermark_after, zone)}};
  if (!r.anomalies.empty()) {
    out["anomalies"] = Json::array();
    for (const auto& anomaly : r.anomalies) {
      out["anomalies"].push_back(
          {{"rule", anomaly.rule}, {"message", anomaly.message}, {"fails", anomaly.fails}});
    }
  }
  if (r.error) {
    out["error"] = {{"kind", base::to_string(r.error->kind())},
                    {"where", r.error->where()},
                    {"message", r.error->message()},
                    {"hint", r.error->hint()}};
    if (r.failed_window) out["error"]["window"] = range_of(r.failed_window->time, zone);
  }
  return base::scrub(out.dump(2, ' ', false, Json::error_handler_t::replace));
}

std::string to_text(const RunResult& r, const base::Zone& zone, const NextCommands& next) {
  std::string out;
  if (r.stretch && !r.stretch->empty()) {
    out += fmt::format("time      {}, {} of {} windows\n", show(*r.stretch, zone), r.windows_done,
                       r.windows_planned);
  }
  if (r.plan_only) {
    for (const auto& window : r.planned) {
      out +=
          fmt::format("window    {}  {}\n", plan::window_id(window.time), show(window.time, zone));
    }
    return base::scrub(out + headline(r, zone, next) + "\n");
  }
  if (r.windows_inherited > 0)
    out += fmt::format("took over {} windows of processes that stopped\n", r.windows_inherited);
  if (r.windows_lost > 0)
    out += fmt::format("lost      {} windows to other processes\n", r.windows_lost);
  if (r.others_at_work > 0)
    out +=
        fmt::format("others    {} more processes are at work on this backfill\n", r.others_at_work);
  if (r.windows_halved > 0) {
    out += fmt::format("halved    {} windows that were too big for the API\n", r.windows_halved);
  }
  out += fmt::format("source    {} requests ({} retries), {} pages, {} records\n",
                     r.meters.requests, r.meters.retries, r.pages, r.records);
  out += fmt::format(
      "rows      read {} = written {} + unchanged {} + filtered {} + duplicate {} + quarantined "
      "{}\n",
      r.rows.read, r.rows.written, r.rows.unchanged, r.rows.filtered, r.rows.duplicate,
      r.rows.quarantined);
  for (const auto& anomaly : r.anomalies)
    out += fmt::format("unusual   {} ({})\n", anomaly.message, anomaly.rule);
  if (r.warnings > 0) out += fmt::format("warnings  {} of expressions\n", r.warnings);
  out +=
      fmt::format("took      {:.1f} s, waited {:.1f} s for the rate limit, {:.1f} s for retries\n",
                  r.seconds, seconds_of(r.meters.rate_limit), seconds_of(r.meters.source));
  return base::scrub(out + headline(r, zone, next) + "\n");
}

}  // namespace erp2mysql::run
