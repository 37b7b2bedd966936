// SPDX-License-Identifier: Apache-2.0
// Bars over time.
#include <fmt/format.h>

#include <algorithm>

#include "report_page.hpp"

namespace erp2mysql::cli {
namespace {

constexpr int k_width = 420, k_height = 150, k_top = 22, k_bottom = 22, k_left = 4;

std::string number(double value) {
  return value >= 100 || value == static_cast<double>(static_cast<std::int64_t>(value))
             ? fmt::format("{:.0f}", value)
             : fmt::format("{:.1f}", value);
}

}  // namespace

std::string chart(std::string_view title, const std::vector<Point>& points, const base::Zone& zone,
                  std::string_view unit) {
  if (points.empty()) return {};
  double most = 0;
  for (const auto& point : points) most = std::max(most, point.value);
  const double step =
      static_cast<double>(k_width - 2 * k_left) / static_cast<double>(points.size());
  const double wide = std::clamp(step * 0.8, 0.5, 24.0);
  const int space = k_height - k_top - k_bottom;
  std::string bars;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double share = most > 0 ? points[i].value / most : 0;
    const double high = std::max(1.0, share * space);
    bars += fmt::format(
        R"(<rect class="bar {}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>)",
        escaped(points[i].kind), k_left + static_cast<double>(i) * step + (step - wide) / 2,
        k_height - k_bottom - high, wide, high, escaped(points[i].told));
  }
  const auto date = [&](const Point& point) {
    return base::format_datetime(point.at, zone).substr(0, 16);
  };
  std::string axis = fmt::format(R"(<text x="4" y="{}" class="small">{}</text>)", k_height - 6,
                                 date(points.front()));
  if (points.size() > 1) {
    axis += fmt::format(R"(<text x="{}" y="{}" class="small end">{}</text>)", k_width - 4,
                        k_height - 6, date(points.back()));
  }
  return fmt::format(
      R"(<figure><figcaption>{}</figcaption><svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}"><text x="4" y="14" class="small">{} {}</text><path class="axis" d="M0 {}H{}"/>{}{}</svg></figure>)",
      label(title), k_width, k_height, label(title), number(most), escaped(unit),
      k_height - k_bottom, k_width, bars, axis);
}

}  // namespace erp2mysql::cli
