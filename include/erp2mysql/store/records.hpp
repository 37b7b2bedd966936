// SPDX-License-Identifier: Apache-2.0
// The records that no-op jobs stored, by the values of some of their fields. It knows no
// expression and none of the rows that ask.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "erp2mysql/store/state.hpp"

namespace erp2mysql::store {

/// Which records, told apart by which fields, and which field of them is wanted.
struct RecordQuestion {
  std::string job;  // its name, or the UUID that it had in QEasy
  std::string field;
  std::vector<std::string> conditions;  // fields, in the order of the values of find
};

/// Unchanging once loaded; may be read from several threads.
class RecordIndex {
 public:
  struct Answer {
    bool number = false;
    std::string text;
  };

  /// Reads all records of that job, some at a time, and keeps only the fields in question, of at
  /// most `most_bytes`. Throws Error{config} for a job that never ran and for too much.
  static RecordIndex load(mysql::Connection& connection, const State& state,
                          const RecordQuestion& question, std::size_t most_bytes);

  /// The field of the first record, by record id, whose fields have these values as text; null
  /// when none has, or when the field is missing or null there.
  const Answer* find(std::span<const std::string> values) const;

 private:
  std::unordered_map<std::string, std::optional<Answer>> rows_;
};

/// Other jobs may call this one by its UUID too.
void name_uuid(mysql::Connection& connection, const State& state, const std::string& uuid);

}  // namespace erp2mysql::store
