// SPDX-License-Identifier: Apache-2.0
#include "temporal_kit.hpp"

#include <algorithm>
#include <charconv>

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;
constexpr std::int64_t k_day = 86'400'000'000;
constexpr std::int64_t k_epoch_day = 719'528;  // 1970-01-01

}  // namespace

Temporal local_now(const Context& context) {
  const auto local = context.scope.zone().to_local(context.scope.now()).count();
  Temporal out = from_micros(local * 1000 + context.scope.now_micros() + k_epoch_day * k_day);
  out.digits = 6;
  return out;
}

std::array<int, 3> date_fields(std::string_view text) {
  std::array<int, 3> out = {-1, -1, -1};
  for (int& field : out) {
    const auto read = std::from_chars(text.data(), text.data() + text.size(), field);
    if (read.ec != std::errc{}) return {-1, -1, -1};
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    if (!text.empty()) text.remove_prefix(1);
  }
  return out;
}

Parsed localized(Parsed parsed, const Context& context) {
  if (!parsed.offset) return parsed;
  const std::int64_t micros = total_micros(Kind::datetime, parsed.when) - k_epoch_day * k_day -
                              *parsed.offset * std::int64_t{60'000'000};
  const std::int64_t millis = micros >= 0 ? micros / 1000 : -((-micros + 999) / 1000);
  const auto local = context.scope.zone().to_local(base::Instant(base::Millis(millis))).count();
  const int digits = parsed.when.digits;
  parsed.when = from_micros(local * 1000 + (micros - millis * 1000) + k_epoch_day * k_day);
  parsed.when.digits = digits;
  parsed.offset.reset();
  return parsed;
}

std::optional<Parsed> calendar_of(const Item& item, const Context& context, ZeroParts zero) {
  if (item.kind != Kind::time) {
    auto parsed = to_calendar(item, zero);
    if (parsed && item.kind == Kind::datetime && item.whole != 0)
      parsed->offset = static_cast<int>(item.whole) - 10'000;
    return parsed ? std::optional(localized(*parsed, context)) : std::nullopt;
  }
  const Temporal now = local_now(context);
  const std::int64_t today = day_number(now.year, now.month, now.day) * k_day;
  Parsed out{Kind::datetime, from_micros(today + total_micros(Kind::time, item.when)), {}};
  out.when.digits = item.when.digits;
  return out;
}

std::optional<Parsed> time_or_datetime(const Item& item) {
  switch (item.kind) {
    case Kind::null: return std::nullopt;
    case Kind::time: return Parsed{Kind::time, item.when, {}};
    case Kind::datetime: return Parsed{Kind::datetime, item.when, {}};
    case Kind::date: return Parsed{Kind::datetime, item.when, {}};
    case Kind::text: {
      const std::string text = to_text(item);
      std::string_view rest = text;
      while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
      const bool has_blank = rest.find_first_of(" T") != std::string_view::npos ||
                             rest.find_first_of(":-/") == std::string_view::npos;
      const bool date_only =
          rest.find(':') == std::string_view::npos && rest.find('-', 1) != std::string_view::npos;
      if (date_only) {
        auto day = read_datetime(text);
        if (day) day->kind = Kind::datetime;
        return day;
      }
      if (rest.size() >= 12 && has_blank) {
        const WarningSink silence(nullptr);
        const auto full = read_datetime(text, ZeroParts::allow);
        if (full && full->kind == Kind::datetime) return full;
      }
      const auto time = read_time(text);
      return time ? std::optional(Parsed{Kind::time, *time, {}}) : std::nullopt;
    }
    default: {
      const auto time = to_time(item);
      return time ? std::optional(Parsed{Kind::time, *time, {}}) : std::nullopt;
    }
  }
}

int fraction_digits(const std::string& text) {
  const auto parsed = read_datetime(text, ZeroParts::allow);
  if (parsed) return parsed->when.digits;
  // A day that its month does not have still shows how exact the text is.
  const auto fields = date_fields(text);
  return fields[1] >= 0 && fields[1] <= 12 && fields[2] >= 0 && fields[2] <= 31 ? 0 : 6;
}

int fraction_of(const Call& call, std::size_t i, bool as_time) {
  const Type& type = call.type(i);
  if (type.is_temporal()) return type.decimals;
  if (type.kind == Kind::integer || type.kind == Kind::null) return 0;
  if (!type.is_text()) return std::min(type.decimals, 6);
  // What hangs on the clock is unknown when the server decides about digits.
  if (reads_clock(call.child(i))) return 6;
  const Item item = call.eval(i);
  if (item.is_null()) return 6;
  if (item.is_temporal()) return item.when.micro != 0 ? 6 : 0;
  if (as_time) {
    const auto time = time_or_datetime(item);
    return time ? time->when.digits : 0;
  }
  return fraction_digits(to_text(item));
}

Item shown(Kind kind, Temporal when, int digits) {
  when.digits = digits;
  return Item::of_temporal(kind, when);
}

Item as_date_text(Kind kind, Temporal when) {
  when.digits = -1;
  return Item::of_temporal(kind, when);
}

}  // namespace erp2mysql::expr
