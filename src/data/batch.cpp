// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/data/batch.hpp"

#include <algorithm>

#include "erp2mysql/base/error.hpp"

namespace erp2mysql::data {
namespace {

constexpr std::size_t k_first_bytes = 4096;

}  // namespace

RecordText::RecordText(const Document& page, const Node& record) : owner(page.text()) {
  if (owner != nullptr && !record.is_scalar()) {
    json = record.text;
  } else {
    owner = std::make_shared<const std::string>(to_json(record));
    json = *owner;
  }
}

void Batch::begin_row(RecordText record, std::uint32_t line) {
  records_.push_back({std::move(record), static_cast<std::uint32_t>(bytes_), line});
  cells_.resize(records_.size() * columns_);
}

void Batch::grow(std::size_t more) {
  // Offsets are 32 bits wide; batches are cut at a few MiB long before this.
  constexpr std::size_t k_most_bytes = 0xF0000000;
  if (more > k_most_bytes - bytes_) {
    throw base::Error(base::ErrorKind::data, "a row is larger than a batch can hold");
  }
  text_.resize(std::max({bytes_ + more, std::min(2 * text_.size(), k_most_bytes), k_first_bytes}));
}

void Batch::reserve_like(const Batch& other) {
  records_.reserve(other.records_.size());
  cells_.reserve(other.cells_.size());
  if (other.bytes_ > text_.size()) text_.resize(other.bytes_ + other.bytes_ / 8);
}

void Batch::append(const Batch& other, std::size_t row) {
  const Record& from = other.records_[row];
  begin_row(from.text, from.line);
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
  bytes_ = records_[rows].offset;
  for (std::size_t row = rows; row < records_.size(); ++row) repeated_ -= records_[row].repeated;
  records_.erase(records_.begin() + static_cast<std::ptrdiff_t>(rows), records_.end());
  used_ = rows * columns_;
}

std::string Batch::record_json(std::size_t row) const {
  const auto json = records_[row].text.json;
  if (json.empty()) return "null";
  return to_json(Document::parse_page(std::string(json)).root());
}

std::size_t Batch::row_bytes(std::size_t row) const {
  const std::size_t end = row + 1 < records_.size() ? records_[row + 1].offset : bytes_;
  return end - records_[row].offset + records_[row].repeated;
}

}  // namespace erp2mysql::data
