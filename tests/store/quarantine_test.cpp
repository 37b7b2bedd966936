// SPDX-License-Identifier: Apache-2.0
// The quarantine against a real server: what an entry holds, what a later row does to it, and
// entries that are tried again.
#include <gtest/gtest.h>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/store/writer.hpp"
#include "store/feed.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::store {
namespace {

using tests::PrivateServer;
using Cells = std::vector<std::optional<std::string>>;

const data::Window k_window{{base::Instant(base::Millis(1'700'000'000'000)),
                             base::Instant(base::Millis(1'700'003'600'000))}};

class QuarantineTest : public testing::Test {
 protected:
  void SetUp() override {
    watcher_ = mysql::connect(PrivateServer::get().options(name_));
    watcher_->query("CREATE TABLE t (id BIGINT, part INT, v VARCHAR(5), PRIMARY KEY (id, part))");
  }
  void open(Statement statement, bool metadata = true) {
    writer_.reset();
    session_.reset();
    session_ = std::make_unique<Session>(
        [this] { return mysql::connect(PrivateServer::get().options(name_)); }, State(name_, "job"),
        "run-1", "f", clock_);
    table_ = metadata ? read_table(*watcher_, name_, "t") : Table{name_, "t", "", {}, {}, {}, {}};
    WriteOptions options;
    options.max_bad_rows = 1000;
    options.cell_names = {"id", "part", "v"};
    writer_ = std::make_unique<WindowWriter>(*session_, std::move(statement), table_, options);
  }
  void open_replace() { open(parse_batch("REPLACE INTO t (id, part, v) VALUES")); }
  void open_update() {
    auto statement = parse_execute("UPDATE t SET v = :v WHERE id = :id AND part = :part");
    bind_marks(statement, {"id", "part", "v"});
    open(std::move(statement));
  }
  static void fill(data::Batch& batch, const Cells& cells, std::uint32_t line = 0) {
    const auto page = std::make_shared<const data::Document>(
        data::Document::parse_page(R"({"id":19999999999999999999.50})"));
    batch.begin_row({*page, page->root()}, line);
    for (const auto& cell : cells) cell ? batch.add(*cell) : batch.add_null();
  }
  void window(const std::vector<Cells>& rows) {
    writer_->begin("run", k_window);
    feed_.emplace(*writer_);
    for (const auto& cells : rows) {
      fill(feed_->batch(), cells, static_cast<std::uint32_t>(&cells - rows.data()));
      feed_->record_added();
    }
    WindowCounts counts;
    counts.books.read = rows.size();
    feed_->flush();
    writer_->finish(counts, std::nullopt);
  }
  static Replay again(std::uint64_t id, const Cells& cells) {
    Replay out{id, data::Batch(3), {}, std::nullopt};
    if (!cells.empty()) fill(out.main, cells);
    return out;
  }
  std::string all(const std::string& sql) {
    std::string out;
    for (const auto& row : watcher_->query(sql).rows) {
      for (const auto& cell : row) out += cell.value_or("NULL") + " ";
      out += "/ ";
    }
    return out;
  }
  std::string states() { return all("SELECT id, state FROM erp2mysql_quarantine ORDER BY id"); }

  std::string name_ = PrivateServer::get().fresh_database();
  base::FakeClock clock_;
  std::unique_ptr<mysql::Connection> watcher_;
  std::unique_ptr<Session> session_;
  Table table_;
  std::unique_ptr<WindowWriter> writer_;
  std::optional<Feed> feed_;
};

TEST_F(QuarantineTest, AnEntryHoldsAllThatARepairNeeds) {
  open_replace();
  window({{"1", "1", "good"}, {"1", "2", "too \"long\""}});
  const Quarantine quarantine(session_->state());
  const auto entries = quarantine.read(*watcher_, {}, 0, 10, true);
  ASSERT_EQ(entries.size(), 1u);
  const auto& entry = entries[0];
  EXPECT_EQ(entry.state, "open");
  EXPECT_EQ(entry.record, R"({"id":19999999999999999999.50})");
  EXPECT_EQ(entry.mapped, R"({"id":"1","part":"2","v":"too \"long\""})");
  EXPECT_EQ(entry.number, 1406u);
  EXPECT_EQ(entry.field, "v");
  EXPECT_EQ(entry.run_id, "run-1");
  EXPECT_EQ(entry.window, k_window);
  EXPECT_EQ(entry.line, 1u);
  EXPECT_EQ(entry.key, R"(["1","2"])");
  EXPECT_TRUE(quarantine.read(*watcher_, {}, 0, 10, false)[0].record.empty());
}

