// SPDX-License-Identifier: Apache-2.0
// Windows written through a real server: rows, ledger and watermark land together or not at all,
// also when the connection breaks or another run steps in.
#include <gtest/gtest.h>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/store/writer.hpp"
#include "store/feed.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::store {
namespace {

using base::ErrorKind;
using tests::PrivateServer;

const base::Instant k_from{base::Millis(1'700'000'000'000)};
const base::Instant k_to{base::Millis(1'700'003'600'000)};
const data::Window k_window{{k_from, k_to}};

class Writer : public testing::Test {
 protected:
  void SetUp() override {
    watcher_ = mysql::connect(PrivateServer::get().options(name_));
    watcher_->query("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(5), n DECIMAL(6,2))");
  }
  mysql::Connector connector() {
    return [this] { return mysql::connect(PrivateServer::get().options(name_)); };
  }
  void open(const std::string& verb, std::int64_t max_bad_rows = 0, const char* tail = "") {
    session_ = std::make_unique<Session>(connector(), State(name_, "job"), "run-1", "f", clock_);
    statement_ = parse_batch(verb + " INTO t (id, v, n) VALUES " + tail);
    table_ = read_table(*watcher_, name_, "t");
    WriteOptions options;
    options.rows_per_statement = 3;
    options.rows_per_commit = 6;
    options.max_bad_rows = max_bad_rows;
    writer_ = std::make_unique<WindowWriter>(*session_, statement_, table_, options);
    writer_->begin("sync", k_window);
    feed_.emplace(*writer_);
  }
  void add(int id, const std::string& v, const std::string& n = "1.50") {
    const auto page = std::make_shared<const data::Document>(
        data::Document::parse_page("{\"raw\":" + std::to_string(id) + "}"));
    auto& batch = feed_->batch();
    batch.begin_row({*page, page->root()});
    batch.add(std::to_string(id));
    batch.add(v);
    batch.add(n);
    feed_->record_added();
  }
  void add_many(int first, int count) {
    for (int id = first; id < first + count; ++id) add(id, "v" + std::to_string(id));
  }
  WindowCounts finish(std::uint64_t read) {
    WindowCounts counts;
    counts.books.read = read;
    counts.pages = 2;
    feed_->flush();
    writer_->finish(counts, k_from);
    return counts;
  }
  std::string one(const std::string& sql) {
    const auto result = watcher_->query(sql);
    return result.rows.empty() ? "<none>" : result.rows[0][0].value_or("NULL");
  }
  std::string rows() { return one("SELECT COUNT(*) FROM t"); }
  std::string watermark() { return one("SELECT watermark FROM erp2mysql_job"); }
  std::string ledger() {
    return one(
        "SELECT CONCAT_WS(' ', status, rows_read, rows_written, rows_quarantined)"
        " FROM erp2mysql_window");
  }
  template <class Call>
  void expect_error(ErrorKind kind, const std::string& says, Call call) {
    try {
      call();
      ADD_FAILURE() << "no error: " << says;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), kind) << error.what();
      EXPECT_NE(std::string(error.what()).find(says), std::string::npos) << error.what();
    }
  }
  void kill_session() {
    watcher_->query("KILL " + std::to_string(session_->connection().server().connection_id));
  }

  std::string name_ = PrivateServer::get().fresh_database();
  base::FakeClock clock_;
  std::unique_ptr<mysql::Connection> watcher_;
  std::unique_ptr<Session> session_;
  Statement statement_;
  Table table_;
  std::unique_ptr<WindowWriter> writer_;
  std::optional<Feed> feed_;
};

const std::string k_end_ms = std::to_string(k_to.time_since_epoch().count());

TEST_F(Writer, RowsLedgerAndWatermarkLandTogether) {
  open("REPLACE");
  EXPECT_EQ(ledger(), "running 0 0 0");
  add_many(1, 14);
  EXPECT_EQ(rows(), "12");  // two commits so far
  EXPECT_EQ(watermark(), "NULL");
  const auto counts = finish(14);
  EXPECT_EQ(counts.books.written, 14u);
  EXPECT_EQ(rows(), "14");
  EXPECT_EQ(watermark(), k_end_ms);
  EXPECT_EQ(ledger(), "done 14 14 0");
  EXPECT_EQ(one("SELECT seq FROM erp2mysql_window"), "3");
  EXPECT_EQ(session_->job().watermark, k_to);
  EXPECT_EQ(writer_->affected(), 14u);
}

