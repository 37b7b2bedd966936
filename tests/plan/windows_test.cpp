// SPDX-License-Identifier: Apache-2.0
// Which stretch a run reads and how it is cut, for every kind of time bounds a request may carry.
#include "erp2mysql/plan/windows.hpp"

#include <gtest/gtest.h>

#include "erp2mysql/base/error.hpp"

namespace erp2mysql::plan {
namespace {

using namespace std::chrono_literals;
using base::ErrorKind;
using base::Instant;
using base::Range;

Instant at(std::string_view text) { return base::parse_datetime(text, base::Zone()).value(); }

std::optional<Instant> maybe(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return at(text);
}

std::string show(const Range& range) {
  return base::format_datetime(range.from, base::Zone()) + " .. " +
         base::format_datetime(range.to, base::Zone());
}

std::vector<std::string> show(const std::vector<data::Window>& windows) {
  std::vector<std::string> out;
  for (const auto& window : windows) out.push_back(show(window.time));
  return out;
}

Instant day(Instant t) {
  const base::Zone zone;
  return zone.from_local(std::chrono::floor<std::chrono::days>(zone.to_local(t)));
}

std::optional<Range> exact(const Range& w) { return w; }
std::optional<Range> day_cut(const Range& w) { return Range{day(w.from), day(w.to)}; }
std::optional<Range> day_before_end(const Range& w) { return Range{w.to - 24h, w.to}; }
std::optional<Range> none(const Range&) { return std::nullopt; }

template <class Call>
base::Error error_of(const Call& call) {
  try {
    call();
  } catch (const base::Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return {ErrorKind::bug, ""};
}

/// Windows follow each other from the start on, and each lies within what its request asks for.
void expect_tiling(const Stretch& stretch, const Coverage& coverage,
                   const std::vector<data::Window>& windows) {
  Instant reached = stretch.time.from;
  for (const auto& window : windows) {
    EXPECT_EQ(window.time.from, reached) << show(window.time);
    EXPECT_FALSE(window.time.empty()) << show(window.time);
    EXPECT_LE(window.time.to, stretch.time.to) << show(window.time);
    EXPECT_LE(window.time.to - window.time.from, stretch.window) << show(window.time);
    if (const auto asked = coverage(window.time)) {
      EXPECT_LE(asked->from, window.time.from) << show(window.time);
      EXPECT_GE(asked->to, window.time.to) << show(window.time);
    }
    reached = window.time.to;
  }
}

struct StretchCase {
  const char* name;
  const char* watermark;  // empty: none
  const char* start;
  const char* now;
  base::Millis overlap, lag;
  const char* stretch;
};

const StretchCase k_stretches[] = {
    {"first run", "", "2024-01-01", "2024-01-10 12:00:00", 0s, 1min,
     "2024-01-01 00:00:00 .. 2024-01-10 11:59:00"},
    {"first run ignores the overlap", "", "2024-01-01", "2024-01-10 12:00:00", 1h, 1min,
     "2024-01-01 00:00:00 .. 2024-01-10 11:59:00"},
    {"from the watermark", "2024-01-10 11:00:00", "2024-01-01", "2024-01-10 12:00:00", 0s, 1min,
     "2024-01-10 11:00:00 .. 2024-01-10 11:59:00"},
    {"without start", "2024-01-10 11:00:00", "", "2024-01-10 12:00:00", 0s, 0s,
     "2024-01-10 11:00:00 .. 2024-01-10 12:00:00"},
    {"overlap", "2024-01-10 11:00:00", "", "2024-01-10 12:00:00", 10min, 1min,
     "2024-01-10 10:50:00 .. 2024-01-10 11:59:00"},
    {"bounds are floored", "2024-01-10 11:00:00.750", "", "2024-01-10 12:00:00.500", 0s, 1min,
     "2024-01-10 11:00:00 .. 2024-01-10 11:59:00"},
    {"nothing new", "2024-01-10 11:59:00", "", "2024-01-10 12:00:00", 10min, 1min,
     "2024-01-10 11:59:00 .. 2024-01-10 11:59:00"},
    {"lag grew", "2024-01-10 11:59:30", "", "2024-01-10 12:00:00", 10min, 1h,
     "2024-01-10 11:59:30 .. 2024-01-10 11:59:30"},
    {"watermark is now", "2024-01-10 12:00:00", "", "2024-01-10 12:00:00", 10min, 0s,
     "2024-01-10 12:00:00 .. 2024-01-10 12:00:00"},
};

TEST(IncrementalStretch, Table) {
  for (const auto& c : k_stretches) {
    const Range got = incremental_stretch(
        {maybe(c.watermark), maybe(c.start), at(c.now), c.overlap, c.lag, 1000ms});
    EXPECT_EQ(show(got), c.stretch) << c.name;
  }
}

TEST(IncrementalStretch, StartInTheFutureIsEmpty) {
  EXPECT_TRUE(
      incremental_stretch({{}, at("2024-02-01"), at("2024-01-10"), 0s, 1min, 1000ms}).empty());
}

TEST(IncrementalStretch, CoarseResolution) {
  const Range got = incremental_stretch(
      {at("2024-01-10 11:00:59"), {}, at("2024-01-10 12:00:59"), 0s, 0s, base::Millis(60'000)});
  EXPECT_EQ(show(got), "2024-01-10 11:00:00 .. 2024-01-10 12:00:00");
}

TEST(IncrementalStretch, WatermarkAfterNowIsTemporary) {
  const auto error = error_of([] {
    incremental_stretch({at("2024-01-10 12:00:01"), {}, at("2024-01-10 12:00:00"), 1h, 0s, 1000ms});
  });
  EXPECT_EQ(error.kind(), ErrorKind::temporary);
  EXPECT_NE(error.hint().find("clock"), std::string::npos);
}

TEST(IncrementalStretch, NoWatermarkAndNoStartIsConfig) {
  const auto error = error_of([] {
    incremental_stretch({{}, {}, at("2024-01-10"), 0s, 0s, 1000ms});
  });
  EXPECT_EQ(error.kind(), ErrorKind::config);
  EXPECT_NE(error.message().find("sync.start"), std::string::npos);
}

TEST(Cut, ExactBoundsTileTheStretch) {
  struct Case {
    const char* from;
    const char* to;
    base::Millis window;
    std::size_t windows;
  };
  const Case cases[] = {
      {"2024-01-10 13:00:00", "2024-01-13 13:00:00", 24h, 3},
      {"2024-01-10 13:00:00", "2024-01-13 13:00:01", 24h, 4},
      {"2024-01-10 13:00:00", "2024-01-10 13:00:01", 24h, 1},
      {"2024-01-10 13:00:00", "2024-01-11 13:00:00", 7h, 4},
      {"2024-02-28 23:59:59", "2024-03-01 00:00:00", 1h, 25},
      {"2024-01-10 13:00:00", "2024-01-10 13:00:00", 24h, 0},
      {"2024-01-10 13:00:00", "2024-01-10 12:00:00", 24h, 0},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.from) + " .. " + c.to);
    const Stretch stretch{{at(c.from), at(c.to)}, c.window, {}};
    for (const auto& coverage : {Coverage(exact), Coverage(none)}) {
      const auto windows = cut(stretch, coverage);
      EXPECT_EQ(windows.size(), c.windows);
      expect_tiling(stretch, coverage, windows);
      if (!windows.empty()) {
        EXPECT_EQ(windows.back().time.to, stretch.time.to);
      }
    }
  }
}

TEST(Cut, PlatformMaximumShortensWindows) {
  const Range time{at("2024-01-01"), at("2024-01-15")};
  EXPECT_EQ(cut({time, 30 * 24h, 7 * 24h}, exact).size(), 2u);
  EXPECT_EQ(cut({time, 24h, 7 * 24h}, exact).size(), 14u);
  EXPECT_EQ(cut({time, 30 * 24h, {}}, exact).size(), 1u);
}

TEST(Cut, DayBoundsMeetAtMidnightAndStopBeforeTheEnd) {
  const Stretch stretch{{at("2024-01-10 13:00:00"), at("2024-01-13 13:00:00")}, 24h, {}};
  const auto windows = cut(stretch, day_cut);
  EXPECT_EQ(show(windows), (std::vector<std::string>{
                               "2024-01-10 13:00:00 .. 2024-01-11 00:00:00",
                               "2024-01-11 00:00:00 .. 2024-01-12 00:00:00",
                               "2024-01-12 00:00:00 .. 2024-01-13 00:00:00",
                           }));
  expect_tiling(stretch, day_cut, windows);
}

TEST(Cut, DayBoundsHaveNothingToReadBeforeMidnight) {
  EXPECT_TRUE(
      cut({{at("2024-01-10 13:00:00"), at("2024-01-10 23:59:59")}, 24h, {}}, day_cut).empty());
}

TEST(Cut, DayBoundsWithLongWindows) {
  const Stretch stretch{{at("2024-01-01 13:00:00"), at("2024-01-20 13:00:00")}, 7 * 24h, 7 * 24h};
  const auto windows = cut(stretch, day_cut);
  ASSERT_EQ(windows.size(), 3u);
  EXPECT_EQ(show(windows.back().time), "2024-01-15 00:00:00 .. 2024-01-20 00:00:00");
  expect_tiling(stretch, day_cut, windows);
}

TEST(Cut, NeverAsksForMoreThanThePlatformsMaximum) {
  struct Case {
    const char* name;
    base::Millis window;
    Coverage coverage;
  };
  const Case cases[] = {
      {"as they are", 30 * 24h, exact},
      {"whole days around", 7 * 24h,
       [](const Range& w) {
         return Range{day(w.from), day(w.to) + 24h};
       }},
      {"start of the day", 7 * 24h,
       [](const Range& w) {
         return Range{day(w.from), w.to};
       }},
      {"an hour more at both ends", 30 * 24h,
       [](const Range& w) {
         return Range{w.from - 1h, w.to + 1h};
       }},
      {"always two days", 24h,
       [](const Range& w) {
         return Range{w.to - 48h, w.to};
       }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Stretch stretch{
        {at("2024-01-01 13:00:00"), at("2024-02-01 20:00:00")}, c.window, 7 * 24h};
    const auto windows = cut(stretch, c.coverage);
    expect_tiling(stretch, c.coverage, windows);
    ASSERT_FALSE(windows.empty());
    EXPECT_EQ(windows.back().time.to, stretch.time.to);
    for (const auto& window : windows) {
      const auto asked = c.coverage(window.time);
      EXPECT_LE(asked->to - asked->from, 7 * 24h) << show(window.time);
    }
  }
}

TEST(Cut, DayBoundsNeedWindowsOfADay) {
  const auto error = error_of([] {
    cut({{at("2024-01-10 13:00:00"), at("2024-01-13 13:00:00")}, 6h, {}}, day_cut);
  });
  EXPECT_EQ(error.kind(), ErrorKind::config);
  EXPECT_NE(error.hint().find("sync.window"), std::string::npos) << error.hint();
}

TEST(Cut, OneDayBeforeTheEndGoesByDaysInALongWindow) {
  const Stretch stretch{{at("2024-01-01 13:00:00"), at("2024-01-15 20:00:00")}, 7 * 24h, 7 * 24h};
  const auto windows = cut(stretch, day_before_end);
  ASSERT_EQ(windows.size(), 15u);
  EXPECT_EQ(show(windows.front().time), "2024-01-01 13:00:00 .. 2024-01-02 13:00:00");
  EXPECT_EQ(show(windows.back().time), "2024-01-15 13:00:00 .. 2024-01-15 20:00:00");
  expect_tiling(stretch, day_before_end, windows);
}

TEST(Cut, BoundsThatNeverCoverAreConfig) {
  const Stretch stretch{{at("2024-01-10 13:00:00"), at("2024-01-13 13:00:00")}, 24h, {}};
  const std::pair<const char*, Coverage> cases[] = {
      {"start is the end",
       [](const Range& w) {
         return Range{w.to, w.to};
       }},
      {"start is always later",
       [](const Range& w) {
         return Range{w.from + 1s, w.to};
       }},
      {"a fixed later day",
       [](const Range&) {
         return Range{at("2025-01-01"), at("2025-01-02")};
       }},
      {"a fixed earlier day",
       [](const Range&) {
         return Range{at("2023-01-01"), at("2023-01-02")};
       }},
      {"swapped",
       [](const Range& w) {
         return Range{w.to, w.from};
       }},
  };
  for (const auto& [name, coverage] : cases) {
    const auto error = error_of([&, &ask = coverage] { cut(stretch, ask); });
    EXPECT_EQ(error.kind(), ErrorKind::config) << name;
    EXPECT_FALSE(error.hint().empty()) << name;
  }
}

TEST(Cut, WithoutAnUpperBoundOneWindowReadsAll) {
  const auto windows = cut({{at("2024-01-10"), at("2024-03-10")}, 24h, {}}, [](const Range& w) {
    return Range{w.from - 1h, k_no_end};
  });
  ASSERT_EQ(windows.size(), 1u);
  EXPECT_EQ(windows[0].time, (Range{at("2024-01-10"), at("2024-03-10")}));
}

TEST(Cut, ErrorsOfTheCoverageComeThrough) {
  EXPECT_EQ(error_of([] {
              cut({{at("2024-01-10"), at("2024-01-11")}, 24h, {}},
                  [](const Range&) -> std::optional<Range> {
                    throw base::Error(ErrorKind::data, "not a time");
                  });
            }).kind(),
            ErrorKind::data);
}

}  // namespace
}  // namespace erp2mysql::plan
