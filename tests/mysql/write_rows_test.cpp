// SPDX-License-Identifier: Apache-2.0
// Both ways to write rows, cell by cell against what the table then holds.
#include <gtest/gtest.h>

#include <random>

#include "erp2mysql/mysql/connection.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::mysql {
namespace {

using tests::PrivateServer;
using Table = std::vector<Row>;

data::Batch to_batch(const Table& rows) {
  data::Batch batch(rows.at(0).size());
  for (const Row& row : rows) {
    batch.begin_row({});
    for (const auto& cell : row) {
      if (cell) {
        batch.add(*cell);
      } else {
        batch.add_null();
      }
    }
  }
  return batch;
}

// A statement whose every tuple is as wide as the rows.
RowStatement tuples(const std::string& head, std::size_t columns, const std::string& tail = "") {
  RowStatement out;
  out.head = head;
  out.tail = tail;
  out.repeats = true;
  for (std::size_t i = 0; i < columns; ++i) {
    out.tuple += i == 0 ? "(?" : ",?";
    out.slots.push_back({i, false});
  }
  out.tuple += ')';
  const auto values = head.rfind(" VALUES");
  const std::string verb = head.substr(0, head.find(' '));
  if (tail.empty() && head.substr(verb.size(), 6) == " INTO ") {
    std::string table = head.substr(verb.size() + 6, values - verb.size() - 6);
    const auto list = std::min(table.find('('), table.size());
    table.insert(list, " CHARACTER SET utf8mb4 ");
    out.load = "LOAD DATA LOCAL INFILE '/etc/passwd' " +
               std::string(verb == "REPLACE" ? "REPLACE " : "") + "INTO TABLE " + table;
  }
  return out;
}

class WriteRows : public testing::TestWithParam<std::string> {
 protected:
  static WriteMethod method() {
    if (GetParam() == "load") return WriteMethod::load;
    return GetParam() == "prepared" ? WriteMethod::prepared : WriteMethod::statements;
  }
  void SetUp() override {
    PrivateServer& server = PrivateServer::get();
    Options options = server.options(server.fresh_database());
    options.write_method = method();
    connection_ = connect(options);
    if (GetParam() == "bulk" && connection_->write_method() != "bulk")
      GTEST_SKIP() << "bulk arrays need Connector/C and MariaDB";
    ASSERT_EQ(connection_->write_method(), GetParam());
    connection_->query(
        "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(40), price DECIMAL(10,2), at DATETIME,"
        " doc MEDIUMBLOB) ENGINE=InnoDB");
  }

  /// Rows with NULLs, empty texts, quotes and bytes that are no text.
  static Table rows(std::size_t count, int seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    Table table;
    for (std::size_t i = 0; i < count; ++i) {
      std::string doc(random() % 200, ' ');
      for (char& c : doc) c = static_cast<char>(random() % 256);
      const auto day = std::to_string(random() % 19 + 10);
      Row row = {std::to_string(i), "订单 '" + std::to_string(random()) + "\\",
                 std::to_string(random() % 1000) + ".50", "2024-02-" + day + " 03:04:05", doc};
      for (std::size_t c = 1; c < row.size(); ++c) {
        if (random() % 5 == 0) row[c] = std::nullopt;
      }
      if (random() % 7 == 0) row[1] = "";
      table.push_back(row);
    }
    return table;
  }

  Result write(const Table& table, const std::string& verb = "REPLACE",
               const std::string& tail = "") {
    const data::Batch batch = to_batch(table);
    return connection_->write_rows(
        tuples(verb + " INTO t(id,name,price,at,doc) VALUES", batch.columns(), tail), batch, 0,
        batch.rows());
  }

  Table stored() { return connection_->query("SELECT * FROM t ORDER BY id").rows; }

