// SPDX-License-Identifier: Apache-2.0
// What leaves the mapping in one piece: rows for the main statement, lines for the statements
// beside it, and what could not be mapped. It knows neither who mapped nor who writes.
#pragma once

#include <vector>

#include "erp2mysql/data/batch.hpp"
#include "erp2mysql/data/flow.hpp"

namespace erp2mysql::data {

struct MappedRows {
  explicit MappedRows(std::size_t columns) : main(columns) {}

  Batch main;
  std::vector<Batch> lines;  // one per extension
  std::vector<BadRow> bad;

  /// Bytes of cells and of the records of bad rows.
  std::size_t bytes() const {
    std::size_t out = main.bytes();
    for (const auto& one : lines) out += one.bytes();
    for (const auto& one : bad) out += one.record.size();
    return out;
  }
};

}  // namespace erp2mysql::data
