// SPDX-License-Identifier: Apache-2.0
// Rules about the size of a run: each at its border, exactly, and silent where it cannot know.
#include "erp2mysql/run/anomaly.hpp"

#include <gtest/gtest.h>

namespace erp2mysql::run {
namespace {

using namespace std::chrono_literals;

base::Instant at(const char* text) { return base::parse_datetime(text, base::Zone()).value(); }

const base::Instant k_monday = at("2024-01-29 12:00:00");

RunResult result_of(std::uint64_t rows) {
  RunResult r;
  r.incremental = true;
  r.rows.read = rows;
  r.watermark_after = k_monday - 2min;
  return r;
}

std::string found(const job::Job& job, const RunResult& result,
                  const std::vector<Volume>& earlier = {}) {
  std::string out;
  for (const auto& anomaly : find_anomalies(job, result, earlier, k_monday))
    out += anomaly.rule + (anomaly.fails ? "! " : " ") + anomaly.message + "\n";
  return out;
}

TEST(Anomaly, BordersOfRows) {
  job::Job job;
  job.quality.anomalies.min_rows = 10;
  job.quality.anomalies.max_rows = 20;
  job.quality.anomalies.fail_on = {"maxRows"};
  EXPECT_EQ(found(job, result_of(10)), "");
  EXPECT_EQ(found(job, result_of(20)), "");
  EXPECT_EQ(found(job, result_of(9)), "minRows 9 rows read, expected at least 10\n");
  EXPECT_EQ(found(job, result_of(21)), "maxRows! 21 rows read, expected at most 20\n");
  auto explicit_stretch = result_of(0);
  explicit_stretch.incremental = false;
  EXPECT_EQ(found(job, explicit_stretch), "");
}

TEST(Anomaly, DropBelowTheMedianOfTheWeekday) {
  job::Job job;
  job.quality.anomalies.drop_below_millionths = 500'000;
  job.quality.anomalies.drop_runs = 3;
  const std::vector<Volume> earlier = {
      {at("2024-01-28 06:00:00"), 1},  // a Sunday
      {at("2024-01-01 06:00:00"), 9},  // a Monday, but older than three others
      {at("2024-01-08 06:00:00"), 100},  {at("2024-01-15 06:00:00"), 102},
      {at("2024-01-22 06:00:00"), 5000},
  };
  EXPECT_EQ(found(job, result_of(51), earlier), "");
  EXPECT_EQ(found(job, result_of(50), earlier),
            "dropBelow 50 rows read, below 50% of 102, the median of 3 runs of the same weekday\n");
  job.quality.anomalies.drop_runs = 5;
  EXPECT_EQ(found(job, result_of(0), earlier), "") << "too few Mondays to judge by";
}

TEST(Anomaly, WeekdaysAreThoseOfTheJobsZone) {
  job::Job job;
  job.quality.anomalies.drop_below_millionths = 500'000;
  job.quality.anomalies.drop_runs = 1;
  // 00:30 on Monday in +08:00 is a Sunday in UTC.
  const std::vector<Volume> earlier = {{at("2024-01-22 00:30:00"), 100}};
  EXPECT_NE(found(job, result_of(1), earlier), "");
  job.zone = base::Zone::parse("Z").value();
  EXPECT_EQ(found(job, result_of(1), earlier), "");
}

TEST(Anomaly, Lag) {
  job::Job job;
  job.quality.anomalies.max_lag = 2min;
  EXPECT_EQ(found(job, result_of(1)), "");
  auto late = result_of(1);
  late.watermark_after = k_monday - 3h;
  EXPECT_EQ(found(job, late), "maxLag the watermark is 3h behind, expected at most 2m\n");
  late.watermark_after.reset();
  EXPECT_EQ(found(job, late), "maxLag the job has no watermark yet\n");
}

TEST(Anomaly, NullShare) {
  job::Job job;
  job.quality.anomalies.null_shares = {{"a", 10'000}, {"b", 0}};
  auto r = result_of(1);
  r.mapped = 200;
  r.nulls = {2, 0};
  EXPECT_EQ(found(job, r), "");
  r.nulls = {3, 1};
  EXPECT_EQ(found(job, r),
            "nullShare column a is NULL in 3 of 200 rows, expected at most 1%\n"
            "nullShare column b is NULL in 1 of 200 rows, expected at most 0%\n");
}

}  // namespace
}  // namespace erp2mysql::run
