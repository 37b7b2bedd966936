// SPDX-License-Identifier: Apache-2.0
// The line that tells how far a run is: never wider than the terminal, the least important first to
// go, in both languages.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "erp2mysql/base/display.hpp"
#include "erp2mysql/cli/language.hpp"
#include "progress_line.hpp"

namespace erp2mysql::cli {
namespace {

Moment sample() {
  Moment m;
  m.job = "orders";
  m.run_id = "r1";
  m.windows_planned = 30;
  m.windows_done = 9;
  m.windows_failed = 1;
  m.pages = 340;
  m.rows = 123456;
  m.quarantined = 2;
  m.requests = 350;
  m.rows_per_second = 1234.5;
  m.requests_per_second = 4.75;
  m.limit = 5;
  m.waits_for = "the rate limit or a retry";
  m.elapsed = std::chrono::seconds(100);
  return m;
}

TEST(ProgressLine, ByWidth) {
  struct Case {
    std::size_t width;
    const char* line;
  };
  const Case cases[] = {
      {200,
       "[######.............] 10 of 30 windows · 1 windows failed · 123456 rows · 2 rows "
       "quarantined · ETA 3m20s · waits for the rate limit or a retry · 1234 rows/s · 4.8 of 5.0 "
       "requests/s · 340 pages · 1m40s"},
      {79, "10 of 30 windows · 1 windows failed · 123456 rows · 2 rows quarantined"},
      {40, "10 of 30 windows · 1 windows failed"},
      {10, "10 of 30 …"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(progress_line(sample(), c.width), c.line) << c.width;
  }
}

TEST(ProgressLine, NeverTooWideInEitherLanguage) {
  for (const auto language : {Language::english, Language::chinese}) {
    speak(language);
    for (std::size_t width = 1; width < 250; ++width)
      EXPECT_LE(base::display_width(progress_line(sample(), width)), width);
  }
  speak(Language::chinese);
  EXPECT_EQ(progress_plain(sample()),
            "orders: 窗口 10/30, 1 个窗口失败, 123456 行, 隔离 2 行, 剩余 3m20s, 等待限流或重试, "
            "1234 行/秒, 4.8/5.0 请求/秒, 340 页, 1m40s");
  speak(Language::english);
}

TEST(ProgressLine, NoEstimateBeforeTheFirstWindowAndAtTheEnd) {
  auto m = sample();
  EXPECT_EQ(time_left(m), std::chrono::seconds(200));
  m.windows_done = m.windows_failed = 0;
  EXPECT_LT(time_left(m), base::Millis(0));
  m.windows_done = 30;
  EXPECT_LT(time_left(m), base::Millis(0));
}

TEST(ProgressJson, OneObjectOfVersionOneInEnglish) {
  speak(Language::chinese);
  const auto json = nlohmann::json::parse(progress_json(sample(), base::Instant{}));
  speak(Language::english);
  EXPECT_EQ(json["v"], 1);
  EXPECT_EQ(json["type"], "progress");
  EXPECT_EQ(json["windows_done"], 9);
  EXPECT_EQ(json["waits_for"], "the rate limit or a retry");
  EXPECT_EQ(json["seconds_left"], 200);
  EXPECT_EQ(json["requests_per_second_limit"], 5.0);
}

}  // namespace
}  // namespace erp2mysql::cli
