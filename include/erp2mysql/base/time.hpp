// SPDX-License-Identifier: Apache-2.0
// Calendar text to instants and back, time zones, durations with a unit, half-open ranges.
// It knows no clock (see clock.hpp) and never the host's zone: every conversion names its zone.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "erp2mysql/base/clock.hpp"

namespace erp2mysql::base {

/// A fixed offset ("+08:00", "Z") or an IANA name ("Asia/Shanghai"). Cheap to copy.
class Zone {
 public:
  /// +08:00, the default of every job.
  Zone();
  /// Nothing when the text is neither an offset within ±14:00 nor a known name.
  static std::optional<Zone> parse(std::string_view text);

  /// Local calendar milliseconds (as if UTC) of an instant.
  Millis to_local(Instant t) const;
  /// Instant of local calendar milliseconds. In a DST gap: the gap's end; in a repeated hour:
  /// the first of the two.
  Instant from_local(Millis local) const;
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  Millis offset_{};           // used when tz_ is null
  const void* tz_ = nullptr;  // date::time_zone, owned by its database
};

/// [from, to): `to` is not part of it.
struct Range {
  Instant from;
  Instant to;
  bool operator==(const Range&) const = default;
  bool empty() const { return to <= from; }
};

/// "YYYY-MM-DD hh:mm:ss", with ".mmm" only when `t` has milliseconds.
std::string format_datetime(Instant t, const Zone& zone);
/// "YYYY-MM-DD"
std::string format_date(Instant t, const Zone& zone);
/// "YYYY-MM-DDThh:mm:ss[.mmm]+08:00", for logs and results.
std::string format_iso(Instant t, const Zone& zone);

/// Accepts YYYY-MM-DD, optionally followed by 'T' or ' ' and hh:mm[:ss[.fraction]] and optionally
/// an offset (Z, +08:00, +0800); without one the text is local to `zone`. Nothing when the text
/// is anything else or names a day that does not exist. Fractions beyond ms are cut.
std::optional<Instant> parse_datetime(std::string_view text, const Zone& zone);

/// "500ms", "10s", "10m", "2h", "7d", also "1h30m"; nothing when malformed or above 100 years.
std::optional<Millis> parse_duration(std::string_view text);
/// Shortest text that parse_duration reads back to the same value.
std::string format_duration(Millis time);

}  // namespace erp2mysql::base
