// SPDX-License-Identifier: Apache-2.0
// Statements of execute: what is sent, which item fills which mark, what is known of repetition.
#include <gtest/gtest.h>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/store/statement.hpp"

namespace erp2mysql::store {
namespace {

using Kind = Statement::Kind;
using Names = std::vector<std::string>;

std::string sent_text(const Statement& statement) {
  const auto& sent = statement.sent;
  return sent.head + (sent.tuple.empty() ? "" : " " + sent.tuple) + sent.tail;
}

TEST(ParseExecute, PlaceholdersBecomeMarks) {
  const struct {
    const char* sql;
    Kind kind;
    const char* sent;
    Names marks;
    Names columns;  // known to get or to be compared with just the mark
    bool repeats;
  } cases[] = {
      {"INSERT INTO `s`.`c` (`a`, `b`) VALUES (<{a: }>, <{b: x}>);",
       Kind::insert,
       "INSERT INTO `s`.`c` (`a`, `b`) VALUES (?, ?)",
       {"a", "b"},
       {"a", "b"},
       true},
      {"insert into t (a,b) values (:x, NOW())",
       Kind::insert,
       "insert into t (a,b) values (?, NOW())",
       {"x"},
       {"a"},
       true},
      {"REPLACE t VALUES (?, ?)",
       Kind::replace,
       "REPLACE t VALUES (?, ?)",
       {"", ""},
       {"", ""},
       true},
      {"INSERT IGNORE INTO t (a) VALUES (CONCAT(:x, ':y', \":z\"))",
       Kind::insert_ignore,
       "INSERT IGNORE INTO t (a) VALUES (CONCAT(?, ':y', \":z\"))",
       {"x"},
       {""},
       true},
      {"INSERT INTO t (a) VALUES (:a) /* :no */ -- :never",
       Kind::insert,
       "INSERT INTO t (a) VALUES (?)",
       {"a"},
       {"a"},
       true},
      {"INSERT INTO t (a,b) VALUES (:a,:b) ON DUPLICATE KEY UPDATE b = :b",
       Kind::insert_or_update,
       "INSERT INTO t (a,b) VALUES (?,?) ON DUPLICATE KEY UPDATE b = VALUES(`b`)",
       {"a", "b"},
       {"a", "b"},
       true},
      {"INSERT INTO t (a) VALUES (:a) ON DUPLICATE KEY UPDATE n = n + :n",
       Kind::insert_or_update,
       "INSERT INTO t (a) VALUES (?) ON DUPLICATE KEY UPDATE n = n + ?",
       {"a", "n"},
       {"a", ""},
       false},
      {"INSERT INTO t (a) SELECT :a FROM d WHERE x = :x",
       Kind::insert,
       "INSERT INTO t (a) SELECT ? FROM d WHERE x = ?",
       {"a", "x"},
       {"", ""},
       false},
      {"INSERT INTO t (a) VALUES (:a), (:b)",
       Kind::insert,
       "INSERT INTO t (a) VALUES (?), (?)",
       {"a", "b"},
       {"", ""},
       false},
      {"update ty_mes.mt_so_head set SO_STATUS=:SO_STATUS where SO_NUMBER=:SO_NUMBER",
       Kind::update,
       "update ty_mes.mt_so_head set SO_STATUS=? where SO_NUMBER=?",
       {"SO_STATUS", "SO_NUMBER"},
       {"SO_STATUS", "SO_NUMBER"},
       false},
      {"UPDATE t SET a = ?, t.`b` = n + ? WHERE t.id = ? AND (x = ? OR y = 1) LIMIT 1",
       Kind::update,
       "UPDATE t SET a = ?, t.`b` = n + ? WHERE t.id = ? AND (x = ? OR y = 1) LIMIT 1",
       {"", "", "", ""},
       {"a", "", "id", ""},
       false},
      {"UPDATE t SET at = '12:30:00', a = :订单号 WHERE id = :id",
       Kind::update,
       "UPDATE t SET at = '12:30:00', a = ? WHERE id = ?",
       {"订单号", "id"},
       {"a", "id"},
       false},
  };
  for (const auto& test : cases) {
    const auto statement = parse_execute(test.sql);
    Names marks, columns;
    for (const auto& mark : statement.marks) {
      marks.push_back(mark.name);
      columns.push_back(mark.column);
    }
    EXPECT_EQ(statement.kind, test.kind) << test.sql;
    EXPECT_EQ(sent_text(statement), test.sent);
    EXPECT_EQ(marks, test.marks) << test.sql;
    EXPECT_EQ(columns, test.columns) << test.sql;
    EXPECT_EQ(statement.sent.repeats, test.repeats) << test.sql;
  }
}

TEST(ParseExecute, DefaultsOfPlaceholders) {
  const auto statement = parse_execute(
      "INSERT INTO t (a,b,c,d,e) VALUES (<{a: }>,<{b: 7}>,<{c: 'x y'}>,<{d: NULL}>,<{e}>)");
  const std::optional<std::string> wanted[] = {std::nullopt, "7", "x y", std::nullopt,
                                               std::nullopt};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(statement.marks.at(i).fallback, wanted[i]) << i;
}

TEST(ParseExecute, WhatMayBeRepeated) {
  const struct {
    const char* sql;
    bool idempotent;
    bool keyed;
  } cases[] = {
      {"UPDATE t SET a = :a WHERE id = :id", true, true},
      {"UPDATE t SET a = :a, b = 'x', c = NOW() WHERE id = :id AND k = :k", true, true},
      {"UPDATE t SET a = a + :a WHERE id = :id", false, false},
      {"UPDATE t SET a = :a WHERE id = :id OR k = :k", true, false},
      {"UPDATE t SET a = :a WHERE id = :id LIMIT 1", true, false},
      {"UPDATE t SET a = :a WHERE id > :id", true, false},
      {"UPDATE t JOIN u ON t.x = u.x SET t.a = :a WHERE t.id = :id", true, false},
      {"UPDATE IGNORE t SET a = :a WHERE id = :id", true, false},
      {"REPLACE INTO t (a) VALUES (:a)", true, false},
      {"INSERT INTO t (a) VALUES (:a)", false, false},
      {"INSERT INTO t (a) VALUES (:a) ON DUPLICATE KEY UPDATE a = :a", true, false},
      {"INSERT INTO t (a) VALUES (:a) ON DUPLICATE KEY UPDATE a = a + 1", false, false},
  };
  for (const auto& test : cases) {
    const auto statement = parse_execute(test.sql);
    EXPECT_EQ(statement.idempotent(), test.idempotent) << test.sql;
    EXPECT_EQ(statement.keyed_update, test.keyed) << test.sql;
  }
}

TEST(ParseExecute, BadStatementsSayWhatIsWrong) {
  const struct {
    const char *sql, *says;
  } cases[] = {
      {"", "the end"},
      {"DELETE FROM t WHERE id = :id", "INSERT, REPLACE and UPDATE"},
      {"UPDATE t SET a = :a", "without WHERE"},
      {"UPDATE t SET a = :a WHERE", "without WHERE"},
      {"UPDATE t WHERE id = :id", "expected SET"},
      {"UPDATE SET a = 1 WHERE b = 2", "expected SET"},
      {"UPDATE t SET a WHERE id = :id", "column = value"},
      {"INSERT INTO t (a, b) VALUES (:a)", "2 columns but 1 values"},
      {"INSERT INTO t (a) VALUES", "after VALUES"},
      {"INSERT INTO t (a) VALUES (:a", "not closed"},
      {"INSERT INTO t (a) VALUES (:a); DELETE FROM t", "after the statement"},
      {"INSERT INTO t (a) VALUES (:a) RETURNING a", "after the values"},
      {"REPLACE INTO t (a) VALUES (:a) ON DUPLICATE KEY UPDATE a = 1", "plain INSERT"},
      {"INSERT INTO t (a) VALUES (<{: 1}>)", "no name"},
      {"INSERT INTO t (a) VALUES (<{a: 1)", "not closed"},
  };
  for (const auto& test : cases) {
    try {
      parse_execute(test.sql);
      ADD_FAILURE() << "accepted: " << test.sql;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::config);
      EXPECT_NE(error.message().find(test.says), std::string::npos)
          << test.sql << ": " << error.message();
    }
  }
}

TEST(BindMarks, ByNameOrByPosition) {
  auto named = parse_execute("UPDATE t SET a = :a, b = :a WHERE id = :id");
  bind_marks(named, {"id", "x", "a"});
  ASSERT_EQ(named.sent.slots.size(), 3u);
  EXPECT_EQ(named.sent.slots[0].cell, 2u);
  EXPECT_EQ(named.sent.slots[1].cell, 2u);
  EXPECT_EQ(named.sent.slots[2].cell, 0u);
  auto positions = parse_execute("UPDATE t SET a = ? WHERE id = ?");
  bind_marks(positions, {"a", "id"});
  EXPECT_EQ(positions.sent.slots[1].cell, 1u);
  auto missing = parse_execute("UPDATE t SET a = :statuss WHERE id = ?");
  try {
    bind_marks(missing, {"status", "id"});
    ADD_FAILURE();
  } catch (const base::Error& error) {
    EXPECT_NE(error.message().find("statuss"), std::string::npos);
    EXPECT_NE(error.hint().find("status"), std::string::npos);
  }
  auto many = parse_execute("UPDATE t SET a = ? WHERE id = ?");
  EXPECT_THROW(bind_marks(many, {"a"}), base::Error);
}

TEST(InsertInstead, HasTheSameValues) {
  auto update = parse_execute(
      "UPDATE d.t SET a = :a, b = 'x', c = CONCAT(:c, '!') WHERE id = :id AND a = :old");
  bind_marks(update, {"id", "a", "c", "old"});
  const auto insert = insert_instead(update);
  EXPECT_EQ(sent_text(insert),
            "INSERT INTO `d`.`t` (`a`,`b`,`c`,`id`) VALUES (?,'x',CONCAT(?, '!'),?)");
  ASSERT_EQ(insert.sent.slots.size(), 3u);
  EXPECT_EQ(insert.sent.slots[2].cell, 0u);
}

}  // namespace
}  // namespace erp2mysql::store