TEST_F(Writer, AnEmptyWindowMovesTheWatermark) {
  open("REPLACE");
  finish(0);
  EXPECT_EQ(watermark(), k_end_ms);
  EXPECT_EQ(ledger(), "done 0 0 0");
}

TEST_F(Writer, TheSameWindowTwiceLeavesTheSameRows) {
  for (const char* tail : {"", "ON DUPLICATE KEY UPDATE v = VALUES(v), n = VALUES(n)"}) {
    for (int time = 0; time < 2; ++time) {
      writer_.reset();
      session_.reset();
      open(*tail == '\0' ? "REPLACE" : "INSERT", 0, tail);
      add_many(1, 8);
      EXPECT_EQ(finish(8).books.written, 8u) << tail;
      EXPECT_EQ(rows(), "8") << tail;
    }
  }
}

TEST_F(Writer, ABadRowStopsTheRunAndNothingIsCommitted) {
  const struct {
    const char *v, *n, *says;
  } cases[] = {{"too long", "1.00", "column 'v'"},
               {"fine", "much", "wrong form for column 'n'"},
               {"fine", "1.234", "rounded away"},
               {"fine", "123456.00", "column 'n'"}};
  for (const auto& test : cases) {
    writer_.reset();
    session_.reset();
    open("REPLACE");
    add_many(1, 4);
    add(99, test.v, test.n);
    expect_error(ErrorKind::data, test.says, [&] { finish(5); });
    WindowCounts counts;
    counts.books.read = 5;
    writer_->fail(counts);
    EXPECT_EQ(rows(), "0") << test.says;
    EXPECT_EQ(watermark(), "NULL");
    EXPECT_EQ(ledger(), "failed 5 0 0");
    EXPECT_EQ(one("SELECT COUNT(*) FROM erp2mysql_quarantine"), "0");
  }
}

TEST_F(Writer, AllowedBadRowsAreQuarantinedAndTheirNeighboursWritten) {
  open("REPLACE", 5);
  add_many(1, 4);
  add(50, "too long");
  add(51, "fine", "1.234");
  add_many(5, 4);
  data::BadRow unmapped;
  unmapped.record = R"({"raw":"m"})";
  unmapped.reason = unmapped.summary = "column v: the value is not a number";
  unmapped.field = "v";
  unmapped.key = "52";
  feed_->add_bad(unmapped);
  const auto counts = finish(11);
  EXPECT_EQ(counts.books.written, 8u);
  EXPECT_EQ(counts.books.quarantined, 3u);
  EXPECT_TRUE(counts.books.balanced());
  EXPECT_EQ(writer_->bad_rows(), 3u);
  EXPECT_EQ(rows(), "8");
  EXPECT_EQ(watermark(), k_end_ms);
  EXPECT_EQ(ledger(), "done 11 8 3");
  const auto found = watcher_->query(
      "SELECT record_key, field, error_number, record, run_id, state FROM erp2mysql_quarantine"
      " ORDER BY record_key");
  ASSERT_EQ(found.rows.size(), 3u);
  EXPECT_EQ(found.rows[0], (mysql::Row{"50", "v", "1406", R"({"raw":50})", "run-1", "open"}));
  EXPECT_EQ(found.rows[1], (mysql::Row{"51", "n", "1265", R"({"raw":51})", "run-1", "open"}));
  EXPECT_EQ(found.rows[2], (mysql::Row{"52", "v", "0", R"({"raw":"m"})", "run-1", "open"}));
}

TEST_F(Writer, TooManyBadRowsStopTheRun) {
  open("REPLACE", 2);
  data::BadRow bad;
  bad.summary = "column v: broken";
  feed_->add_bad(bad);
  feed_->add_bad(bad);
  expect_error(ErrorKind::data, "maxBadRows is 2", [&] { feed_->add_bad(bad); });
}

TEST_F(Writer, AWarningOfTheServerEndsTheBatch) {
  open("REPLACE", 5);
  add_many(1, 2);
  expect_error(ErrorKind::data, "changed a value on the way in", [&] {
    add(3, "blank   ");  // cut off to fit, which strict mode only notes
    finish(3);
  });
  EXPECT_EQ(rows(), "0");
  EXPECT_EQ(watermark(), "NULL");
}

TEST_F(Writer, UnbalancedBooksRollBack) {
  open("REPLACE");
  add_many(1, 4);
  expect_error(ErrorKind::data, "do not balance", [&] { finish(5); });
  EXPECT_EQ(rows(), "0");
  EXPECT_EQ(watermark(), "NULL");
  EXPECT_EQ(ledger(), "running 0 0 0");
}

