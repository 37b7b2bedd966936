// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/map/variables.hpp"

#include <array>
#include <charconv>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::map {
namespace {

struct Ago {
  std::string_view prefix;
  base::Millis unit;
};
constexpr std::array k_agos{
    Ago{"DAYS_AGO_", base::Millis(86400000)}, Ago{"DAY_AGO_", base::Millis(86400000)},
    Ago{"HOURS_AGO_", base::Millis(3600000)}, Ago{"HOUR_AGO_", base::Millis(3600000)},
    Ago{"MINUTES_AGO_", base::Millis(60000)}, Ago{"MINUTE_AGO_", base::Millis(60000)}};

std::optional<base::Millis> ago(std::string_view name) {
  for (const auto& entry : k_agos) {
    if (!name.starts_with(entry.prefix)) continue;
    const auto digits = name.substr(entry.prefix.size());
    int count = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (failed == std::errc() && end == digits.data() + digits.size() && count >= 0 &&
        count < 100000) {
      return entry.unit * count;
    }
  }
  return std::nullopt;
}

std::int64_t unix_seconds(base::Instant t) {
  return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}

std::string format_instant(base::Instant t, std::string_view format, const base::Zone& zone) {
  if (format == "date") return base::format_date(t, zone);
  if (format == "time") return base::format_datetime(t, zone).substr(11, 8);
  if (format == "timestamp") return std::to_string(unix_seconds(t));
  if (format == "timestamp_ms") return std::to_string(t.time_since_epoch().count());
  return base::format_datetime(std::chrono::floor<std::chrono::seconds>(t), zone);
}

}  // namespace

bool known_format(std::string_view format) {
  return format.empty() || format == "datetime" || format == "date" || format == "time" ||
         format == "timestamp" || format == "timestamp_ms";
}

bool is_window_variable(std::string_view name) {
  return name == "LAST_SYNC_TIME" || name == "CURRENT_TIME" || ago(name).has_value();
}

bool is_variable(std::string_view name) {
  return is_window_variable(name) || name == "PAGINATION_PAGE_SIZE" ||
         name == "PAGINATION_START_PAGE" || name == "PAGINATION_START_ROW";
}

std::optional<expr::Value> Variables::find(std::string_view name, std::string_view format) const {
  std::optional<base::Instant> time;
  if (name == "LAST_SYNC_TIME") time = window.from;
  if (name == "CURRENT_TIME") time = window.to;
  if (const auto back = ago(name)) time = window.to - *back;
  if (time) {
    if (format.empty()) return expr::Value::number(std::to_string(unix_seconds(*time)));
    return expr::Value::of_text(format_instant(*time, format, zone));
  }
  if (name == "PAGINATION_PAGE_SIZE") return expr::Value::number(std::to_string(page_size));
  if (name == "PAGINATION_START_PAGE") return expr::Value::number("1");
  if (name == "PAGINATION_START_ROW") return expr::Value::number("0");
  const auto at = extra.find(name);
  if (at == extra.end()) return std::nullopt;
  return expr::Value::of_text(at->second);
}

std::optional<base::Instant> read_time(std::string_view value, const base::Zone& zone) {
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (failed == std::errc() && end == value.data() + value.size()) {
    if (number < 0) return std::nullopt;
    if (value.size() <= 11) return base::Instant(std::chrono::seconds(number));
    if (value.size() <= 14) return base::Instant(base::Millis(number));
    return std::nullopt;
  }
  return base::parse_datetime(value, zone);
}

std::string apply_format(std::string_view value, std::string_view format, const base::Zone& zone) {
  const auto time = read_time(value, zone);
  if (!time) {
    throw base::Error(base::ErrorKind::data,
                      "the value is not a time, so format \"" + std::string(format) + "\" fails");
  }
  return format_instant(*time, format, zone);
}

}  // namespace erp2mysql::map
