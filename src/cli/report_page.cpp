// SPDX-License-Identifier: Apache-2.0
#include "report_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/language.hpp"

namespace erp2mysql::cli {
namespace {

constexpr std::size_t k_runs_in_table = 30;

std::string fact(std::string_view name, std::string_view value) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", label(name), escaped(value));
}

std::string facts(const ReportJob& job, base::Instant now) {
  std::string out;
  out += fact("Watermark", job.watermark ? base::format_datetime(*job.watermark, job.zone) : "–");
  if (job.watermark) {
    out +=
        fact("Behind",
             base::format_duration(std::chrono::floor<std::chrono::seconds>(now - *job.watermark)));
  }
  out += fact("Last run", job.history.runs.empty() ? "–" : job.history.runs.back().status);
  out += fact("Windows done", std::to_string(job.windows_done));
  out += fact("Windows open", std::to_string(job.windows_open));
  out += fact("Rows in quarantine", std::to_string(job.quarantine_open));
  return "<dl class=\"facts\">" + out + "</dl>";
}

double seconds_of(base::Millis time) { return static_cast<double>(time.count()) / 1000; }

std::string waits_of(const store::History::Run& run) {
  return said(fmt::format(
      "waited {:.1f} s for the rate limit, {:.1f} s for retries, {:.1f} s for "
      "the server",
      seconds_of(run.waited_limit), seconds_of(run.waited_source), seconds_of(run.waited_target)));
}

std::string charts(const ReportJob& job) {
  std::vector<Point> rows, seconds, waits, lag;
  for (const auto& run : job.history.runs) {
    const auto started = base::format_datetime(run.started, job.zone);
    const auto took = seconds_of(run.ended - run.started);
    rows.push_back({run.started, static_cast<double>(run.written), run.status,
                    fmt::format("{} · {} · {}", started, run.command, run.written)});
    seconds.push_back({run.started, took, run.status,
                       fmt::format("{} · {} · {:.1f} s", started, run.command, took)});
    const auto waited = run.waited_limit + run.waited_source + run.waited_target;
    waits.push_back({run.started, seconds_of(waited), run.status,
                     fmt::format("{} · {} · {}", started, run.command, waits_of(run))});
  }
  for (const auto& one : job.history.lags) {
    const auto minutes = static_cast<double>(std::max<std::int64_t>(0, one.behind.count())) / 60000;
    lag.push_back(
        {one.committed, minutes, "",
         fmt::format("{} · {:.1f} min", base::format_datetime(one.committed, job.zone), minutes)});
  }
  return chart("Rows written per run", rows, job.zone, "") +
         chart("Seconds per run", seconds, job.zone, "s") +
         chart("Seconds waited per run: rate limit, retries, server", waits, job.zone, "s") +
         chart("Lag of windows when they were committed", lag, job.zone, "min");
}

std::string run_table(const ReportJob& job) {
  std::string out;
  const auto& runs = job.history.runs;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (run - runs.rbegin() == k_runs_in_table) break;
    out += fmt::format(
        "<tr><td class=\"time\">{}</td><td>{}</td><td class=\"{}\">{} ({})</td>"
        "<td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>"
        "<td class=\"number\">{:.1f}</td><td>{}</td></tr>",
        base::format_datetime(run->started, job.zone), escaped(run->command), escaped(run->status),
        escaped(run->status), run->exit_code, run->read, run->written, run->quarantined,
        static_cast<double>((run->ended - run->started).count()) / 1000,
        escaped(said(base::shorten(run->error, 300))));
  }
  if (out.empty()) return fmt::format("<p class=\"quiet\">{}</p>", label("No run yet"));
  return fmt::format(
      "<div class=\"wide\"><table><thead><tr><th>{}</th><th>{}</th><th>{}</th><th "
      "class=\"number\">{}</th><th class=\"number\">{}</th><th class=\"number\">{}</th><th "
      "class=\"number\">{}</th><th>{}</th></tr></thead><tbody>{}</tbody></table></div>",
      label("Started"), label("Command"), label("Result"), label("Read"), label("Written"),
      label("Quarantined"), label("Seconds"), label("Message"), out);
}

std::string reasons(const ReportJob& job) {
  std::string out;
  for (const auto& reason : job.history.reasons) {
    out += fmt::format("<tr><td class=\"number\">{}</td><td>{}</td><td>{}</td></tr>", reason.rows,
                       escaped(reason.field), escaped(base::shorten(reason.reason, 300)));
  }
  if (out.empty()) return fmt::format("<p class=\"quiet\">{}</p>", label("Nothing in quarantine"));
  return fmt::format(
      "<div class=\"wide\"><table><thead><tr><th class=\"number\">{}</th><th>{}</th><th>{}</th>"
      "</tr></thead><tbody>{}</tbody></table></div>",
      label("Rows"), label("Column"), label("Reason"), out);
}

std::string section(const ReportJob& job, std::size_t number, base::Instant now) {
  return fmt::format(
      "<section id=\"job{}\"><h2>{}</h2><p class=\"quiet\">{}</p>{}"
      "<div class=\"pictures\"><figure><figcaption>{}</figcaption>{}</figure><div>{}</div></div>"
      "<h3>{}</h3>{}<h3>{}</h3>{}</section>",
      number, escaped(job.name), escaped(job.file), facts(job, now), label("Data flow"),
      flow_picture(job), charts(job), label("Run history"), run_table(job),
      label("Quarantine by reason"), reasons(job));
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  const bool sound = base::valid_utf8(text);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !sound) ? '?' : c;
    }
  }
  return out;
}

std::string label(std::string_view english) { return escaped(said(english)); }

std::string report_page(const std::vector<ReportJob>& jobs, base::Instant now) {
  std::string links, sections;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    links += fmt::format("<a href=\"#job{}\">{}</a>", i + 1, escaped(jobs[i].name));
    sections += section(jobs[i], i + 1, now);
  }
  const auto zone = jobs.empty() ? base::Zone() : jobs.front().zone;
  return base::scrub(fmt::format(
      "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\"><title>erp2mysql</title><style>{}</style></head><body><h1>{}</h1>"
      "<p class=\"quiet\">{}</p><nav>{}</nav>{}</body></html>\n",
      spoken() == Language::chinese ? "zh" : "en", k_report_style, label("Report of erp2mysql"),
      escaped(base::format_datetime(now, zone)), jobs.size() > 1 ? links : "", sections));
}

}  // namespace erp2mysql::cli
