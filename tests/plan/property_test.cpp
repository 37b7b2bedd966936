// SPDX-License-Identifier: Apache-2.0
// Any interleaving of runs, failures, halvings, backfills, clock jumps and changes of the zone
// leaves windows that tile, and a watermark that never passes what has been read. Bounds travel as
// texts of the zone, as in requests, so that days with 23 and 25 hours count.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/plan/windows.hpp"

namespace erp2mysql::plan {
namespace {

using namespace std::chrono_literals;
using base::Instant;
using base::Millis;
using base::Range;
using base::Zone;

Instant at(std::string_view text) { return base::parse_datetime(text, Zone()).value(); }

/// A job's time line: what has been read, how far the watermark is.
class TimeLine {
 public:
  explicit TimeLine(std::uint64_t seed) : dice_(seed) {
    // The nights in which New York's and Berlin's clocks go forwards and back are among these days.
    static constexpr const char* k_starts[] = {"2024-03-08", "2024-03-29", "2024-10-25",
                                               "2024-11-01", "2024-06-01"};
    start_ = at(k_starts[below(5)]) + Millis(below(86'400) * 1000);
    now_ = start_ + 1h;
    change_zone();
  }

  void step() {
    switch (below(10)) {
      case 0: return change_zone();
      case 1: now_ -= Millis(below(6 * 3600) * 1000); return;  // the clock is set back
      case 2: now_ += Millis(below(90'000) * 1000); return;    // or the host was down
      case 3: return backfill();
      default: now_ += Millis(below(7200) * 1000 + below(1000)); return run();
    }
  }

  void check() const {
    if (!watermark_) return;
    EXPECT_TRUE(gaps({start_, *watermark_}, done_).empty())
        << "unread time before the watermark, first at "
        << base::format_iso(gaps({start_, *watermark_}, done_).front().from, Zone());
  }
  bool moved() const { return watermark_.has_value(); }

 private:
  std::int64_t below(std::int64_t end) {
    return std::uniform_int_distribution<std::int64_t>(0, end - 1)(dice_);
  }

  void change_zone() {
    static constexpr const char* k_zones[] = {"+08:00", "America/New_York", "Europe/Berlin",
                                              "Asia/Shanghai", "Australia/Lord_Howe"};
    zone_ = Zone::parse(k_zones[below(5)]).value();
    days_ = below(3) == 0;
  }

  // The bounds of a request: written in the zone, to the second or cut to days, and read back.
  std::optional<Range> asked(const Range& window) const {
    const auto through_text = [&](Instant t) {
      const auto text = days_ ? base::format_date(t, zone_) : base::format_datetime(t, zone_);
      return base::parse_datetime(text, zone_).value();
    };
    return Range{through_text(window.from), through_text(window.to)};
  }
  Coverage coverage() const {
    return [this](const Range& window) { return asked(window); };
  }

  void expect_tiling(const Range& stretch, const std::vector<data::Window>& windows) const {
    Instant reached = stretch.from;
    for (const auto& [time] : windows) {
      EXPECT_EQ(time.from, reached);
      EXPECT_LT(time.from, time.to);
      const auto bounds = asked(time);
      EXPECT_LE(bounds->from, time.from);
      EXPECT_GE(bounds->to, time.to)
          << base::format_iso(time.from, zone_) << " .. " << base::format_iso(time.to, zone_);
      reached = time.to;
    }
    // A start that lies after the frozen end leaves nothing to read.
    if (stretch.from > stretch.to) {
      EXPECT_TRUE(windows.empty());
    } else {
      EXPECT_LE(reached, stretch.to);
    }
  }

  std::vector<data::Window> planned(const Range& stretch) {
    const Millis window = days_ ? Millis(24h * (1 + below(3))) : Millis(10min * (1 + below(200)));
    std::optional<Millis> most;
    if (below(2) == 0) most = days_ ? Millis(72h) : Millis(4h);
    auto windows = cut({stretch, window, most}, coverage());
    expect_tiling(stretch, windows);
    if (below(3) == 0) windows = refine(windows, window / 3 - window / 3 % 1s, most, coverage());
    expect_tiling(stretch, windows);
    return windows;
  }

  // Reads windows in any order, some fail, some only in halves. What was read.
  std::vector<Range> read(std::vector<data::Window> windows) {
    std::vector<Range> out;
    while (!windows.empty()) {
      std::swap(windows[static_cast<std::size_t>(below(static_cast<std::int64_t>(windows.size())))],
                windows.back());
      const auto window = windows.back();
      windows.pop_back();
      const auto dice = below(12);
      if (dice == 0) continue;  // it fails
      const auto halves = dice < 3 ? halve(window, 1s, coverage()) : std::nullopt;
      if (!halves) {
        out.push_back(window.time);
        continue;
      }
      expect_tiling(window.time, {halves->first, halves->second});
      EXPECT_EQ(halves->second.time.to, window.time.to);
      windows.push_back(halves->first);
      windows.push_back(halves->second);
    }
    return out;
  }

  void run() {
    Incremental in;
    in.watermark = watermark_;
    in.start = start_;
    in.now = now_;
    in.overlap = Millis(below(3) * 600'000);
    in.lag = Millis(below(3) * 60'000);
    if (watermark_ && *watermark_ > now_) {
      EXPECT_THROW(incremental_stretch(in), base::Error) << "the clock is behind the watermark";
      return;
    }
    const auto stretch = incremental_stretch(in);
    EXPECT_LE(stretch.to, std::max(now_ - in.lag, watermark_.value_or(now_)));
    const auto windows = planned(stretch);
    if (windows.empty()) return;
    const auto first = windows.front().time.from;
    const auto now_done = read(windows);
    done_.insert(done_.end(), now_done.begin(), now_done.end());
    // The rule of the ledger: over this run's windows from its first one on, up to a gap.
    const auto open = gaps({first, windows.back().time.to}, now_done);
    const auto reached = open.empty() ? windows.back().time.to : open.front().from;
    EXPECT_LE(reached, now_);
    if (reached > first && (!watermark_ || reached > *watermark_)) watermark_ = reached;
  }

  void backfill() {
    const Range stretch{start_, start_ + Millis((1 + below(200)) * 1'800'000)};
    if (stretch.to > now_) return;
    const auto windows = planned(stretch);
    const auto rest = remaining(windows, filled_, coverage());
    const auto now_done = read(rest);
    filled_.insert(filled_.end(), now_done.begin(), now_done.end());
    done_.insert(done_.end(), now_done.begin(), now_done.end());
    // What is asked for again is only what nobody has read.
    for (const auto& [time] : remaining(windows, filled_, coverage()))
      EXPECT_FALSE(gaps(time, filled_).empty());
  }

  std::mt19937_64 dice_;
  Zone zone_;
  bool days_ = false;
  Instant start_, now_;
  std::optional<Instant> watermark_;
  std::vector<Range> done_, filled_;
};

TEST(Property, TheWatermarkNeverPassesWhatIsUnread) {
  int moved = 0;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    SCOPED_TRACE(seed);
    TimeLine line(seed);
    for (int step = 0; step < 60; ++step) {
      try {
        line.step();
      } catch (const base::Error& error) {
        FAIL() << "step " << step << ": " << error.what();
      }
      line.check();
      if (testing::Test::HasFailure()) return;
    }
    moved += line.moved() ? 1 : 0;
  }
  EXPECT_GT(moved, 1800) << "most time lines get somewhere";
}

}  // namespace
}  // namespace erp2mysql::plan
