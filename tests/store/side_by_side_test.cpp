// SPDX-License-Identifier: Apache-2.0
// Two windows written at once, each by a connection of its own: both land whole, bad rows count
// together, and a run that takes the job over stops both.
#include <gtest/gtest.h>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/store/writer.hpp"
#include "store/feed.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::store {
namespace {

using base::ErrorKind;
using tests::PrivateServer;

base::Instant at(int ms) { return base::Instant(base::Millis(ms)); }
const data::Window k_first{{at(0), at(10)}};
const data::Window k_second{{at(10), at(20)}};

class SideBySide : public testing::Test {
 protected:
  void SetUp() override {
    watcher_->query("CREATE TABLE t (id INT PRIMARY KEY, n INT)");
    session_.emplace(connector(), State(name_, "job"), "run-1", "f", clock_);
    beside_.emplace(session_->beside());
    table_ = read_table(*watcher_, name_, "t");
    WriteOptions options;
    options.rows_per_statement = 2;
    options.rows_per_commit = 4;
    options.max_bad_rows = 1;
    options.bad_rows = std::make_shared<std::atomic<std::uint64_t>>(0);
    const auto statement = parse_batch("REPLACE INTO t (id, n) VALUES");
    one_.emplace(*session_, statement, table_, options);
    two_.emplace(*beside_, statement, table_, options);
    one_->begin("run", k_first);
    two_->begin("run", k_second);
  }
  mysql::Connector connector() {
    return [this] { return mysql::connect(PrivateServer::get().options(name_)); };
  }
  static void add(WindowWriter& writer, int first, int count, const char* n = "1") {
    const auto page = std::make_shared<const data::Document>(data::Document::parse_page("{}"));
    Feed feed(writer);
    for (int id = first; id < first + count; ++id) {
      auto& batch = feed.batch();
      batch.begin_row({*page, page->root()});
      batch.add(std::to_string(id));
      batch.add(n);
      feed.record_added();
    }
    feed.flush();
  }
  static void finish(WindowWriter& writer, std::uint64_t read) {
    WindowCounts counts;
    counts.books.read = read;
    writer.finish(counts, k_first.time.from);
  }
  std::string one(const char* sql) { return watcher_->query(sql).rows.at(0)[0].value_or("NULL"); }
  template <class Call>
  void expect_error(ErrorKind kind, Call call) {
    try {
      call();
      ADD_FAILURE() << "no error";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), kind) << error.what();
    }
  }

  std::string name_ = PrivateServer::get().fresh_database();
  base::FakeClock clock_;
  std::unique_ptr<mysql::Connection> watcher_ = mysql::connect(PrivateServer::get().options(name_));
  Table table_;
  std::optional<Session> session_, beside_;
  std::optional<WindowWriter> one_, two_;
};

TEST_F(SideBySide, TheWatermarkWaitsForTheEarlierWindow) {
  add(*one_, 1, 7);
  add(*two_, 11, 7);
  EXPECT_EQ(one("SELECT COUNT(*) FROM t"), "8");  // parts of both are committed
  finish(*two_, 7);
  EXPECT_EQ(one("SELECT watermark FROM erp2mysql_job"), "NULL");
  finish(*one_, 7);
  EXPECT_EQ(one("SELECT watermark FROM erp2mysql_job"), "20");
  EXPECT_EQ(one("SELECT COUNT(*) FROM t"), "14");
  EXPECT_EQ(session_->job().watermark, at(20));
}

TEST_F(SideBySide, BadRowsCountTogether) {
  add(*one_, 1, 1, "much");
  finish(*one_, 1);
  EXPECT_EQ(two_->bad_rows(), 1u);
  expect_error(ErrorKind::data, [&] {
    add(*two_, 11, 1, "more");
    finish(*two_, 1);
  });
}

TEST_F(SideBySide, ATakeOverStopsBoth) {
  State(name_, "job").take_over(*watcher_, "run-2", "f");
  expect_error(ErrorKind::locked, [&] { add(*one_, 1, 3); });
  expect_error(ErrorKind::locked, [&] { add(*two_, 11, 3); });
  expect_error(ErrorKind::locked, [&] { finish(*one_, 3); });
  expect_error(ErrorKind::locked, [&] { finish(*two_, 3); });
  EXPECT_EQ(one("SELECT COUNT(*) FROM t"), "0");
  EXPECT_EQ(one("SELECT COUNT(*) FROM erp2mysql_window WHERE status = 'failed'"), "2");
}

TEST_F(SideBySide, ALostConnectionIsReplayedOnce) {
  add(*two_, 11, 3);
  watcher_->query("KILL " + std::to_string(beside_->connection().server().connection_id));
  finish(*two_, 3);
  finish(*one_, 0);
  EXPECT_EQ(one("SELECT COUNT(*) FROM t"), "3");
  EXPECT_EQ(one("SELECT watermark FROM erp2mysql_job"), "20");
}

}  // namespace
}  // namespace erp2mysql::store
