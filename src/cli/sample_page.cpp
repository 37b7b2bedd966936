// SPDX-License-Identifier: Apache-2.0
#include "sample_page.hpp"

namespace erp2mysql::cli {

Mapped::Mapped(const run::CompiledJob& job) : rows(job.mapper.columns().size()) {
  for (const auto& names : job.mapper.line_columns()) lines.emplace_back(names.size());
}

Mapped map_page(const run::CompiledJob& job, const data::Page& page,
                const map::Variables& variables, std::size_t most) {
  Mapped out(job);
  for (const auto* record : page.records) {
    if (out.rows.rows() + out.bad.size() >= most) break;
    auto outcome = job.mapper.map(*page.document, *record, variables, out.rows, out.lines);
    for (auto& row : outcome.bad) out.bad.push_back(std::move(row));
  }
  return out;
}

}  // namespace erp2mysql::cli
