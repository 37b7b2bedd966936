// SPDX-License-Identifier: Apache-2.0
// The nouns that travel between the stages. Plain structs; a stage knows these and no neighbour.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "erp2mysql/base/time.hpp"
#include "erp2mysql/data/node.hpp"

namespace erp2mysql::data {

/// A half-open stretch of the source's time, read and committed as one.
struct Window {
  base::Range time;
  bool operator==(const Window&) const = default;
};

/// One evaluated request argument tree: the job's `request` list with values filled in.
struct Argument {
  std::string name;  // empty: an anonymous list element
  enum class Kind { text, list, object } kind = Kind::text;
  std::string text;
  std::vector<Argument> children;
  bool bare = false;  // a number, true or false by its type: no quotes in JSON
};
using Arguments = std::vector<Argument>;

/// Where in the window's result a request points.
struct PageToken {
  std::int64_t page = 1;  // 1-based, whatever the platform counts from
  bool want_total = true;
  std::string cursor = {};  // what the page before gave as `next`; empty: the first page
};

/// What tells a record from others and from an older copy of itself.
struct RecordId {
  std::uint64_t key = 0;      // hashed id; of a record without one its content
  std::uint64_t content = 0;  // hashed
  bool named = true;          // it has an id

  /// What it is against the copies that the window gave before.
  enum class Copy : std::uint8_t { first, same, changed } copy = Copy::first;
  std::uint64_t before = 0;  // content of the copy before a changed one
};

/// One page of records. `records` point into `document`.
struct Page {
  std::shared_ptr<const Document> document;
  std::vector<const Node*> records;
  std::vector<RecordId> ids;          // of the records, filled in by who reads pages
  std::optional<std::int64_t> total;  // records in the whole window, when told
  std::optional<bool> has_next;
  std::optional<std::int64_t> size;  // records per page that the platform really uses, when told
  std::optional<std::string> next;   // cursor of the page behind this one; nothing: the last page
};

/// Rows of a window by what became of them; read is the sum of the rest or the run fails.
struct Books {
  std::uint64_t read = 0, written = 0, unchanged = 0, filtered = 0, duplicate = 0, quarantined = 0;
  bool balanced() const { return read == written + unchanged + filtered + duplicate + quarantined; }
  Books& operator+=(const Books& other) {
    read += other.read;
    written += other.written;
    unchanged += other.unchanged;
    filtered += other.filtered;
    duplicate += other.duplicate;
    quarantined += other.quarantined;
    return *this;
  }
};

/// A row that did not make it, with everything an operator needs to repair it.
struct BadRow {
  std::string record;      // raw record as JSON text
  std::string reason;      // may hold row values: for quarantine, never for logs
  std::string summary;     // without row values: for logs
  std::string field;       // target column or source field
  std::string key;         // the record's id, or the row's
  unsigned number = 0;     // server error number, 0 for mapping errors
  bool unmatched = false;  // nothing is wrong with it; an UPDATE found no row yet

  std::optional<std::uint32_t> line = {};   // among the rows of the record; nothing: all of them
  std::optional<std::string> mapped = {};   // the row as JSON, where mapping came that far
  std::optional<std::string> row_key = {};  // the cells that tell the row apart in the table
};

}  // namespace erp2mysql::data
