// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/cli/metrics.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <string_view>
#include <utility>

#include "erp2mysql/base/secrets.hpp"

namespace erp2mysql::cli {
namespace {

std::string label_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? "\\n" : std::string(1, c);
  }
  return out;
}

std::string seconds(base::Instant time) {
  const auto ms = time.time_since_epoch().count();
  return fmt::format("{}.{:03}", ms / 1000, ms % 1000);
}

double seconds(base::Millis time) { return static_cast<double>(time.count()) / 1000; }

class Text {
 public:
  explicit Text(const std::string& job) : job_(label_value(job)) {}

  template <class Value>
  void gauge(std::string_view name, std::string_view help, Value value) {
    head(name, help);
    out_ += fmt::format("erp2mysql_{}{{job=\"{}\"}} {}\n", name, job_, value);
  }

  template <class Value>
  void gauges(std::string_view name, std::string_view help, std::string_view label,
              std::initializer_list<std::pair<std::string_view, Value>> values) {
    head(name, help);
    for (const auto& [key, value] : values)
      out_ +=
          fmt::format("erp2mysql_{}{{job=\"{}\",{}=\"{}\"}} {}\n", name, job_, label, key, value);
  }

  std::string take() { return std::move(out_); }

 private:
  // Every value is of the last run, so none of them is a counter that a rate could be made of.
  void head(std::string_view name, std::string_view help) {
    out_ += fmt::format("# HELP erp2mysql_{} {}\n# TYPE erp2mysql_{} gauge\n", name, help, name);
  }

  std::string job_, out_;
};

}  // namespace

std::string metrics_text(const run::RunResult& r, base::Instant ended) {
  Text out(r.job);
  out.gauge("last_run_timestamp_seconds", "When the last run was over, Unix time.", seconds(ended));
  out.gauge("last_run_success", "1 when the last run ended with 0 or 3, else 0.",
            r.exit_code == 0 || r.exit_code == 3 ? 1 : 0);
  out.gauge("last_run_exit_code", "Exit code of the last run.", r.exit_code);
  out.gauge("last_run_duration_seconds", "How long the last run took.", r.seconds);
  if (r.watermark_after) {
    out.gauge("watermark_timestamp_seconds", "Everything before this Unix time has been read.",
              seconds(*r.watermark_after));
  }
  out.gauges<std::size_t>("last_run_windows", "Windows of the last run by what became of them.",
                          "state",
                          {{"planned", r.windows_planned},
                           {"done", r.windows_done},
                           {"failed", r.windows_failed},
                           {"skipped", r.windows_skipped}});
  out.gauges<std::uint64_t>("last_run_rows",
                            "Rows of the last run by what became of them; their sum was read.",
                            "outcome",
                            {{"written", r.rows.written},
                             {"unchanged", r.rows.unchanged},
                             {"filtered", r.rows.filtered},
                             {"duplicate", r.rows.duplicate},
                             {"quarantined", r.rows.quarantined}});
  out.gauge("last_run_records", "Records that the API returned in the last run.", r.records);
  out.gauge("last_run_pages", "Pages read in the last run.", r.pages);
  out.gauge("last_run_requests", "HTTP requests of the last run, retries included.",
            r.meters.requests);
  out.gauge("last_run_retries", "HTTP requests of the last run that were repeated.",
            r.meters.retries);
  out.gauge("last_run_received_bytes", "Bytes of answers in the last run.", r.meters.bytes_in);
  out.gauges<double>("last_run_wait_seconds", "Time that the last run waited, all lanes together.",
                     "reason",
                     {{"rate_limit", seconds(r.meters.rate_limit)},
                      {"source", seconds(r.meters.source)},
                      {"target", seconds(r.target_wait)}});
  out.gauge("last_run_anomalies", "Anomalies of the last run.", r.anomalies.size());
  return base::scrub(out.take());
}

}  // namespace erp2mysql::cli
