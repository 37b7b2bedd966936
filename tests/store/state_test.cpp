// SPDX-License-Identifier: Apache-2.0
// The target table as the server describes it, and the state tables against a real server.
#include <gtest/gtest.h>

#include "erp2mysql/store/history.hpp"
#include "erp2mysql/store/schema.hpp"
#include "erp2mysql/store/state.hpp"
#include "erp2mysql/store/status.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::store {
namespace {

using base::ErrorKind;
using tests::PrivateServer;

base::Instant at(int ms) { return base::Instant(base::Millis(ms)); }

class Database : public testing::Test {
 protected:
  std::unique_ptr<mysql::Connection> connect() {
    return mysql::connect(PrivateServer::get().options(name_));
  }
  std::string name_ = PrivateServer::get().fresh_database();
  std::unique_ptr<mysql::Connection> connection_ = connect();
};

template <class Call>
void expect_error(ErrorKind kind, const std::string& says, Call call) {
  try {
    call();
    ADD_FAILURE() << "no error: " << says;
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_NE(error.message().find(says), std::string::npos) << error.what();
  }
}

using Preflight = Database;

TEST_F(Preflight, RefusesWhatCannotWork) {
  connection_->query("CREATE TABLE good (id INT PRIMARY KEY, amount DECIMAL(10,2))");
  connection_->query("CREATE TABLE old (id INT PRIMARY KEY) ENGINE=MyISAM");
  connection_->query("CREATE TABLE strict (id INT PRIMARY KEY, must INT NOT NULL)");
  const struct {
    const char* table;
    const char* sql;
    const char* says;
  } cases[] = {
      {"missing", "REPLACE INTO missing (id) VALUES", "does not exist"},
      {"good", "REPLACE INTO good (id, amuont) VALUES", "nearest is \"amount\""},
      {"good", "REPLACE INTO good (id, zzzzzz) VALUES", "no column \"zzzzzz\""},
      {"good", "REPLACE INTO good (amount) VALUES", "column id"},
      {"old", "REPLACE INTO old (id) VALUES", "MyISAM"},
      {"strict", "REPLACE INTO strict (id) VALUES", "column must"},
  };
  for (const auto& test : cases) {
    expect_error(ErrorKind::config, test.says, [&] {
      preflight(read_table(*connection_, name_, test.table), parse_batch(test.sql));
    });
  }
}

TEST_F(Preflight, WarnsOfHazards) {
  connection_->query(
      "CREATE TABLE plain (id INT PRIMARY KEY, n INT NOT NULL DEFAULT 0, s VARCHAR(9))");
  connection_->query("CREATE TABLE keyless (id INT)");
  connection_->query("CREATE TABLE cased (id VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY)");
  connection_->query("CREATE TABLE binary_key (id VARCHAR(9) COLLATE utf8mb4_bin PRIMARY KEY)");
  connection_->query("CREATE TABLE two (id INT PRIMARY KEY, no INT UNIQUE)");
  connection_->query("CREATE TABLE nullable (id INT UNIQUE)");
  connection_->query("CREATE TABLE auto (seq INT AUTO_INCREMENT PRIMARY KEY, id INT)");
  connection_->query("CREATE TABLE parent (id INT PRIMARY KEY)");
  connection_->query("CREATE TABLE child (p INT, FOREIGN KEY (p) REFERENCES parent (id))");
  connection_->query("CREATE TRIGGER fired BEFORE INSERT ON parent FOR EACH ROW SET NEW.id=NEW.id");
  const struct {
    const char* table;
    const char* verb;
    std::vector<std::string> says;
  } cases[] = {
      {"plain", "REPLACE", {}},
      {"plain", "INSERT", {"plain INSERT"}},
      {"plain", "INSERT IGNORE", {"plain INSERT"}},
      {"keyless", "REPLACE", {"no unique key"}},
      {"cased", "REPLACE", {"collation utf8mb4_general_ci"}},
      {"binary_key", "REPLACE", {}},
      {"two", "REPLACE", {"second unique key no"}},
      {"nullable", "REPLACE", {"key column id may be NULL"}},
      {"auto", "INSERT", {"plain INSERT"}},
      {"parent", "REPLACE", {"(fired)", "child"}},
  };
  for (const auto& test : cases) {
    const std::string sql = std::string(test.verb) + " INTO " + test.table + " (ID) VALUES";
    const auto warnings = preflight(read_table(*connection_, name_, test.table), parse_batch(sql));
    ASSERT_EQ(warnings.size(), test.says.size()) << sql;
    for (std::size_t i = 0; i < warnings.size(); ++i) {
      EXPECT_NE(warnings[i].find(test.says[i]), std::string::npos) << warnings[i];
    }
  }
}

TEST_F(Preflight, ComparesCellsWithColumns) {
  connection_->query(
      "CREATE TABLE t (id INT PRIMARY KEY, n DECIMAL(9,2), d DATETIME, s TEXT, w BIGINT)");
  const auto table = read_table(*connection_, name_, "t");
  using enum CellKind;
  const struct {
    std::vector<CellKind> cells;
    const char* refused;  // part of the error, or null
    std::size_t warnings;
  } cases[] = {
      {{whole, number, time, json, whole}, nullptr, 0},
      {{any, any, any, time, any}, nullptr, 0},
      {{whole, number, time, number, number}, nullptr, 1},
      {{whole, time, time, any, any}, "column n", 0},
      {{whole, any, number, any, any}, "column d", 0},
      {{whole, any, json, any, any}, "JSON text", 0},
      {{time, any, any, any, any}, "MODIFY `id` datetime", 0},
      {{}, nullptr, 0},
  };
  for (const auto& test : cases) {
    const auto statement = parse_batch("REPLACE INTO t (id, n, d, s, w) VALUES");
    try {
      const auto warnings = preflight(table, statement, test.cells);
      EXPECT_EQ(test.refused, nullptr);
      EXPECT_EQ(warnings.size(), test.warnings);
    } catch (const base::Error& error) {
      ASSERT_NE(test.refused, nullptr) << error.what();
      EXPECT_EQ(error.kind(), ErrorKind::config);
      EXPECT_NE((error.message() + error.hint()).find(test.refused), std::string::npos)
          << error.what();
    }
  }
}

TEST_F(Preflight, AsksForTheRightsThatTheStatementNeeds) {
  connection_->query("CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL)");
  const std::string user = name_ + "_u";
  connection_->query("CREATE USER " + user + "@localhost");
  const struct {
    const char* rights;
    const char* sql;
    bool enough;
  } cases[] = {
      {"SELECT, INSERT", "INSERT INTO t (id, n) VALUES", true},
      {"SELECT, INSERT", "REPLACE INTO t (id, n) VALUES", false},
      {"SELECT, INSERT, DELETE", "REPLACE INTO t (id, n) VALUES", true},
      {"SELECT, INSERT", "INSERT INTO t (id, n) VALUES ON DUPLICATE KEY UPDATE n = VALUES(n)",
       false},
      {"SELECT", "UPDATE t SET n = :n WHERE id = :id", false},
      {"SELECT, UPDATE", "UPDATE t SET n = :n WHERE id = :id", true},
  };
  for (const auto& test : cases) {
    connection_->query("GRANT " + std::string(test.rights) + " ON " + name_ + ".t TO " + user +
                       "@localhost");
    auto options = PrivateServer::get().options(name_);
    options.username = user;
    const auto theirs = mysql::connect(options);
    const bool update = std::string_view(test.sql).starts_with("UPDATE");
    auto statement = update ? parse_execute(test.sql) : parse_batch(test.sql);
    if (update) bind_marks(statement, {"n", "id"});
    if (test.enough) {
      EXPECT_NO_THROW(check_rights(*theirs, statement)) << test.sql;
    } else {
      expect_error(ErrorKind::credentials, "MySQL error 114",
                   [&] { check_rights(*theirs, statement); });
    }
    connection_->query("REVOKE ALL PRIVILEGES, GRANT OPTION FROM " + user + "@localhost");
  }
  EXPECT_EQ(connection_->query("SELECT COUNT(*) FROM t").rows[0][0], "0");
}

TEST_F(Preflight, ReadsTheTable) {
  connection_->query(
      "CREATE TABLE t (a BIGINT UNSIGNED NOT NULL, b DECIMAL(18,4), c DATETIME(3), "
      "d VARCHAR(9) COLLATE utf8mb4_bin NOT NULL DEFAULT 'x', UNIQUE KEY k (d, a))");
  const auto table = read_table(*connection_, name_, "t");
  EXPECT_EQ(table.engine, "InnoDB");
  ASSERT_EQ(table.columns.size(), 4u);
  EXPECT_EQ(table.columns[0].type, "bigint");
  EXPECT_FALSE(table.columns[0].nullable);
  EXPECT_EQ(table.columns[1].scale, 4);
  EXPECT_EQ(table.columns[2].time_precision, 3);
  EXPECT_TRUE(table.columns[3].has_default);
  ASSERT_EQ(table.unique_keys.size(), 1u);
  EXPECT_EQ(table.unique_keys[0].columns, (std::vector<std::string>{"d", "a"}));
  EXPECT_EQ(table.find("B"), &table.columns[1]);
  EXPECT_EQ(table.find("z"), nullptr);
}

using States = Database;

TEST_F(States, TablesAreCreatedOnceAndNewerOnesRefused) {
  const State state(name_, "job");
  EXPECT_FALSE(state.tables_exist(*connection_));
  EXPECT_FALSE(read_status(*connection_, state).watermark);
  state.ensure_tables(*connection_);
  EXPECT_TRUE(state.tables_exist(*connection_));
  state.take_over(*connection_, "run-1", "f");
  state.ensure_tables(*connection_);
  EXPECT_EQ(state.load(*connection_)->epoch, 1u);
  EXPECT_EQ(connection_->query("SELECT version FROM erp2mysql_job").rows[0][0], "5");
  connection_->query("ALTER TABLE erp2mysql_window DROP COLUMN seq, DROP COLUMN digest");
  connection_->query("ALTER TABLE erp2mysql_job DROP COLUMN window_ms, DROP COLUMN lease_until");
  connection_->query(
      "ALTER TABLE erp2mysql_run DROP COLUMN limit_wait_ms, DROP COLUMN source_wait_ms,"
      " DROP COLUMN target_wait_ms");
  connection_->query("UPDATE erp2mysql_job SET version = 1");
  EXPECT_TRUE(read_history(*connection_, state, 5).runs.empty()) << "of an earlier version";
  EXPECT_EQ(state.longest_window(*connection_), std::nullopt) << "of an earlier version";
  for (int time = 0; time < 2; ++time) state.ensure_tables(*connection_);
  EXPECT_EQ(connection_->query("SELECT seq, digest FROM erp2mysql_window").rows.size(), 0u);
  EXPECT_EQ(connection_->query("SELECT version FROM erp2mysql_job").rows[0][0], "5");
  const base::Millis hour = std::chrono::hours(1);
  state.set_longest_window(*connection_, hour);
  EXPECT_EQ(state.longest_window(*connection_), hour);
  EXPECT_EQ(state.load(*connection_)->epoch, 1u);
  const State other(name_, "shared only");
  other.set_longest_window(*connection_, hour);
  EXPECT_EQ(other.longest_window(*connection_), hour);
  state.set_longest_window(*connection_, std::nullopt);
  EXPECT_EQ(state.longest_window(*connection_), std::nullopt);
  connection_->query("DROP TABLE erp2mysql_record");
  state.ensure_tables(*connection_);
  EXPECT_TRUE(state.tables_exist(*connection_));
  EXPECT_TRUE(state.load(*connection_));
  connection_->query("UPDATE erp2mysql_job SET version = 99");
  expect_error(ErrorKind::config, "version 99", [&] { state.ensure_tables(*connection_); });
}

TEST_F(States, TakeOverRaisesTheEpochAndKeepsTheWatermark) {
  const State state(name_, "作业");
  state.ensure_tables(*connection_);
  EXPECT_FALSE(state.load(*connection_));
  const auto first = state.take_over(*connection_, "run-1", "aa");
  EXPECT_EQ(first.epoch, 1u);
  EXPECT_EQ(first.seq, 0u);
  EXPECT_FALSE(first.watermark);
  EXPECT_EQ(state.advance(*connection_, first, at(5000)), State::Advance::done);
  const auto second = state.take_over(*connection_, "run-2", "bb");
  EXPECT_EQ(second.epoch, 2u);
  EXPECT_EQ(second.seq, 1u);
  EXPECT_EQ(second.watermark, at(5000));
  EXPECT_EQ(second.fingerprint, "aa");
  EXPECT_EQ(second.run_id, "run-2");
  EXPECT_EQ(state.take_over(*connection_, "run-3", "bb", true).fingerprint, "bb");
  EXPECT_FALSE(State(name_, "other").load(*connection_));
}

TEST_F(States, AdvanceMovesForwardOnly) {
  const State state(name_, "job");
  state.ensure_tables(*connection_);
  auto job = state.take_over(*connection_, "run-1", "f");
  const struct {
    std::optional<base::Instant> to;
    std::optional<base::Instant> then;
  } steps[] = {{std::nullopt, std::nullopt}, {at(5000), at(5000)}, {at(4000), at(5000)},
               {at(900), at(5000)},          {at(5000), at(5000)}, {at(5001), at(5001)}};
  for (const auto& step : steps) {
    EXPECT_EQ(state.advance(*connection_, job, step.to), State::Advance::done);
    // The same transaction again: it has taken effect.
    EXPECT_EQ(state.advance(*connection_, job, step.to), State::Advance::already_committed);
    ++job.seq;
    const auto now = state.load(*connection_);
    EXPECT_EQ(now->seq, job.seq);
    EXPECT_EQ(now->watermark, step.then);
  }
  EXPECT_EQ(read_status(*connection_, state).watermark, at(5001));
  EXPECT_EQ(connection_->query("SELECT watermark_at FROM erp2mysql_job").rows[0][0],
            "1970-01-01T08:00:05.001+08:00");
}

TEST_F(States, AnOlderRunIsFenced) {
  const State state(name_, "job");
  state.ensure_tables(*connection_);
  const auto old = state.take_over(*connection_, "run-1", "f");
  const auto other = connect();
  const auto now = state.take_over(*other, "run-2", "f");
  const auto advance = [&](const JobState& job) { state.advance(*connection_, job, at(1)); };
  expect_error(ErrorKind::locked, "\"job\"", [&] { advance(old); });
  auto future = now;
  future.seq += 1;
  expect_error(ErrorKind::temporary, "\"job\"", [&] { advance(future); });
  EXPECT_EQ(state.advance(*other, now, at(1)), State::Advance::done);
  auto stranger = now;
  stranger.run_id = "run-3";
  expect_error(ErrorKind::locked, "\"job\"", [&] { advance(stranger); });
}

TEST_F(States, LockBelongsToOneConnection) {
  const State state(name_, "job");
  state.ensure_tables(*connection_);
  const std::string elsewhere = PrivateServer::get().fresh_database();
  State(elsewhere, "job").ensure_tables(*connection_);
  auto other = connect();
  EXPECT_TRUE(state.lock(*other, 0));
  EXPECT_FALSE(state.lock(*connection_, 0));
  EXPECT_TRUE(State(name_, "second").lock(*connection_, 0));
  EXPECT_TRUE(State(elsewhere, "job").lock(*connection_, 0));
  other.reset();
  EXPECT_TRUE(state.lock(*connection_, 10));
}

TEST_F(States, SharesRunTogetherButNotWithTheWhole) {
  const State whole(name_, "job");
  const State first(name_, "job", "1/2");
  const State second(name_, "job", "2/2");
  whole.ensure_tables(*connection_);
  auto one = connect();
  auto two = connect();
  EXPECT_TRUE(first.lock(*one, 0));
  const auto held = first.take_over(*one, "run-1", "f");
  EXPECT_TRUE(second.lock(*two, 0));
  expect_error(ErrorKind::locked, "this part", [&] { first.take_over(*two, "run-2", "f"); });
  EXPECT_FALSE(whole.lock(*connection_, 0));
  EXPECT_TRUE(State(name_, "job1").lock(*connection_, 0));
  connection_ = connect();
  first.release(*one, held);
  EXPECT_TRUE(whole.lock(*connection_, 10));
  EXPECT_FALSE(first.lock(*one, 0));
  expect_error(ErrorKind::config, "too long",
               [&] { State(name_, std::string(62, 'x'), "1/2").lock(*two, 0); });
}

TEST_F(States, TheWatermarkCanBeSetByHandAndTheJobForgotten) {
  const State state(name_, "job");
  state.ensure_tables(*connection_);
  state.take_over(*connection_, "run-1", "f");
  const std::optional<base::Instant> steps[] = {at(5000), at(1000), std::nullopt};
  for (const auto& step : steps) {
    state.set_watermark(*connection_, step);
    EXPECT_EQ(state.load(*connection_)->watermark, step);
  }
  state.reset(*connection_);
  EXPECT_FALSE(state.load(*connection_));
}

}  // namespace
}  // namespace erp2mysql::store
