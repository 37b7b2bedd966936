// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/data/seen.hpp"

namespace erp2mysql::data {
namespace {

// The low byte of a slot's content holds the scan that saw it last; 56 bits tell contents apart.
constexpr std::uint64_t k_scan = 0xFF;

}  // namespace

SeenRecords::Slot& SeenRecords::slot(std::uint64_t key) {
  std::size_t at = key & (slots_.size() - 1);
  while (slots_[at].key != 0 && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
  return slots_[at];
}

void SeenRecords::grow() {
  std::vector<Slot> old(slots_.empty() ? 64 : slots_.size() * 2);
  old.swap(slots_);
  for (const auto& one : old) {
    if (one.key != 0) slot(one.key) = one;
  }
}

bool SeenRecords::note(RecordId& id, std::uint8_t scan) {
  if (used_ * 4 >= slots_.size() * 3) grow();
  id.content &= ~k_scan;
  Slot& found = slot(id.key == 0 ? 1 : id.key);
  if (found.key == 0) {
    ++used_;
    found = {id.key == 0 ? 1 : id.key, id.content | scan};
    id.copy = RecordId::Copy::first;
    return true;
  }
  const bool anew = (found.content & k_scan) != scan;
  id.before = found.content & ~k_scan;
  id.copy = id.before == id.content ? RecordId::Copy::same : RecordId::Copy::changed;
  found.content = id.content | scan;
  return anew;
}

}  // namespace erp2mysql::data