TEST_F(QuarantineTest, FiltersAndDrops) {
  open_replace();
  window({{"1", "1", "too long"}, {"2", "1", "too long"}, {"3", "1", "too long"}});
  const Quarantine quarantine(session_->state());
  quarantine.mark(*watcher_, {2}, "done");
  const auto ids = [&](const QuarantineFilter& filter, std::uint64_t after = 0) {
    std::string out;
    for (const auto& entry : quarantine.read(*watcher_, filter, after, 2, false))
      out += std::to_string(entry.id) + " ";
    return out;
  };
  EXPECT_EQ(ids({}), "1 2 ");
  EXPECT_EQ(ids({}, 2), "3 ");
  EXPECT_EQ(ids({{}, {"open"}}), "1 3 ");
  EXPECT_EQ(ids({{1, 2}, {"done", "filtered"}}), "2 ");
  EXPECT_EQ(quarantine.count(*watcher_, {{3, 9}, {}}), 1u);
  EXPECT_EQ(Quarantine(State(name_, "other")).drop(*watcher_, {}), 0u);
  EXPECT_EQ(quarantine.drop(*watcher_, {{}, {"open"}}), 2u);
  EXPECT_EQ(states(), "2 done / ");
}

TEST_F(QuarantineTest, ALaterRowOfTheSameKeyOvertakesAnEntry) {
  open_replace();
  window({{"1", "1", "too long"}, {"1", "2", "too long"}});
  window({{"1", "1", "good"}, {"9", "9", "good"}});
  EXPECT_EQ(states(), "1 superseded / 2 open / ");
  window({{"1", "2", "too long too"}});
  EXPECT_EQ(states(), "1 superseded / 2 superseded / 3 open / ");
}

TEST_F(QuarantineTest, EveryEntryIsTriedAgainByItself) {
  open_replace();
  window({{"1", "1", "too long"},
          {"2", "1", "too long"},
          {"3", "1", "too long"},
          {"4", "1", "too long"}});
  auto unmapped = again(4, {});
  unmapped.bad.emplace();
  unmapped.bad->reason = "no digits";
  const std::vector<Replay> entries = [&] {
    std::vector<Replay> out;
    out.push_back(again(1, {"1", "1", "fixed"}));
    out.push_back(again(2, {"2", "1", "still too long"}));
    out.push_back(again(3, {}));  // the condition drops it now
    out.push_back(std::move(unmapped));
    return out;
  }();
  const auto counts = writer_->replay(entries);
  EXPECT_EQ(counts.done, 1u);
  EXPECT_EQ(counts.bad, 2u);
  EXPECT_EQ(counts.filtered, 1u);
  EXPECT_EQ(states(), "1 done / 2 open / 3 filtered / 4 open / ");
  EXPECT_EQ(all("SELECT id, v FROM t"), "1 fixed / ");
  EXPECT_EQ(all("SELECT mapped LIKE '%still too%' FROM erp2mysql_quarantine WHERE id = 2"), "1 / ");
  EXPECT_EQ(all("SELECT reason FROM erp2mysql_quarantine WHERE id = 4"), "no digits / ");
}

TEST_F(QuarantineTest, AnEntryOfSeveralRowsIsWrittenAsAWholeOrNotAtAll) {
  open_replace();
  window({{"1", "1", "too long"}});
  auto entry = again(1, {"1", "1", "good"});
  fill(entry.main, {"1", "2", "too long"}, 1);
  EXPECT_EQ(writer_->replay({&entry, 1}).bad, 1u);
  EXPECT_EQ(all("SELECT id FROM t"), "");
}

