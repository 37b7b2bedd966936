// SPDX-License-Identifier: Apache-2.0
#include "progress_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "erp2mysql/base/display.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/language.hpp"

namespace erp2mysql::cli {
namespace {

struct Part {
  std::string text;
  int weight;  // the least is left out first
};

std::string rate(double per_second) {
  return per_second >= 100 ? fmt::format("{:.0f}", per_second) : fmt::format("{:.1f}", per_second);
}

// Whole seconds: 42s, 3m20s, 2h05m.
std::string short_time(base::Millis time) {
  const auto s = time.count() / 1000;
  if (s < 60) return fmt::format("{}s", s);
  if (s < 3600) return fmt::format("{}m{:02}s", s / 60, s % 60);
  return fmt::format("{}h{:02}m", s / 3600, s / 60 % 60);
}

std::vector<Part> parts_of(const Moment& m) {
  std::vector<Part> out;
  const auto add = [&](int weight, const std::string& text) {
    out.push_back({said(text), weight});
  };
  add(9, fmt::format("{} of {} windows", m.windows_done + m.windows_failed, m.windows_planned));
  if (m.windows_failed > 0) add(8, fmt::format("{} windows failed", m.windows_failed));
  add(7, fmt::format("{} rows", m.rows));
  if (m.quarantined > 0) add(6, fmt::format("{} rows quarantined", m.quarantined));
  const auto left = time_left(m);
  if (left >= base::Millis(0)) add(5, fmt::format("ETA {}", short_time(left)));
  if (!m.waits_for.empty()) add(4, fmt::format("waits for {}", m.waits_for));
  add(3, fmt::format("{} rows/s", rate(m.rows_per_second)));
  add(2, m.limit > 0
             ? fmt::format("{} of {} requests/s", rate(m.requests_per_second), rate(m.limit))
             : fmt::format("{} requests/s", rate(m.requests_per_second)));
  add(1, fmt::format("{} pages", m.pages));
  add(0, short_time(m.elapsed));
  return out;
}

std::string joined(const std::vector<Part>& parts, std::string_view separator) {
  std::string out;
  for (const auto& part : parts) {
    if (!out.empty()) out += separator;
    out += part.text;
  }
  return out;
}

std::string bar(const Moment& m, std::size_t cells) {
  const auto all = std::max<std::uint64_t>(1, m.windows_planned);
  const auto full =
      std::min<std::uint64_t>(cells, cells * (m.windows_done + m.windows_failed) / all);
  std::string out(static_cast<std::size_t>(full), '#');
  return "[" + out + std::string(cells - out.size(), '.') + "] ";
}

}  // namespace

base::Millis time_left(const Moment& m) {
  const auto done = m.windows_done + m.windows_failed;
  if (done == 0 || done >= m.windows_planned) return base::Millis(-1);
  return m.elapsed * static_cast<std::int64_t>(m.windows_planned - done) /
         static_cast<std::int64_t>(done);
}

std::string progress_line(const Moment& moment, std::size_t width) {
  auto parts = parts_of(moment);
  constexpr std::string_view k_separator = " · ";
  while (parts.size() > 1 && base::display_width(joined(parts, k_separator)) > width) {
    parts.erase(std::min_element(parts.begin(), parts.end(),
                                 [](const Part& a, const Part& b) { return a.weight < b.weight; }));
  }
  const auto text = joined(parts, k_separator);
  const auto used = base::display_width(text);
  constexpr std::size_t k_frame = 3, k_least = 10, k_most = 30;
  if (used + k_frame + k_least <= width && moment.windows_planned > 1)
    return bar(moment, std::min(k_most, width - used - k_frame)) + text;
  return base::fit_display(text, width);
}

std::string progress_plain(const Moment& moment) {
  return moment.job + ": " + joined(parts_of(moment), ", ");
}

std::string progress_json(const Moment& m, base::Instant now) {
  const auto left = time_left(m);
  return fmt::format(
      R"({{"v":1,"type":"progress","ts":{},"job":{},"run_id":{},"seconds":{:.1f},)"
      R"("windows_planned":{},"windows_done":{},"windows_failed":{},"pages":{},"rows":{},)"
      R"("quarantined":{},"requests":{},"rows_per_second":{:.1f},"requests_per_second":{:.1f},)"
      R"("requests_per_second_limit":{},"waits_for":{},"seconds_left":{}}})",
      base::quoted(base::format_iso(now, *base::Zone::parse("Z"))), base::quoted(m.job),
      base::quoted(m.run_id), static_cast<double>(m.elapsed.count()) / 1000, m.windows_planned,
      m.windows_done, m.windows_failed, m.pages, m.rows, m.quarantined, m.requests,
      m.rows_per_second, m.requests_per_second,
      m.limit > 0 ? fmt::format("{:.3f}", m.limit) : "null",
      m.waits_for.empty() ? "null" : base::quoted(m.waits_for),
      left < base::Millis(0) ? "null" : std::to_string(left.count() / 1000));
}

}  // namespace erp2mysql::cli