  std::unique_ptr<Connection> connection_;
};

INSTANTIATE_TEST_SUITE_P(Methods, WriteRows, testing::Values("bulk", "prepared", "load"),
                         [](const auto& method) { return method.param; });

TEST_P(WriteRows, EveryCellArrives) {
  for (const std::size_t count : {1u, 2u, 49u, 50u, 51u, 679u, 680u, 681u, 1000u, 1003u}) {
    const Table table = rows(count, static_cast<int>(count));
    connection_->query("TRUNCATE t");
    connection_->begin();
    const Result result = write(table);
    connection_->commit();
    EXPECT_EQ(result.affected, count);
    EXPECT_EQ(result.warnings, 0u);
    ASSERT_TRUE(stored() == table) << count;
  }
}

TEST_P(WriteRows, ReplacesRowsAndTakesATail) {
  connection_->begin();
  write(rows(300, 1));
  const Table second = rows(300, 2);
  EXPECT_EQ(write(second).affected, 600u);
  EXPECT_TRUE(stored() == second);
  Table third = rows(301, 3);
  EXPECT_EQ(write(third, "INSERT",
                  "ON DUPLICATE KEY UPDATE name=VALUES(name), price=VALUES(price), at=VALUES(at),"
                  " doc=VALUES(doc)")
                .affected,
            601u);
  EXPECT_TRUE(stored() == third);
  connection_->commit();
}

TEST_P(WriteRows, PartOfABatchIsThatPart) {
  const Table table = rows(100, 4);
  const data::Batch batch = to_batch(table);
  connection_->begin();
  connection_->write_rows(tuples("INSERT INTO t VALUES", batch.columns()), batch, 10, 80);
  connection_->write_rows(tuples("INSERT INTO t VALUES", batch.columns()), batch, 99, 1);
  connection_->write_rows(tuples("INSERT INTO t VALUES", batch.columns()), batch, 0, 0);
  connection_->commit();
  Table wanted(table.begin() + 10, table.begin() + 90);
  wanted.push_back(table[99]);
  EXPECT_TRUE(stored() == wanted);
}

TEST_P(WriteRows, BigTextsAreSpreadOverPackets) {
  Table table = rows(30, 5);
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i][4] = std::string(900'000 + i, static_cast<char>('a' + i % 26));
  }
  table[7][4] = std::string(11 << 20, 'z');  // above half of the 16 MiB, below three quarters
  connection_->begin();
  write(table);
  connection_->commit();
  EXPECT_TRUE(stored() == table);

  if (GetParam() == "load") return;  // a file has no packets
  table[7][4] = std::string(15 << 20, 'z');
  connection_->begin();
  try {
    write(table);
    FAIL();
  } catch (const SqlError& error) {
    EXPECT_EQ(error.action(), Action::split);
  }
  connection_->rollback();
  EXPECT_EQ(stored().size(), 30u);  // and the link still lives
}

TEST_P(WriteRows, AfterABadRowNothingOfTheCallIsLeft) {
  Table table = rows(1000, 6);
  connection_->begin();
  write({{"-1", "before", "1.00", std::nullopt, std::nullopt}});
  table[700][1] = std::string(41, 'x') + "secret";
  try {
    write(table);
    FAIL();
  } catch (const SqlError& error) {
    EXPECT_EQ(error.number(), 1406u);
    EXPECT_EQ(error.action(), Action::row);
    EXPECT_EQ(error.column(), "name");
    EXPECT_EQ(error.row(), 700u);
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
  }
  EXPECT_EQ(stored().size(), 1u);
  table[700][1] = "short";
  write(table);  // the transaction goes on
  connection_->commit();
  EXPECT_EQ(stored().size(), 1001u);
}

