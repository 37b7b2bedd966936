// SPDX-License-Identifier: Apache-2.0
// Pages handed from one thread to another: order, bound, failure, and an end that waits for nobody.
#include "erp2mysql/run/pages_ahead.hpp"

#include <gtest/gtest.h>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/stop.hpp"

namespace erp2mysql::run {
namespace {

using namespace std::chrono_literals;

data::Page page(std::int64_t number) {
  data::Page out;
  out.document = std::make_shared<const data::Document>(data::Document::parse_page("[1]"));
  out.total = number;
  return out;
}

TEST(PagesAhead, ComeInOrderAndThenEnd) {
  int done = 0;
  PagesAhead pages(1 << 20, [&](const PagesAhead::Put& put) {
    for (int i = 0; i < 100; ++i) put(page(i));
    done = 1;
  });
  for (int i = 0; i < 100; ++i) EXPECT_EQ(pages.take()->total, i);
  EXPECT_FALSE(pages.take());
  EXPECT_EQ(done, 1);
}

TEST(PagesAhead, OneAtLeastAndNoMoreThanTheBytesAllow) {
  std::atomic<int> put_in = 0;
  PagesAhead pages(1, [&](const PagesAhead::Put& put) {
    for (int i = 0; i < 5; ++i) {
      put(page(i));
      ++put_in;
    }
  });
  for (int i = 0; i < 5; ++i) {
    EXPECT_LE(put_in, i + 1);
    EXPECT_EQ(pages.take()->total, i);
  }
  EXPECT_FALSE(pages.take());
}

TEST(PagesAhead, AFailureStandsBehindThePagesBeforeIt) {
  PagesAhead pages(1 << 20, [](const PagesAhead::Put& put) {
    put(page(1));
    throw base::Error(base::ErrorKind::protocol, "nonsense");
  });
  EXPECT_EQ(pages.take()->total, 1);
  for (int i = 0; i < 2; ++i) {
    try {
      pages.take();
      FAIL();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.message(), "nonsense");
    }
  }
}

TEST(PagesAhead, WhoNeedsNoMoreWaitsForNoAnswer) {
  const auto before = base::system_clock().monotonic();
  {
    PagesAhead full(1, [](const PagesAhead::Put& put) {
      while (true) put(page(1));
    });
    PagesAhead asleep(1, [](const PagesAhead::Put& put) {
      put(page(1));
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

}  // namespace
}  // namespace erp2mysql::run
