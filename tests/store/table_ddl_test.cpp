// SPDX-License-Identifier: Apache-2.0
// Types and keys of a guessed table; and that the server takes the statement.
#include "erp2mysql/store/table_ddl.hpp"

#include <gtest/gtest.h>

#include "erp2mysql/store/schema.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::store {
namespace {

using Cells = std::vector<std::optional<std::string>>;

data::Batch batch(const std::vector<Cells>& rows) {
  data::Batch out(rows.front().size());
  for (const auto& row : rows) {
    out.begin_row({});
    for (const auto& cell : row) cell ? out.add(*cell) : out.add_null();
  }
  return out;
}

TEST(TableDdl, TypesFollowTheMappingAndTheSample) {
  const struct {
    const char* word;
    std::string value;
    const char* type;
  } cases[] = {
      {"string", "short", "VARCHAR(32) NULL"},
      {"string", "十六个汉字十六个汉字十六个汉字一", "VARCHAR(32) NULL"},
      {"string", std::string(17, 'x'), "VARCHAR(64) NULL"},
      {"string", std::string(600, 'x'), "TEXT NULL"},
      {"string", std::string(20000, 'x'), "MEDIUMTEXT NULL"},
      {"int", "12", "BIGINT NULL"},
      {"int", "12345678901234567890", "DECIMAL(25,0) NULL"},
      {"float", "1.5", "DECIMAL(18,4) NULL"},
      {"number", "123456789012345.123456", "DECIMAL(25,6) NULL"},
      {"datetime", "2024-01-01 00:00:00", "DATETIME NULL"},
      {"datetime", "2024-01-01 00:00:00.250", "DATETIME(3) NULL"},
      {"datetime", "2024-01-01 00:00:00.250000", "DATETIME(6) NULL"},
      {"date", "2024-01-01", "DATE NULL"},
      {"boolean", "1", "TINYINT(1) NULL"},
      {"object", "{}", "LONGTEXT NULL"},
  };
  for (const auto& test : cases) {
    const auto sql = create_table(parse_batch("REPLACE INTO t (id, v) VALUES"), "bi",
                                  {"string", test.word}, batch({{"1", test.value}}));
    EXPECT_NE(sql.find(std::string("`v` ") + test.type + ","), std::string::npos) << sql;
    EXPECT_EQ(sql.find("CREATE TABLE `bi`.`t` ("), 0u);
  }
}

TEST(TableDdl, TheKeyTellsRowsApart) {
  const struct {
    const char* sql;
    std::vector<std::string> items;  // empty: a batch
    std::vector<Cells> rows;
    const char* key;
  } cases[] = {
      {"REPLACE INTO t (a, ID) VALUES", {}, {{"1", "1"}, {"1", "1"}}, "PRIMARY KEY (`ID`)"},
      {"REPLACE INTO t (a, b) VALUES", {}, {{"1", "1"}, {"1", "2"}}, "PRIMARY KEY (`b`)"},
      {"REPLACE INTO t (a, b) VALUES", {}, {{"1", "1"}, {std::nullopt, "1"}}, "PRIMARY KEY (…)"},
      {"UPDATE t SET a = :a WHERE b = :b AND c = :c",
       {"a", "b", "c"},
       {{"1", "1", "2"}},
       "PRIMARY KEY (`b`, `c`)"},
      {"INSERT INTO x.t (a, b) VALUES (:q, NOW())", {"q"}, {{"1"}}, "PRIMARY KEY (`a`)"},
  };
  for (const auto& test : cases) {
    auto statement = test.items.empty() ? parse_batch(test.sql) : parse_execute(test.sql);
    if (!test.items.empty()) bind_marks(statement, test.items);
    const std::vector<std::string> types(test.rows[0].size(), "string");
    const auto sql = create_table(statement, "bi", types, batch(test.rows));
    EXPECT_NE(sql.find(test.key), std::string::npos) << sql;
  }
}

TEST(TableDdl, TheServerTakesItAndPreflightIsContent) {
  const auto name = tests::PrivateServer::get().fresh_database();
  const auto connection = mysql::connect(tests::PrivateServer::get().options(name));
  const auto statement = parse_batch("REPLACE INTO `odd ``name` (id, `单价`, day, flag) VALUES");
  connection->query(create_table(statement, name, {"string", "float", "datetime", "boolean"},
                                 batch({{"A-1", "1.50", "2024-01-01 00:00:00", "1"}})));
  const auto table = read_table(*connection, name, "odd `name");
  EXPECT_TRUE(preflight(table, statement).empty());
  ASSERT_EQ(table.unique_keys.size(), 1u);
  EXPECT_EQ(table.find("单价")->full_type, "decimal(18,4)");
}

TEST(PreflightHints, TheDdlThatWouldMendIsSaid) {
  const auto name = tests::PrivateServer::get().fresh_database();
  const auto connection = mysql::connect(tests::PrivateServer::get().options(name));
  const struct {
    const char* create;
    bool complete;  // the hint can be executed as it is
  } cases[] = {
      {"CREATE TABLE t (id INT PRIMARY KEY, v INT) ENGINE=MyISAM", true},
      {"CREATE TABLE t (id INT PRIMARY KEY, v INT, must VARCHAR(7) NOT NULL)", true},
      {"CREATE TABLE t (id INT PRIMARY KEY)", false},
  };
  const auto statement = parse_batch("REPLACE INTO t (id, v) VALUES");
  for (const auto& test : cases) {
    connection->query(test.create);
    try {
      preflight(read_table(*connection, name, "t"), statement);
      ADD_FAILURE() << test.create;
    } catch (const base::Error& error) {
      const auto at = error.hint().find("ALTER TABLE `" + name + "`.`t` ");
      ASSERT_NE(at, std::string::npos) << error.hint();
      if (test.complete) {
        connection->query(error.hint().substr(at));
        EXPECT_TRUE(preflight(read_table(*connection, name, "t"), statement).empty());
      }
    }
    connection->query("DROP TABLE t");
  }
  connection->query("CREATE TABLE t (id VARCHAR(9) NOT NULL PRIMARY KEY, v INT, UNIQUE KEY k (v))");
  for (const auto& warning : preflight(read_table(*connection, name, "t"), statement))
    connection->query(warning.substr(warning.find("ALTER TABLE")));
  EXPECT_TRUE(preflight(read_table(*connection, name, "t"), statement).empty());
}

}  // namespace
}  // namespace erp2mysql::store
