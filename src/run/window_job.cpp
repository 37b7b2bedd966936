// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/window_job.hpp"

#include <algorithm>

#include "erp2mysql/base/log_scope.hpp"
#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/data/hash.hpp"

namespace erp2mysql::run {
namespace {

// Some pages and pieces: enough to bridge a commit, little enough not to show in the memory of the
// process.
constexpr std::size_t k_pages_ahead_bytes = 2 * 1024 * 1024;
constexpr std::size_t k_rows_ahead_bytes = 2 * 1024 * 1024;

// A transaction waits no longer for rows of a peer that is slow or limited.
constexpr std::chrono::milliseconds k_longest_open{200};

// As ISO 8601 writes an interval.
std::string span_of(const base::Range& time, const base::Zone& zone) {
  return base::format_iso(time.from, zone) + "/" + base::format_iso(time.to, zone);
}

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
  options.max_pages = job.source->spec().max_pages.value_or(options.max_pages);
  return options;
}

}  // namespace

WindowJob::WindowJob(const CompiledJob& job, source::Client& client, base::Clock& clock,
                     store::RowSink& sink, const data::Window& window,
                     const std::optional<base::Range>& seen)
    : job_(job),
      mapper_(job.mapper),
      client_(client),
      clock_(clock),
      sink_(sink),
      window_(window),
      variables_(job.variables(seen.value_or(window.time))) {
  variables_.warnings = &counts_.warnings;
  const auto& columns = job.mapper.columns();
  for (const auto& share : job.job.quality.anomalies.null_shares) {
    const auto at = std::find(columns.begin(), columns.end(), share.field);
    null_columns_.push_back(static_cast<std::size_t>(at - columns.begin()));
  }
  nulls_.resize(null_columns_.size());
}

void WindowJob::count_nulls(const data::Batch& batch, std::size_t first_row) {
  mapped_ += batch.rows() - first_row;
  for (std::size_t i = 0; i < null_columns_.size(); ++i) {
    for (auto row = first_row; row < batch.rows(); ++row) {
      if (!batch.cell(row, null_columns_[i])) ++nulls_[i];
    }
  }
}

void WindowJob::run(const std::string& kind, std::optional<base::Instant> first,
                    const std::function<void()>& asked) {
  const base::LogScope scope(span_of(window_.time, job_.job.zone));
  bool begun = false;
  try {
    sink_.begin(kind, window_);
    begun = true;
    start();
    write(asked);
    scans_ = read_.scans;
    counts_.expected = read_.expected;
    const Counted committing(progress_ == nullptr ? nullptr : &progress_->committing);
    sink_.finish(counts_, first);
    if (progress_ != nullptr) progress_->quarantined += counts_.books.quarantined;
  } catch (const std::exception&) {
    pieces_.reset();  // nobody counts any more
    if (begun) sink_.fail(counts_);
    throw;
  }
}

// Three threads: one asks the peer and parses, one maps, and the caller of run() writes.
void WindowJob::start() {
  if (pieces_) return;
  pieces_.emplace(k_rows_ahead_bytes, [this](const auto& put) {
    const base::LogScope scope(span_of(window_.time, job_.job.zone));
    store::RowCutter cutter(sink_, [&](data::MappedRows rows) {
      const auto bytes = rows.bytes();
      put(std::move(rows), bytes);
    });
    read_ = map_pages(cutter);
    cutter.flush();
  });
}

void WindowJob::write(const std::function<void()>& asked) {
  for (bool told = !asked;;) {
    if (!pieces_->ready_within(k_longest_open)) sink_.pause();
    if (!told && pieces_->made()) {
      told = true;
      asked();
    }
    auto rows = pieces_->take();
    if (!rows) return;
    sink_.take(std::move(*rows));
  }
}

source::ReadCounts WindowJob::map_pages(store::RowCutter& out) {
  const auto arguments = job_.request.build(variables_);
  auto asking = variables_;  // that thread has everything for itself
  const map::Mapper mapper = job_.mapper;
  std::uint64_t warnings = 0;
  asking.warnings = &warnings;
  source::Reader reader(client_, clock_, read_options(job_), [&](const data::Node& record) {
    const auto content = data::digest(record);
    const auto id = mapper.id(record, asking);
    return data::RecordId{id ? data::hash(*id) : content, content, id.has_value()};
  });
  source::ReadCounts counts;
  Ahead<data::Page> pages(k_pages_ahead_bytes, [&, window = base::log_window()](const auto& put) {
    const base::LogScope scope(window);
    counts = reader.read(arguments, [&](const data::Page& page) {
      put(page, page.document ? page.document->bytes() : 0);
    });
  });
  while (const auto page = pages.take()) take_page(*page, out);
  counts_.warnings += warnings;
  return counts;
}

// An identical copy of a record of this window changes nothing; a changed one is written again,
// and the newest copy, which is read last, stays.
bool WindowJob::repeated(const data::RecordId& id) {
  if (id.copy == data::RecordId::Copy::same) return true;
  if (id.copy == data::RecordId::Copy::changed && base::seeded_bug("newest-copy-lost")) return true;
  counts_.digest += id.content - id.before;
  return false;
}

void WindowJob::take_page(const data::Page& page, store::RowCutter& out) {
  const auto rows = counts_.books.read;
  take(page, out);
  if (progress_ == nullptr) return;
  ++progress_->pages;
  progress_->records += page.records.size();
  progress_->rows += counts_.books.read - rows;
}

void WindowJob::take(const data::Page& page, store::RowCutter& out) {
  ++counts_.pages;
  counts_.records += page.records.size();
  for (std::size_t i = 0; i < page.records.size(); ++i) {
    const data::Node* record = page.records[i];
    if (job_.job.source.id_check && !page.ids[i].named) {
      ++counts_.books.read;
      out.add_bad({data::to_json(*record), "the record has no id",
                   "the record has no id (source.id)", "id", "", 0});
      continue;
    }
    if (repeated(page.ids[i])) {
      const auto rows = map::flatten(*record, mapper_.flat()).size();
      counts_.books.read += rows;
      counts_.books.duplicate += rows;
      continue;
    }
    const auto first_row = out.batch().rows();
    auto outcome = mapper_.map(*page.document, *record, variables_, out.batch(), out.lines());
    counts_.books.read += outcome.rows;
    counts_.books.filtered += outcome.filtered;
    for (auto& bad : outcome.bad) out.add_bad(std::move(bad));
    if (!null_columns_.empty()) count_nulls(out.batch(), first_row);
    out.record_added();
  }
}

}  // namespace erp2mysql::run
