// SPDX-License-Identifier: Apache-2.0
// The user's batch statement, read once by a tokenizer: which table, which columns, what stands
// before and after the value tuples. Pure; it never changes what the statement means.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace erp2mysql::store {

struct InsertStatement {
  enum class Kind { insert, insert_ignore, replace, insert_or_update };
  Kind kind = Kind::insert;
  std::string database;  // empty: the connection's
  std::string table;
  std::vector<std::string> columns;
  std::string head;  // up to and including VALUES, one blank between tokens
  std::string tail;  // after the tuples, e.g. ON DUPLICATE KEY UPDATE …

  bool repeatable_update = false;  // the tail only assigns `column = VALUES(column)`

  /// Sending the same row twice leaves the table as sending it once.
  bool idempotent() const {
    return kind == Kind::replace || (kind == Kind::insert_or_update && repeatable_update);
  }
};

/// REPLACE or INSERT [IGNORE] [INTO] [db.]table (columns) VALUES [(?, …)] [ON DUPLICATE KEY
/// UPDATE …] [;]. Throws base::Error{config} that says what was found and what is allowed.
InsertStatement parse_insert(std::string_view sql);

}  // namespace erp2mysql::store
