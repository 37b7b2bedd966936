// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/http/retrying_transport.hpp"

#include <gtest/gtest.h>

#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/http/fake_transport.hpp"

namespace erp2mysql::http {
namespace {

using Action = Verdict::Action;
using base::Error;
using base::ErrorKind;
using base::Millis;

class Retrying : public testing::Test {
 protected:
  void TearDown() override { base::request_stop(0); }

  Response send(RetryOptions options) {
    if (options.seed == 0) options.seed = 1;
    RetryingTransport transport(fake, clock, std::move(options));
    const Ask ask{[this] {
                    return Request{"GET", "http://h/" + std::to_string(++built), {}, ""};
                  },
                  judge_status};
    try {
      auto response = transport.send(ask);
      counters = transport.counters();
      return response;
    } catch (...) {
      counters = transport.counters();
      throw;
    }
  }
  Error fails(RetryOptions options) {
    try {
      send(std::move(options));
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return Error(ErrorKind::bug, "none");
  }

  FakeTransport fake;
  base::FakeClock clock{base::Instant(Millis(1000000))};
  RetryCounters counters;
  int built = 0;
};

TEST_F(Retrying, BuildsAnewAndWaitsWithFullJitter) {
  fake.answer(500, "").fail(Error(ErrorKind::temporary, "reset")).answer(502, "").answer(200, "ok");
  EXPECT_EQ(send({}).body, "ok");
  EXPECT_EQ(fake.requests[3].url, "http://h/4");
  ASSERT_EQ(clock.sleeps.size(), 3U);
  Millis sum{};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_LE(clock.sleeps[i], Millis(1000 << i));
    sum += clock.sleeps[i];
  }
  EXPECT_EQ(counters.retries, 3U);
  EXPECT_EQ(counters.waited, sum);
}

TEST_F(Retrying, JitterIsSpreadAndCapped) {
  RetryOptions options;
  options.policy = {.max_attempts = 200, .delay = Millis(1000), .max_delay = Millis(4000)};
  for (int i = 0; i < 199; ++i) fake.answer(500, "");
  fake.answer(200, "");
  send(options);
  Millis most{};
  Millis least{4000};
  for (const auto wait : clock.sleeps) {
    most = std::max(most, wait);
    least = std::min(least, wait);
  }
  EXPECT_LE(most, Millis(4000));
  EXPECT_GT(most, Millis(3500));
  EXPECT_LT(least, Millis(500));
}

TEST_F(Retrying, GivesUpWithTheLastReason) {
  RetryOptions options;
  options.policy.max_attempts = 3;
  fake.answer(500, "").answer(500, "").answer(502, "");
  const auto error = fails(options);
  EXPECT_EQ(error.kind(), ErrorKind::temporary);
  EXPECT_STREQ(error.what(), "gave up after 3 attempts; the last one: HTTP status 502");
  EXPECT_EQ(clock.sleeps.size(), 2U);
}

TEST_F(Retrying, ObeysRetryAfterUpToItsPatience) {
  fake.answer(429, "", {{"Retry-After", "300"}}).answer(200, "");
  send({});
  EXPECT_EQ(clock.sleeps, std::vector<Millis>{Millis(300000)});
  fake.answer(503, "", {{"Retry-After", "601"}});
  const auto error = fails({});
  EXPECT_EQ(error.kind(), ErrorKind::temporary);
  EXPECT_EQ(error.retry_after(), Millis(601000));
  EXPECT_EQ(clock.sleeps.size(), 1U);
}

TEST_F(Retrying, NeverSleepsPastTheDeadline) {
  RetryOptions options;
  options.deadline = clock.monotonic() + Millis(5000);
  fake.answer(429, "", {{"Retry-After", "6"}});
  const auto error = fails(options);
  EXPECT_EQ(error.kind(), ErrorKind::temporary);
  EXPECT_EQ(error.retry_after(), Millis(6000));
  EXPECT_TRUE(clock.sleeps.empty());
}

TEST_F(Retrying, FinalVerdictsAndErrorsEndAtOnce) {
  fake.answer(404, "");
  EXPECT_EQ(fails({}).kind(), ErrorKind::source);
  fake.answer(401, "");
  EXPECT_EQ(fails({}).kind(), ErrorKind::credentials);
  fake.fail(Error(ErrorKind::config, "certificate"));
  EXPECT_STREQ(fails({}).what(), "certificate");
  EXPECT_TRUE(clock.sleeps.empty());
  EXPECT_EQ(built, 3);
}

TEST_F(Retrying, QuotaKeepsTheWait) {
  RetryingTransport transport(fake, clock, {});
  fake.answer(200, "");
  const auto judge = [](Response&) {
    Verdict verdict;
    verdict.action = Action::quota_used_up;
    verdict.wait = std::chrono::hours(5);
    return verdict;
  };
  try {
    transport.send({[] { return Request{}; }, judge});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::temporary);
    EXPECT_EQ(error.retry_after(), std::chrono::hours(5));
  }
}

TEST_F(Retrying, SignsInOnceWithoutWaiting) {
  int signed_in = 0;
  RetryOptions options;
  options.sign_in = [&] { ++signed_in; };
  fake.answer(401, "").answer(200, "ok");
  EXPECT_EQ(send(options).body, "ok");
  EXPECT_EQ(signed_in, 1);
  fake.answer(401, "").answer(401, "");
  EXPECT_EQ(fails(options).kind(), ErrorKind::credentials);
  EXPECT_EQ(signed_in, 2);
  EXPECT_TRUE(clock.sleeps.empty());
}

TEST_F(Retrying, SignInMayAskThroughTheSameTransport) {
  RetryingTransport* self = nullptr;
  const Ask ask{[] { return Request{}; }, judge_status};
  RetryOptions options;
  options.sign_in = [&] { self->send(ask); };
  RetryingTransport transport(fake, clock, options);
  self = &transport;
  fake.answer(401, "").answer(200, "login").answer(200, "data");
  EXPECT_EQ(transport.send(ask).body, "data");
  fake.answer(401, "").answer(401, "");
  EXPECT_THROW(transport.send(ask), Error);
  EXPECT_EQ(fake.left(), 0U);
}

TEST_F(Retrying, WhatMustNotBeSentTwiceIsNot) {
  RetryingTransport transport(fake, clock, {});
  Ask ask;
  ask.build = [] { return Request{}; };
  ask.once = true;
  fake.answer(500, "");
  EXPECT_THROW(transport.send(ask), Error);
  fake.fail(Error(ErrorKind::temporary, "connection reset"));
  EXPECT_THROW(transport.send(ask), Error);
  EXPECT_EQ(fake.left(), 0U);
  EXPECT_TRUE(clock.sleeps.empty());
}

TEST_F(Retrying, StopEndsIt) {
  base::request_stop(15);
  EXPECT_EQ(fails({}).kind(), ErrorKind::interrupted);
  EXPECT_EQ(built, 0);
}

TEST_F(Retrying, EveryVerdictIsSeen) {
  std::vector<Action> seen;
  RetryOptions options;
  options.seen = [&](const Verdict& verdict) { seen.push_back(verdict.action); };
  fake.answer(429, "").answer(500, "").answer(200, "");
  send(options);
  EXPECT_EQ(seen, (std::vector{Action::slow_down, Action::retry, Action::ok}));
}

struct TooBigCase {
  const char* name;
  std::vector<int> statuses;
  bool too_big;
};

class AskedForTooMuch : public Retrying, public testing::WithParamInterface<TooBigCase> {};

TEST_P(AskedForTooMuch, OnlyWhenNothingButTimeOutsCame) {
  for (const int status : GetParam().statuses) fake.answer(status, "");
  RetryOptions options;
  options.policy.max_attempts = static_cast<int>(GetParam().statuses.size());
  try {
    send(std::move(options));
    ADD_FAILURE() << "no error";
  } catch (const TooBig& error) {
    EXPECT_TRUE(GetParam().too_big);
    EXPECT_FALSE(error.certain());
    EXPECT_EQ(error.kind(), ErrorKind::temporary);
  } catch (const Error& error) {
    EXPECT_FALSE(GetParam().too_big) << error.what();
  }
}

INSTANTIATE_TEST_SUITE_P(All, AskedForTooMuch,
                         testing::Values(TooBigCase{"TimeOuts", {504, 524, 504}, true},
                                         TooBigCase{"OneOfThemOnly", {504, 500, 504}, false},
                                         TooBigCase{"Others", {500, 502, 503}, false}),
                         [](const auto& test) { return test.param.name; });

TEST_F(Retrying, ATransportThatTimesOutIsHeardToo) {
  fake.otherwise([](const Request&) -> Response {
    throw TooBig(Error(ErrorKind::temporary, "waiting for the answer failed"), false);
  });
  EXPECT_THROW(send({}), TooBig);
  EXPECT_EQ(built, 5);
}

TEST_F(Retrying, APeerThatSaysSoIsNotAskedAgain) {
  fake.answer(200, "");
  RetryingTransport transport(fake, clock, {});
  const Ask ask{[] {
                  return Request{"GET", "http://h/", {}, ""};
                },
                [](Response&) {
                  Verdict verdict;
                  verdict.action = Action::permanent;
                  verdict.error = Error(ErrorKind::source, "too many rows");
                  verdict.too_big = true;
                  return verdict;
                }};
  try {
    transport.send(ask);
    ADD_FAILURE() << "no error";
  } catch (const TooBig& error) {
    EXPECT_TRUE(error.certain());
    EXPECT_EQ(error.kind(), ErrorKind::source);
  }
}

}  // namespace
}  // namespace erp2mysql::http