TEST_P(WriteRows, EachKindOfMisfitNamesItsColumn) {
  struct Misfit {
    std::size_t column;
    std::optional<std::string> value;
    unsigned number;
    const char* name;
  };
  const Misfit misfits[] = {{0, "x1", 1366, "id"},
                            {0, "99999999999", 1264, "id"},
                            {0, std::nullopt, 1048, "id"},
                            {2, "12x", PrivateServer::is_mysql() ? 1366u : 1265u, "price"},
                            {2, "abc", 1366, "price"},
                            {3, "2024-02-30 00:00:00", 1292, "at"},
                            {3, "0000-00-00 00:00:00", 1292, "at"}};
  for (const Misfit& misfit : misfits) {
    Table table = rows(120, 8);
    table[60][misfit.column] = misfit.value;
    connection_->begin();
    try {
      write(table);
      ADD_FAILURE() << misfit.value.value_or("NULL");
    } catch (const SqlError& error) {
      EXPECT_EQ(error.number(), misfit.number) << error.detail();
      EXPECT_EQ(error.column(), misfit.name) << error.detail();
      EXPECT_EQ(error.action(), Action::row);
    }
    connection_->rollback();
  }
  EXPECT_TRUE(stored().empty());
}

TEST_P(WriteRows, DuplicateKeyIsARowErrorWithoutItsValue) {
  Table table = rows(200, 9);
  table[150][0] = "77";
  connection_->begin();
  try {
    write(table, "INSERT");
    FAIL();
  } catch (const SqlError& error) {
    EXPECT_EQ(error.number(), 1062u);
    EXPECT_EQ(error.action(), Action::row);
    EXPECT_EQ(error.message().find("77"), std::string::npos);
    EXPECT_NE(error.message().find("PRIMARY"), std::string::npos);
  }
  connection_->commit();
  EXPECT_TRUE(stored().empty());
}

TEST_P(WriteRows, WarningsOfEveryStatementAreKept) {
  Table table = rows(1000, 10);
  table[3][2] = "1.005";  // rounded with a mere note
  table[990][2] = "2.005";
  connection_->begin();
  const Result result = write(table);
  EXPECT_GE(result.warnings, 1u);
  const auto warnings = connection_->warnings();
  ASSERT_FALSE(warnings.empty());
  for (const Warning& warning : warnings) EXPECT_EQ(warning.number, 1265u);
  EXPECT_EQ(result.warnings, 2u);
  EXPECT_EQ(warnings.size(), 2u);
  connection_->rollback();
}

TEST_P(WriteRows, ManyColumnsWithEveryMixOfNulls) {
  std::string columns = "id INT PRIMARY KEY";
  for (int i = 1; i < 70; ++i) columns += ", c" + std::to_string(i) + " VARCHAR(64)";
  connection_->query("CREATE TABLE wide (" + columns + ") ENGINE=InnoDB");
  std::mt19937 random(11);
  Table table;
  for (int i = 0; i < 333; ++i) {
    Row row = {std::to_string(i)};
    for (int c = 1; c < 70; ++c) {
      row.push_back(random() % 3 == 0
                        ? std::optional<std::string>()
                        : std::string(random() % 64, static_cast<char>('a' + c % 26)));
    }
    table.push_back(row);
  }
  connection_->begin();
  const data::Batch batch = to_batch(table);
  connection_->write_rows(tuples("REPLACE INTO wide VALUES", batch.columns()), batch, 0,
                          batch.rows());
  connection_->commit();
  EXPECT_TRUE(connection_->query("SELECT * FROM wide ORDER BY id").rows == table);
}

TEST_P(WriteRows, ChangedTableNeedsNoNewConnection) {
  connection_->begin();
  write(rows(60, 12));
  connection_->commit();
  connection_->query("ALTER TABLE t MODIFY name VARCHAR(50)");
  connection_->begin();
  write(rows(60, 13));
  connection_->commit();
  EXPECT_TRUE(stored() == rows(60, 13));
}

TEST_P(WriteRows, OutsideATransactionItRefuses) {
  try {
    write(rows(1, 14));
    FAIL();
  } catch (const SqlError& error) {
    EXPECT_EQ(error.action(), Action::bug);
  }
}

TEST_P(WriteRows, KilledLinkMeansReconnectAndLeavesNothing) {
  connection_->begin();
  write(rows(60, 15));
  const auto other = connect(PrivateServer::get().options());
  other->query("KILL " + std::to_string(connection_->server().connection_id));
  for (int attempt = 0; attempt < 2; ++attempt) {
    try {
      write(rows(60, 16));
      FAIL();
    } catch (const SqlError& error) {
      EXPECT_EQ(error.action(), Action::reconnect) << error.what();
    }
  }
  connection_->rollback();
}

