// SPDX-License-Identifier: Apache-2.0
// The first page of a job's newest window and what its mapping makes of it: the common part of the
// commands that look before anything is written.
#pragma once

#include <vector>

#include "erp2mysql/run/compiled_job.hpp"
#include "erp2mysql/source/client.hpp"

namespace erp2mysql::cli {

struct Mapped {
  explicit Mapped(const run::CompiledJob& job);
  data::Batch rows;
  std::vector<data::Batch> lines;  // one per extension
  std::vector<data::BadRow> bad;
};

/// Rows of the page, until `most` of them are mapped or bad.
Mapped map_page(const run::CompiledJob& job, const data::Page& page,
                const map::Variables& variables, std::size_t most);

}  // namespace erp2mysql::cli
