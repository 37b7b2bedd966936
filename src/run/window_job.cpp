// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/window_job.hpp"

#include <functional>

#include "erp2mysql/base/log.hpp"

namespace erp2mysql::run {
namespace {

std::uint64_t digest(std::string_view text) { return std::hash<std::string_view>{}(text); }

source::ReadOptions read_options(const CompiledJob& job) {
  source::ReadOptions options;
  using Order = source::ReadOptions::Paging;
  const auto known = job.source->spec().paging;
  const bool forward = known == source::Paging::forward || job.job.sync.paging == "forward";
  options.paging = known == source::Paging::cursor ? Order::cursor
                   : forward                       ? Order::forward
                                                   : Order::reverse;
  options.page_size = job.page_size;
  options.page_delay = job.job.source.page_delay;
  return options;
}

}  // namespace

WindowJob::WindowJob(const CompiledJob& job, source::Client& client, base::Clock& clock,
                     store::RowSink& sink)
    : job_(job), client_(client), clock_(clock), sink_(sink) {}

void WindowJob::run(const std::string& kind, const data::Window& window,
                    std::optional<base::Instant> first) {
  auto variables = job_.variables(window.time);
  variables.warnings = &counts_.warnings;
  sink_.begin(kind, window);
  try {
    source::Reader reader(client_, clock_, read_options(job_), [&](const data::Node& record) {
      const auto id = job_.mapper.id(record, variables);
      return id ? digest(*id) : data::digest(record);
    });
    const auto read = reader.read(job_.request.build(variables),
                                  [&](const data::Page& page) { take_page(page, variables); });
    scans_ = read.scans;
    counts_.expected = read.expected;
    const Counted committing(progress_ == nullptr ? nullptr : &progress_->committing);
    sink_.finish(counts_, first);
    if (progress_ != nullptr) progress_->quarantined += counts_.books.quarantined;
  } catch (const base::Error&) {
    sink_.fail(counts_);
    throw;
  }
}

// An identical copy of a record of this window changes nothing; a changed one is written again,
// and the newest copy, which is read last, stays.
bool WindowJob::repeated(const std::optional<std::string>& id, const data::Node& record) {
  const std::uint64_t content = data::digest(record);
  const auto [at, added] = seen_.try_emplace(id ? digest(*id) : content, content);
  if (added) {
    counts_.digest += content;
    return false;
  }
  if (at->second == content) return true;
  counts_.digest += content - at->second;
  at->second = content;
  return false;
}

void WindowJob::take_page(const data::Page& page, const map::Variables& variables) {
  const auto rows = counts_.books.read;
  take(page, variables);
  if (progress_ == nullptr) return;
  ++progress_->pages;
  progress_->records += page.records.size();
  progress_->rows += counts_.books.read - rows;
}

void WindowJob::take(const data::Page& page, const map::Variables& variables) {
  ++counts_.pages;
  counts_.records += page.records.size();
  for (const data::Node* record : page.records) {
    const auto id = job_.mapper.id(*record, variables);
    if (job_.job.source.id_check && !id) {
      ++counts_.books.read;
      sink_.add_bad({data::to_json(*record), "the record has no id",
                     "the record has no id (source.id)", "id", "", 0});
      continue;
    }
    if (repeated(id, *record)) {
      const auto rows = map::flatten(*record, job_.mapper.flat()).size();
      counts_.books.read += rows;
      counts_.books.duplicate += rows;
      continue;
    }
    auto outcome = job_.mapper.map(page.document, *record, variables, sink_.batch(), sink_.lines());
    counts_.books.read += outcome.rows;
    counts_.books.filtered += outcome.filtered;
    for (auto& bad : outcome.bad) sink_.add_bad(std::move(bad));
    sink_.row_added();
  }
}

}  // namespace erp2mysql::run
