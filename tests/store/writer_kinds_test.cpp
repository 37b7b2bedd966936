// SPDX-License-Identifier: Apache-2.0
// Statements other than a batch of REPLACE, through a real server: UPDATE that finds nothing, rows
// that are there already, lines of a record, and batches that fail as a whole.
#include <gtest/gtest.h>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/store/writer.hpp"
#include "store/feed.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::store {
namespace {

using base::ErrorKind;
using tests::PrivateServer;
using Cells = std::vector<std::optional<std::string>>;

const data::Window k_window{{base::Instant(base::Millis(1'700'000'000'000)),
                             base::Instant(base::Millis(1'700'003'600'000))}};

class WriterKinds : public testing::Test {
 protected:
  void SetUp() override {
    watcher_ = mysql::connect(PrivateServer::get().options(name_));
    watcher_->query(
        "CREATE TABLE t (id BIGINT PRIMARY KEY, v VARCHAR(5), n DECIMAL(6,2),"
        " changed INT NOT NULL DEFAULT 0)");
    watcher_->query(
        "CREATE TRIGGER count_changes BEFORE UPDATE ON t FOR EACH ROW"
        " SET NEW.changed = OLD.changed + 1");
    options_.rows_per_statement = 50;
    options_.max_bad_rows = 1000;
  }
  void open(Statement statement, std::vector<Statement> extensions = {}) {
    writer_.reset();
    session_.reset();
    session_ = std::make_unique<Session>(
        [this] { return mysql::connect(PrivateServer::get().options(name_)); }, State(name_, "job"),
        "run-1", "f", clock_);
    table_ = read_table(*watcher_, name_, statement.table);
    writer_ = std::make_unique<WindowWriter>(*session_, std::move(statement), table_, options_,
                                             std::move(extensions));
    writer_->begin("sync", k_window);
    feed_.emplace(*writer_);
  }
  void open_update(const char* sql, const std::vector<std::string>& items = {"v", "id"}) {
    auto statement = parse_execute(sql);
    bind_marks(statement, items);
    open(std::move(statement));
  }
  static void fill(data::Batch& batch, const std::shared_ptr<const data::Document>& page,
                   const Cells& cells) {
    batch.begin_row({*page, page->root()});
    for (const auto& cell : cells) cell ? batch.add(*cell) : batch.add_null();
  }
  void add(const Cells& cells, const std::vector<std::vector<Cells>>& lines = {}) {
    const auto page =
        std::make_shared<const data::Document>(data::Document::parse_page("{\"raw\":1}"));
    fill(feed_->batch(), page, cells);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      for (const auto& line : lines[i]) fill(feed_->lines()[i], page, line);
    }
    feed_->record_added();
  }
  WindowCounts finish(std::uint64_t read) {
    WindowCounts counts;
    counts.books.read = read;
    feed_->flush();
    writer_->finish(counts, std::nullopt);
    return counts;
  }
  std::string all(const std::string& sql) {
    std::string out;
    for (const auto& row : watcher_->query(sql).rows) {
      for (const auto& cell : row) out += cell.value_or("NULL") + " ";
      out += "/ ";
    }
    return out;
  }

  std::string name_ = PrivateServer::get().fresh_database();
  base::FakeClock clock_;
  WriteOptions options_;
  std::unique_ptr<mysql::Connection> watcher_;
  std::unique_ptr<Session> session_;
  Table table_;
  std::unique_ptr<WindowWriter> writer_;
  std::optional<Feed> feed_;
};

TEST_F(WriterKinds, AnUpdateThatFindsNothing) {
  const struct {
    NoMatch on_no_match;
    const char* rows;
    std::uint64_t written, unchanged, quarantined;
    const char* states;
  } cases[] = {
      {NoMatch::quarantine, "1 new / 2 same / ", 2, 0, 1, "unmatched 8 / "},
      {NoMatch::ignore, "1 new / 2 same / ", 2, 1, 0, ""},
      {NoMatch::insert, "1 new / 2 same / 8 new / ", 3, 0, 0, ""},
  };
  for (const auto& test : cases) {
    watcher_->query("DELETE FROM t");
    watcher_->query("INSERT INTO t (id, v) VALUES (1, 'old'), (2, 'same')");
    options_.on_no_match = test.on_no_match;
    options_.max_bad_rows = 0;  // a row without a match is not bad
    open_update("UPDATE t SET v = :v WHERE id = :id", {"id", "v"});
    add({"1", "new"});
    add({"8", "new"});
    add({"2", "same"});
    const auto counts = finish(3);
    EXPECT_EQ(counts.books.written, test.written);
    EXPECT_EQ(counts.books.unchanged, test.unchanged);
    EXPECT_EQ(counts.books.quarantined, test.quarantined);
    EXPECT_EQ(counts.unmatched, 1u);
    EXPECT_EQ(all("SELECT id, v FROM t ORDER BY id"), test.rows);
    EXPECT_EQ(all("SELECT state, record_key FROM erp2mysql_quarantine"), test.states);
    watcher_->query("DELETE FROM erp2mysql_quarantine");
  }
}

TEST_F(WriterKinds, AnUpdateThatCountsRunsOnceForEveryRow) {
  watcher_->query("INSERT INTO t (id, n) VALUES (1, 1), (2, 1)");
  open_update("UPDATE t SET n = n + :n WHERE id = :id", {"n", "id"});
  for (int i = 0; i < 120; ++i) add({"1", std::to_string(i % 3 + 1)});
  const auto counts = finish(120);
  EXPECT_EQ(counts.books.written + counts.books.quarantined, 120u);
  EXPECT_EQ(counts.books.quarantined, 40u);  // id 3 is not there
  EXPECT_EQ(all("SELECT n FROM t ORDER BY id"), "41.00 / 41.00 / ");
}

