// SPDX-License-Identifier: Apache-2.0
// The records that a window has given so far, by the hashes of id and content. Sixteen bytes each
// and some room to grow, where the library's map takes five times that: memory must not show how
// many rows a window has. It knows no record and no page.
#pragma once

#include <cstdint>
#include <vector>

#include "erp2mysql/data/flow.hpp"

namespace erp2mysql::data {

class SeenRecords {
 public:
  /// Notes a copy and says in it what it is against the one before. True when this scan (1 to 255)
  /// has not had the record yet.
  bool note(RecordId& id, std::uint8_t scan);

 private:
  struct Slot {
    std::uint64_t key = 0;  // 0: free
    std::uint64_t content = 0;
  };
  Slot& slot(std::uint64_t key);
  void grow();

  std::vector<Slot> slots_;  // a power of two, open addressing
  std::size_t used_ = 0;
};

}  // namespace erp2mysql::data
