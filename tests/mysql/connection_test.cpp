// SPDX-License-Identifier: Apache-2.0
// The connection against a real server: logins, session, literals, transactions, broken links.
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "erp2mysql/mysql/connection.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::mysql {
namespace {

using tests::PrivateServer;

std::string one(Connection& connection, const std::string& sql,
                const std::vector<std::optional<std::string>>& params = {}) {
  const Result result = connection.query(sql, params);
  return result.rows.at(0).at(0).value_or("NULL");
}

std::string hex(const std::string& text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

Action action_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const SqlError& error) {
    return error.action();
  }
  ADD_FAILURE() << "no error";
  return Action::bug;
}

std::unique_ptr<Connection> connect_fresh() {
  PrivateServer& server = PrivateServer::get();
  return connect(server.options(server.fresh_database()));
}

void kill_link(const Connection& victim) {
  connect(PrivateServer::get().options())
      ->query("KILL " + std::to_string(victim.server().connection_id));
}

TEST(Connect, RefusedLoginIsACredentialsError) {
  const auto root = connect(PrivateServer::get().options());
  root->query("CREATE USER 'bob'@'localhost' IDENTIFIED BY 'right'");
  Options options = PrivateServer::get().options();
  options.username = "bob";
  options.password = "wrong-password";
  try {
    connect(options);
    FAIL();
  } catch (const SqlError& error) {
    EXPECT_EQ(error.number(), 1045u);
    EXPECT_EQ(error.kind(), base::ErrorKind::credentials);
    EXPECT_NE(error.message().find("'bob'"), std::string::npos);
    EXPECT_EQ(error.message().find("wrong-password"), std::string::npos);
  }
  options.password = "right";
  EXPECT_EQ(one(*connect(options), "SELECT SUBSTRING_INDEX(USER(), '@', 1)"), "bob");
  root->query("DROP USER 'bob'@'localhost'");
}

TEST(Connect, FailuresHaveTheRightClass) {
  Options options = PrivateServer::get().options("no_such_database");
  EXPECT_EQ(action_of([&] { connect(options); }), Action::permanent);
  options.socket += ".missing";
  EXPECT_EQ(action_of([&] { connect(options); }), Action::temporary);
  options.socket.clear();
  options.port = 1;
  EXPECT_EQ(action_of([&] { connect(options); }), Action::temporary);
  options.ssl_mode = "maybe";
  EXPECT_EQ(action_of([&] { connect(options); }), Action::permanent);
}

TEST(Connect, DemandedEncryptionIsNeverSilentlyAbsent) {
  for (const char* mode : {"required", "verify_ca", "verify_identity"}) {
    Options options = PrivateServer::get().options();
    options.ssl_mode = mode;
    // The private MariaDB has no TLS; MySQL makes itself a certificate that nobody vouches for.
    try {
      const auto connection = connect(options);
      EXPECT_STREQ(mode, "required");
      EXPECT_NE(connection->query("SHOW STATUS LIKE 'Ssl_cipher'").rows[0][1], "") << mode;
    } catch (const SqlError& error) {
      EXPECT_EQ(error.action(), Action::permanent) << mode;
    }
  }
}

TEST(Connect, AServerGetsNoFile) {
  const auto database = PrivateServer::get().fresh_database();
  const auto watcher = connect(PrivateServer::get().options(database));
  watcher->query("CREATE TABLE t (line TEXT)");
  for (const auto method : {WriteMethod::statements, WriteMethod::best, WriteMethod::load}) {
    Options options = PrivateServer::get().options(database);
    options.write_method = method;
    const auto connection = connect(options);
    // The server asks for it just so in answer to any statement, if it is an evil one.
    EXPECT_THROW(connection->query("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t"), SqlError);
    EXPECT_EQ(watcher->query("SELECT COUNT(*) FROM t").rows[0][0], "0");
  }
}

TEST(Connect, BadTimeZoneIsPermanent) {
  Options options = PrivateServer::get().options();
  options.time_zone = "+99:00";
  EXPECT_EQ(action_of([&] { connect(options); }), Action::permanent);
}

