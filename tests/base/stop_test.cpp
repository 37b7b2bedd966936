// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/stop.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/base/error.hpp"

namespace erp2mysql::base {
namespace {

class Stop : public testing::Test {
 protected:
  void TearDown() override { request_stop(0); }
};

TEST_F(Stop, FlagAndThrow) {
  EXPECT_FALSE(stop_requested());
  EXPECT_NO_THROW(throw_if_stopped());
  request_stop(SIGTERM);
  EXPECT_TRUE(stop_requested());
  EXPECT_EQ(stop_signal(), SIGTERM);
  try {
    throw_if_stopped();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::interrupted);
  }
}

TEST_F(Stop, SleepEndsEarly) {
  EXPECT_TRUE(sleep_unless_stopped(Millis(1)));
  EXPECT_TRUE(sleep_unless_stopped(Millis(-5)));
  const Millis start = system_clock().monotonic();
  std::thread stopper([] {
    std::this_thread::sleep_for(Millis(30));
    request_stop(SIGINT);
  });
  EXPECT_FALSE(sleep_unless_stopped(Millis(20000)));
  stopper.join();
  EXPECT_LT(system_clock().monotonic() - start, Millis(5000));
}

TEST_F(Stop, SignalsAreCaught) {
  EXPECT_EXIT(
      {
        install_stop_handlers();
        std::raise(SIGTERM);
        std::exit(stop_signal() == SIGTERM ? 7 : 8);
      },
      testing::ExitedWithCode(7), "");
  EXPECT_EXIT(
      {
        install_stop_handlers();
        std::raise(SIGINT);
        std::raise(SIGINT);
        std::exit(0);
      },
      testing::KilledBySignal(SIGINT), "");
}

// An impatient Ctrl-C must not be swallowed after the scheduler's SIGTERM, and the other way round
// one of each is still polite.
TEST_F(Stop, OneOfEachSignalIsPolite) {
  EXPECT_EXIT(
      {
        install_stop_handlers();
        std::raise(SIGINT);
        std::raise(SIGTERM);
        std::exit(7);
      },
      testing::ExitedWithCode(7), "");
}

TEST(Clock, FakeRemembersSleeps) {
  FakeClock clock(Instant(Millis(1000)));
  clock.sleep(Millis(5));
  clock.advance(Millis(10));
  EXPECT_EQ(clock.monotonic(), Millis(1015));
  EXPECT_EQ(clock.now(), Instant(Millis(1015)));
  EXPECT_EQ(clock.sleeps, std::vector<Millis>{Millis(5)});
}

}  // namespace
}  // namespace erp2mysql::base
