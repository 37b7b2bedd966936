// SPDX-License-Identifier: Apache-2.0
// The ledger against a real server: windows fence themselves, and the watermark follows the done
// ones up to the first gap, whatever the order in which they end.
#include "erp2mysql/store/ledger.hpp"

#include <gtest/gtest.h>

#include "support/private_server.hpp"

namespace erp2mysql::store {
namespace {

using base::ErrorKind;
using tests::PrivateServer;

base::Instant at(int ms) { return base::Instant(base::Millis(ms)); }
data::Window window(int from, int to) { return {{at(from), at(to)}}; }

class Windows : public testing::Test {
 protected:
  void SetUp() override {
    state_.ensure_tables(*connection_);
    owner_ = state_.take_over(*connection_, "run-1", "f");
  }
  std::unique_ptr<mysql::Connection> connect() {
    return mysql::connect(PrivateServer::get().options(name_));
  }
  void finish(const Ledger& ledger, const data::Window& one) {
    const auto token = ledger.start(*connection_, owner_, one);
    EXPECT_EQ(ledger.step(*connection_, owner_, one, token), State::Advance::done);
    ledger.end(*connection_, owner_, one, "done", {});
  }
  std::string statuses() {
    std::string out;
    const auto found = connection_->query(
        "SELECT from_ms, to_ms, status FROM erp2mysql_window ORDER BY kind, from_ms, to_ms");
    for (const auto& row : found.rows)
      out += (out.empty() ? "" : ", ") + *row[0] + "-" + *row[1] + " " + *row[2];
    return out;
  }
  template <class Call>
  void expect_error(ErrorKind kind, Call call) {
    try {
      call();
      ADD_FAILURE() << "not fenced";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), kind) << error.what();
    }
  }
  template <class Call>
  void expect_locked(Call call) {
    expect_error(ErrorKind::locked, call);
  }

  std::string name_ = PrivateServer::get().fresh_database();
  std::unique_ptr<mysql::Connection> connection_ = connect();
  State state_{name_, "job"};
  Ledger runs_{state_, "run"};
  JobState owner_;
};

TEST_F(Windows, TheWatermarkFollowsWithoutAGap) {
  const struct {
    data::Window ends;
    int watermark;
  } steps[] = {{window(20, 30), 0},  {window(50, 60), 0},  {window(10, 20), 0},
               {window(0, 10), 30},  {window(30, 40), 40}, {window(40, 50), 60},
               {window(60, 60), 60}, {window(61, 70), 60}};
  for (const auto& step : steps) {
    finish(runs_, step.ends);
    EXPECT_EQ(runs_.move_watermark(*connection_, owner_, at(0)), at(step.watermark));
    const auto now = state_.load(*connection_)->watermark;
    EXPECT_EQ(now, step.watermark == 0 ? std::nullopt : std::optional(at(step.watermark)));
  }
}

TEST_F(Windows, TheWatermarkNeverMovesBackAndTrustsThisRunOnly) {
  finish(runs_, window(0, 100));
  runs_.move_watermark(*connection_, owner_, at(0));
  owner_ = state_.take_over(*connection_, "run-2", "f");
  finish(runs_, window(80, 90));
  EXPECT_EQ(runs_.move_watermark(*connection_, owner_, at(80)), at(90));
  EXPECT_EQ(state_.load(*connection_)->watermark, at(100));
  // A window of the run before does not fill a gap of this one: it may have been read long ago.
  EXPECT_EQ(runs_.move_watermark(*connection_, owner_, at(0)), at(0));
}

TEST_F(Windows, OneTransactionTakesEffectOnce) {
  const auto token = runs_.start(*connection_, owner_, window(0, 10));
  EXPECT_EQ(runs_.step(*connection_, owner_, window(0, 10), token), State::Advance::done);
  EXPECT_EQ(runs_.step(*connection_, owner_, window(0, 10), token),
            State::Advance::already_committed);
  EXPECT_EQ(runs_.step(*connection_, owner_, window(0, 10), token + 1), State::Advance::done);
}

// As after a fail-over to a server that lagged behind.
TEST_F(Windows, AServerThatForgotWhatItConfirmedIsNotTakenForAnotherRun) {
  const auto token = runs_.start(*connection_, owner_, window(0, 10));
  const auto step = [&] { runs_.step(*connection_, owner_, window(0, 10), token + 1); };
  expect_error(ErrorKind::temporary, step);  // its last transaction
  connection_->query("DELETE FROM erp2mysql_window");
  expect_error(ErrorKind::temporary, step);  // the whole window
  connection_->query("UPDATE erp2mysql_job SET epoch = epoch - 1, run_id = 'before'");
  expect_error(ErrorKind::temporary, step);  // that this run has the job
  expect_error(ErrorKind::temporary, [&] { runs_.start(*connection_, owner_, window(10, 20)); });
  connection_->query("DELETE FROM erp2mysql_job");
  expect_error(ErrorKind::temporary, step);
}

