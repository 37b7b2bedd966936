// SPDX-License-Identifier: Apache-2.0
// What a backfill still has to read; and whatever the order of runs, failures and clock jumps, the
// windows tile and the watermark never passes what no window has read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/plan/windows.hpp"

namespace erp2mysql::plan {
namespace {

using base::Instant;
using base::Millis;
using base::Range;
using std::chrono::hours;
using std::chrono::minutes;

Instant at(int hour) { return Instant(hours(hour)); }
Range range(int from, int to) { return {at(from), at(to)}; }
std::vector<data::Window> windows(std::vector<Range> ranges) {
  std::vector<data::Window> out;
  for (const auto& one : ranges) out.push_back({one});
  return out;
}
Range exact(const Range& window) { return window; }
Range cut_to_days(const Range& window) {
  return {std::chrono::floor<std::chrono::days>(window.from),
          std::chrono::floor<std::chrono::days>(window.to)};
}

TEST(Gaps, AreWhatNoRangeCovers) {
  const struct {
    std::vector<Range> ranges, gaps;
  } cases[] = {
      {{}, {range(10, 20)}},
      {{range(10, 20)}, {}},
      {{range(0, 30)}, {}},
      {{range(0, 10), range(20, 30)}, {range(10, 20)}},
      {{range(12, 14)}, {range(10, 12), range(14, 20)}},
      {{range(16, 30), range(0, 12), range(11, 13)}, {range(13, 16)}},
      {{range(12, 18), range(13, 14), range(18, 19)}, {range(10, 12), range(19, 20)}},
  };
  for (const auto& test : cases) EXPECT_EQ(gaps(range(10, 20), test.ranges), test.gaps);
}

TEST(Remaining, LeavesOutWhatIsDone) {
  const auto grid = windows({range(0, 24), range(24, 48), range(48, 72)});
  const struct {
    std::vector<Range> done;
    std::vector<Range> exact, by_days;
  } cases[] = {
      {{},
       {range(0, 24), range(24, 48), range(48, 72)},
       {range(0, 24), range(24, 48), range(48, 72)}},
      {{range(0, 72)}, {}, {}},
      {{range(24, 48)}, {range(0, 24), range(48, 72)}, {range(0, 24), range(48, 72)}},
      // A job whose bounds are days can ask for the second half of a day with all of it, …
      {{range(0, 36)}, {range(36, 48), range(48, 72)}, {range(36, 48), range(48, 72)}},
      // … but not for the first half.
      {{range(30, 36)},
       {range(0, 24), range(24, 30), range(36, 48), range(48, 72)},
       {range(0, 24), range(24, 48), range(48, 72)}},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(remaining(grid, test.done, exact), windows(test.exact));
    EXPECT_EQ(remaining(grid, test.done, cut_to_days), windows(test.by_days));
  }
}

TEST(Shards, DivideWithoutRest) {
  std::vector<data::Window> all;
  for (int hour = 0; hour < 100; ++hour) all.push_back({range(hour, hour + 1)});
  for (const std::size_t count : {1, 2, 3, 7, 100, 120}) {
    std::vector<data::Window> together;
    for (std::size_t index = 1; index <= count; ++index) {
      const auto part = share(all, {index, count});
      EXPECT_LE(part.size(), (all.size() + count - 1) / count);
      together.insert(together.end(), part.begin(), part.end());
    }
    std::sort(together.begin(), together.end(),
              [](const auto& a, const auto& b) { return a.time.from < b.time.from; });
    EXPECT_EQ(together, all) << count;
  }
}

TEST(Shards, AreReadStrictly) {
  EXPECT_EQ(parse_shard("2/4"), (Shard{2, 4}));
  EXPECT_EQ(parse_shard("1/1"), (Shard{1, 1}));
  for (const char* text : {"", "2", "0/4", "5/4", "2/0", "a/4", "2/4x", "-1/4", "1/99999", "/4"})
    EXPECT_FALSE(parse_shard(text)) << text;
}

TEST(Shards, AreToldByTheEngines) {
  using Variables = std::map<std::string, std::string>;
  const struct {
    Variables variables;
    const char* text;
    const char* expected;  // or a part of what is wrong
  } cases[] = {
      {{}, "2/4", "2/4"},
      {{{"SLURM_ARRAY_TASK_ID", "5"}, {"SLURM_ARRAY_TASK_MIN", "4"}}, "auto/2", "2/2"},
      {{{"SLURM_ARRAY_TASK_ID", "0"},
        {"SLURM_ARRAY_TASK_MIN", "0"},
        {"SLURM_ARRAY_TASK_MAX", "11"},
        {"SLURM_ARRAY_TASK_STEP", "1"},
        {"SLURM_ARRAY_TASK_COUNT", "12"}},
       "auto",
       "1/12"},
      {{{"SLURM_ARRAY_TASK_ID", "7"},
        {"SLURM_ARRAY_TASK_MIN", "1"},
        {"SLURM_ARRAY_TASK_MAX", "10"},
        {"SLURM_ARRAY_TASK_STEP", "3"},
        {"SLURM_ARRAY_TASK_COUNT", "4"}},
       "auto/4",
       "3/4"},
      {{{"JOB_COMPLETION_INDEX", "0"}}, "auto/12", "1/12"},
      {{{"JOB_COMPLETION_INDEX", "11"}}, "auto/12", "12/12"},
      {{{"JOB_COMPLETION_INDEX", "12"}}, "auto/12", "i from 1 to n"},
      {{{"JOB_COMPLETION_INDEX", "0"}}, "auto", "from Slurm only"},
      {{{"JOB_COMPLETION_INDEX", "x"}}, "auto/2", "JOB_COMPLETION_INDEX is not a number"},
      {{}, "auto/2", "in the environment"},
      {{}, "auto", "in the environment"},
      {{}, "automatic", "in the environment"},
      {{{"JOB_COMPLETION_INDEX", "0"}}, "auto2/4", "i from 1 to n"},
      {{{"SLURM_ARRAY_TASK_ID", "3"},
        {"SLURM_ARRAY_TASK_MIN", "0"},
        {"SLURM_ARRAY_TASK_MAX", "3"},
        {"SLURM_ARRAY_TASK_COUNT", "4"}},
       "auto/12",
       "an array of 4 tasks"},
      {{{"SLURM_ARRAY_TASK_ID", "7"},
        {"SLURM_ARRAY_TASK_MIN", "3"},
        {"SLURM_ARRAY_TASK_MAX", "9"},
        {"SLURM_ARRAY_TASK_COUNT", "3"}},
       "auto",
       "list with holes"},
  };
  for (const auto& test : cases) {
    const auto environment = [&](const char* name) -> std::optional<std::string> {
      const auto at = test.variables.find(name);
      return at == test.variables.end() ? std::nullopt : std::optional(at->second);
    };
    std::string told;
    try {
      const auto shard = shard_of(test.text, environment);
      told = std::to_string(shard.index) + "/" + std::to_string(shard.count);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::usage);
      told = error.what();
    }
    EXPECT_THAT(told, testing::HasSubstr(test.expected)) << test.text;
  }
}

TEST(WindowIds, SayTheirRange) {
  const auto at = [](const char* text) { return *base::parse_datetime(text, base::Zone()); };
  const struct {
    Range time;
    const char* id;
  } cases[] = {
      {{at("2024-01-01 08:00:00"), at("2024-01-02 08:00:00")}, "20240101T000000Z-20240102T000000Z"},
      {{at("2024-01-01 00:00:00"), at("2024-01-01 00:00:00.250")},
       "20231231T160000Z-20231231T160000.250Z"},
  };
  for (const auto& [time, id] : cases) {
    EXPECT_EQ(window_id(time), id);
    EXPECT_EQ(parse_window_id(id), time);
  }
  for (const char* text :
       {"", "-", "20240101T000000Z", "20240102T000000Z-20240101T000000Z",
        "20240101T000000Z-20240101T000000Z", "20240101T000000-20240102T000000",
        "20240131T000000Z-20240231T000000Z", "2024-01-01T00:00:00Z-2024-01-02T00:00:00Z",
        "20240101T000000.000Z-20240102T000000Z", "20240101T000000Z-20240102T000000Zx"})
    EXPECT_FALSE(parse_window_id(text)) << text;
}

TEST(ParallelWindow, GivesEveryReaderAPart) {
  const struct {
    Range stretch;
    Millis window;
    std::size_t parallel;
    Millis expected;
  } cases[] = {
      {range(0, 24), hours(24), 1, hours(24)},
      {range(0, 24), hours(24), 4, hours(6)},
      {range(0, 240), hours(24), 4, hours(24)},
      {range(0, 1), hours(24), 8, minutes(10)},
      {range(0, 1), minutes(5), 8, minutes(5)},
      {range(0, 10), hours(24), 3, Millis(12'000'000)},
      {range(0, 0), hours(24), 4, minutes(10)},
      {range(0, 7), hours(9), 9, Millis(2'800'000)},
      {range(0, 8), hours(9), 7, Millis(4'115'000)},
  };
  for (const auto& test : cases)
    EXPECT_EQ(parallel_window(test.stretch, test.window, test.parallel, Millis(1000)),
              test.expected);
}

// A job's life as the tool plans it: the ledger is a list of ranges that were read.
class Life {
 public:
  explicit Life(unsigned seed) : random_(seed) {}

