// SPDX-License-Identifier: Apache-2.0
// Source against table: compare, repair and tidy up as asked, tell what was found.
#include "erp2mysql/run/reconcile.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/assemble.hpp"
#include "erp2mysql/cli/commands.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;
using Json = nlohmann::ordered_json;

struct Outcome {
  int exit_code = 0;
  std::uint64_t repaired = 0, gone_changed = 0;  // rows
};

base::Instant now_of(const Options& options, const base::Zone& zone) {
  return options.now ? parse_time(*options.now, zone, "--now") : base::system_clock().now();
}

run::ReconcileOptions what(const Options& options, const run::CompiledJob& job) {
  run::ReconcileOptions out;
  const auto& zone = job.job.zone;
  if (job.incremental() ? !options.from || !options.to : options.from || options.to) {
    throw Error(ErrorKind::usage, job.incremental()
                                      ? "reconcile needs --from and --to"
                                      : "the job reads everything at once; --from and --to mean "
                                        "nothing to it");
  }
  if (job.incremental()) {
    out.stretch = {parse_time(*options.from, zone, "--from"),
                   parse_time(*options.to, zone, "--to")};
    if (out.stretch.empty()) throw Error(ErrorKind::usage, "--to must lie after --from");
    if (out.stretch.to > now_of(options, zone))
      throw Error(ErrorKind::usage, "--to lies in the future; there is nothing to compare yet");
  }
  out.time_column = options.time_column;
  out.version_column = options.version_column;
  out.keys = options.keys;
  if (options.mark_gone.empty()) return out;
  const auto equals = options.mark_gone.find('=');
  if (equals == 0 || equals == std::string::npos) {
    throw Error(ErrorKind::usage, fmt::format("--mark-gone takes COLUMN=VALUE, found {}",
                                              base::quoted(options.mark_gone)));
  }
  out.mark = std::pair(options.mark_gone.substr(0, equals), options.mark_gone.substr(equals + 1));
  return out;
}

// Days with missing or older rows once more through the job's own way into the table.
void repair(const run::CompiledJob& job, const run::Wiring& wiring, const Options& options,
            run::Reconcile& reconcile, Outcome& outcome) {
  const auto stretches = reconcile.to_repair();
  for (const auto& stretch : stretches) {
    run::RunOptions run;
    run.now = options.now ? std::optional(now_of(options, job.job.zone)) : std::nullopt;
    run.explicit_stretch = stretch;
    const auto result = run::sync(job, wiring, run);
    outcome.repaired += result.rows.written;
    if (result.error) throw *result.error;
  }
  if (!stretches.empty()) reconcile.compare_again();
}

void tidy_up(const run::CompiledJob& job, const Options& options, run::Reconcile& reconcile,
             Outcome& outcome) {
  const auto& result = reconcile.result();
  if (!job.job.account.empty()) {
    throw Error(ErrorKind::usage,
                "rows of the other accounts in the table look as if they were gone; they can be "
                "neither marked nor deleted")
        .hint("reconcile without --mark-gone and --delete-gone compares what the account has");
  }
  if (result.keeps_versions) {
    throw Error(ErrorKind::usage,
                "the key holds the time of change, so older versions of a row look as if they were "
                "gone; they can be neither marked nor deleted")
        .hint("take the time out of the key for one row per record");
  }
  std::uint64_t bad = 0;
  std::uint64_t gone = 0;
  for (const auto& day : result.days) bad += day.found.bad;
  if (bad > 0) {
    throw Error(ErrorKind::data, fmt::format("{} rows of the source could not be compared, so it "
                                             "is not known which are gone",
                                             bad))
        .hint("repair the mapping or the rows first");
  }
  reconcile.look_for_gone_until(now_of(options, job.job.zone));
  for (const auto& day : result.days) gone += day.gone;
  if (gone == 0) return;
  const auto& table = job.statement.table;
  confirm(
      options.delete_gone
          ? fmt::format("{} rows of table {} are deleted, the source does not have them any more",
                        gone, table)
          : fmt::format("{} rows of table {} get {}, the source does not have them any more", gone,
                        table, options.mark_gone),
      options);
  outcome.gone_changed = reconcile.change_gone();
}

