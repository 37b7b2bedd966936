// SPDX-License-Identifier: Apache-2.0
// The parts of the report as HTML and inline SVG. Pure: facts in, text out; whatever comes from a
// table or a job is escaped here. It refuses to load anything from anywhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "erp2mysql/base/time.hpp"
#include "erp2mysql/store/history.hpp"

namespace erp2mysql::cli {

/// One column of the target and what it is made from.
struct FieldLine {
  std::string column, type;
  std::vector<std::string> sources;  // names in the record, or variables
  bool computed = false;             // an expression, not just a value carried over
};

/// A job and its past, ready to be shown.
struct ReportJob {
  std::string name, file, platform, api, table, database;
  std::string window, overlap, lag, parallel;
  std::optional<base::Instant> watermark;
  std::size_t quarantine_open = 0, windows_done = 0, windows_open = 0;
  std::vector<FieldLine> fields;
  store::History history;
  base::Zone zone;
};

/// `<`, `>`, `&` and both quotes become entities; control characters and broken UTF-8 become "?".
std::string escaped(std::string_view text);
/// A label in the spoken language, escaped.
std::string label(std::string_view english);

/// Source, windows, mapping with a line per field, table.
std::string flow_picture(const ReportJob& job);

struct Point {
  base::Instant at;
  double value = 0;
  std::string kind;  // class of its bar: done, failed …
  std::string told;  // shown on hover
};
/// Bars over time with the largest value on the scale; empty text when there are no points.
std::string chart(std::string_view title, const std::vector<Point>& points, const base::Zone& zone,
                  std::string_view unit);

/// The whole page.
std::string report_page(const std::vector<ReportJob>& jobs, base::Instant now);

extern const char* const k_report_style;

}  // namespace erp2mysql::cli
