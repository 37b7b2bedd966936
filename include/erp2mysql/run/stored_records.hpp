// SPDX-License-Identifier: Apache-2.0
// What `_findCollection` asks, answered from the records in the target server: each question's
// index is loaded when it is first asked, and once.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "erp2mysql/map/lookup.hpp"
#include "erp2mysql/mysql/connection.hpp"
#include "erp2mysql/store/records.hpp"

namespace erp2mysql::run {

class StoredRecords : public map::RecordStore {
 public:
  /// From now on questions are answered, by connections of their own. Until then nothing is found.
  void open(mysql::Connector connect, store::State state);
  expr::Value find(const expr::Lookup& lookup) const override;

 private:
  mysql::Connector connect_;
  std::optional<store::State> state_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, store::RecordIndex> indexes_;
};

}  // namespace erp2mysql::run
