// SPDX-License-Identifier: Apache-2.0
// The keys of the job file as data: one table per object, from which the file is checked and from
// which documentation and JSON Schema are made. It knows no values and no file.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace erp2mysql::job {

enum class FieldType {
  text,
  scalar,    // text, number or true/false, read as text
  choice,    // one of `allowed`, separated by '|'; case does not matter
  integer,   // between `least` and `most`
  boolean,   // true/false, also as text or 1/0
  duration,  // "10m"; at least `least` milliseconds
  seconds,   // number (also as text) of seconds, or a duration
  millis,    // number (also as text) of milliseconds, or a duration
  datetime,  // local to the job's zone
  zone,
  object,           // of `inner`
  objects,          // list of objects of `inner`
  objects_or_file,  // the same, or the name of a JSON file that holds it
  groups,           // list of lists of objects of `inner`
  texts,            // list of texts
  choices,          // list of `allowed`
  scalars,          // list of scalars
  any,
  connection,   // object of the platform's keys, or the name of one in connections.json
  ignored,      // carried by exports, means nothing at run time
  warned,       // loads, but the reader must know that it does nothing
  unsupported,  // would change the rows; refused by name
};

struct Section;

struct Field {
  std::string_view name;
  FieldType type = FieldType::text;
  std::string_view description = {};
  std::string_view allowed = {};   // choices; for warned and unsupported: what to do instead
  std::string_view fallback = {};  // default, as written in the file
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const Section* inner = nullptr;
  const Section* instead = nullptr;  // an object of it may stand in the place of a list
  std::string_view alias_of = {};    // another spelling of this key of the same object
  bool required = false;
  bool text_ok = false;  // an integer may stand in quotes
  bool secret = false;
  bool open = false;  // an address or a name: may be shown, though a reference gave it
};

struct Section {
  std::string_view name;
  std::string_view description;
  std::span<const Field> fields;
  bool hide_values = false;  // messages must not show what was found

  /// Null when the object knows no such key.
  const Field* find(std::string_view key) const;
};

/// The whole file.
const Section& job_section();

extern const Section k_source_section;
extern const Section k_target_section;
extern const Section k_item_section;
extern const Section k_parser_section;
extern const Section k_condition_section;
extern const Section k_pagination_section;
extern const Section k_read_section;
extern const Section k_extra_section;  // "otherRequestParams"
extern const Section k_remedy_section;
extern const Section k_sync_section;
extern const Section k_rate_section;
extern const Section k_rates_section;  // rateLimit as an object
extern const Section k_retry_section;
extern const Section k_retry_policy_section;
extern const Section k_retry_policy_snake_section;
extern const Section k_quality_section;
extern const Section k_rule_section;
extern const Section k_null_share_section;
extern const Section k_write_section;
extern const Section k_state_section;
extern const Section k_alert_section;
extern const Section k_account_section;

/// The connection keys of a platform; null when there is no such platform.
const Section* connection_section(std::string_view platform);

}  // namespace erp2mysql::job
