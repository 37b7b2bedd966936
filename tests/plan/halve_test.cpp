// SPDX-License-Identifier: Apache-2.0
// Windows that are too long for the API: where they may be cut, and what is remembered.
#include <gtest/gtest.h>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/plan/windows.hpp"

namespace erp2mysql::plan {
namespace {

using namespace std::chrono_literals;
using base::Instant;
using base::Millis;
using base::Range;
using Remembered = std::optional<Millis>;

Instant at(std::string_view text) { return base::parse_datetime(text, base::Zone()).value(); }

std::string show(const data::Window& window) {
  const base::Zone zone;
  return base::format_datetime(window.time.from, zone) + " .. " +
         base::format_datetime(window.time.to, zone);
}

Instant day(Instant t) {
  const base::Zone zone;
  return zone.from_local(std::chrono::floor<std::chrono::days>(zone.to_local(t)));
}

std::optional<Range> exact(const Range& w) { return w; }
std::optional<Range> day_cut(const Range& w) { return Range{day(w.from), day(w.to)}; }
std::optional<Range> day_before_end(const Range& w) { return Range{w.to - 24h, w.to}; }
std::optional<Range> open_end(const Range& w) { return Range{w.from, k_no_end}; }
std::optional<Range> none(const Range&) { return std::nullopt; }

struct HalveCase {
  const char* name;
  std::optional<Range> (*coverage)(const Range&);
  const char* from;
  const char* to;
  std::vector<std::string> halves;
};

class Halve : public ::testing::TestWithParam<HalveCase> {};

TEST_P(Halve, AtABoundaryBothRequestsCover) {
  const auto& test = GetParam();
  const auto halves = halve({{at(test.from), at(test.to)}}, 1s, test.coverage);
  std::vector<std::string> found;
  if (halves) found = {show(halves->first), show(halves->second)};
  EXPECT_EQ(found, test.halves);
}

INSTANTIATE_TEST_SUITE_P(
    All, Halve,
    ::testing::Values(
        HalveCase{"Middle",
                  exact,
                  "2024-01-01",
                  "2024-01-02",
                  {"2024-01-01 00:00:00 .. 2024-01-01 12:00:00",
                   "2024-01-01 12:00:00 .. 2024-01-02 00:00:00"}},
        HalveCase{"OddSeconds",
                  exact,
                  "2024-01-01 00:00:00",
                  "2024-01-01 00:00:03",
                  {"2024-01-01 00:00:00 .. 2024-01-01 00:00:01",
                   "2024-01-01 00:00:01 .. 2024-01-01 00:00:03"}},
        HalveCase{"TheResolution", exact, "2024-01-01 00:00:00", "2024-01-01 00:00:01", {}},
        HalveCase{"WholeDays",
                  day_cut,
                  "2024-01-01",
                  "2024-01-04",
                  {"2024-01-01 00:00:00 .. 2024-01-02 00:00:00",
                   "2024-01-02 00:00:00 .. 2024-01-04 00:00:00"}},
        HalveCase{"OneDayByDays", day_cut, "2024-01-01", "2024-01-02", {}},
        HalveCase{
            "AlwaysTheSameDay", day_before_end, "2024-01-01 10:00:00", "2024-01-01 20:00:00", {}},
        HalveCase{"NoUpperBound", open_end, "2024-01-01", "2024-01-02", {}},
        HalveCase{"NoBounds", none, "2024-01-01", "2024-01-02", {}}),
    [](const auto& test) { return test.param.name; });

TEST(Halving, EndsAtTheResolution) {
  data::Window window{{at("2024-01-01"), at("2024-01-02")}};
  int times = 0;
  while (const auto halves = halve(window, 1s, exact)) {
    EXPECT_EQ(halves->first.time.from, window.time.from);
    EXPECT_EQ(halves->first.time.to, halves->second.time.from);
    EXPECT_EQ(halves->second.time.to, window.time.to);
    window = ++times % 2 == 0 ? halves->first : halves->second;
  }
  EXPECT_EQ(window.time.to - window.time.from, 1s);
  EXPECT_LE(times, 18);
}

TEST(Refine, CutsOnlyWhatIsTooLongAndCanBeCut) {
  const std::vector<data::Window> windows{{{at("2024-01-01"), at("2024-01-02")}},
                                          {{at("2024-01-02"), at("2024-01-02 02:00:00")}}};
  EXPECT_EQ(refine(windows, 10h, {}, exact).size(), 4u);
  EXPECT_EQ(refine(windows, 24h, {}, exact), windows);
  EXPECT_EQ(refine(windows, 10h, {}, day_cut), windows);
  EXPECT_EQ(refine({}, 10h, {}, exact), std::vector<data::Window>());
}

struct MemoryCase {
  const char* name;
  Remembered remembered, shortest_part, longest_done;
  Remembered next;
};

class Memory : public ::testing::TestWithParam<MemoryCase> {};

TEST_P(Memory, ShrinksAtOnceAndGrowsSlowly) {
  const auto& test = GetParam();
  EXPECT_EQ(next_longest(test.remembered, test.shortest_part, test.longest_done, 24h, 1s),
            test.next);
}

INSTANTIATE_TEST_SUITE_P(All, Memory,
                         ::testing::Values(MemoryCase{"Nothing", {}, {}, 24h, {}},
                                           MemoryCase{"FirstHalving", {}, 6h, 12h, 6h},
                                           MemoryCase{"Shorter", 6h, 3h, 6h, 3h},
                                           MemoryCase{"NeverLonger", 3h, 5h, 5h, 3h},
                                           MemoryCase{"Grows", 4h, {}, 4h, 5h},
                                           MemoryCase{"NotReached", 4h, {}, 3h, 4h},
                                           MemoryCase{"NothingDone", 4h, {}, {}, 4h},
                                           MemoryCase{"LeastStep", 1s, {}, 1s, 2s},
                                           MemoryCase{"Forgotten", 20h, {}, 20h, {}}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace erp2mysql::plan