TEST_F(WriterKinds, AnUpdateWithoutAUniqueKeyCountsRowByRow) {
  watcher_->query("INSERT INTO t (id, v) VALUES (1, 'a'), (2, 'a')");
  open_update("UPDATE t SET n = :n WHERE v = :v", {"n", "v"});
  add({"5", "a"});
  add({"6", "b"});
  const auto counts = finish(2);
  EXPECT_EQ(counts.books.written, 1u);
  EXPECT_EQ(counts.unmatched, 1u);
  EXPECT_EQ(all("SELECT n FROM t ORDER BY id"), "5.00 / 5.00 / ");
}

TEST_F(WriterKinds, AValueComparedWithANumberMustBeOne) {
  watcher_->query("INSERT INTO t (id, v) VALUES (0, 'zero')");
  open_update("UPDATE t SET v = :v WHERE id = :id");
  add({"bad", "abc"});
  const auto counts = finish(1);
  EXPECT_EQ(counts.books.quarantined, 1u);
  EXPECT_EQ(all("SELECT v FROM t"), "zero / ");
  EXPECT_EQ(all("SELECT field, state FROM erp2mysql_quarantine"), "id open / ");
}

TEST_F(WriterKinds, RowsThatAreThereAlreadyStayUntouched) {
  options_.skip_unchanged = true;
  const char* k_sql =
      "INSERT INTO t (id, v, n) VALUES ON DUPLICATE KEY UPDATE v = VALUES(v),"
      " n = VALUES(n)";
  open(parse_batch(k_sql));
  for (int id = 1; id <= 60; ++id) add({std::to_string(id), "x", "1.5"});
  EXPECT_EQ(finish(60).books.written, 60u);
  open(parse_batch(k_sql));
  for (int id = 1; id <= 60; ++id)
    add({std::to_string(id), "x", id == 7 ? "1.51" : id % 2 == 0 ? "1.50" : "1.5"});
  add({"8", "y", "1.5"});  // twice in one batch: the later one counts, whatever the table holds
  add({"8", "x", "1.5"});
  add({"99", std::nullopt, std::nullopt});
  add({"9", std::nullopt, "1.5"});
  const auto counts = finish(64);
  EXPECT_EQ(counts.books.unchanged, 59u);
  EXPECT_EQ(counts.books.written, 5u);
  EXPECT_EQ(all("SELECT id FROM t WHERE changed > 0 ORDER BY id"), "7 / 8 / 9 / ");
  EXPECT_EQ(all("SELECT v, n FROM t WHERE id IN (7, 8, 9) ORDER BY id"),
            "x 1.51 / x 1.50 / NULL 1.50 / ");
}

TEST_F(WriterKinds, LinesGoWithTheirRecord) {
  watcher_->query("CREATE TABLE h (id INT AUTO_INCREMENT PRIMARY KEY, code VARCHAR(5) UNIQUE)");
  watcher_->query("CREATE TABLE l (h INT, sku VARCHAR(4), PRIMARY KEY (h, sku))");
  auto main = parse_execute("INSERT INTO h (code) VALUES (:code)");
  bind_marks(main, {"code"});
  auto line = parse_execute("INSERT INTO l (h, sku) VALUES (:lastInsertId, :sku)");
  bind_marks(line, {"sku", "lastInsertId"});
  open(main, {line});
  add({"A"}, {{{"a1"}, {"a2"}}});
  add({"B"}, {{}});
  add({"C"}, {{{"c1"}, {"too long"}}});  // its header must not stay
  add({"too long"}, {{{"d1"}}});
  add({"E"}, {{{"e1"}}});
  const auto counts = finish(5);
  EXPECT_EQ(counts.books.written, 3u);
  EXPECT_EQ(counts.books.quarantined, 2u);
  EXPECT_EQ(all("SELECT code, sku FROM h LEFT JOIN l ON l.h = h.id ORDER BY code, sku"),
            "A a1 / A a2 / B NULL / E e1 / ");
  EXPECT_EQ(all("SELECT COUNT(*) FROM l"), "3 / ");
}

TEST_F(WriterKinds, ABatchThatFailsAlikeIsAMappingError) {
  options_.rows_per_statement = 200;
  open(parse_batch("REPLACE INTO t (id, v) VALUES"));
  for (int id = 1; id <= 120; ++id) add({std::to_string(id), "too long"});
  try {
    finish(120);
    ADD_FAILURE();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config) << error.what();
    EXPECT_NE(error.message().find("all 120 rows"), std::string::npos) << error.what();
  }
  open(parse_batch("REPLACE INTO t (id, v) VALUES"));
  for (int id = 1; id <= 119; ++id) add({std::to_string(id), "too long"});
  add({"120", "good"});
  EXPECT_EQ(finish(120).books.quarantined, 119u);
}

TEST_F(WriterKinds, TooGreatAShareOfBadRowsStopsTheRun) {
  options_.max_bad_millionths = 250'000;
  const auto attempt = [&](int bad) {
    open(parse_batch("REPLACE INTO t (id, v) VALUES"));
    for (int id = 1; id <= 8; ++id) add({std::to_string(id), id <= bad ? "too long" : "x"});
    return finish(8).books.quarantined;
  };
  EXPECT_EQ(attempt(2), 2u);
  try {
    attempt(3);
    ADD_FAILURE();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_NE(error.message().find("maxBadRatio"), std::string::npos);
  }
}

}  // namespace
}  // namespace erp2mysql::store
