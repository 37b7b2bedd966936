// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/http/rate_limiter.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/http/fake_transport.hpp"
#include "erp2mysql/http/throttled_transport.hpp"

namespace erp2mysql::http {
namespace {

namespace fs = std::filesystem;
using base::Millis;

void expect_within(std::vector<std::int64_t> sent, const std::vector<RateLimit>& limits) {
  std::sort(sent.begin(), sent.end());
  for (const auto& limit : limits) {
    const auto n = static_cast<std::size_t>(limit.requests);
    for (std::size_t i = n; i < sent.size(); ++i) {
      ASSERT_GE(sent[i] - sent[i - n], limit.per.count()) << i;
    }
  }
}

class Files : public testing::Test {
 protected:
  void SetUp() override { fs::remove_all(folder); }
  void TearDown() override { fs::remove_all(folder); }
  void write(const std::string& path, std::string_view text) const {
    std::ofstream(path, std::ios::binary) << text;
  }
  const std::string folder = testing::TempDir() + "rate." + std::to_string(::getpid());
};

TEST(RateLimiter, WindowsAreNeverExceeded) {
  const std::vector<std::vector<RateLimit>> lists{
      {{5, Millis(1000)}},
      {{1, Millis(200)}},
      {{5, Millis(1000)}, {100, Millis(60000)}},
      {{3, Millis(100)}, {10, Millis(5000)}, {11, Millis(5001)}}};
  std::mt19937 random(7);
  for (const auto& limits : lists) {
    MemoryRateLimiter limiter(limits);
    std::vector<std::int64_t> sent;
    std::int64_t now = 1000;
    for (int i = 0; i < 2000; ++i) {
      now += random() % 3 == 0 ? random() % 1500 : 0;
      sent.push_back(now + limiter.reserve(Millis(now)).count());
    }
    expect_within(sent, limits);
  }
}

TEST(RateLimiter, PartsOfALimitKeepItTogether) {
  for (const std::int64_t requests : {1, 2, 5, 20, 100}) {
    for (std::size_t count = 1; count <= 120; ++count) {
      std::int64_t together = 0;
      double rate = 0;
      for (std::size_t index = 1; index <= count; ++index) {
        const auto part = part_of({requests, Millis(1000)}, index, count);
        ASSERT_GE(part.requests, 1);
        if (part.per == Millis(1000)) together += part.requests;
        rate += static_cast<double>(part.requests) * 1000 / static_cast<double>(part.per.count());
      }
      const bool enough = static_cast<std::int64_t>(count) <= requests;
      EXPECT_EQ(together, enough ? requests : 0) << requests << " by " << count;
      EXPECT_LE(rate, static_cast<double>(requests) + 0.001) << requests << " by " << count;
    }
  }
}

TEST(RateLimiter, BurstThenWait) {
  MemoryRateLimiter limiter({{2, Millis(1000)}});
  EXPECT_EQ(limiter.reserve(Millis(0)), Millis(0));
  EXPECT_EQ(limiter.reserve(Millis(10)), Millis(0));
  EXPECT_EQ(limiter.reserve(Millis(20)), Millis(1005));
  EXPECT_EQ(limiter.reserve(Millis(20)), Millis(1015));
  EXPECT_EQ(MemoryRateLimiter({}).reserve(Millis(0)), Millis(0));
}

TEST(RateLimiter, FarSlotsAreNotTaken) {
  MemoryRateLimiter limiter({{1, Millis(60000)}});
  EXPECT_EQ(limiter.reserve(Millis(0), Millis(1000)), Millis(0));
  EXPECT_EQ(limiter.reserve(Millis(0), Millis(1000)), Millis(60025));
  EXPECT_EQ(limiter.reserve(Millis(0), Millis(1000)), Millis(60025));
}

TEST(RateLimiter, SlowsDownAndRecovers) {
  MemoryRateLimiter limiter({{1, Millis(1000)}});
  limiter.reserve(Millis(5000));
  limiter.on_throttled(Millis(5000));
  limiter.on_throttled(Millis(5010));  // the same event
  EXPECT_EQ(limiter.reserve(Millis(5000)), Millis(2025));
  for (int i = 0; i < 100; ++i) limiter.on_success();
  EXPECT_EQ(limiter.reserve(Millis(7025)), Millis(1025));
}

TEST(RateLimiter, RefusesNonsense) {
  EXPECT_THROW(MemoryRateLimiter({{0, Millis(1)}}), base::Error);
  EXPECT_THROW(MemoryRateLimiter({{1, Millis(0)}}), base::Error);
}

TEST_F(Files, TwoObjectsShareOneFile) {
  const std::vector<RateLimit> limits{{3, Millis(1000)}, {20, Millis(30000)}};
  FileRateLimiter one(limits, "shop", folder);
  FileRateLimiter two(limits, "shop", folder);
  FileRateLimiter other(limits, "another", folder);
  std::vector<std::int64_t> sent;
  for (std::int64_t now = 0; now < 200; ++now) {
    auto& limiter = now % 3 == 0 ? one : two;
    sent.push_back(now + limiter.reserve(Millis(now)).count());
  }
  expect_within(sent, limits);
  EXPECT_EQ(other.reserve(Millis(0)), Millis(0));
  EXPECT_EQ(one.path().find("shop"), std::string::npos);
  struct stat info {};
  ASSERT_EQ(::stat(folder.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700U);
  ASSERT_EQ(::stat(one.path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 077, 0U);
}

TEST_F(Files, ThreadsAndProcessesCountTogether) {
  const std::vector<RateLimit> limits{{2, Millis(100)}};
  std::vector<std::int64_t> sent(80);
  std::vector<std::thread> threads;
  for (std::size_t k = 0; k < 4; ++k) {
    threads.emplace_back([&, k] {
      FileRateLimiter limiter(limits, "k", folder);
      for (std::size_t i = 0; i < 20; ++i) {
        sent[k * 20 + i] = 1000 + limiter.reserve(Millis(1000)).count();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  expect_within(sent, limits);
}

TEST_F(Files, SlowdownIsShared) {
  FileRateLimiter one({{1, Millis(1000)}}, "k", folder);
  FileRateLimiter two({{1, Millis(1000)}}, "k", folder);
  one.reserve(Millis(5000));
  two.on_throttled(Millis(5000));
  EXPECT_EQ(one.reserve(Millis(5000)), Millis(2025));
  for (int i = 0; i < 100; ++i) one.on_success();
  EXPECT_EQ(two.reserve(Millis(7025)), Millis(1025));
}

TEST_F(Files, ALongerLimitOfAnotherJobSurvives) {
  FileRateLimiter wide({{50, Millis(600000)}}, "k", folder);
  FileRateLimiter narrow({{1, Millis(10)}}, "k", folder);
  for (int i = 0; i < 49; ++i) wide.reserve(Millis(i));
  for (int i = 0; i < 5; ++i) narrow.reserve(Millis(1000 + i * 100));
  EXPECT_GT(wide.reserve(Millis(2000)), Millis(500000));
}

TEST_F(Files, BrokenContentCountsAsNone) {
  FileRateLimiter limiter({{1, Millis(1000)}}, "k", folder);
  limiter.reserve(Millis(1000000));
  std::string good;
  std::getline(std::ifstream(limiter.path()), good, '\0');
  ASSERT_GT(limiter.reserve(Millis(1000000)), Millis(0));
  auto ahead = good;
  ahead.insert(ahead.rfind(" end"), " 99999999999");
  auto falling = good;
  falling.insert(falling.rfind(" end"), " 5");
  auto foreign = good;
  foreign.replace(foreign.find(' ') + 1, 4, "0000");
  for (const auto& text : {std::string(), std::string("garbage"), std::string(5000, '\xff'),
                           good.substr(0, good.size() / 2), good.substr(0, good.size() - 2), ahead,
                           falling, foreign + "x"}) {
    write(limiter.path(), text);
    EXPECT_EQ(limiter.reserve(Millis(1000000)), Millis(0)) << text;
    EXPECT_EQ(limiter.reserve(Millis(1000000)), Millis(1025)) << text;
  }
}

TEST_F(Files, UnusableFoldersCountAlone) {
  const auto alone = [](const std::string& directory) {
    FileRateLimiter one({{1, Millis(1000)}}, "k", directory);
    FileRateLimiter two({{1, Millis(1000)}}, "k", directory);
    EXPECT_EQ(one.reserve(Millis(0)), Millis(0));
    EXPECT_EQ(one.reserve(Millis(0)), Millis(1025));
    EXPECT_EQ(two.reserve(Millis(0)), Millis(0)) << directory;
  };
  alone("/nonexistent/folder");
  fs::create_directory(folder);
  fs::permissions(folder, fs::perms(0777));
  alone(folder);
  fs::permissions(folder, fs::perms(0700));
  fs::create_directory_symlink(folder, folder + ".link");
  alone(folder + ".link");
  fs::remove(folder + ".link");
  FileRateLimiter limiter({{1, Millis(1000)}}, "k", folder);
  fs::create_symlink(folder + "/target", limiter.path());
  alone(folder);
}

TEST(Throttled, WaitsCountsAndSlowsDown) {
  base::FakeClock clock;
  FakeTransport fake;
  fake.otherwise([](const Request&) { return Response{200, {}, ""}; });
  MemoryRateLimiter limiter({{1, Millis(1000)}});
  ThrottledTransport transport(fake, limiter, clock, Millis(3000));
  const Ask ask{[] { return Request{}; }, judge_status};
  transport.send(ask);
  transport.send(ask);
  EXPECT_EQ(clock.sleeps, std::vector<Millis>{Millis(1025)});
  EXPECT_EQ(transport.waited(), Millis(1025));
  transport.seen(judge_status({429, {}, ""}));
  transport.send(ask);
  EXPECT_EQ(clock.sleeps.back(), Millis(2025));
  clock.advance(Millis(1000));
  transport.seen(judge_status({429, {}, ""}));
  try {
    transport.send(ask);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::temporary);
    EXPECT_EQ(error.retry_after(), Millis(3025));
  }
  EXPECT_EQ(fake.requests.size(), 3U);
}

}  // namespace
}  // namespace erp2mysql::http
