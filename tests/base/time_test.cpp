// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/time.hpp"

#include <gtest/gtest.h>

namespace erp2mysql::base {
namespace {

const Zone k_utc = *Zone::parse("Z");

Instant utc(std::string_view text) { return parse_datetime(text, k_utc).value(); }

TEST(Zone, ParsesOffsetsAndNames) {
  for (const auto* good : {"Z", "z", "+08:00", "+0800", "+08", "-05:30", "+14:00", "-14:00",
                           "+00:00", "Asia/Shanghai", "America/New_York", "UTC"}) {
    EXPECT_TRUE(Zone::parse(good)) << good;
  }
  for (const auto* bad : {"", "+", "+8", "+15:00", "+14:01", "-14:30", "+08:60", "+08:0", "+08-00",
                          "08:00", "Mars/Base", "+ab:cd", "../etc/passwd", "+08:00x"}) {
    EXPECT_FALSE(Zone::parse(bad)) << bad;
  }
  EXPECT_EQ(Zone().name(), "+08:00");
}

TEST(Zone, DaylightSavingGapAndRepeatedHour) {
  const auto zone = *Zone::parse("America/New_York");
  struct Case {
    std::string_view local;
    std::string_view expected;
  };
  const Case cases[] = {{"2024-03-10 01:59:59", "2024-03-10T06:59:59Z"},  // before the gap
                        {"2024-03-10 02:30:00", "2024-03-10T07:00:00Z"},  // in it: its end
                        {"2024-03-10 03:00:00", "2024-03-10T07:00:00Z"},  // behind it
                        {"2024-11-03 01:30:00", "2024-11-03T05:30:00Z"},  // the first of two
                        {"2024-11-03 02:00:00", "2024-11-03T07:00:00Z"},
                        {"2024-07-01 00:00:00", "2024-07-01T04:00:00Z"}};
  for (const auto& c : cases) {
    EXPECT_EQ(format_iso(parse_datetime(c.local, zone).value(), k_utc),
              format_iso(utc(c.expected), k_utc))
        << c.local;
  }
  EXPECT_EQ(format_iso(utc("2024-11-03 06:30:00"), zone), "2024-11-03T01:30:00-05:00");
}

TEST(ParseDatetime, AcceptsAndFormats) {
  struct Case {
    std::string_view text;
    std::string_view expected;  // in +08:00
  };
  const Case cases[] = {{"2024-02-29", "2024-02-29 00:00:00"},
                        {"2024-01-02 03:04", "2024-01-02 03:04:00"},
                        {"2024-01-02T03:04:05", "2024-01-02 03:04:05"},
                        {"2024-01-02 03:04:05.1", "2024-01-02 03:04:05.100"},
                        {"2024-01-02 03:04:05.123999", "2024-01-02 03:04:05.123"},
                        {"2024-01-02T03:04:05Z", "2024-01-02 11:04:05"},
                        {"2024-01-02T03:04:05+0800", "2024-01-02 03:04:05"},
                        {"2024-01-02 23:00:00-05:00", "2024-01-03 12:00:00"},
                        {"1969-12-31 23:59:59.999", "1969-12-31 23:59:59.999"},
                        {"1000-01-01 00:00:00", "1000-01-01 00:00:00"},
                        {"9999-12-31 23:59:59", "9999-12-31 23:59:59"}};
  for (const auto& c : cases) {
    const auto t = parse_datetime(c.text, Zone());
    ASSERT_TRUE(t) << c.text;
    EXPECT_EQ(format_datetime(*t, Zone()), c.expected) << c.text;
  }
  EXPECT_EQ(format_date(utc("2024-01-01 16:00:00"), Zone()), "2024-01-02");
  EXPECT_EQ(format_iso(utc("2024-01-01 16:00:00.5"), Zone()), "2024-01-02T00:00:00.500+08:00");
}

TEST(ParseDatetime, RefusesWhatIsNoTime) {
  for (const auto* bad : {"",
                          "2024",
                          "2024-1-1",
                          "2023-02-29",
                          "2024-13-01",
                          "2024-00-10",
                          "2024-04-31",
                          "0000-00-00",
                          "0000-00-00 00:00:00",
                          "2024-01-01 24:00:00",
                          "2024-01-01 12:60:00",
                          "2024-01-01 12:00:60",
                          "2024-01-01 12:00:",
                          "2024-01-01 12:00:00.",
                          "2024-01-01x",
                          "2024-01-01 ",
                          "2024-01-01 1:00",
                          "2024/01/01",
                          "20240101",
                          "2024-01-01 12:00:00 ",
                          "2024-01-01 12:00:00+15:00",
                          "2024-01-01 12:00:00ZZ",
                          "-024-01-01",
                          "2024-01-01T",
                          " 2024-01-01"}) {
    EXPECT_FALSE(parse_datetime(bad, Zone())) << bad;
  }
}

TEST(Duration, ParsesAndPrints) {
  struct Case {
    std::string_view text;
    std::int64_t ms;
    std::string_view printed;
  };
  const Case cases[] = {{"500ms", 500, "500ms"},
                        {"0s", 0, "0ms"},
                        {"10s", 10000, "10s"},
                        {"90s", 90000, "90s"},
                        {"10m", 600000, "10m"},
                        {"2h", 7200000, "2h"},
                        {"24h", 86400000, "1d"},
                        {"7d", 604800000, "7d"},
                        {"1h30m", 5400000, "90m"},
                        {"1d1ms", 86400001, "86400001ms"},
                        {"36525d", 36525LL * 86400000, "36525d"}};
  for (const auto& c : cases) {
    const auto time = parse_duration(c.text);
    ASSERT_TRUE(time) << c.text;
    EXPECT_EQ(time->count(), c.ms) << c.text;
    EXPECT_EQ(format_duration(*time), c.printed);
    EXPECT_EQ(parse_duration(format_duration(*time)), time);
  }
}

TEST(Duration, RefusesNonsense) {
  for (const auto* bad : {"", "5", "s", "-5s", "5 s", "5s ", "1.5h", "5x", "5S", "5mss", "36526d",
                          "99999999999999999999s", "9223372036854775807d", "+5s", "5s-5s"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
}

TEST(Range, IsHalfOpen) {
  const Instant a = utc("2024-01-01");
  EXPECT_TRUE((Range{a, a}.empty()));
  EXPECT_FALSE((Range{a, a + Millis(1)}.empty()));
}

}  // namespace
}  // namespace erp2mysql::base
