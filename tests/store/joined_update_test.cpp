// SPDX-License-Identifier: Apache-2.0
// The UPDATE of many rows by a join: when it may stand for the statement, and that the table ends
// as if every row had been sent alone.
#include "../../src/store/joined_update.hpp"

#include <gtest/gtest.h>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/store/writer.hpp"
#include "store/feed.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::store {
namespace {

using tests::PrivateServer;
using Cells = std::vector<std::optional<std::string>>;

Table sample() {
  return {"db",
          "t",
          "InnoDB",
          {{"id", "bigint", {}, {}, false, false, "", "bigint unsigned"},
           {"k", "varchar", {}, {}, false, false, "utf8mb4_bin", "varchar(9)"},
           {"old", "varchar", {}, {}, false, false, "latin1_bin", "varchar(9)"},
           {"n", "decimal", 2, {}, true, false, "", "decimal(9,2)"},
           {"b", "blob", {}, {}, true, false, "", "blob"}},
          {},
          {},
          {}};
}

std::string joined(const char* sql, const std::vector<std::string>& items,
                   mysql::Flavour flavour = mysql::Flavour::mysql,
                   const char* version = "9.7.4-2") {
  auto statement = parse_execute(sql);
  bind_marks(statement, items);
  const auto out = joined_update(statement, sample(), {version, flavour, 0, 0});
  return out ? out->head + " " + out->tuple + out->tail : "no";
}

TEST(JoinedUpdate, OnlyWhereTheJoinMeansTheSame) {
  const char* k_sql = "UPDATE t SET n = :n WHERE id = :id AND k = :k";
  const std::vector<std::string> items{"n", "id", "k", "x"};
  EXPECT_EQ(joined(k_sql, items),
            "UPDATE (VALUES ROW(?,CAST(? AS UNSIGNED),?)) AS d (c0,c1,c2) STRAIGHT_JOIN `db`.`t` AS"
            " t ON t.`id` = d.c1 AND t.`k` = d.c2 COLLATE utf8mb4_bin SET t.`n` = d.c0");
  EXPECT_NE(joined("UPDATE t SET n = 5, k = NOW() WHERE n = :n", items), "no");
  for (const char* version : {"8.0.18", "5.7.44", ""})
    EXPECT_EQ(joined(k_sql, items, mysql::Flavour::mysql, version), "no") << version;
  EXPECT_NE(joined(k_sql, items, mysql::Flavour::mysql, "8.0.19"), "no");
  EXPECT_EQ(joined(k_sql, items, mysql::Flavour::mariadb, "10.3.39-MariaDB"), "no");
  EXPECT_EQ(joined(k_sql, items, mysql::Flavour::mariadb, "10.11.19-MariaDB"),
            "UPDATE (WITH v (c0,c1,c2) AS ( SELECT ?,CAST(? AS UNSIGNED),?) SELECT * FROM v) AS d"
            " STRAIGHT_JOIN `db`.`t` AS t ON t.`id` = d.c1 AND t.`k` = d.c2 COLLATE utf8mb4_bin"
            " SET t.`n` = d.c0");
  EXPECT_EQ(joined(k_sql, items, mysql::Flavour::other, "10.11.19"), "no");
  for (const char* sql :
       {"UPDATE t SET n = :n WHERE old = :x", "UPDATE t SET b = :x WHERE id = :id",
        "UPDATE t SET k = LEFT(:k, 5) WHERE id = :id", "UPDATE t SET n = n + :n WHERE id = :id",
        "UPDATE t SET zzz = :n WHERE id = :id", "UPDATE t SET n = :n WHERE id > :id"})
    EXPECT_EQ(joined(sql, items), "no") << sql;
}

TEST(JoinedUpdate, LeavesWhatSingleStatementsLeave) {
  const auto name = PrivateServer::get().fresh_database();
  const auto watcher = mysql::connect(PrivateServer::get().options(name));
  watcher->query(
      "CREATE TABLE t (id BIGINT, k VARCHAR(9) COLLATE utf8mb4_unicode_520_ci, v LONGTEXT, n"
      " DECIMAL(9,2), d DATETIME, PRIMARY KEY (id, k))");
  watcher->query(
      "INSERT INTO t (id, k) VALUES (9007199254740993,'a'), (9007199254740992,'a'), (1,'a'),"
      " (1,'b'), (2,'a'), (3,'a')");
  auto statement = parse_execute("UPDATE t SET v = :v, n = :n, d = :d WHERE id = :id AND k = :k");
  bind_marks(statement, {"v", "n", "d", "id", "k"});
  base::FakeClock clock;
  Session session([&] { return mysql::connect(PrivateServer::get().options(name)); },
                  State(name, "job"), "r", "f", clock);
  const auto table = read_table(*watcher, name, "t");
  WriteOptions options;
  options.max_bad_rows = 9;
  WindowWriter writer(session, statement, table, options);
  writer.begin("run", {});
  Feed feed(writer);
  const std::vector<Cells> rows = {
      {"one", "1.50", "2024-02-29 00:00:00", "1", "a"},
      {"exact", "1", std::nullopt, "9007199254740993", "A"},  // the collation ignores case
      {"first", "1", std::nullopt, "1", "b"},
      {"last", "2", std::nullopt, "1", "b"},
      {std::string(100'000, 'x'), "3", std::nullopt, "2", "a"},
      {"nobody", "3", std::nullopt, "99", "a"},
      {"too far", "3", std::nullopt, "99999999999999999999", "a"},
      {"bad", "12345678901", std::nullopt, "3", "a"},
  };
  for (const auto& row : rows) {
    feed.batch().begin_row({});
    for (const auto& cell : row) cell ? feed.batch().add(*cell) : feed.batch().add_null();
    feed.record_added();
  }
  WindowCounts counts;
  counts.books.read = rows.size();
  feed.flush();
  writer.finish(counts, std::nullopt);
  EXPECT_EQ(counts.books.written, 5u);
  EXPECT_EQ(counts.books.quarantined, 3u);
  std::string found;
  for (const auto& row : watcher
                             ->query("SELECT id, k, LEFT(v, 5), LENGTH(v), n, d FROM t WHERE v IS"
                                     " NOT NULL ORDER BY id, k")
                             .rows) {
    for (const auto& cell : row) found += cell.value_or("NULL") + " ";
    found += "/ ";
  }
  EXPECT_EQ(found,
            "1 a one 3 1.50 2024-02-29 00:00:00 / 1 b last 4 2.00 NULL / 2 a xxxxx 100000 3.00 NULL"
            " / 9007199254740993 a exact 5 1.00 NULL / ");
  EXPECT_EQ(
      watcher->query("SELECT GROUP_CONCAT(state ORDER BY id) FROM erp2mysql_quarantine").rows[0][0],
      "unmatched,unmatched,open");

  // And many rows really go at once.
  std::string many = "INSERT INTO t (id, k) VALUES (1000, 'a')";
  for (int id = 1001; id < 1200; ++id) many += ",(" + std::to_string(id) + ",'a')";
  watcher->query(many);
  const auto updates = [&] {
    return std::stoi(*watcher->query("SHOW GLOBAL STATUS LIKE 'Com_update'").rows[0][1]);
  };
  const int before = updates();
  writer.begin("run", {});
  for (int id = 1000; id < 1200; ++id) {
    feed.batch().begin_row({});
    for (const std::string& cell :
         {std::string("v"), std::string("1"), std::string("2024-01-01 00:00:00"),
          std::to_string(id), std::string("a")})
      feed.batch().add(cell);
    feed.record_added();
  }
  counts = {};
  counts.books.read = 200;
  feed.flush();
  writer.finish(counts, std::nullopt);
  EXPECT_EQ(counts.books.written, 200u);
  EXPECT_LT(updates() - before, 20);
}

}  // namespace
}  // namespace erp2mysql::store