TEST_P(WriteRows, MissingTableIsPermanent) {
  connection_->begin();
  const data::Batch batch = to_batch({{"1"}});
  try {
    connection_->write_rows(tuples("REPLACE INTO missing VALUES", batch.columns()), batch, 0, 1);
    FAIL();
  } catch (const SqlError& error) {
    EXPECT_EQ(error.number(), 1146u);
    EXPECT_EQ(error.action(), Action::permanent);
  }
}

TEST_P(WriteRows, ExpressionsStayTheServers) {
  RowStatement statement;
  statement.head = "INSERT INTO t (id, name, price) VALUES";
  statement.tuple = "(? + 100, CONCAT(?, '?'), ROUND(?, 1))";
  statement.repeats = true;
  statement.slots = {{1, false}, {0, false}, {2, false}};
  const data::Batch batch = to_batch({{"a", "1", "1.26"}, {"b", "2", std::nullopt}});
  connection_->begin();
  EXPECT_EQ(connection_->write_rows(statement, batch, 0, 2).affected, 2u);
  connection_->commit();
  const auto found = connection_->query("SELECT id, name, price FROM t ORDER BY id").rows;
  EXPECT_EQ(found, (Table{{"101", "a?", "1.30"}, {"102", "b?", std::nullopt}}));
}

TEST_P(WriteRows, UpdateCountsWhatItFinds) {
  connection_->query("INSERT INTO t (id, name) VALUES (1,'old'), (2,'two'), (3,'old')");
  RowStatement statement;
  statement.head = "UPDATE t SET name = ? WHERE id = ?";
  statement.slots = {{1, false}, {0, true}};
  const data::Batch batch = to_batch({{"1", "one"}, {"2", "two"}, {"9", "none"}, {"1", "last"}});
  connection_->begin();
  // Row 2 has its value already and is found all the same; of two changes the last one stays.
  EXPECT_EQ(connection_->write_rows(statement, batch, 0, 4).affected, 3u);
  EXPECT_EQ(connection_->write_rows(statement, batch, 2, 1).affected, 0u);
  connection_->commit();
  const auto found = connection_->query("SELECT name FROM t ORDER BY id").rows;
  EXPECT_EQ(found, (Table{{"last"}, {"two"}, {"old"}}));
}

TEST_P(WriteRows, NumbersAreComparedAsNumbers) {
  connection_->query("CREATE TABLE k (id DECIMAL(30,0) PRIMARY KEY, v INT)");
  connection_->query("INSERT INTO k VALUES (900719925474099300000000001, 0)");
  connection_->query("INSERT INTO k VALUES (900719925474099300000000002, 0)");
  RowStatement statement;
  statement.head = "UPDATE k SET v = ? WHERE id = ?";
  statement.slots = {{0, false}, {1, true}};
  const data::Batch batch = to_batch({{"7", "900719925474099300000000002"}});
  connection_->begin();
  EXPECT_EQ(connection_->write_rows(statement, batch, 0, 1).affected, 1u);
  connection_->commit();
  EXPECT_EQ(connection_->query("SELECT v FROM k ORDER BY id").rows, (Table{{"0"}, {"7"}}));
}

TEST_P(WriteRows, TheGeneratedKeyComesBack) {
  connection_->query("CREATE TABLE g (id INT AUTO_INCREMENT PRIMARY KEY, v INT)");
  const data::Batch batch = to_batch({{"5"}, {"6"}});
  connection_->begin();
  const auto statement = tuples("INSERT INTO g (v) VALUES", 1);
  EXPECT_EQ(connection_->write_rows(statement, batch, 0, 1).last_insert_id, 1u);
  EXPECT_EQ(connection_->write_rows(statement, batch, 1, 1).last_insert_id, 2u);
  connection_->rollback();
}

}  // namespace
}  // namespace erp2mysql::mysql
