// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/time.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <array>
#include <charconv>

namespace erp2mysql::base {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<Millis> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") return Millis(0);
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const auto hour = digits(text, 1, 2);
  std::optional<int> minute = 0;
  if (text.size() == 6 && text[3] == ':') {
    minute = digits(text, 4, 2);
  } else if (text.size() == 5) {
    minute = digits(text, 3, 2);
  } else if (text.size() != 3) {
    return std::nullopt;
  }
  if (!hour || !minute || *hour > 14 || *minute > 59) return std::nullopt;
  const Millis offset = hours(*hour) + minutes(*minute);
  if (offset > hours(14)) return std::nullopt;
  return text[0] == '-' ? -offset : offset;
}

struct Clockface {
  Millis time{};
  std::size_t length = 0;
};

// hh:mm[:ss[.fraction]] at the start of `text`.
std::optional<Clockface> parse_clockface(std::string_view text) {
  const auto hour = digits(text, 0, 2);
  const auto minute = digits(text, 3, 2);
  if (!hour || !minute || text[2] != ':' || *hour > 23 || *minute > 59) return std::nullopt;
  Clockface out{hours(*hour) + minutes(*minute), 5};
  if (text.size() <= 5 || text[5] != ':') return out;
  const auto second = digits(text, 6, 2);
  if (!second || *second > 59) return std::nullopt;
  out.time += seconds(*second);
  out.length = 8;
  if (text.size() <= 8 || text[8] != '.') return out;
  std::size_t end = 9;
  int scale = 100;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') {
    out.time += Millis((text[end] - '0') * scale);
    scale /= 10;
    ++end;
  }
  if (end == 9) return std::nullopt;
  out.length = end;
  return out;
}

std::string format_local(Millis local, bool time, char separator) {
  const auto day = std::chrono::floor<days>(std::chrono::sys_time<Millis>(local));
  const std::chrono::year_month_day ymd(day);
  auto text = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()),
                          static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  if (!time) return text;
  const auto ms = (local - day.time_since_epoch()).count();
  text +=
      fmt::format("{}{:02}:{:02}:{:02}", separator, ms / 3600000, ms / 60000 % 60, ms / 1000 % 60);
  if (ms % 1000 != 0) text += fmt::format(".{:03}", ms % 1000);
  return text;
}

}  // namespace

Zone::Zone() : name_("+08:00"), offset_(hours(8)) {}

std::optional<Zone> Zone::parse(std::string_view text) {
  Zone zone;
  zone.name_ = text;
  if (const auto offset = parse_offset(text)) {
    zone.offset_ = *offset;
    return zone;
  }
  try {
    zone.tz_ = date::locate_zone(std::string(text));
  } catch (const std::exception&) {
    return std::nullopt;
  }
  return zone;
}

Millis Zone::to_local(Instant t) const {
  if (tz_ == nullptr) return t.time_since_epoch() + offset_;
  const auto* tz = static_cast<const date::time_zone*>(tz_);
  return tz->to_local(t).time_since_epoch();
}

Instant Zone::from_local(Millis local) const {
  if (tz_ == nullptr) return Instant(local - offset_);
  const auto* tz = static_cast<const date::time_zone*>(tz_);
  return tz->to_sys(date::local_time<Millis>(local), date::choose::earliest);
}

std::string format_datetime(Instant t, const Zone& zone) {
  return format_local(zone.to_local(t), true, ' ');
}

std::string format_date(Instant t, const Zone& zone) {
  return format_local(zone.to_local(t), false, ' ');
}

std::string format_iso(Instant t, const Zone& zone) {
  const Millis local = zone.to_local(t);
  const auto offset = std::chrono::duration_cast<minutes>(local - t.time_since_epoch()).count();
  const auto size = offset < 0 ? -offset : offset;
  return format_local(local, true, 'T') +
         fmt::format("{}{:02}:{:02}", offset < 0 ? '-' : '+', size / 60, size % 60);
}

std::optional<Instant> parse_datetime(std::string_view text, const Zone& zone) {
  const auto year = digits(text, 0, 4);
  const auto month = digits(text, 5, 2);
  const auto day = digits(text, 8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year(*year),
                                        std::chrono::month(static_cast<unsigned>(*month)),
                                        std::chrono::day(static_cast<unsigned>(*day))};
  if (!ymd.ok()) return std::nullopt;
  Millis local = std::chrono::sys_days(ymd).time_since_epoch();
  text.remove_prefix(10);
  if (text.empty()) return zone.from_local(local);
  if (text[0] != ' ' && text[0] != 'T') return std::nullopt;
  text.remove_prefix(1);
  const auto face = parse_clockface(text);
  if (!face) return std::nullopt;
  local += face->time;
  text.remove_prefix(face->length);
  if (text.empty()) return zone.from_local(local);
  const auto offset = parse_offset(text);
  if (!offset) return std::nullopt;
  return Instant(local - *offset);
}

std::optional<Millis> parse_duration(std::string_view text) {
  constexpr Millis k_limit = days(36525);
  struct Unit {
    std::string_view name;
    Millis size;
  };
  static constexpr std::array<Unit, 5> k_units{
      {{"ms", Millis(1)}, {"s", seconds(1)}, {"m", minutes(1)}, {"h", hours(1)}, {"d", days(1)}}};
  Millis total{};
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::int64_t count = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (failed != std::errc() || text[0] == '-') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const auto unit_length = std::min(text.find_first_of("0123456789"), text.size());
    const auto name = text.substr(0, unit_length);
    bool known = false;
    for (const auto& unit : k_units) {
      if (unit.name != name) continue;
      if (count > (k_limit - total) / unit.size) return std::nullopt;
      total += unit.size * count;
      known = true;
    }
    if (!known) return std::nullopt;
    text.remove_prefix(unit_length);
  }
  return total;
}

std::string format_duration(Millis time) {
  const auto ms = time.count();
  if (ms % 1000 != 0 || ms == 0) return fmt::format("{}ms", ms);
  if (ms % 86400000 == 0) return fmt::format("{}d", ms / 86400000);
  if (ms % 3600000 == 0) return fmt::format("{}h", ms / 3600000);
  if (ms % 60000 == 0) return fmt::format("{}m", ms / 60000);
  return fmt::format("{}s", ms / 1000);
}

}  // namespace erp2mysql::base
