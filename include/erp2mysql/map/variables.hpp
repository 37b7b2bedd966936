// SPDX-License-Identifier: Apache-2.0
// The variables that a job may name: all of them follow from the window, so the same job serves
// cron, a backfill and a test with a frozen clock. Knows no record.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "erp2mysql/base/time.hpp"
#include "erp2mysql/expr/expression.hpp"

namespace erp2mysql::map {

class RecordStore;

struct Variables {
  base::Range window;  // LAST_SYNC_TIME = from; everything else counts from `to`
  base::Zone zone;
  std::int64_t page_size = 50;
  std::map<std::string, std::string, std::less<>> extra;  // --var name=value
  const RecordStore* records = nullptr;                   // for _findCollection; may be null
  std::uint64_t* warnings = nullptr;                      // of expressions; null: nobody counts

  /// LAST_SYNC_TIME, CURRENT_TIME, DAYS_AGO_n, HOURS_AGO_n, MINUTES_AGO_n (also singular),
  /// PAGINATION_*; unix seconds as a number, or formatted by `format`. Nothing for other names.
  std::optional<expr::Value> find(std::string_view name, std::string_view format) const;
};

/// True for names that stand for a time of the window.
bool is_window_variable(std::string_view name);

/// True for every name that Variables answers by itself (--var names excepted).
bool is_variable(std::string_view name);

/// A value by the format after the pipe: datetime, date, time, timestamp, timestamp_ms. The value
/// may be a time text, unix seconds or milliseconds. Throws base::Error{data} when it is none;
/// unknown formats are refused at compile time with known_format.
std::string apply_format(std::string_view value, std::string_view format, const base::Zone& zone);
bool known_format(std::string_view format);

/// A time from text (with or without offset), unix seconds (up to 11 digits) or milliseconds.
std::optional<base::Instant> read_time(std::string_view value, const base::Zone& zone);

}  // namespace erp2mysql::map
