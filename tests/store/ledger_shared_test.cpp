// SPDX-License-Identifier: Apache-2.0
// A ledger that several processes share, against a real server: leases say who is alive, rows say
// who owns a window, and whoever lost one can neither write nor count it.
#include <gtest/gtest.h>

#include <thread>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/store/writer.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::store {
namespace {

using base::ErrorKind;
using base::Range;
using std::chrono::milliseconds;
using tests::PrivateServer;

base::Instant at(int ms) { return base::Instant(base::Millis(ms)); }
data::Window window(int from, int to) { return {{at(from), at(to)}}; }
const Range k_all{at(0), at(100)};

class Shared : public testing::Test {
 protected:
  void SetUp() override { one_.state.ensure_tables(*connection_); }

  // A process that does a part.
  struct Part {
    Part(const std::string& database, const std::string& name, base::Millis lease)
        : state(database, "job", name, lease) {}
    State state;
    Ledger ledger{state, "backfill"};
    JobState owner;
  };
  void begin(Part& part, const char* run_id) {
    part.owner = part.state.take_over(*connection_, run_id, "f");
  }
  std::vector<data::Window> plan(const Part& part, const std::vector<data::Window>& windows,
                                 std::vector<Range>* taken = nullptr) {
    return part.ledger.plan_part(*connection_, part.owner, windows, false, [&](const auto& ranges) {
      if (taken != nullptr) *taken = ranges;
      std::vector<data::Window> out;
      for (const auto& one : windows) {
        if (std::find(ranges.begin(), ranges.end(), one.time) == ranges.end()) out.push_back(one);
      }
      return out;
    });
  }
  void finish(const Part& part, const data::Window& one) {
    const auto token = part.ledger.start(*connection_, part.owner, one);
    EXPECT_EQ(part.ledger.step(*connection_, part.owner, one, token), State::Advance::done);
    part.ledger.end(*connection_, part.owner, one, "done", {});
  }
  void let_die(const Part& part) {
    connection_->query("UPDATE erp2mysql_job SET lease_until = 1 WHERE run_id = '" +
                       part.owner.run_id + "'");
  }
  std::string rows() {
    std::string out;
    for (const auto& row : connection_
                               ->query("SELECT from_ms, to_ms, run_id, status FROM"
                                       " erp2mysql_window ORDER BY from_ms, to_ms")
                               .rows)
      out += *row[0] + "-" + *row[1] + " " + *row[2] + " " + *row[3] + "\n";
    return out;
  }
  std::unique_ptr<mysql::Connection> connect() {
    return mysql::connect(PrivateServer::get().options(name_));
  }

