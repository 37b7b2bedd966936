// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/data/batch.hpp"

#include "erp2mysql/base/error.hpp"

namespace erp2mysql::data {

void Batch::begin_row(std::shared_ptr<const Document> page, const Node* record,
                      std::uint32_t line) {
  records_.push_back({std::move(page), record, static_cast<std::uint32_t>(text_.size()), line});
}

void Batch::refuse_size() {
  throw base::Error(base::ErrorKind::data, "a row is larger than a batch can hold");
}

void Batch::append(const Batch& other, std::size_t row) {
  const Record& from = other.records_[row];
  begin_row(from.page, from.node, from.line);
  for (std::size_t i = 0; i < other.columns_; ++i) {
    if (const auto text = other.cell(row, i)) {
      add(*text);
    } else {
      add_null();
    }
  }
}

void Batch::truncate(std::size_t rows) {
  if (rows >= records_.size()) return;
  text_.resize(records_[rows].offset);
  records_.erase(records_.begin() + static_cast<std::ptrdiff_t>(rows), records_.end());
  cells_.resize(rows * columns_);
}

std::optional<std::string_view> Batch::cell(std::size_t row, std::size_t column) const {
  const Cell& cell = cells_[row * columns_ + column];
  if (cell.length == k_null) return std::nullopt;
  return std::string_view(text_).substr(cell.offset, cell.length);
}

std::string Batch::record_json(std::size_t row) const {
  const Record& record = records_[row];
  return record.node == nullptr ? "null" : to_json(*record.node);
}

std::size_t Batch::row_bytes(std::size_t row) const {
  const std::size_t end = row + 1 < records_.size() ? records_[row + 1].offset : text_.size();
  return end - records_[row].offset;
}

}  // namespace erp2mysql::data
