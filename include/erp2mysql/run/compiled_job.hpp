// SPDX-License-Identifier: Apache-2.0
// A job ready to run: everything that can be known without a network is checked and compiled here,
// and nothing is sent. It is what `validate` proves.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "erp2mysql/job/load.hpp"
#include "erp2mysql/map/mapper.hpp"
#include "erp2mysql/map/request_builder.hpp"
#include "erp2mysql/plan/windows.hpp"
#include "erp2mysql/run/stored_records.hpp"
#include "erp2mysql/source/source.hpp"
#include "erp2mysql/store/statement.hpp"

namespace erp2mysql::run {

struct CompiledJob {
  job::Job job;
  std::unique_ptr<source::Source> source;
  map::RequestBuilder request;
  std::optional<map::RequestBuilder> remedy;  // the request of source.omissionRemedy
  map::Mapper mapper;
  store::Statement statement;
  std::vector<store::Statement> extensions;  // after it, for the lines of each record
  std::int64_t page_size = 50;
  std::size_t rows_per_statement = 1000;
  std::shared_ptr<StoredRecords> records = std::make_shared<StoredRecords>();

  /// The variables of a window of this job.
  map::Variables variables(const base::Range& window) const;
  /// What the request really asks for in a window; nothing when it carries no time bounds.
  std::optional<base::Range> coverage(const base::Range& window) const;
  /// The same of another request, such as the remedy's.
  std::optional<base::Range> coverage(const map::RequestBuilder& request,
                                      const base::Range& window) const;
  /// The job reads by time windows; otherwise every run reads everything.
  bool incremental() const { return request.uses_window(); }

  std::map<std::string, std::string, std::less<>> extra_variables;  // --var, the account's
};

/// Adds every further problem to `loaded`; nothing when there is any.
std::optional<CompiledJob> compile(job::Loaded& loaded);

}  // namespace erp2mysql::run
