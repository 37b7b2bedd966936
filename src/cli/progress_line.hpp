// SPDX-License-Identifier: Apache-2.0
// One moment of a run as a line of text or of JSON. Pure: it reads no clock and no terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "erp2mysql/base/time.hpp"

namespace erp2mysql::cli {

/// Counts at one moment; the rates are those of the last seconds.
struct Moment {
  std::string job, run_id;
  std::uint64_t windows_planned = 0, windows_done = 0, windows_failed = 0;
  std::uint64_t pages = 0, rows = 0, quarantined = 0, requests = 0;
  double rows_per_second = 0, requests_per_second = 0;
  double limit = 0;            // requests per second allowed; 0: no limit
  std::string_view waits_for;  // "", "the rate limit", "the source", "the target"
  base::Millis elapsed{0};
};

/// Time that the windows still need by those that are done; below zero: unknown.
base::Millis time_left(const Moment& moment);

/// At most `width` cells: what matters least is left out first, then the bar.
std::string progress_line(const Moment& moment, std::size_t width);
/// The same without bar and without limit of width.
std::string progress_plain(const Moment& moment);
/// One JSON object of version 1, without a line end.
std::string progress_json(const Moment& moment, base::Instant now);

}  // namespace erp2mysql::cli
