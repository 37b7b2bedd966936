// SPDX-License-Identifier: Apache-2.0
// Faults as a real server makes them, in the middle of a window: what passes is survived with every
// row once, what does not ends the window with the right kind of error, and only bad rows reach the
// quarantine.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <thread>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/store/writer.hpp"
#include "store/feed.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::store {
namespace {

using base::ErrorKind;
using tests::PrivateServer;

/// Calls back before each call: its name, and its number among those of that name.
using Hook = std::function<void(std::string_view call, int number, mysql::Connection& own)>;

class HookedConnection : public mysql::Connection {
 public:
  HookedConnection(std::unique_ptr<mysql::Connection> real, const Hook& hook,
                   std::map<std::string, int>& calls)
      : real_(std::move(real)), hook_(hook), calls_(calls) {}
  mysql::Result query(std::string_view sql,
                      const std::vector<std::optional<std::string>>& params) override {
    if (sql.find("status = 'running'") != std::string_view::npos) tell("start");
    return real_->query(sql, params);
  }
  void begin() override {
    tell("begin");
    real_->begin();
  }
  void commit() override {
    tell("commit");
    real_->commit();
  }
  void rollback() noexcept override { real_->rollback(); }
  std::vector<mysql::Warning> warnings() override { return real_->warnings(); }
  const mysql::ServerInfo& server() const override { return real_->server(); }
  mysql::Result write_rows(const mysql::RowStatement& statement, const data::Batch& batch,
                           std::size_t first, std::size_t count) override {
    tell("write");
    return real_->write_rows(statement, batch, first, count);
  }
  std::string_view write_method() const override { return real_->write_method(); }

 private:
  void tell(const std::string& call) {
    if (hook_) hook_(call, ++calls_[call], *real_);
  }
  std::unique_ptr<mysql::Connection> real_;
  const Hook& hook_;
  std::map<std::string, int>& calls_;
};

const data::Window k_window{{base::Instant(base::Millis(1'700'000'000'000)),
                             base::Instant(base::Millis(1'700'003'600'000))}};

class Faults : public testing::Test {
 protected:
  static std::unique_ptr<mysql::Connection> root(const std::string& database = "") {
    return mysql::connect(PrivateServer::get().options(database));
  }
  void SetUp() override {
    watcher_->query("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(5))");
    statement_ = parse_batch("INSERT INTO t (id, v) VALUES");
  }
  /// Rows 1 to 6 in three batches; what was written, or the kind of the error.
  std::optional<ErrorKind> write(Hook hook, const std::string& user = "root") {
    hook_ = {};
    const auto connect = [this, user] {
      auto options = PrivateServer::get().options(name_);
      options.username = user;
      auto real = mysql::connect(options);
      real->query("SET SESSION innodb_lock_wait_timeout = 1");
      return std::make_unique<HookedConnection>(std::move(real), hook_, calls_);
    };
    try {
      Session session(connect, State(name_, "job"), "run-1", "f", clock_);
      hook_ = std::move(hook);  // from the first window on
      calls_.clear();
      const auto table = read_table(*watcher_, name_, "t");
      WriteOptions options;
      options.rows_per_statement = 2;
      options.max_bad_rows = 100;
      options.max_attempts = 4;
      WindowWriter writer(session, statement_, table, options);
      writer.begin("run", k_window);
      Feed feed(writer);
      for (int id = 1; id <= 6; ++id) {
        feed.batch().begin_row({});
        feed.batch().add(std::to_string(id));
        feed.batch().add(value_);
        feed.record_added();
      }
      WindowCounts counts;
      counts.books.read = 6;
      feed.flush();
      writer.finish(counts, k_window.time.from);
      return std::nullopt;
    } catch (const base::Error& error) {
      what_ = error.what();
      return error.kind();
    }
  }
  std::string one(const std::string& sql) {
    return watcher_->query(sql).rows[0][0].value_or("NULL");
  }
  void expect_all_once() {
    EXPECT_EQ(one("SELECT COUNT(*) FROM t"), "6") << what_;
    EXPECT_EQ(one("SELECT COUNT(*) FROM erp2mysql_quarantine"), "0");
    EXPECT_EQ(one("SELECT status FROM erp2mysql_window"), "done");
    EXPECT_EQ(one("SELECT watermark FROM erp2mysql_job"), "1700003600000");
  }
  void expect_nothing() {
    EXPECT_EQ(one("SELECT COUNT(*) FROM erp2mysql_quarantine"), "0");
    EXPECT_EQ(one("SELECT COUNT(*) FROM erp2mysql_window WHERE status = 'done'"), "0");
    EXPECT_EQ(one("SELECT watermark FROM erp2mysql_job"), "NULL");
  }
  static void kill(const char* what, const mysql::Connection& victim) {
    root()->query(what + std::to_string(victim.server().connection_id));
  }
  void make_user() {
    watcher_->query("CREATE USER 'etl_" + name_ + "'@'localhost'");
    for (const char* what : {"SELECT, INSERT, UPDATE, DELETE, CREATE", "ALTER"})
      watcher_->query(std::string("GRANT ") + what + " ON " + name_ + ".* TO 'etl_" + name_ +
                      "'@'localhost'");
  }

