// SPDX-License-Identifier: Apache-2.0
// One window from its request to its commit: reads pages, drops repeats, maps records into the
// sink and keeps the books. Asking, mapping and writing overlap in three threads of the window. It
// knows no other window.
#pragma once

#include <cstdint>

#include "erp2mysql/run/compiled_job.hpp"
#include "erp2mysql/run/progress.hpp"
#include "erp2mysql/source/reader.hpp"
#include "erp2mysql/store/row_sink.hpp"

namespace erp2mysql::run {

class WindowJob {
 public:
  /// Borrows everything for the time of run().
  WindowJob(const CompiledJob& job, source::Client& client, base::Clock& clock,
            store::RowSink& sink);

  /// Throws base::Error; the counts so far are then in counts(). `first` as in RowSink::finish.
  /// The job's variables are those of the window, or of `seen`.
  void run(const std::string& kind, const data::Window& window, std::optional<base::Instant> first,
           const std::optional<base::Range>& seen = std::nullopt);
  /// Where to tell what was read; null: nowhere.
  void tell(Progress* progress) { progress_ = progress; }
  const store::WindowCounts& counts() const { return counts_; }
  std::uint64_t scans() const { return scans_; }
  /// NULLs by the columns of quality.nullShare, among mapped() rows.
  const std::vector<std::uint64_t>& nulls() const { return nulls_; }
  std::uint64_t mapped() const { return mapped_; }

 private:
  source::ReadCounts read(const map::Variables& variables);
  source::ReadCounts map_pages(const map::Variables& variables, store::RowCutter& out);
  void take_page(const data::Page& page, const map::Variables& variables, store::RowCutter& out);
  void take(const data::Page& page, const map::Variables& variables, store::RowCutter& out);
  bool repeated(const data::RecordId& id);
  void count_nulls(const data::Batch& batch, std::size_t first_row);

  const CompiledJob& job_;
  const map::Mapper mapper_;  // its own, since it remembers where fields stand
  source::Client& client_;
  base::Clock& clock_;
  store::RowSink& sink_;
  store::WindowCounts counts_;
  std::uint64_t scans_ = 0;
  Progress* progress_ = nullptr;
  std::vector<std::size_t> null_columns_;
  std::vector<std::uint64_t> nulls_;
  std::uint64_t mapped_ = 0;
};

}  // namespace erp2mysql::run
