// SPDX-License-Identifier: Apache-2.0
// Things handed from one thread to another: order, bound, failure, and an end that waits for
// nobody.
#include "erp2mysql/run/ahead.hpp"

#include <gtest/gtest.h>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/stop.hpp"

namespace erp2mysql::run {
namespace {

using namespace std::chrono_literals;

using Numbers = Ahead<int>;

TEST(Ahead, ComeInOrderAndThenEnd) {
  int done = 0;
  Numbers numbers(1 << 20, [&](const Numbers::Put& put) {
    for (int i = 0; i < 100; ++i) put(i, 3);
    done = 1;
  });
  for (int i = 0; i < 100; ++i) EXPECT_EQ(numbers.take(), i);
  EXPECT_FALSE(numbers.take());
  EXPECT_EQ(done, 1);
  EXPECT_TRUE(numbers.made());
}

TEST(Ahead, OneAtLeastAndNoMoreThanTheBytesAllow) {
  std::atomic<int> put_in = 0;
  Numbers numbers(1, [&](const Numbers::Put& put) {
    for (int i = 0; i < 5; ++i) {
      put(i, 3);
      ++put_in;
    }
  });
  for (int i = 0; i < 5; ++i) {
    EXPECT_LE(put_in, i + 1);
    EXPECT_EQ(numbers.take(), i);
  }
  EXPECT_FALSE(numbers.take());
}

TEST(Ahead, ReadyMeansAThingOrTheEnd) {
  std::atomic<bool> go = false;
  Numbers numbers(1 << 20, [&](const Numbers::Put& put) {
    while (!go) std::this_thread::sleep_for(1ms);
    put(1, 3);
  });
  EXPECT_FALSE(numbers.ready_within(5ms));
  go = true;
  EXPECT_TRUE(numbers.ready_within(10s));
  EXPECT_EQ(numbers.take(), 1);
  EXPECT_TRUE(numbers.ready_within(10s));
  EXPECT_FALSE(numbers.take());
}

TEST(Ahead, AFailureStandsBehindTheThingsBeforeIt) {
  Numbers numbers(1 << 20, [](const Numbers::Put& put) {
    put(1, 3);
    throw base::Error(base::ErrorKind::protocol, "nonsense");
  });
  EXPECT_EQ(numbers.take(), 1);
  for (int i = 0; i < 2; ++i) {
    try {
      numbers.take();
      FAIL();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.message(), "nonsense");
    }
  }
  EXPECT_FALSE(numbers.made());
}

TEST(Ahead, WhoNeedsNoMoreWaitsForNoAnswer) {
  const auto before = base::system_clock().monotonic();
  {
    Numbers full(1, [](const Numbers::Put& put) {
      while (true) put(1, 3);
    });
    Numbers asleep(1, [](const Numbers::Put& put) {
      put(1, 3);
      while (true) {
        base::system_clock().sleep(10min);
        base::throw_if_stopped();
      }
    });
    EXPECT_TRUE(full.take());
    EXPECT_TRUE(asleep.take());
  }
  EXPECT_LT(base::system_clock().monotonic() - before, 1min);
  EXPECT_FALSE(base::stop_requested());
}

// The thread in the middle waits for the first one, which waits for an answer.
TEST(Ahead, AChainEndsWithItsLastPart) {
  const auto before = base::system_clock().monotonic();
  {
    Numbers last(9, [](const Numbers::Put& put) {
      Numbers first(9, [](const Numbers::Put& put_first) {
        put_first(1, 3);
        base::system_clock().sleep(10min);
        base::throw_if_stopped();
      });
      while (const auto number = first.take()) put(*number, 3);
    });
    EXPECT_EQ(last.take(), 1);
  }
  EXPECT_LT(base::system_clock().monotonic() - before, 1min);
}

}  // namespace
}  // namespace erp2mysql::run
