// SPDX-License-Identifier: Apache-2.0
// One window from its request to its commit: reads pages, drops repeats, maps records into the
// sink and keeps the books. Asking, mapping and writing overlap in three threads of the window; the
// first two may begin while another window is still being written. It knows no other window.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "erp2mysql/run/ahead.hpp"
#include "erp2mysql/run/compiled_job.hpp"
#include "erp2mysql/run/progress.hpp"
#include "erp2mysql/source/reader.hpp"
#include "erp2mysql/store/row_sink.hpp"

namespace erp2mysql::run {

class WindowJob {
 public:
  /// Borrows everything for as long as it lives. The job's variables are those of the window, or
  /// of `seen`.
  WindowJob(const CompiledJob& job, source::Client& client, base::Clock& clock,
            store::RowSink& sink, const data::Window& window,
            const std::optional<base::Range>& seen = std::nullopt);

  /// Begins to ask the peer, as far ahead as its rows are let. From now on the client is this
  /// window's alone, until run() says otherwise or this object is gone. Optional.
  void start();
  /// Throws base::Error; the counts so far are then in counts(). `first` as in RowSink::finish.
  /// `asked` is told once when the peer has been asked for everything, and rows may wait still.
  void run(const std::string& kind, std::optional<base::Instant> first,
           const std::function<void()>& asked = {});
  /// Where to tell what was read; null: nowhere.
  void tell(Progress* progress) { progress_ = progress; }
  const store::WindowCounts& counts() const { return counts_; }
  std::uint64_t scans() const { return scans_; }
  /// NULLs by the columns of quality.nullShare, among mapped() rows.
  const std::vector<std::uint64_t>& nulls() const { return nulls_; }
  std::uint64_t mapped() const { return mapped_; }

 private:
  void write(const std::function<void()>& asked);
  source::ReadCounts map_pages(store::RowCutter& out);
  void take_page(const data::Page& page, store::RowCutter& out);
  void take(const data::Page& page, store::RowCutter& out);
  bool repeated(const data::RecordId& id);
  void count_nulls(const data::Batch& batch, std::size_t first_row);

  const CompiledJob& job_;
  const map::Mapper mapper_;  // its own, since it remembers where fields stand
  source::Client& client_;
  base::Clock& clock_;
  store::RowSink& sink_;
  const data::Window window_;
  map::Variables variables_;
  store::WindowCounts counts_;
  std::uint64_t scans_ = 0;
  Progress* progress_ = nullptr;
  std::vector<std::size_t> null_columns_;
  std::vector<std::uint64_t> nulls_;
  std::uint64_t mapped_ = 0;
  source::ReadCounts read_;
  std::optional<Ahead<data::MappedRows>> pieces_;  // its threads use what stands above
};

}  // namespace erp2mysql::run
