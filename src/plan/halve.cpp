// SPDX-License-Identifier: Apache-2.0
// Windows that are too long for the API: cut in two, and kept shorter from then on.
#include <algorithm>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/plan/windows.hpp"

namespace erp2mysql::plan {

using base::Instant;
using base::Millis;
using base::Range;

namespace {

// Asks for all of `part` and for less than `most`.
bool asks_less(const Range& part, const Range& asked, Millis most) {
  return asked.from <= part.from && asked.to >= part.to && asked.to - asked.from < most;
}

}  // namespace

std::optional<std::pair<data::Window, data::Window>> halve(const data::Window& window,
                                                           Millis resolution,
                                                           const Coverage& coverage) {
  const auto& [from, to] = window.time;
  const auto whole = coverage(window.time);
  if (!whole) return std::nullopt;
  const Millis most = whole->to - whole->from;
  // Bounds that are cut to days may allow no boundary near the middle, but one elsewhere.
  for (const int eighths : {4, 5, 6, 7, 3, 2, 1}) {
    Instant middle = from + (to - from) * eighths / 8;
    middle -= middle.time_since_epoch() % resolution;
    if (middle <= from || middle >= to) continue;
    const auto first = coverage({from, middle});
    if (!first) continue;
    middle = std::min(middle, first->to);
    if (middle <= from || !asks_less({from, middle}, *first, most)) continue;
    const auto second = coverage({middle, to});
    if (second && asks_less({middle, to}, *second, most))
      return std::pair(data::Window{{from, middle}}, data::Window{{middle, to}});
  }
  return std::nullopt;
}

std::vector<data::Window> refine(const std::vector<data::Window>& windows, Millis longest,
                                 const std::optional<Millis>& platform_max,
                                 const Coverage& coverage) {
  const auto parts_of = [&](const data::Window& window) -> std::vector<data::Window> {
    if (window.time.to - window.time.from <= longest) return {window};
    try {
      auto parts = cut({window.time, longest, platform_max}, coverage);
      if (!parts.empty() && parts.back().time.to == window.time.to) return parts;
    } catch (const base::Error&) {
      // Bounds that are cut to days cannot cover less.
    }
    return {window};
  };
  std::vector<data::Window> out;
  for (const auto& window : windows) {
    const auto parts = parts_of(window);
    out.insert(out.end(), parts.begin(), parts.end());
  }
  return out;
}

std::optional<Millis> next_longest(const std::optional<Millis>& remembered,
                                   const std::optional<Millis>& shortest_part,
                                   const std::optional<Millis>& longest_done, Millis window,
                                   Millis resolution) {
  if (shortest_part) return remembered ? std::min(*remembered, *shortest_part) : *shortest_part;
  if (!remembered || !longest_done || *longest_done < *remembered) return remembered;
  Millis grown = *remembered + std::max(*remembered / 4, resolution);
  grown -= grown % resolution;
  if (grown >= window) return std::nullopt;
  return grown;
}

}  // namespace erp2mysql::plan
