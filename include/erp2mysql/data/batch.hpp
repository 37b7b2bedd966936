// SPDX-License-Identifier: Apache-2.0
// Rows on their way to the server: a flat table of cells over one byte buffer, so that a row costs
// no allocation. It knows neither the mapping that filled it nor the statement that will send it.
//
// The batch owns all bytes its cells point at; whoever binds them must keep it until the
// statement has been executed.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/data/node.hpp"

namespace erp2mysql::data {

/// A record as JSON that lives on when the nodes of its page are gone: they are many times as big.
struct RecordText {
  RecordText() = default;
  /// Of a parsed page its own text; of a built one it is written once.
  RecordText(const Document& page, const Node& record);

  std::shared_ptr<const std::string> owner;
  std::string_view json;
};

class Batch {
 public:
  explicit Batch(std::size_t columns) : columns_(columns) {}

  std::size_t columns() const { return columns_; }
  std::size_t rows() const { return records_.size(); }
  /// Bytes of cell text, as they will be sent; what the packet limit is compared with.
  std::size_t bytes() const { return bytes_ + repeated_; }
  bool empty() const { return records_.empty(); }
  /// Makes room for as many rows and bytes as that one has.
  void reserve_like(const Batch& other);

  /// Starts a row that came from `record`; `line` is its position among the rows that the record
  /// became.
  void begin_row(RecordText record, std::uint32_t line = 0);
  /// Adds the next cell of the row. All cells travel as text; the server converts by column type.
  void add(std::string_view text) {
    if (text.size() > text_.size() - bytes_) grow(text.size());
    if (!text.empty()) std::memcpy(text_.data() + bytes_, text.data(), text.size());
    cells_[used_++] = {static_cast<std::uint32_t>(bytes_), static_cast<std::uint32_t>(text.size())};
    bytes_ += text.size();
  }
  void add_null() { cells_[used_++] = {static_cast<std::uint32_t>(bytes_), k_null}; }
  /// Adds the cell that the row above has in this place. Its bytes are kept once.
  void repeat() {
    const Cell& above = cells_[used_ - columns_];
    cells_[used_++] = above;
    if (above.length == k_null) return;
    records_.back().repeated += above.length;
    repeated_ += above.length;
  }
  /// Starts a row with all cells of that row; more may follow when this batch has more columns.
  void append(const Batch& other, std::size_t row);
  /// Takes back all rows, finished or not, from this one on.
  void truncate(std::size_t rows);
  /// Takes back the unfinished row and its bytes.
  void drop_row() { truncate(rows() - 1); }

  /// The cell's text, nothing for NULL. Valid until the batch changes.
  std::optional<std::string_view> cell(std::size_t row, std::size_t column) const {
    const Cell& cell = cells_[row * columns_ + column];
    if (cell.length == k_null) return std::nullopt;
    return std::string_view(text_.data() + cell.offset, cell.length);
  }
  /// Tells records apart: equal for the rows of one. Null when it is unknown.
  const void* record(std::size_t row) const { return records_[row].text.json.data(); }
  std::uint32_t line(std::size_t row) const { return records_[row].line; }
  /// Compact JSON of the record the row came from; "null" when unknown.
  std::string record_json(std::size_t row) const;
  /// Bytes of one row.
  std::size_t row_bytes(std::size_t row) const;

 private:
  struct Cell {
    std::uint32_t offset;
    std::uint32_t length;  // k_null for NULL
  };
  struct Record {
    RecordText text;
    std::uint32_t offset;
    std::uint32_t line;
    std::uint32_t repeated = 0;  // bytes of its cells that stand in rows above
  };
  static constexpr std::uint32_t k_null = 0xFFFFFFFF;
  void grow(std::size_t more);

  std::size_t columns_;
  // Both are grown ahead and filled up to a mark, which costs less than appending cell by cell.
  std::string text_;
  std::size_t bytes_ = 0;
  std::size_t repeated_ = 0;
  std::vector<Cell> cells_;
  std::size_t used_ = 0;
  std::vector<Record> records_;
};

}  // namespace erp2mysql::data