TEST(Session, IsWhatWeSetAndNotWhatTheServerHas) {
  const auto root = connect(PrivateServer::get().options());
  root->query("SET GLOBAL sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'");
  Options options = PrivateServer::get().options();
  options.time_zone = "-03:30";
  const auto connection = connect(options);
  root->query("SET GLOBAL sql_mode = DEFAULT");
  const std::string mode = one(*connection, "SELECT @@sql_mode");
  EXPECT_NE(mode.find("STRICT_ALL_TABLES"), std::string::npos);
  EXPECT_NE(mode.find("NO_AUTO_VALUE_ON_ZERO"), std::string::npos);
  EXPECT_EQ(mode.find("NO_BACKSLASH_ESCAPES"), std::string::npos);
  EXPECT_EQ(mode.find("ANSI_QUOTES"), std::string::npos);
  EXPECT_EQ(one(*connection, "SELECT @@time_zone"), "-03:30");
  EXPECT_EQ(one(*connection, "SELECT @@innodb_lock_wait_timeout"), "30");
  EXPECT_EQ(one(*connection, "SELECT @@lock_wait_timeout"), "60");
  if (!PrivateServer::is_mysql()) {
    EXPECT_EQ(one(*connection, "SELECT @@idle_write_transaction_timeout"), "60");
  }
  EXPECT_EQ(one(*connection, PrivateServer::is_mysql() ? "SELECT @@transaction_isolation"
                                                       : "SELECT @@tx_isolation"),
            "READ-COMMITTED");
  EXPECT_EQ(one(*connection, "SELECT @@character_set_connection"), "utf8mb4");
  EXPECT_EQ(connection->server().flavour,
            PrivateServer::is_mysql() ? Flavour::mysql : Flavour::mariadb);
  EXPECT_EQ(connection->server().max_allowed_packet, 16u << 20);
  EXPECT_EQ(one(*connection, "SELECT CONNECTION_ID()"),
            std::to_string(connection->server().connection_id));
}

TEST(Literals, EveryByteComesBack) {
  const auto connection = connect_fresh();
  std::vector<std::string> texts = {"",       "\\",         "\\'",         "'\"`",
                                    "%_?",    "\n\r\t\x1A", "\xBF\x27",    "\xF0\x9F\x98\x80",
                                    "中文\\", "-- x",       "\xBF\x5C\x27"};
  texts.emplace_back("a\0b", 3);
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  texts.push_back(all);
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    std::string text(random() % 40, ' ');
    const bool ascii = i % 2 == 0;
    for (char& c : text) c = static_cast<char>(random() % (ascii ? 128 : 256));
    texts.push_back(text);
  }
  for (const std::string& text : texts) {
    EXPECT_EQ(one(*connection, "SELECT HEX(?)", {text}), hex(text));
    EXPECT_EQ(one(*connection, "SELECT ?", {text}), text);
  }
  EXPECT_EQ(one(*connection, "SELECT ? IS NULL", {std::nullopt}), "1");
}

TEST(Literals, MarksInQuotesAndCommentsAreLeftAlone) {
  EXPECT_EQ(fill_marks("'?' \"?\" `?` ? -- ?\n# ?\n/* ? */ ?--?", {"a", std::nullopt, "b"}),
            "'?' \"?\" `?` 'a' -- ?\n# ?\n/* ? */ NULL--'b'");
  EXPECT_EQ(fill_marks(R"('it\'s ?' 'it''s ?' '\\' ?)", {"a"}), R"('it\'s ?' 'it''s ?' '\\' 'a')");
  EXPECT_EQ(fill_marks("? '", {"a"}), "'a' '");
  EXPECT_THROW(fill_marks("?", {"a", "b"}), base::Error);
  EXPECT_THROW(fill_marks("??", {"a"}), base::Error);
  EXPECT_EQ(quote_name("a`b.c"), "`a``b.c`");
}

TEST(Transaction, CommitStoresAndRollbackDoesNot) {
  const auto connection = connect_fresh();
  connection->query("CREATE TABLE t (a INT) ENGINE=InnoDB");
  connection->begin();
  EXPECT_EQ(connection->query("INSERT INTO t VALUES (1), (2)").affected, 2u);
  connection->commit();
  connection->begin();
  connection->query("INSERT INTO t VALUES (3)");
  connection->rollback();
  EXPECT_EQ(one(*connection, "SELECT COUNT(*) FROM t"), "2");
  // FOUND_ROWS: matched, not changed.
  EXPECT_EQ(connection->query("UPDATE t SET a = 1 WHERE a = 1").affected, 1u);
}

