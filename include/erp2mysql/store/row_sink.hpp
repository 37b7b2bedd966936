// SPDX-License-Identifier: Apache-2.0
// Where mapped rows go, and how they get there in pieces that the sink can take at once. It knows
// neither pages nor SQL.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "erp2mysql/base/time.hpp"
#include "erp2mysql/data/mapped_rows.hpp"
#include "erp2mysql/store/ledger.hpp"

namespace erp2mysql::store {

/// The real writer, or one that only counts. One window at a time, one thread at a time; but what
/// does not change, piece() and limits(), another thread may ask for meanwhile.
class RowSink {
 public:
  /// Of one piece; the record that goes past a limit still belongs to it.
  struct Limits {
    std::size_t rows;
    std::size_t bytes;
  };
  virtual ~RowSink() = default;
  virtual void begin(std::string kind, const data::Window& window) = 0;
  /// A piece without rows, with the columns that this sink takes.
  virtual data::MappedRows piece() const = 0;
  virtual Limits limits() const = 0;
  /// Throws Error{data} past quality.maxBadRows.
  virtual void take(data::MappedRows rows) = 0;
  /// Rows of a window are kept until finish(), which may take long.
  virtual bool whole_windows() const { return false; }
  /// Nothing has come for a while: a sink that holds locks lets go of them.
  virtual void pause() {}
  /// Ends the window. With the start of the run's first window the watermark follows the windows
  /// that are done from there without a gap, in the same transaction as the last rows. `counts`
  /// hold everything but written and quarantined; on return they are complete. Throws Error{data}
  /// when the books do not balance.
  virtual void finish(WindowCounts& counts, std::optional<base::Instant> first) = 0;
  /// Notes the window as failed; best effort, never throws.
  virtual void fail(const WindowCounts& counts) noexcept = 0;
  virtual std::uint64_t affected() const = 0;
};

/// Cuts the rows of one window into pieces for the sink.
class RowCutter {
 public:
  using Put = std::function<void(data::MappedRows)>;
  /// Asks the sink for shape and limits and keeps nothing of it. `put` gets the pieces.
  RowCutter(const RowSink& sink, Put put)
      : shape_(sink.piece()), limits_(sink.limits()), put_(std::move(put)), piece_(shape_) {}

  /// To map into; call record_added after every record.
  data::Batch& batch() { return piece_.main; }
  std::span<data::Batch> lines() { return piece_.lines; }
  /// Goes at once: it may be one too many.
  void add_bad(data::BadRow row) {
    auto alone = shape_;
    alone.bad.push_back(std::move(row));
    put_(std::move(alone));
  }
  void record_added() {
    if (piece_.main.rows() >= limits_.rows || piece_.main.bytes() >= limits_.bytes) flush();
  }
  /// After the last record.
  void flush() {
    if (piece_.main.empty()) return;
    data::MappedRows next = shape_;
    next.main.reserve_like(piece_.main);
    put_(std::exchange(piece_, std::move(next)));
  }

 private:
  const data::MappedRows shape_;
  const RowSink::Limits limits_;
  const Put put_;
  data::MappedRows piece_;
};

/// Counts and writes nothing.
class DryRunSink : public RowSink {
 public:
  explicit DryRunSink(data::MappedRows piece) : piece_(std::move(piece)) {}
  void begin(std::string, const data::Window&) override { written_ = bad_ = 0; }
  data::MappedRows piece() const override { return piece_; }
  Limits limits() const override { return {1000, 1 << 20}; }
  void take(data::MappedRows rows) override {
    written_ += rows.main.rows();
    bad_ += rows.bad.size();
  }
  void finish(WindowCounts& counts, std::optional<base::Instant>) override {
    counts.books.written = written_;
    counts.books.quarantined = bad_;
  }
  void fail(const WindowCounts&) noexcept override {}
  std::uint64_t affected() const override { return 0; }

 private:
  const data::MappedRows piece_;
  std::uint64_t written_ = 0, bad_ = 0;
};

}  // namespace erp2mysql::store