Json to_json(const run::CompiledJob& job, const run::ReconcileResult& result,
             const Outcome& outcome) {
  const auto& zone = job.job.zone;
  const auto optional = [](const std::string& name) { return name.empty() ? Json() : Json(name); };
  Json out;
  out["job"] = job.job.name;
  out["table"] = job.statement.table;
  out["exit_code"] = outcome.exit_code;
  out["equal"] = !result.differs();
  out["key"] = result.columns.key;
  out["time_column"] = optional(result.columns.time);
  out["version_column"] = optional(result.columns.version);
  out["gone_is_known"] = !result.keeps_versions;
  out["days"] = Json::array();
  for (const auto& day : result.days) {
    const auto& found = day.found;
    out["days"].push_back({{"from", base::format_iso(day.time.from, zone)},
                           {"to", base::format_iso(day.time.to, zone)},
                           {"source", found.source},
                           {"table", found.table},
                           {"missing", found.missing},
                           {"older", found.older},
                           {"extra", day.gone},
                           {"bad", found.bad},
                           {"missing_keys", found.missing_keys},
                           {"older_keys", found.older_keys}});
  }
  out["extra_keys"] = result.gone_keys;
  out["pages"] = result.pages;
  out["records"] = result.records;
  out["repaired_rows"] = outcome.repaired;
  out["gone_rows_changed"] = outcome.gone_changed;
  return out;
}

std::string keys_line(std::string_view what, const store::Keys& keys, std::uint64_t of) {
  if (keys.empty()) return {};
  std::vector<std::string> out;
  for (const auto& key : keys) out.push_back(base::join(key, " / "));
  return fmt::format(
      "  {}: {}{}\n", what, base::join(out, ", "),
      of > keys.size() ? fmt::format(" and {} more", of - keys.size()) : std::string());
}

std::string to_text(const run::CompiledJob& job, const run::ReconcileResult& result,
                    const Outcome& outcome) {
  const auto& zone = job.job.zone;
  std::string out = fmt::format("{:<19}  {:>9} {:>9} {:>8} {:>8} {:>8} {:>6}\n", "from", "source",
                                "table", "missing", "older", "extra", "bad");
  std::uint64_t gone = 0;
  for (const auto& day : result.days) {
    const auto& found = day.found;
    out +=
        fmt::format("{:<19}  {:>9} {:>9} {:>8} {:>8} {:>8} {:>6}\n",
                    job.incremental() ? base::format_datetime(day.time.from, zone) : "everything",
                    found.source, found.table, found.missing, found.older,
                    result.keeps_versions ? "-" : std::to_string(day.gone), found.bad);
    out += keys_line("missing", found.missing_keys, found.missing);
    out += keys_line("older", found.older_keys, found.older);
    gone += day.gone;
  }
  out += keys_line("extra", result.gone_keys, gone);
  if (outcome.repaired > 0) out += fmt::format("repaired  {} rows written\n", outcome.repaired);
  if (outcome.gone_changed > 0) out += fmt::format("gone      {} rows\n", outcome.gone_changed);
  return out + (outcome.exit_code == 0
                    ? fmt::format("EQUAL {}: source and table agree\n", job.job.name)
                    : fmt::format("DIFFERENT {}: source and table differ\n", job.job.name));
}

}  // namespace

int reconcile(const Options& options) {
  const auto job = load_job(options.jobs[0], options);
  if (!job) return base::exit_code(ErrorKind::config);
  const Assembly assembly(*job);
  run::Reconcile reconcile(*job, assembly.wiring(), what(options, *job));
  Outcome outcome;
  try {
    reconcile.compare();
    if (options.repair) repair(*job, assembly.wiring(), options, reconcile, outcome);
    if (options.delete_gone || !options.mark_gone.empty())
      tidy_up(*job, options, reconcile, outcome);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::locked && options.skip_if_locked) return 0;
    throw;
  }
  const auto& result = reconcile.result();
  std::uint64_t gone = 0;
  bool others = false;
  for (const auto& day : result.days) {
    gone += day.gone;
    others = others || day.found.missing + day.found.older + day.found.bad > 0;
  }
  outcome.exit_code = others || gone > outcome.gone_changed ? base::exit_code(ErrorKind::data) : 0;
  if (options.json) {
    print(to_json(*job, result, outcome).dump(2, ' ', false, Json::error_handler_t::replace) +
          "\n");
  } else {
    print(to_text(*job, result, outcome));
  }
  return outcome.exit_code;
}

}  // namespace erp2mysql::cli