TEST(Transaction, MisuseIsABug) {
  const auto connection = connect_fresh();
  EXPECT_EQ(action_of([&] { connection->commit(); }), Action::bug);
  connection->begin();
  EXPECT_EQ(action_of([&] { connection->begin(); }), Action::bug);
  connection->query("CREATE TABLE t (a INT)");  // commits implicitly
  EXPECT_EQ(action_of([&] { connection->commit(); }), Action::bug);
}

TEST(Transaction, NothingGoesOnAfterALockTimeout) {
  const auto first = connect_fresh();
  const std::string database = one(*first, "SELECT DATABASE()");
  first->query("CREATE TABLE t (a INT PRIMARY KEY, b INT) ENGINE=InnoDB");
  first->query("INSERT INTO t VALUES (1, 0)");
  const auto second = connect(PrivateServer::get().options(database));
  second->query("SET SESSION innodb_lock_wait_timeout = 1");
  first->begin();
  first->query("UPDATE t SET b = 1");
  second->begin();
  second->query("INSERT INTO t VALUES (2, 0)");
  EXPECT_EQ(action_of([&] { second->query("UPDATE t SET b = 2 WHERE a = 1"); }), Action::retry);
  EXPECT_EQ(action_of([&] { second->query("INSERT INTO t VALUES (3, 0)"); }), Action::retry);
  EXPECT_EQ(action_of([&] { second->commit(); }), Action::retry);
  second->rollback();
  first->commit();
  EXPECT_EQ(one(*second, "SELECT COUNT(*) FROM t"), "1");
  second->begin();
  second->query("INSERT INTO t VALUES (2, 0)");
  second->commit();
}

TEST(BrokenLink, ClassDependsOnThePhase) {
  const auto read = connect_fresh();
  kill_link(*read);
  EXPECT_EQ(action_of([&] { read->query("SELECT 1"); }), Action::reconnect);

  const auto written = connect_fresh();
  written->query("CREATE TABLE t (a INT) ENGINE=InnoDB");
  written->begin();
  written->query("INSERT INTO t VALUES (1)");
  kill_link(*written);
  EXPECT_EQ(action_of([&] { written->query("INSERT INTO t VALUES (2)"); }), Action::reconnect);
  EXPECT_EQ(action_of([&] { written->commit(); }), Action::reconnect);
  written->rollback();
  EXPECT_EQ(action_of([&] { written->begin(); }), Action::reconnect);

  const auto committed = connect_fresh();
  committed->begin();
  committed->query("CREATE TEMPORARY TABLE t (a INT) ENGINE=InnoDB");
  kill_link(*committed);
  EXPECT_EQ(action_of([&] { committed->commit(); }), Action::ambiguous);
  committed->rollback();
}

TEST(Query, ErrorsNameTheTableAndHideTheValues) {
  const auto connection = connect_fresh();
  try {
    connection->query("SELECT * FROM missing");
    FAIL();
  } catch (const SqlError& error) {
    EXPECT_EQ(error.action(), Action::permanent);
    EXPECT_NE(error.message().find(".missing'"), std::string::npos) << error.message();
  }
  try {
    connection->query("SELEKT 'secret'");
    FAIL();
  } catch (const SqlError& error) {
    EXPECT_EQ(error.message().find("secret"), std::string::npos);
    EXPECT_NE(error.detail().find("secret"), std::string::npos);
  }
}

TEST(Query, ProceduresWithSeveralResultsLeaveNothingUnread) {
  const auto connection = connect_fresh();
  connection->query("CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END");
  EXPECT_EQ(one(*connection, "CALL p()"), "1");
  EXPECT_EQ(one(*connection, "SELECT 3"), "3");
  EXPECT_EQ(action_of([&] { connection->query("SELECT 1; SELECT 2"); }), Action::bug);
}

TEST(Query, WarningsCanBeAskedFor) {
  const auto connection = connect_fresh();
  connection->query("CREATE TABLE t (a DECIMAL(5,1)) ENGINE=InnoDB");
  EXPECT_EQ(connection->query("INSERT INTO t VALUES (1.25)").warnings, 1u);
  const auto warnings = connection->warnings();
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0].number, 1265u);
  EXPECT_EQ(warnings[0].level, "Note");
}

TEST(Query, WhatThePacketCannotHoldIsNotSent) {
  const auto connection = connect_fresh();
  const std::string big(17 << 20, 'x');
  EXPECT_EQ(action_of([&] { connection->query("SELECT LENGTH(?)", {big}); }), Action::split);
  EXPECT_EQ(one(*connection, "SELECT 1"), "1");
}

}  // namespace
}  // namespace erp2mysql::mysql
