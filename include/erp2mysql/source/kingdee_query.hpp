// SPDX-License-Identifier: Apache-2.0
// A Kingdee bill query as the job's metadata describes it, in both shapes: which columns, under
// which names, continued by which key. Pure; knows no address and no login.
// Source of every rule: sources-a.md sections 3.4, 3.5 and 3.7; qeasy-format.md section 6.4.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/source/source.hpp"

namespace erp2mysql::source::kingdee {

struct Column {
  std::string key;   // Kingdee's field key, "FMATERIALID.FNumber"
  std::string name;  // the record's field, "FMATERIALID_FNumber"
};

struct Query {
  std::string form_id;
  std::vector<Column> columns;
  bool columns_in_request = false;  // the newer shape: each request item is a column
  bool list_filter = false;         // FilterString as a list of objects
  std::string order;
  std::string hidden;  // key column that was added for paging and is no field of the record
};

Query read_query(const job::Source& source);

/// The selected column that numbers rows in rising order; empty when none is known.
std::string unique_key(const Query& query);
/// Adds the key as a last column when the job does not select it.
void ask_for_key(Query& query, const std::string& key);

/// Where one request of the query starts.
struct Place {
  std::string key;     // empty: by offset
  std::string cursor;  // last key of the page before
  std::int64_t start_row = 0;
  std::int64_t limit = 2000;
};
/// The members of the request's `data`.
data::Arguments parameters(const Query& query, const data::Arguments& arguments,
                           const Place& place);

struct PageRule {
  std::string key;  // empty: by offset
  std::int64_t limit = 2000;
};
/// Rows (lists or objects) as objects under the records' names. A page that was cut at the limit
/// ends before the last key's rows: they may go on behind the cut. Throws base::Error{protocol}
/// for rows that do not fit the columns or are not ordered by the key.
data::Page name_columns(const data::Node& rows, const Query& query, const PageRule& rule);

/// Times in a filter text that stand behind a comparison.
std::vector<Bound> bounds_of(std::string_view filter, const base::Zone& zone);

std::vector<Finding> check(const Query& query, const job::Source& source, bool keyset);

}  // namespace erp2mysql::source::kingdee
