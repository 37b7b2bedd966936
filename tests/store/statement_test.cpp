// SPDX-License-Identifier: Apache-2.0
// The user's statement as the tool reads it, and cells that a column would change silently.
#include <gtest/gtest.h>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/store/schema.hpp"
#include "erp2mysql/store/statement.hpp"

namespace erp2mysql::store {
namespace {

using Kind = Statement::Kind;

TEST(ParseBatch, GoodStatements) {
  const struct {
    const char* sql;
    Kind kind;
    const char* head;
    const char* tail;
  } cases[] = {
      {"INSERT INTO t (a) VALUES", Kind::insert, "INSERT INTO `t` (`a`) VALUES", ""},
      {"insert t(a,b)values(?,?);", Kind::insert, "INSERT INTO `t` (`a`,`b`) VALUES", ""},
      {"INSERT IGNORE INTO t (a) VALUE (?)", Kind::insert_ignore,
       "INSERT IGNORE INTO `t` (`a`) VALUES", ""},
      {"REPLACE t (a) VALUES", Kind::replace, "REPLACE INTO `t` (`a`) VALUES", ""},
      {"\n\tREPLACE  INTO\r\n db . `t 1`\t(  `a``b` ,\n中文 )  VALUES  ( ? , ? ) ; ", Kind::replace,
       "REPLACE INTO `db`.`t 1` (`a``b`,`中文`) VALUES", ""},
      {"/* all */ REPLACE -- now\n INTO t # that\n (a) VALUES -- end", Kind::replace,
       "REPLACE INTO `t` (`a`) VALUES", ""},
      {"/*/ (b) */ REPLACE INTO t --\x01\n (a) VALUES", Kind::replace,
       "REPLACE INTO `t` (`a`) VALUES", ""},
      {"INSERT INTO `values` (`into`) VALUES", Kind::insert, "INSERT INTO `values` (`into`) VALUES",
       ""},
      {"INSERT INTO t (a,b) VALUES (?,?) ON DUPLICATE KEY UPDATE b = VALUES(b) ; ",
       Kind::insert_or_update, "INSERT INTO `t` (`a`,`b`) VALUES",
       " ON DUPLICATE KEY UPDATE b = VALUES(b)"},
      {"insert into t (a) values on duplicate key update a=values(a)", Kind::insert_or_update,
       "INSERT INTO `t` (`a`) VALUES", " on duplicate key update a=values(a)"},
  };
  for (const auto& test : cases) {
    const auto statement = parse_batch(test.sql);
    EXPECT_EQ(statement.kind, test.kind) << test.sql;
    EXPECT_EQ(statement.sent.head, test.head) << test.sql;
    EXPECT_EQ(statement.sent.tail, test.tail) << test.sql;
  }
  const auto parts = parse_batch("REPLACE INTO `d`.t (x, y) VALUES");
  EXPECT_EQ(parts.database, "d");
  EXPECT_EQ(parts.table, "t");
  EXPECT_EQ(parts.columns, (std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(parts.idempotent());
  EXPECT_FALSE(parse_batch("INSERT INTO t (a) VALUES").idempotent());
}

TEST(ParseInsert, OnlyPlainAssignmentsCanBeRepeated) {
  const struct {
    const char* update;
    bool idempotent;
  } cases[] = {
      {"a = VALUES(a)", true},
      {"a=values(`a`), `B` = VALUES ( b )", true},
      {"a = VALUES(b)", false},
      {"a = a + VALUES(a)", false},
      {"a = VALUES(a) + 1", false},
      {"a = VALUES(a), n = n + 1", false},
      {"a = NOW()", false},
      {"a = 1", false},
      {"a = IF(VALUES(b) > b, VALUES(a), a)", false},
      {"a = VALUES(a),", false},
      {"a = VALUES(a) b = VALUES(b)", false},
      {"a = 'VALUES(a)'", false},
      {"", false},
  };
  for (const auto& test : cases) {
    const auto statement = parse_batch(
        std::string("INSERT INTO t (a, b) VALUES ON DUPLICATE KEY UPDATE ") + test.update);
    EXPECT_EQ(statement.kind, Kind::insert_or_update);
    EXPECT_EQ(statement.idempotent(), test.idempotent) << test.update;
  }
}

std::string wide(int columns, int marks) {
  std::string names, values;
  for (int i = 0; i < columns; ++i) names += (i == 0 ? "c" : ",c") + std::to_string(i);
  for (int i = 0; i < marks; ++i) values += i == 0 ? "?" : ",?";
  return "REPLACE INTO t (" + names + ") VALUES (" + values + ")";
}

TEST(ParseBatch, BadStatementsSayWhatIsWrong) {
  const struct {
    std::string sql;
    const char* says;
  } cases[] = {
      {"", "the end"},
      {"UPDATE t SET a = 1", "\"UPDATE\""},
      {"SELECT 1", "\"SELECT\""},
      {"INSERT INTO t VALUES (?)", "expected '('"},
      {"INSERT INTO t () VALUES", "a column name"},
      {"INSERT INTO t (a,) VALUES", "a column name"},
      {"INSERT INTO t (a VALUES", "expected ')'"},
      {"INSERT INTO (a) VALUES", "a table name"},
      {"INSERT INTO 't' (a) VALUES", "a table name"},
      {"INSERT INTO t (a) SELECT 1", "\"SELECT\""},
      {"INSERT INTO t (a) SET", "expected VALUES"},
      {"INSERT INTO t (a) VALUES (1)", "only ? marks"},
      {"INSERT INTO t (a) VALUES ('?')", "only ? marks"},
      {"INSERT INTO t (a) VALUES (NOW())", "only ? marks"},
      {"INSERT INTO t (a) VALUES (?", "the end"},
      {"INSERT INTO t (a) VALUES (:a)", "only ? marks"},
      {"INSERT INTO t (a) VALUES (<{a: }>)", "only ? marks"},
      {"INSERT INTO t (a) VALUES ON DUPLICATE KEY UPDATE a = :a", "no placeholder"},
      {"INSERT INTO t (a) VALUES (?), (?)", "after VALUES"},
      {"INSERT INTO t (a) VALUES nonsense", "after VALUES"},
      {"INSERT INTO t (a) VALUES; DROP TABLE t", "after the statement"},
      {"REPLACE INTO t (a) VALUES ON DUPLICATE KEY UPDATE a = 1", "plain INSERT"},
      {"INSERT IGNORE INTO t (a) VALUES ON DUPLICATE KEY UPDATE a = 1", "plain INSERT"},
      {"INSERT INTO `t (a) VALUES", "not closed"},
      {"INSERT INTO t (a) VALUES ('x)", "not closed"},
      {"INSERT INTO t /* (a) VALUES", "not closed"},
      {"INSERT INTO t /*/ (a) VALUES", "not closed"},
      {wide(39, 22), "39 columns but 22 ? marks"},
      {wide(2, 3), "2 columns but 3 ? marks"},
  };
  for (const auto& test : cases) {
    try {
      parse_batch(test.sql);
      ADD_FAILURE() << "accepted: " << test.sql;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::config);
      EXPECT_NE(error.message().find(test.says), std::string::npos)
          << test.sql << ": " << error.message();
    }
  }
  EXPECT_EQ(parse_batch(wide(39, 39)).columns.size(), 39u);
}

TEST(SilentChange, OnlyDigitsThatWouldBeLost) {
  const struct {
    const char* type;
    int scale;      // of a decimal
    int precision;  // of a time
    const char* cell;
    bool changes;
  } cases[] = {
      {"decimal", 2, 0, "1.23", false},
      {"decimal", 2, 0, "1.2300", false},
      {"decimal", 2, 0, "-1.2301", true},
      {"decimal", 0, 0, "1.5", true},
      {"decimal", 4, 0, "12345678901234.5600", false},
      {"decimal", 2, 0, "abc", false},  // the server refuses it itself
      {"int", 0, 0, "7", false},
      {"bigint", 0, 0, "1.0", false},
      {"tinyint", 0, 0, "0.5", true},
      {"double", 0, 0, "0.123456789", false},
      {"varchar", 0, 0, "1.23456", false},
      {"datetime", 0, 0, "2024-03-01 10:20:30", false},
      {"datetime", 0, 0, "2024-03-01 10:20:30.000", false},
      {"datetime", 0, 0, "2024-03-01 10:20:30.5", true},
      {"datetime", 0, 3, "2024-03-01 10:20:30.123", false},
      {"datetime", 0, 3, "2024-03-01 10:20:30.1234", true},
      {"timestamp", 0, 6, "2024-03-01 10:20:30.123456", false},
      {"time", 0, 0, "10:20:30.9", true},
      {"date", 0, 0, "2024-03-01", false},
  };
  for (const auto& test : cases) {
    Column column;
    column.type = test.type;
    column.scale = test.scale;
    column.time_precision = test.precision;
    EXPECT_EQ(silent_change(column, test.cell).has_value(), test.changes)
        << test.type << " " << test.cell;
  }
}

}  // namespace
}  // namespace erp2mysql::store
