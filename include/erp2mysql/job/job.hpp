// SPDX-License-Identifier: Apache-2.0
// The job as plain structs: what the file says, with defaults filled in, secrets resolved and
// nothing interpreted further. It knows no platform's protocol and no SQL.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "erp2mysql/base/time.hpp"

namespace erp2mysql::job {

/// Post-processing of an evaluated value, e.g. {"name": "StringToArray", "params": ","}.
struct Parser {
  std::string name;
  std::string params;
};

/// One item of a metadata field list (`request`, `otherRequest`, `children`).
struct Item {
  std::string field;                 // empty: an anonymous list element
  std::string type = "string";       // lower case
  std::optional<std::string> value;  // template or expression text; numbers and booleans as text
  std::optional<std::string> default_value;
  std::optional<Parser> parser;
  std::optional<std::string> on_division_by_zero;  // "null"
  std::optional<std::string> on_function_error;    // "text"
  std::vector<Item> children;
  std::string pointer;  // JSON pointer of the item
};

/// One comparison of a `condition`; outer list OR, inner list AND.
struct Condition {
  std::string field;
  std::string logic;  // eq neq gt egt lt elt like notlike between notnull isnull
  std::string value;
  bool strict = false;
  std::string pointer;
};

/// Connection keys as resolved text; which keys a platform has is checked at load.
using Connection = std::map<std::string, std::string>;

/// How an API is read that the platform's own table does not know, or knows differently. What is
/// absent keeps the platform's value; an empty text switches it off.
struct Read {
  std::optional<std::string> list;   // path of the records in the answer
  std::optional<std::string> total;  // path of their number
  std::optional<std::string> page_field, size_field;
  std::optional<std::int64_t> first_page, max_page_size;
  std::optional<std::string> cursor_field, cursor_start;  // request argument, its first value
  std::optional<std::string> cursor_path;                 // place of the next cursor in the answer
  std::optional<std::string> cursor_key;            // or the record field whose largest value it is
  std::vector<std::string> from_fields, to_fields;  // request arguments that bound the time
  std::optional<base::Millis> max_window;
  std::optional<std::int64_t> max_pages;  // deepest page the API gives
};

/// The metadata's omissionRemedy: the same request once more with these parameters in the place of
/// its own.
struct Remedy {
  std::vector<Item> take_over;
};

struct Source {
  std::string platform;  // e.g. "jushuitan-qimen"
  Connection connection;
  std::string api;
  std::string method = "POST";
  std::string id;  // path, or template when it holds a brace
  std::string number;
  bool id_check = false;  // drop rows whose id was seen in this window
  std::optional<std::int64_t> page_size;
  std::vector<std::string> beat_flat;  // arrays to flatten; more than one is refused at load
  std::vector<Item> request;
  std::vector<Item> other_request;
  std::vector<std::vector<Condition>> condition;
  base::Millis page_delay{0};  // pause between pages
  Read read;
  std::optional<Remedy> remedy;
};

/// A statement that runs after main_sql, once per line of a list of the record.
struct Extension {
  std::string name;  // extend_sql_n
  std::string sql;
  std::string pointer;  // of the statement
  std::string list;     // path of the list in the record
  std::vector<Item> items;
};

struct Target {
  std::string platform;   // "mysql"
  Connection connection;  // canonical keys: host port socket database username …
  std::string api;        // "execute", "batchexecute", "写入空操作"
  bool no_op() const { return api == "写入空操作"; }
  std::vector<Item> request;
  std::map<std::string, std::string> other_request;  // main_sql, limit
  std::map<std::string, std::string> other_pointer;  // the same keys → JSON pointer of the value
  std::vector<Extension> extensions;                 // in the order of their numbers
};

struct Sync {
  std::optional<std::string> start;  // local to the job's zone; first watermark
  base::Millis overlap{0};
  base::Millis lag{60'000};
  base::Millis window{24 * 3600'000};
  std::int64_t parallel = 1;
  std::int64_t parallel_accounts = 1;  // of the job, side by side
  std::string paging = "auto";         // auto, forward, reverse
  base::Millis lease{60'000};          // of a part of a backfill
};

struct RateLimit {
  std::int64_t requests = 1;
  base::Millis per{1000};
  bool operator==(const RateLimit&) const = default;
};

struct Retry {
  std::int64_t max_attempts = 5;  // per request, the first one included
  base::Millis delay{1000};       // first back-off; doubles, with full jitter
  base::Millis max_delay{60'000};
};

struct Rule {
  std::string field;
  bool required = false;
  std::optional<std::string> pattern, min, max, default_value;
  std::optional<std::int64_t> max_length;
  std::vector<std::string> in;
  std::string on_fail = "quarantine";  // quarantine, null, default, stop
};

/// Most NULLs of one column, as a share of the rows of a run.
struct NullShare {
  std::string field;
  std::uint64_t max_millionths = 0;
};

/// What a run of the usual size looks like. Rows are those that were read.
struct Anomalies {
  std::optional<std::int64_t> min_rows, max_rows;
  std::optional<std::uint64_t> drop_below_millionths;  // of the median of earlier runs
  std::int64_t drop_runs = 4;           // so many runs of the same weekday make the median
  std::optional<base::Millis> max_lag;  // of the watermark behind now
  std::vector<NullShare> null_shares;
  std::vector<std::string> fail_on;  // names of the rules that fail a run; the others warn
};

struct Quality {
  std::int64_t max_bad_rows = 0;
  std::optional<std::uint64_t> max_bad_millionths;  // maxBadRatio, of the rows of a window
  std::vector<Rule> rules;
  Anomalies anomalies;
};

struct Write {
  std::string on_no_match = "quarantine";  // an UPDATE finds no row: quarantine, ignore, insert
  std::string method = "auto";             // how rows travel: auto, statement, load
  bool skip_unchanged = false;             // rows that the table holds already are not sent
};

/// Whom to tell what. `url` may hold a token: it is as secret as `secret`.
struct Alert {
  std::string type;  // dingtalk, wecom, feishu, webhook
  std::string url, secret;
  std::vector<std::string> on;  // failure, quarantine, anomaly, recovery, success
  std::string lang;             // en or zh; empty: the language of the run
  base::Millis repeat{0};       // the same trouble is not told again before this has passed
};

struct Job {
  std::string file;     // path as given
  std::string name;     // default: file name without its extension; "name@account" with accounts
  std::string account;  // of several, this one; empty: the job has one connection
  std::map<std::string, std::string> account_variables;
  std::string uuid;  // that it had in QEasy; _findCollection of other jobs may name it
  std::string zone_name = "+08:00";
  base::Zone zone;
  Source source;
  Target target;
  Sync sync;
  std::optional<std::vector<RateLimit>> rate_limits;  // replaces the platform's defaults
  bool rate_shared_in_target = false;                 // counted in the target, for all hosts
  Retry retry;
  Quality quality;
  Write write;
  std::vector<Alert> alerts;
  std::string state_database;  // empty: the target's
  /// SHA-256 (hex) of what decides which rows arrive: source without connection secrets, target
  /// request and statement, zone. Formatting, labels and limits do not change it.
  std::string fingerprint;
};

}  // namespace erp2mysql::job