  std::string name_ = PrivateServer::get().fresh_database();
  std::unique_ptr<mysql::Connection> connection_ = connect();
  Part one_{name_, "1/2", State::k_lease}, two_{name_, "2/2", State::k_lease};
};

TEST_F(Shared, APartIsHeldUntilItsLeaseEnds) {
  begin(one_, "a");
  const auto held = one_.state.lease(*connection_);
  ASSERT_TRUE(held);
  EXPECT_EQ(held->run_id, "a");
  EXPECT_GT(held->left, milliseconds(50'000));
  EXPECT_LE(held->left, State::k_lease);
  EXPECT_THROW(begin(one_, "b"), base::Error);
  begin(two_, "c");
  EXPECT_EQ(one_.state.alive(*connection_, "c"), std::vector<std::string>{"a"});
  let_die(one_);
  EXPECT_EQ(one_.state.lease(*connection_)->left, milliseconds(0));
  const auto old = one_.owner;
  begin(one_, "b");
  EXPECT_FALSE(one_.state.renew(*connection_, old));
  EXPECT_TRUE(one_.state.renew(*connection_, one_.owner));
  one_.state.release(*connection_, old);
  EXPECT_TRUE(one_.state.lease(*connection_));
  one_.state.release(*connection_, one_.owner);
  EXPECT_FALSE(one_.state.lease(*connection_));
}

TEST_F(Shared, ALeaseIsProlonged) {
  Part brief(name_, "1/3", milliseconds(400));
  begin(brief, "a");
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_TRUE(brief.state.renew(*connection_, brief.owner));
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(brief.state.alive(*connection_, "").size(), 1u);
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(brief.state.alive(*connection_, "").size(), 0u);
}

TEST_F(Shared, WindowsOfTheLivingStay) {
  begin(one_, "a");
  begin(two_, "b");
  plan(one_, {window(0, 10), window(20, 30)});
  std::vector<Range> taken;
  EXPECT_EQ(plan(two_, {window(10, 20), window(20, 30)}, &taken),
            std::vector<data::Window>{window(10, 20)});
  EXPECT_EQ(taken, (std::vector<Range>{{at(20), at(30)}}));
  EXPECT_FALSE(two_.ledger.take_abandoned(*connection_, two_.owner, k_all));
  ASSERT_EQ(two_.ledger.others_at_work(*connection_, two_.owner, k_all).size(), 1u);
  EXPECT_EQ(two_.ledger.others_at_work(*connection_, two_.owner, k_all)[0].run_id, "a");
  EXPECT_EQ(two_.ledger.others_at_work(*connection_, two_.owner, {at(30), at(90)}).size(), 0u);
}

TEST_F(Shared, WindowsOfTheDeadAreTakenOnceAndFenced) {
  begin(one_, "a");
  begin(two_, "b");
  plan(one_, {window(0, 10), window(10, 20), window(20, 30), window(30, 40), window(40, 50)});
  finish(one_, window(0, 10));
  const auto token = one_.ledger.start(*connection_, one_.owner, window(10, 20));
  EXPECT_EQ(one_.ledger.step(*connection_, one_.owner, window(10, 20), token),
            State::Advance::done);
  const auto bad = one_.ledger.start(*connection_, one_.owner, window(40, 50));
  one_.ledger.end(*connection_, one_.owner, window(40, 50), "failed", {});
  let_die(one_);
  const auto take = [&] { return two_.ledger.take_abandoned(*connection_, two_.owner, k_all); };
  EXPECT_EQ(take(), window(10, 20));
  EXPECT_EQ(take(), window(20, 30));
  const auto step = [&] { one_.ledger.step(*connection_, one_.owner, window(10, 20), token + 1); };
  EXPECT_THROW(step(), WindowTaken);
  EXPECT_THROW(one_.ledger.start(*connection_, one_.owner, window(20, 30)), WindowTaken);
  one_.ledger.end(*connection_, one_.owner, window(10, 20), "done", {});
  finish(two_, window(10, 20));
  EXPECT_THROW(step(), WindowTaken);
  EXPECT_THROW(two_.ledger.start(*connection_, two_.owner, window(10, 20)), WindowTaken);
  // Awake again it goes on with what nobody took.
  EXPECT_TRUE(one_.state.renew(*connection_, one_.owner));
  EXPECT_FALSE(take());
  finish(one_, window(30, 40));
  // A window that failed stays with whom it failed.
  EXPECT_EQ(one_.ledger.step(*connection_, one_.owner, window(40, 50), bad), State::Advance::done);
  EXPECT_EQ(rows(), "0-10 a done\n10-20 b done\n20-30 b planned\n30-40 a done\n40-50 a failed\n");
}

TEST_F(Shared, HalvesAreTakenLikeWindows) {
  begin(one_, "a");
  begin(two_, "b");
  plan(one_, {window(0, 20), window(20, 40)});
  const std::vector<data::Window> halves{window(0, 10), window(10, 20)};
  for (int time = 0; time < 2; ++time)
    one_.ledger.replace(*connection_, one_.owner, window(0, 20), halves);
  finish(one_, window(0, 10));
  let_die(one_);
  EXPECT_EQ(two_.ledger.take_abandoned(*connection_, two_.owner, k_all), window(10, 20));
  EXPECT_EQ(two_.ledger.take_abandoned(*connection_, two_.owner, k_all), window(20, 40));
  EXPECT_THROW(one_.ledger.replace(*connection_, one_.owner, window(20, 40),
                                   {window(20, 30), window(30, 40)}),
               WindowTaken);
  EXPECT_EQ(rows(), "0-10 a done\n10-20 b planned\n20-40 b planned\n");
}

TEST_F(Shared, ASuccessorTakesTheRestOfItsPartInOtherSteps) {
  begin(one_, "a");
  plan(one_, {window(0, 10), window(10, 20), window(20, 30)});
  finish(one_, window(0, 10));
  one_.ledger.start(*connection_, one_.owner, window(10, 20));
  let_die(one_);
  begin(one_, "b");
  std::vector<Range> taken;
  plan(one_, {window(0, 10), window(10, 15), window(15, 20), window(20, 30)}, &taken);
  EXPECT_EQ(taken, (std::vector<Range>{{at(0), at(10)}}));
  EXPECT_EQ(rows(), "0-10 a done\n10-15 b planned\n15-20 b planned\n20-30 b planned\n");
}

TEST_F(Shared, ASuccessorThatDiesBeforeItPlansLeavesTheWindowToOthers) {
  begin(one_, "a");
  begin(two_, "c");
  plan(one_, {window(0, 10)});
  one_.ledger.start(*connection_, one_.owner, window(0, 10));
  let_die(one_);
  begin(one_, "b");
  let_die(one_);
  EXPECT_EQ(two_.ledger.take_abandoned(*connection_, two_.owner, k_all), window(0, 10));
  EXPECT_EQ(rows(), "0-10 c planned\n");
}

TEST_F(Shared, APlanOfManyStatements) {
  begin(one_, "a");
  std::vector<data::Window> windows;
  for (int i = 0; i < 1201; ++i) windows.push_back(window(i * 10, i * 10 + 10));
  EXPECT_EQ(plan(one_, windows).size(), 1201u);
  EXPECT_EQ(
      connection_->query("SELECT COUNT(*) FROM erp2mysql_window WHERE run_id = 'a'").rows[0][0],
      "1201");
}

TEST_F(Shared, AnOpenTransactionOfTheDeadIsEnded) {
  Part sleeper(name_, "1/2", milliseconds(2000));
  begin(sleeper, "a");
  Part thief(name_, "2/2", milliseconds(2000));
  begin(thief, "b");
  plan(sleeper, {window(0, 10)});
  const auto asleep = connect();
  sleeper.state.mark_session(*asleep, "a");
  const auto token = sleeper.ledger.start(*asleep, sleeper.owner, window(0, 10));
  asleep->begin();
  EXPECT_EQ(sleeper.ledger.step(*asleep, sleeper.owner, window(0, 10), token),
            State::Advance::done);
  std::this_thread::sleep_for(milliseconds(2100));
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(thief.ledger.take_abandoned(*connection_, thief.owner, k_all), window(0, 10));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  EXPECT_THROW(asleep->commit(), mysql::SqlError);
  EXPECT_THROW(sleeper.ledger.step(*connection_, sleeper.owner, window(0, 10), token), WindowTaken);
}

}  // namespace
}  // namespace erp2mysql::store