TEST_F(QuarantineTest, AnUpdateThatFoundNothingFindsItsRowLater) {
  open_update();
  window({{"1", "1", "old"}, {"2", "1", "two"}});
  // Without the writer, as another version would leave them: the same key twice.
  watcher_->query(
      "INSERT INTO erp2mysql_quarantine (job, run_id, from_ms, to_ms, record_key, field,"
      " error_number, reason, record, state, row_key) SELECT job, run_id, from_ms, to_ms,"
      " record_key, field, error_number, reason, record, state, row_key FROM erp2mysql_quarantine"
      " WHERE id = 1");
  const Quarantine quarantine(session_->state());
  quarantine.supersede_repeats(*watcher_);
  EXPECT_EQ(states(), "1 superseded / 2 unmatched / 3 unmatched / ");
  watcher_->query("INSERT INTO t VALUES (1, 1, '')");
  std::vector<Replay> entries;
  entries.push_back(again(2, {"2", "1", "two"}));
  entries.push_back(again(3, {"1", "1", "new"}));
  const auto counts = writer_->replay(entries);
  EXPECT_EQ(counts.done, 1u);
  EXPECT_EQ(counts.unmatched, 1u);
  EXPECT_EQ(states(), "1 superseded / 2 unmatched / 3 done / ");
  EXPECT_EQ(all("SELECT v FROM t"), "new / ");
  window({{"2", "1", "newer"}});
  EXPECT_EQ(states(), "1 superseded / 2 superseded / 3 done / 4 unmatched / ");
}

TEST_F(QuarantineTest, WithoutTheTablesMetadata) {
  open(parse_batch("REPLACE INTO t (id, part, v) VALUES"), false);
  window({{"1", "1", "old"}, {"2", "1", "too long"}, {"3", "1", "old"}});
  EXPECT_EQ(all("SELECT id FROM t ORDER BY id"), "1 / 3 / ");
  EXPECT_EQ(all("SELECT field, row_key FROM erp2mysql_quarantine"), "v NULL / ");
  auto update = parse_execute("UPDATE t SET v = :v WHERE id = :id AND part = :part");
  bind_marks(update, {"id", "part", "v"});
  open(update, false);
  window({{"1", "1", "new"}, {"9", "1", "new"}, {"3", "1", "too long"}});
  EXPECT_EQ(all("SELECT v FROM t ORDER BY id"), "new / old / ");
  EXPECT_EQ(states(), "1 open / 2 unmatched / 3 open / ");
}

TEST_F(QuarantineTest, TablesOfVersion1GetTheirColumns) {
  const State state(name_, "job");
  state.ensure_tables(*watcher_);
  watcher_->query("INSERT INTO erp2mysql_job (job, version) VALUES ('job', 1)");
  watcher_->query(
      "ALTER TABLE erp2mysql_quarantine DROP KEY job_row, DROP COLUMN line, DROP COLUMN mapped,"
      " DROP COLUMN row_key");
  watcher_->query("ALTER TABLE erp2mysql_job DROP COLUMN uuid");
  watcher_->query(
      "INSERT INTO erp2mysql_quarantine (job, run_id, from_ms, to_ms, record_key, field,"
      " error_number, reason, record) VALUES ('job', 'r', 0, 1, 'k', 'f', 0, 'why', '{}')");
  open_replace();
  const auto entries = Quarantine(state).read(*watcher_, {}, 0, 10, true);
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_FALSE(entries[0].line);
  EXPECT_FALSE(entries[0].mapped);
  EXPECT_EQ(all("SELECT version FROM erp2mysql_job"), "5 / ");
  window({{"1", "1", "too long"}});
  EXPECT_EQ(Quarantine(state).count(*watcher_, {}), 2u);
}

}  // namespace
}  // namespace erp2mysql::store
