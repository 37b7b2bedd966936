// SPDX-License-Identifier: Apache-2.0
// What a backfill still has to read, and which part of it is this process's.
#include <algorithm>

#include "erp2mysql/plan/windows.hpp"

namespace erp2mysql::plan {

using base::Instant;
using base::Millis;
using base::Range;

Millis parallel_window(const Range& stretch, Millis window, std::size_t parallel,
                       Millis resolution) {
  // A window costs at least one request, so shorter ones would only ask more.
  constexpr Millis k_shortest = std::chrono::minutes(10);
  const auto parts = static_cast<Millis::rep>(std::max<std::size_t>(parallel, 1));
  Millis part = (stretch.to - stretch.from + Millis(parts - 1)) / parts;
  part += (resolution - part % resolution) % resolution;
  return std::min(window, std::max(part, k_shortest));
}

std::vector<Range> gaps(const Range& whole, std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.from < b.from; });
  std::vector<Range> out;
  Instant reached = whole.from;
  for (const auto& range : ranges) {
    if (range.from >= whole.to) break;
    if (range.from > reached) out.push_back({reached, range.from});
    reached = std::max(reached, range.to);
  }
  if (reached < whole.to) out.push_back({reached, whole.to});
  return out;
}

std::vector<data::Window> share(const std::vector<data::Window>& windows, const Shard& shard) {
  std::vector<data::Window> out;
  for (std::size_t i = shard.index - 1; i < windows.size(); i += shard.count)
    out.push_back(windows[i]);
  return out;
}

std::vector<data::Window> remaining(const std::vector<data::Window>& windows,
                                    const std::vector<Range>& done, const Coverage& coverage) {
  const auto covers = [&](const Range& rest) {
    const auto asked = coverage(rest);
    return !asked || (asked->from <= rest.from && asked->to >= rest.to);
  };
  std::vector<data::Window> out;
  for (const auto& window : windows) {
    std::vector<Range> near;
    for (const auto& range : done) {
      if (range.from < window.time.to && range.to > window.time.from) near.push_back(range);
    }
    const auto rests = gaps(window.time, std::move(near));
    if (std::all_of(rests.begin(), rests.end(), covers)) {
      for (const auto& rest : rests) out.push_back({rest});
    } else {
      out.push_back(window);
    }
  }
  return out;
}

}  // namespace erp2mysql::plan
