// SPDX-License-Identifier: Apache-2.0
// Rows of a test into a sink one after the other, as a run cuts them into pieces.
#pragma once

#include "erp2mysql/store/row_sink.hpp"

namespace erp2mysql::store {

class Feed : public RowCutter {
 public:
  /// Borrows the sink.
  explicit Feed(RowSink& sink)
      : RowCutter(sink, [&sink](data::MappedRows rows) { sink.take(std::move(rows)); }) {}
};

}  // namespace erp2mysql::store
