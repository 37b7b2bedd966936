// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/plan/windows.hpp"

#include <fmt/format.h>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/seeded_bug.hpp"

namespace erp2mysql::plan {
namespace {

using base::Error;
using base::ErrorKind;
using base::Instant;
using base::Millis;
using base::Range;

// No zone's clocks are set back further.
constexpr Millis k_most_set_back = std::chrono::hours(2);

std::string show(const Range& range) {
  return fmt::format("[{}, {})", base::format_iso(range.from, base::Zone()),
                     base::format_iso(range.to, base::Zone()));
}

// The longest window from `from` whose start the request covers. Bounds like "one day before the
// end" start too late for a long window, and bounds cut to days may ask for more than the
// platform allows: the end moves back until neither is so.
Range covered_window(Instant from, Instant to, std::optional<Millis> longest,
                     const Coverage& coverage) {
  constexpr int k_tries = 8;
  for (int i = 0; i < k_tries; ++i) {
    const auto asked = coverage({from, to});
    if (!asked) return {from, to};
    const Millis excess = longest ? asked->to - asked->from - *longest : Millis(0);
    if (asked->from <= from && excess <= Millis(0)) return {from, std::min(to, asked->to)};
    to -= std::max(asked->from - from, excess);
    if (to <= from) break;
  }
  throw Error(ErrorKind::config,
              fmt::format("the request's time bounds never cover the window that starts at {}",
                          base::format_iso(from, base::Zone())))
      .hint(
          "use {{LAST_SYNC_TIME|datetime}} as the lower and {{CURRENT_TIME|datetime}} as the upper "
          "bound");
}

// Without an upper bound every window would read all that follows: one window does.
bool open_ended(const Coverage& coverage, const Range& window) {
  const auto asked = coverage(window);
  return asked && asked->to >= k_no_end;
}

}  // namespace

std::vector<data::Window> cut(const Stretch& stretch, const Coverage& coverage) {
  std::vector<data::Window> out;
  Millis step = stretch.window;
  if (stretch.platform_max && *stretch.platform_max < step) step = *stretch.platform_max;
  Instant from = stretch.time.from;
  while (from < stretch.time.to) {
    const Instant to = open_ended(coverage, {from, std::min(from + step, stretch.time.to)})
                           ? stretch.time.to
                           : std::min(from + step, stretch.time.to);
    Range window = covered_window(from, to, stretch.platform_max, coverage);
    // Where clocks are set back, a bound as text means the hour before; a later end passes it.
    Instant later = to;
    while (window.empty() && later < stretch.time.to && later - to < k_most_set_back) {
      later = std::min(later + step, stretch.time.to);
      window = covered_window(from, later, stretch.platform_max, coverage);
    }
    if (window.empty()) {
      // Bounds cut to days do not reach `from` yet; only a later end could.
      if (later == stretch.time.to) break;
      throw Error(
          ErrorKind::config,
          fmt::format("the request's time bounds cover nothing of the window {}", show({from, to})))
          .hint("make sync.window at least as long as the unit that the bounds are cut to");
    }
    out.push_back({window});
    from = window.to + std::chrono::seconds(base::seeded_bug("window-gap") ? 1 : 0);
  }
  return out;
}

std::vector<Range> days(const Range& range, const base::Zone& zone) {
  std::vector<Range> out;
  for (Instant from = range.from; from < range.to; from = out.back().to) {
    // By the calendar: a day on which the clocks change has 23 or 25 hours.
    const auto today = std::chrono::floor<std::chrono::days>(zone.to_local(from));
    const Instant midnight = zone.from_local(today + std::chrono::days(1));
    out.push_back({from, std::min(midnight, range.to)});
  }
  return out;
}

Range incremental_stretch(const Incremental& in) {
  const auto floor = [&](Instant t) {
    return Instant(t.time_since_epoch() - t.time_since_epoch() % in.resolution);
  };
  const Instant to = floor(in.now - (base::seeded_bug("no-lag") ? Millis(0) : in.lag));
  if (!in.watermark) {
    if (!in.start) {
      throw Error(ErrorKind::config, "the job has no watermark yet and no sync.start")
          .hint("add \"start\" to \"sync\", the time from which rows are wanted");
    }
    return {floor(*in.start), to};
  }
  if (*in.watermark > in.now) {
    throw Error(ErrorKind::temporary, fmt::format("the watermark {} lies after now ({})",
                                                  base::format_iso(*in.watermark, base::Zone()),
                                                  base::format_iso(in.now, base::Zone())))
        .hint("check the clock of this host");
  }
  // Nothing new to ask for yet: an overlap alone is no reason to read again.
  if (to <= *in.watermark) return {*in.watermark, *in.watermark};
  if (base::seeded_bug("no-overlap")) return {*in.watermark, to};
  return {floor(*in.watermark - in.overlap), to};
}

}  // namespace erp2mysql::plan