// Nodes that all take writes compare what was changed, and know nothing of each other's locks.
TEST_F(Windows, HoldingTheJobChangesItsRow) {
  const auto changed = [&] {
    return *connection_->query("SELECT updated_at FROM erp2mysql_job").rows.at(0)[0];
  };
  auto before = changed();
  for (int i = 0; i < 20; ++i) {
    connection_->begin();
    state_.hold(*connection_, owner_);
    connection_->commit();
    EXPECT_LT(before, changed());
    before = changed();
  }
}

TEST_F(Windows, AStaleRunnerIsFencedEverywhere) {
  const auto stale = owner_;
  const auto token = runs_.start(*connection_, stale, window(0, 10));
  const auto other = connect();
  owner_ = state_.take_over(*other, "run-2", "f");
  EXPECT_EQ(statuses(), "0-10 failed");
  expect_locked([&] { runs_.step(*connection_, stale, window(0, 10), token); });
  expect_locked([&] { runs_.start(*connection_, stale, window(10, 20)); });
  expect_locked([&] { runs_.plan(*connection_, stale, {window(10, 20)}); });
  expect_locked([&] { runs_.forget(*connection_, stale, {window(0, 10)}); });
  expect_locked([&] { runs_.move_watermark(*connection_, stale, at(0)); });
  runs_.end(*connection_, stale, window(0, 10), "done", {});
  EXPECT_EQ(statuses(), "0-10 failed");
}

TEST_F(Windows, ATakeOverOfTheWholeFencesSharesAndTheOtherWayRound) {
  const State share(name_, "job", "1/2");
  const State second(name_, "job", "2/2");
  const Ledger backfill(share, "backfill");
  const Ledger also(second, "backfill");
  const auto stale = owner_;
  const auto in_run = runs_.start(*connection_, stale, window(0, 10));
  const auto mine = share.take_over(*connection_, "run-2", "f");
  const auto its = second.take_over(*connection_, "run-3", "f");
  expect_locked([&] { runs_.step(*connection_, stale, window(0, 10), in_run); });
  const auto all = [](std::vector<data::Window> windows) {
    return [windows = std::move(windows)](const auto&) { return windows; };
  };
  backfill.plan_part(*connection_, mine, {window(10, 20)}, false, all({window(10, 20)}));
  also.plan_part(*connection_, its, {window(20, 30)}, false, all({window(20, 30)}));
  const auto in_share = backfill.start(*connection_, mine, window(10, 20));
  also.start(*connection_, its, window(20, 30));
  EXPECT_EQ(backfill.step(*connection_, mine, window(10, 20), in_share), State::Advance::done);
  owner_ = state_.take_over(*connection_, "run-4", "f");
  expect_locked([&] { backfill.step(*connection_, mine, window(10, 20), in_share + 1); });
  expect_locked([&] { also.start(*connection_, its, window(30, 40)); });
}

TEST_F(Windows, APlanTakesTheOpenRestOfEarlierRunsOver) {
  runs_.plan(*connection_, owner_, {window(0, 10), window(10, 20), window(20, 30)});
  finish(runs_, window(0, 10));
  runs_.start(*connection_, owner_, window(10, 20));
  Ledger(state_, "other").start(*connection_, owner_, window(5, 6));
  EXPECT_EQ(statuses(), "5-6 running, 0-10 done, 10-20 running, 20-30 planned");
  EXPECT_FALSE(runs_.reached_into(*connection_, owner_, {at(15), at(25)}));
  owner_ = state_.take_over(*connection_, "run-2", "f");
  EXPECT_TRUE(runs_.reached_into(*connection_, owner_, {at(15), at(25)}));
  EXPECT_FALSE(runs_.reached_into(*connection_, owner_, {at(0), at(10)}));
  EXPECT_FALSE(runs_.reached_into(*connection_, owner_, {at(30), at(40)}));
  runs_.plan(*connection_, owner_, {window(10, 15), window(15, 20), window(20, 30)});
  EXPECT_EQ(statuses(), "5-6 failed, 0-10 done, 10-15 planned, 15-20 planned, 20-30 planned");
}

TEST_F(Windows, DoneRangesAreToldAndForgotten) {
  for (const auto& one : {window(0, 10), window(10, 20), window(30, 40)}) finish(runs_, one);
  runs_.start(*connection_, owner_, window(20, 30));
  EXPECT_EQ(runs_.done(*connection_, {at(5), at(35)}),
            (std::vector<base::Range>{{at(0), at(10)}, {at(10), at(20)}, {at(30), at(40)}}));
  EXPECT_EQ(runs_.done(*connection_, {at(20), at(30)}), std::vector<base::Range>{});
  runs_.forget(*connection_, owner_, {window(10, 30)});
  EXPECT_EQ(statuses(), "0-10 done, 30-40 done");
}

TEST_F(Windows, AttemptsAreCounted) {
  runs_.plan(*connection_, owner_, {window(0, 10)});
  for (int time = 0; time < 3; ++time) runs_.start(*connection_, owner_, window(0, 10));
  EXPECT_EQ(connection_->query("SELECT attempt FROM erp2mysql_window").rows[0][0], "3");
}

}  // namespace
}  // namespace erp2mysql::store