  std::string name_ = PrivateServer::get().fresh_database();
  std::unique_ptr<mysql::Connection> watcher_ = root(name_);
  base::FakeClock clock_;
  Statement statement_;
  Hook hook_;
  std::map<std::string, int> calls_;
  std::string what_, value_ = "x";
  mysql::Connection* own_ = nullptr;
};

TEST_F(Faults, ALinkKilledInAnyPhase) {
  for (const char* phase : {"start", "begin", "write", "commit"}) {
    watcher_->query("DELETE FROM t");
    watcher_->query("DROP TABLE IF EXISTS erp2mysql_job, erp2mysql_window, erp2mysql_quarantine");
    calls_.clear();
    const auto kind = write([&](std::string_view call, int number, mysql::Connection& own) {
      // The first begin is that of the window's start.
      if (call == phase && number == (call == "begin" ? 2 : 1)) kill("KILL ", own);
    });
    EXPECT_FALSE(kind) << phase << what_;
    EXPECT_GE(calls_[phase], 1) << phase;
    expect_all_once();
  }
}

TEST_F(Faults, ARowThatAnotherSessionLocks) {
  watcher_->query("INSERT INTO t VALUES (4, 'held')");
  watcher_->begin();
  watcher_->query("DELETE FROM t WHERE id = 4");
  const auto kind = write([&](std::string_view call, int, mysql::Connection&) {
    if (call == "begin" && calls_["begin"] == 3) watcher_->commit();
  });
  EXPECT_FALSE(kind) << what_;
  EXPECT_EQ(calls_["begin"], 3);  // the window's start, the first attempt, the second
  expect_all_once();
}

TEST_F(Faults, ADeadlock) {
  watcher_->query("CREATE TABLE heavy (n INT PRIMARY KEY)");
  watcher_->query("INSERT INTO t VALUES (100, 'x'), (101, 'x')");
  statement_ = parse_batch("REPLACE INTO t (id, v) VALUES");
  std::thread other;
  const auto kind = write([&](std::string_view call, int number, mysql::Connection& own) {
    if (call == "write" && number == 3) {
      // The session that changed more survives.
      own.query("UPDATE t SET v = 'a' WHERE id = 100");
      auto rival = root(name_);
      rival->begin();
      std::string rows = "INSERT INTO heavy VALUES (0)";
      for (int i = 1; i < 500; ++i) rows += ",(" + std::to_string(i) + ")";
      rival->query(rows);
      rival->query("UPDATE t SET v = 'b' WHERE id = 101");
      other = std::thread([moved = std::move(rival)] {
        moved->query("UPDATE t SET v = 'b' WHERE id = 100");
        moved->commit();
      });
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      own.query("UPDATE t SET v = 'a' WHERE id = 101");
    }
  });
  other.join();
  EXPECT_FALSE(kind) << what_;
  EXPECT_GE(calls_["begin"], 2);
  EXPECT_EQ(one("SELECT COUNT(*) FROM t WHERE id <= 6"), "6");
  EXPECT_EQ(one("SELECT COUNT(*) FROM t WHERE v = 'b'"), "2");
}

TEST_F(Faults, AQueryThatIsKilled) {
  watcher_->query(
      "CREATE TRIGGER slow BEFORE INSERT ON t FOR EACH ROW SET @nothing = SLEEP(IF(NEW.id = 5, 3,"
      " 0))");
  std::thread other;
  const auto kind = write([&](std::string_view call, int number, mysql::Connection& own) {
    if (call == "begin" && number == 3) watcher_->query("DROP TRIGGER slow");
    if (call != "write" || number != 3) return;
    const auto id = std::to_string(own.server().connection_id);
    other = std::thread([id] {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      root()->query("KILL QUERY " + id);
    });
  });
  other.join();
  EXPECT_FALSE(kind) << what_;
  EXPECT_EQ(calls_["begin"], 3);  // the window's start, the first attempt, the second
  expect_all_once();
}

TEST_F(Faults, WhatDoesNotPassEndsTheWindow) {
  make_user();
  const std::string user = "etl_" + name_;
  const struct {
    const char* name;
    std::function<void()> spoil, mend;
    ErrorKind kind;
  } cases[] = {
      {"dropped table", [&] { watcher_->query("DROP TABLE t"); },
       [&] { watcher_->query("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(5))"); },
       ErrorKind::config},
      {"lost column", [&] { watcher_->query("ALTER TABLE t RENAME COLUMN v TO w"); },
       [&] { watcher_->query("ALTER TABLE t RENAME COLUMN w TO v"); }, ErrorKind::config},
      {"read-only server", [&] { watcher_->query("SET GLOBAL read_only = ON"); },
       [&] { watcher_->query("SET GLOBAL read_only = OFF"); }, ErrorKind::temporary},
      {"lost right",
       [&] {
         watcher_->query("REVOKE ALL PRIVILEGES, GRANT OPTION FROM '" + user + "'@'localhost'");
         kill("KILL ", *own_);
       },
       [] {}, ErrorKind::credentials},
  };
  for (const auto& test : cases) {
    calls_.clear();
    what_.clear();
    const auto kind = write(
        [&](std::string_view call, int number, mysql::Connection& own) {
          own_ = &own;
          if (call == "begin" && number == 2) test.spoil();
        },
        user);
    test.mend();
    EXPECT_EQ(kind, test.kind) << test.name << ": " << what_;
    expect_nothing();
  }
}

TEST_F(Faults, APacketLimitThatIsLoweredMeanwhile) {
  watcher_->query("ALTER TABLE t MODIFY v LONGTEXT");
  value_ = std::string(20'000, 'x');
  const auto kind = write([&](std::string_view call, int number, mysql::Connection& own) {
    if (call != "begin" || number != 2) return;
    // A batch has two rows; the next connection may not even send one and a half.
    watcher_->query("SET GLOBAL max_allowed_packet = 32768");
    kill("KILL ", own);
  });
  watcher_->query("SET GLOBAL max_allowed_packet = 16777216");
  EXPECT_FALSE(kind) << what_;
  EXPECT_EQ(one("SELECT MIN(LENGTH(v)) FROM t"), "20000");
  expect_all_once();
}

TEST_F(Faults, AFullTableIsTemporary) {
  watcher_->query("DROP TABLE t");
  watcher_->query("SET SESSION max_heap_table_size = 16384");
  watcher_->query("CREATE TABLE t (id INT PRIMARY KEY, v CHAR(250)) ENGINE=MEMORY");
  std::string fill = "INSERT IGNORE INTO t VALUES (1000, '')";
  for (int i = 1001; i < 1400; ++i) fill += ",(" + std::to_string(i) + ", '')";
  EXPECT_THROW(watcher_->query(fill), mysql::SqlError);
  EXPECT_EQ(write({}), ErrorKind::temporary) << what_;
  expect_nothing();
}

TEST_F(Faults, EveryKindOfBadRowStandsAlone) {
  const bool is_mysql = PrivateServer::is_mysql();
  const struct {
    const char* create;
    const char* value;
    unsigned number;
  } cases[] = {
      {"v VARCHAR(2)", "long", 1406},
      {"v TINYINT UNSIGNED", "256", 1264},
      {"v TINYINT UNSIGNED", "-1", 1264},
      {"v INT", "x", 1366},
      {"v DATE", "2023-02-29", 1292},
      {"v ENUM('x')", "y", 1265},
      {"v SET('x')", "x,y", 1265},
      {"v INT CHECK (v < 5)", "7", is_mysql ? 3819u : 4025u},
      {"v JSON", "{", is_mysql ? 3140u : 4025u},
      {"v BIT(1)", "12", 1406},
      {"v INT, FOREIGN KEY (v) REFERENCES parent (id)", "9", 1452},
      {"v VARCHAR(9) UNIQUE", "there", 1062},
      {"v VARCHAR(9) CHARACTER SET latin1", "汉", is_mysql ? 3988u : 1366u},
      {"v POINT", "x", 1416},
  };
  watcher_->query("CREATE TABLE parent (id INT PRIMARY KEY)");
  for (const auto& test : cases) {
    watcher_->query("DROP TABLE IF EXISTS t");
    watcher_->query(std::string("CREATE TABLE t (id INT PRIMARY KEY, ") + test.create + ")");
    if (test.number == 1062) watcher_->query("INSERT INTO t VALUES (99, 'there')");
    Session session([this] { return root(name_); }, State(name_, "job"), "r", "f", clock_);
    const auto table = read_table(*watcher_, name_, "t");
    WriteOptions options;
    options.max_bad_rows = 9;
    WindowWriter writer(session, statement_, table, options);
    writer.begin("run", k_window);
    Feed feed(writer);
    for (int id = 1; id <= 3; ++id) {
      feed.batch().begin_row({});
      feed.batch().add(std::to_string(id));
      id == 2 ? feed.batch().add(test.value) : feed.batch().add_null();
      feed.record_added();
    }
    WindowCounts counts;
    counts.books.read = 3;
    try {
      feed.flush();
      writer.finish(counts, std::nullopt);
    } catch (const base::Error& error) {
      ADD_FAILURE() << test.create << ": " << error.what();
    }
    EXPECT_EQ(counts.books.written, 2u) << test.create;
    EXPECT_EQ(one("SELECT MAX(error_number) FROM erp2mysql_quarantine"),
              std::to_string(test.number))
        << test.create << one("SELECT MAX(reason) FROM erp2mysql_quarantine");
    watcher_->query("DELETE FROM erp2mysql_quarantine");
  }
}

}  // namespace
}  // namespace erp2mysql::store
