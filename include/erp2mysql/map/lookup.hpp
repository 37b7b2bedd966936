// SPDX-License-Identifier: Apache-2.0
// `_findCollection find FIELD from JOB where a={b} …`: the stored records of another job as a
// value. It does not know where they are stored.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "erp2mysql/expr/expression.hpp"

namespace erp2mysql::map {

/// Answers look-ups. Thread safe.
class RecordStore {
 public:
  virtual ~RecordStore() = default;
  /// The field of the first record that fulfils all conditions; NULL when none does, and when a
  /// condition's value is NULL. Throws base::Error of another kind than data when it cannot look.
  virtual expr::Value find(const expr::Lookup& lookup) const = 0;
};

/// The text of a look-up, read but not resolved.
struct LookupText {
  std::string field;
  std::string job;
  std::vector<std::pair<std::string, std::string>> conditions;  // field of the record → template
};

/// True for values that are a look-up as a whole.
bool is_lookup(std::string_view value);
/// Words stand one blank apart, conditions one after the other; a closing `_endFind` may be left
/// out. Throws base::Error{config} that says what was found and how a look-up reads.
LookupText parse_lookup(std::string_view value);

}  // namespace erp2mysql::map