  void run() {
    Incremental in;
    in.watermark = watermark_;
    in.start = k_start;
    in.now = now_;
    in.overlap = minutes(pick(0, 90));
    in.lag = minutes(pick(0, 30));
    Range stretch;
    try {
      stretch = incremental_stretch(in);
    } catch (const base::Error&) {
      EXPECT_TRUE(watermark_ && *watermark_ > now_) << "refused without a reason";
      return;
    }
    const auto coverage = pick(0, 1) == 0 ? Coverage(exact) : Coverage(cut_to_days);
    const auto plan = cut({stretch, hours(24 * pick(1, 3)), std::nullopt}, coverage);
    Instant reached = stretch.from;
    for (const auto& window : plan) {
      ASSERT_EQ(window.time.from, reached) << "windows do not tile";
      ASSERT_LE(window.time.to, now_);
      reached = window.time.to;
    }
    finish_in_any_order(plan);
  }
  void jump() { now_ += minutes(pick(-600, 3000)); }

  void check() const {
    if (!watermark_) return;
    EXPECT_TRUE(gaps({k_start, *watermark_}, read_).empty()) << "the watermark passed unread time";
  }

 private:
  int pick(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }

  // Some windows fail, and the run may be killed after any of them; what Ledger::move_watermark
  // does in SQL is done here on the windows of this run.
  void finish_in_any_order(const std::vector<data::Window>& plan) {
    if (plan.empty()) return;
    auto order = plan;
    std::shuffle(order.begin(), order.end(), random_);
    order.resize(static_cast<std::size_t>(pick(0, static_cast<int>(order.size()))));
    std::vector<Range> done;
    for (const auto& window : order) {
      if (pick(0, 5) == 0) continue;
      read_.push_back(window.time);
      done.push_back(window.time);
      const auto missing = gaps({plan.front().time.from, plan.back().time.to}, done);
      const auto reached = missing.empty() ? plan.back().time.to : missing.front().from;
      if (reached == plan.front().time.from) continue;
      if (!watermark_ || *watermark_ < reached) watermark_ = reached;
    }
  }

  const Instant k_start = at(13);
  std::mt19937 random_;
  Instant now_ = at(40);
  std::optional<Instant> watermark_;
  std::vector<Range> read_;
};

TEST(Property, WhateverHappensTheWatermarkNeverPassesUnreadTime) {
  for (unsigned seed = 1; seed <= 500; ++seed) {
    Life life(seed);
    for (int step = 0; step < 40; ++step) {
      life.jump();
      life.run();
      life.check();
      if (testing::Test::HasFailure()) FAIL() << "seed " << seed << " step " << step;
    }
  }
}

}  // namespace
}  // namespace erp2mysql::plan
