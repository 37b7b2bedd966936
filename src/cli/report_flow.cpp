// SPDX-License-Identifier: Apache-2.0
// The picture of a job's flow, drawn top to bottom so that a phone shows it as well.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "erp2mysql/base/display.hpp"
#include "erp2mysql/cli/language.hpp"
#include "report_page.hpp"

namespace erp2mysql::cli {
namespace {

constexpr int k_width = 420, k_box = 46, k_gap = 26, k_row = 18, k_head = 26;
constexpr int k_left = 150, k_right = 270;  // where lines leave the sources and reach the columns
constexpr std::size_t k_cells = 19;         // of a name beside the lines

std::string text(int x, int y, std::string_view kind, std::string_view what) {
  return fmt::format(R"(<text x="{}" y="{}" class="{}">{}</text>)", x, y, kind, escaped(what));
}

std::string box(int y, int height, std::string_view kind) {
  return fmt::format(R"(<rect x="1" y="{}" width="{}" height="{}" rx="8" class="box {}"/>)", y,
                     k_width - 2, height, kind);
}

std::string arrow(int y) {
  const int x = k_width / 2;
  return fmt::format(R"(<path class="arrow" d="M{} {}V{}m-5 -7l5 7l5 -7"/>)", x, y + 2,
                     y + k_gap - 3);
}

// A box with a title and one line below it.
std::string station(int y, std::string_view kind, std::string_view title, std::string_view name,
                    std::string_view line) {
  return box(y, k_box, kind) + text(12, y + 19, "title", title) +
         text(100, y + 19, "name", base::fit_display(name, 42)) +
         text(100, y + 37, "small", base::fit_display(line, 52));
}

// Sources in the order in which the columns use them, so that few lines cross.
std::vector<std::string> sources_of(const std::vector<FieldLine>& fields) {
  std::vector<std::string> out;
  for (const auto& field : fields) {
    for (const auto& source : field.sources) {
      if (std::find(out.begin(), out.end(), source) == out.end()) out.push_back(source);
    }
  }
  return out;
}

std::string named(int x, int y, std::string_view kind, const std::string& name) {
  return fmt::format("<g><title>{}</title>{}</g>", escaped(name),
                     text(x, y, kind, base::fit_display(name, k_cells)));
}

std::string field_lines(const std::vector<FieldLine>& fields, int top) {
  std::map<std::string, int> height_of;
  std::string out;
  int y = top;
  for (const auto& source : sources_of(fields)) {
    height_of[source] = y;
    out += named(12, y + 4, "field", source);
    y += k_row;
  }
  y = top;
  constexpr int k_middle = (k_left + k_right) / 2;
  for (const auto& field : fields) {
    for (const auto& source : field.sources) {
      out += fmt::format(R"(<path class="line{}" d="M{} {}C{} {} {} {} {} {}"/>)",
                         field.computed ? " computed" : "", k_left, height_of[source], k_middle,
                         height_of[source], k_middle, y, k_right, y);
    }
    out += named(k_right + 6, y + 4, field.sources.empty() ? "field constant" : "field",
                 field.column + (field.type == "string" ? "" : " · " + field.type));
    y += k_row;
  }
  return out;
}

}  // namespace

std::string flow_picture(const ReportJob& job) {
  const auto rows = static_cast<int>(std::max(sources_of(job.fields).size(), job.fields.size()));
  const int mapping = k_head + rows * k_row + 12;
  std::string out;
  int y = 1;
  out += station(y, "source", said("Source"), job.platform, job.api);
  out += arrow(y += k_box);
  out += station(y += k_gap, "windows", said("Windows"),
                 fmt::format("{} × {}", job.window, job.parallel),
                 said(fmt::format("overlap {}, lag {}", job.overlap, job.lag)));
  out += arrow(y += k_box);
  y += k_gap;
  out += box(y, mapping, "mapping") + text(12, y + 19, "title", said("Mapping")) +
         text(100, y + 19, "name", std::to_string(job.fields.size()));
  out += field_lines(job.fields, y + k_head + 14);
  out += arrow(y += mapping);
  out += station(y += k_gap, "table", said("Table"), job.table, job.database);
  return fmt::format(R"(<svg class="flow" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>)",
                     k_width, y + k_box + 1, label("Data flow of the job"), out);
}

}  // namespace erp2mysql::cli
