// SPDX-License-Identifier: Apache-2.0
// Which windows a run reads, as a pure function of watermark, now and settings. It knows no
// request: how far a request really reaches is asked through a function.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "erp2mysql/base/time.hpp"
#include "erp2mysql/data/flow.hpp"

namespace erp2mysql::plan {

/// Ends of a request without a lower or upper bound. Far away, but safe to subtract.
constexpr base::Instant k_no_start = std::chrono::sys_days(std::chrono::year(1900) / 1 / 1);
constexpr base::Instant k_no_end = std::chrono::sys_days(std::chrono::year(9999) / 1 / 1);

struct Stretch {
  base::Range time;       // what is to be read
  base::Millis window{};  // longest window of the job
  std::optional<base::Millis> platform_max;
};

/// The part of a window that a request with this window's variables asks for: its own bounds,
/// read back as times; `k_no_end` where there is no upper one. Nothing: the request carries no
/// bounds (a full read).
using Coverage = std::function<std::optional<base::Range>(const base::Range& window)>;

/// Cuts the stretch into windows that the requests cover without a gap. The last one may end
/// before the stretch does when bounds are cut to days. Throws base::Error{config} when the
/// bounds can never cover their window.
std::vector<data::Window> cut(const Stretch& stretch, const Coverage& coverage);

/// The window length that gives every one of `parallel` readers a part of the stretch: `window`,
/// or less when the stretch is short, but no less than ten minutes.
base::Millis parallel_window(const base::Range& stretch, base::Millis window, std::size_t parallel,
                             base::Millis resolution);

/// The parts of `whole` that none of the ranges covers, in order; the ranges may overlap.
std::vector<base::Range> gaps(const base::Range& whole, std::vector<base::Range> ranges);

/// The range cut at the midnights of the zone.
std::vector<base::Range> days(const base::Range& range, const base::Zone& zone);

/// A name for a window that stays the same whoever plans it: 20240101T000000Z-20240102T000000Z.
std::string window_id(const base::Range& time);
/// The window of that name; nothing when it is none.
std::optional<base::Range> parse_window_id(std::string_view text);

/// One of several processes that divide a backfill.
struct Shard {
  std::size_t index = 1;  // from 1
  std::size_t count = 1;
  bool operator==(const Shard&) const = default;
};
/// "2/4"; nothing when it is anything else.
std::optional<Shard> parse_shard(std::string_view text);
/// A variable of the environment.
using Environment = std::function<std::optional<std::string>(const char* name)>;
/// The same, and "auto/4" or "auto": the index, and the count if need be, from the variables of a
/// Slurm array or a Kubernetes Indexed Job. Throws base::Error{usage}.
Shard shard_of(std::string_view text, const Environment& environment);
/// Every count-th window, whatever has been read before: all shards divide alike.
std::vector<data::Window> share(const std::vector<data::Window>& windows, const Shard& shard);

/// What remains of `windows` when these ranges are done. A rest that its own request would not
/// cover is read with the whole of its window.
std::vector<data::Window> remaining(const std::vector<data::Window>& windows,
                                    const std::vector<base::Range>& done, const Coverage& coverage);

/// The window as two, at a boundary that both requests cover and so that each asks for less than
/// before; nothing when there is none: bounds that are cut to days or missing, a window of one
/// `resolution`.
std::optional<std::pair<data::Window, data::Window>> halve(const data::Window& window,
                                                           base::Millis resolution,
                                                           const Coverage& coverage);
/// The same stretches in windows of at most `longest`; one that its requests cannot cover in parts
/// stays whole.
std::vector<data::Window> refine(const std::vector<data::Window>& windows, base::Millis longest,
                                 const std::optional<base::Millis>& platform_max,
                                 const Coverage& coverage);
/// What a run remembers of the longest window that the API answers, for the next one: the shortest
/// part that worked, when windows had to be halved. Else it grows by a quarter whenever a window of
/// that length worked, until `window` is reached and nothing needs to be remembered.
std::optional<base::Millis> next_longest(const std::optional<base::Millis>& remembered,
                                         const std::optional<base::Millis>& shortest_part,
                                         const std::optional<base::Millis>& longest_done,
                                         base::Millis window, base::Millis resolution);

struct Incremental {
  std::optional<base::Instant> watermark;
  std::optional<base::Instant> start;  // sync.start, for the first run
  base::Instant now;
  base::Millis overlap{}, lag{};
  base::Millis resolution{1000};  // bounds are floored to this
};
/// From the watermark minus overlap to now minus lag. Throws base::Error{config} without watermark
/// and start, base::Error{temporary} when the watermark lies after now.
base::Range incremental_stretch(const Incremental& in);

}  // namespace erp2mysql::plan
