// SPDX-License-Identifier: Apache-2.0
// The user's statement, read once by a tokenizer: which table, which columns, what the rows fill.
// Pure; it never changes what the statement means.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/mysql/connection.hpp"

namespace erp2mysql::store {

/// A place in the statement that a row fills.
struct Mark {
  std::string name;                     // of :name and <{name: …}>; empty for ?
  std::optional<std::string> fallback;  // of <{name: fallback}>; a blank one is none
  std::string column;                   // the column that gets or is compared with just this value
  bool condition = false;               // after WHERE
};

struct Statement {
  enum class Kind { insert, insert_ignore, replace, insert_or_update, update };
  Kind kind = Kind::insert;
  std::string database;  // empty: the connection's
  std::string table;
  std::vector<std::string> columns;  // of the column list; of SET for an UPDATE
  std::vector<std::string> values;   // of an UPDATE: what SET gives its columns, ? for marks
  std::vector<Mark> marks;           // in the order of the text
  mysql::RowStatement sent;          // the text with ? marks; slots are set by bind_marks

  std::size_t cells = 0;  // of a row; set by bind_marks

  bool repeatable_update = false;  // assignments take values of the row or constants only
  bool keyed_update = false;       // UPDATE t SET c = ?, … WHERE k = ? AND …, nothing else

  bool is_update() const { return kind == Kind::update; }
  /// Sending the same row twice leaves the table as sending it once.
  bool idempotent() const {
    return kind == Kind::replace ||
           ((kind == Kind::insert_or_update || is_update()) && repeatable_update);
  }
};

/// For batchexecute: REPLACE or INSERT [IGNORE] [INTO] [db.]table (columns) VALUES [(?, …)]
/// [ON DUPLICATE KEY UPDATE …] [;]; cell i fills column i. Throws base::Error{config} that says
/// what was found and what is allowed.
Statement parse_batch(std::string_view sql);

/// For execute: INSERT, REPLACE or UPDATE with ?, :name or <{name: default}> anywhere. Throws
/// base::Error{config}.
Statement parse_execute(std::string_view sql);

/// Says which cell fills which mark: named ones by the item's name, ? by position. Throws
/// base::Error{config} with the nearest name.
void bind_marks(Statement& statement, const std::vector<std::string>& items);

/// What an UPDATE by key becomes for a row that is not there. Only for keyed updates.
Statement insert_instead(const Statement& update);

}  // namespace erp2mysql::store