TEST_F(Writer, PlainInsertIsAllOrNothing) {
  watcher_->query("INSERT INTO t (id) VALUES (20)");
  open("INSERT");
  add_many(1, 14);
  EXPECT_EQ(rows(), "1");
  add(20, "again");
  expect_error(ErrorKind::data, "same key", [&] { finish(15); });
  EXPECT_EQ(rows(), "1");
  EXPECT_EQ(watermark(), "NULL");
  writer_->begin("sync", k_window);
  add_many(1, 14);
  EXPECT_EQ(finish(14).books.written, 14u);
  EXPECT_EQ(rows(), "15");
  EXPECT_EQ(one("SELECT attempt FROM erp2mysql_window"), "2");
}

TEST_F(Writer, AnUpdateThatCountsIsAllOrNothingLikeAPlainInsert) {
  open("INSERT", 0, "ON DUPLICATE KEY UPDATE n = n + VALUES(n)");
  add_many(1, 14);
  EXPECT_EQ(rows(), "0");
  EXPECT_EQ(finish(14).books.written, 14u);
  EXPECT_EQ(rows(), "14");
  EXPECT_EQ(one("SELECT seq FROM erp2mysql_window"), "1");
}

TEST_F(Writer, AKilledConnectionIsReplayedExactlyOnce) {
  for (const char* verb : {"REPLACE", "INSERT"}) {
    watcher_->query("TRUNCATE TABLE t");
    writer_.reset();
    session_.reset();
    open(verb);
    add_many(1, 8);
    kill_session();
    const auto counts = finish(8);
    EXPECT_EQ(counts.books.written, 8u) << verb;
    EXPECT_EQ(rows(), "8") << verb;
    EXPECT_EQ(watermark(), k_end_ms);
    EXPECT_EQ(ledger(), "done 8 8 0");
    EXPECT_FALSE(clock_.sleeps.empty());
  }
}

TEST_F(Writer, AnotherRunFencesThisOne) {
  open("REPLACE");
  State(name_, "job").take_over(*watcher_, "run-2", "f");
  expect_error(ErrorKind::locked, "another run", [&] { add_many(1, 4); });
  expect_error(ErrorKind::locked, "another run", [&] { finish(4); });
  EXPECT_EQ(rows(), "0");
  EXPECT_EQ(watermark(), "NULL");
}

// The server works on the first rows while the next are on their way, and no lock waits for those.
TEST_F(Writer, RowsAreSentAsTheyComeAndAPauseCommitsThem) {
  open("REPLACE");
  add_many(1, 3);
  EXPECT_EQ(one("SELECT trx_rows_modified > 2 FROM information_schema.innodb_trx WHERE"
                " trx_mysql_thread_id = " +
                std::to_string(session_->connection().server().connection_id)),
            "1");
  EXPECT_EQ(rows(), "0");
  writer_->pause();
  EXPECT_EQ(rows(), "3");
  EXPECT_EQ(ledger(), "running 0 0 0");
  writer_->pause();
  add_many(4, 2);
  EXPECT_EQ(finish(5).books.written, 5u);
  EXPECT_EQ(rows(), "5");
}

TEST_F(Writer, APauseShowsNothingOfAWindowThatIsOneTransaction) {
  open("INSERT");
  add_many(1, 9);
  writer_->pause();
  EXPECT_EQ(rows(), "0");
  finish(9);
  EXPECT_EQ(rows(), "9");
}

TEST_F(Writer, WhatFailedBeforeItsCommitIsRepeatedByIt) {
  open("REPLACE");
  add_many(1, 3);
  kill_session();
  add_many(4, 5);
  EXPECT_EQ(finish(8).books.written, 8u);
  EXPECT_EQ(rows(), "8");
}

TEST_F(Writer, OneSessionPerJob) {
  open("REPLACE");
  expect_error(ErrorKind::locked, "\"job\"",
               [&] { Session second(connector(), State(name_, "job"), "run-2", "f", clock_); });
  EXPECT_EQ(one("SELECT run_id FROM erp2mysql_job"), "run-1");
  writer_.reset();
  session_.reset();
  const Session next(connector(), State(name_, "job"), "run-3", "g", clock_);
  EXPECT_TRUE(next.fingerprint_changed());
  EXPECT_EQ(next.job().epoch, 2u);
}

}  // namespace
}  // namespace erp2mysql::store
