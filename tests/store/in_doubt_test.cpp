// SPDX-License-Identifier: Apache-2.0
// A COMMIT whose answer is lost, after it took effect and instead of taking effect: with a plain
// INSERT into a table without any key, every row must be there once.
#include <gtest/gtest.h>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/store/writer.hpp"
#include "store/feed.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::store {
namespace {

using base::ErrorKind;
using tests::PrivateServer;

enum class Commit { heard, lost_after, lost_before };

/// A real connection whose COMMITs go as `plan` says, from its front to its end, and then well.
class LossyConnection : public mysql::Connection {
 public:
  LossyConnection(std::unique_ptr<mysql::Connection> real, std::vector<Commit>& plan)
      : real_(std::move(real)), plan_(plan) {}
  mysql::Result query(std::string_view sql,
                      const std::vector<std::optional<std::string>>& params) override {
    return real_->query(sql, params);
  }
  void begin() override { real_->begin(); }
  void commit() override {
    const Commit fate = plan_.empty() ? Commit::heard : plan_.front();
    if (!plan_.empty()) plan_.erase(plan_.begin());
    if (fate != Commit::lost_before) real_->commit();
    if (fate == Commit::heard) return;
    throw mysql::make_error(2013, "HY000", "Lost connection to server during query",
                            real_->server().flavour, mysql::Phase::commit_sent);
  }
  void rollback() noexcept override { real_->rollback(); }
  std::vector<mysql::Warning> warnings() override { return real_->warnings(); }
  const mysql::ServerInfo& server() const override { return real_->server(); }
  mysql::Result write_rows(const mysql::RowStatement& statement, const data::Batch& batch,
                           std::size_t first, std::size_t count) override {
    return real_->write_rows(statement, batch, first, count);
  }
  std::string_view write_method() const override { return real_->write_method(); }

 private:
  std::unique_ptr<mysql::Connection> real_;
  std::vector<Commit>& plan_;
};

struct Case {
  const char* name;
  const char* verb;
  std::vector<Commit> plan;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class InDoubt : public testing::TestWithParam<Case> {};

const data::Window k_window{{base::Instant(base::Millis(1'700'000'000'000)),
                             base::Instant(base::Millis(1'700'003'600'000))}};

void add_rows(WindowWriter& writer, int count) {
  const auto page = std::make_shared<const data::Document>(data::Document::parse_page("{}"));
  Feed feed(writer);
  for (int id = 1; id <= count; ++id) {
    auto& batch = feed.batch();
    batch.begin_row({*page, page->root()});
    batch.add(std::to_string(id));
    batch.add(id == 4 ? "not a number" : "1");
    feed.record_added();
  }
  feed.flush();
}

TEST_P(InDoubt, EveryRowIsWrittenOnceAndCountedOnce) {
  const std::string database = PrivateServer::get().fresh_database();
  const auto watcher = mysql::connect(PrivateServer::get().options(database));
  watcher->query("CREATE TABLE t (id INT, n INT)");
  std::vector<Commit> plan;
  const auto connector = [&]() -> std::unique_ptr<mysql::Connection> {
    return std::make_unique<LossyConnection>(mysql::connect(PrivateServer::get().options(database)),
                                             plan);
  };
  base::FakeClock clock;
  Session session(connector, State(database, "job"), "run-1", "f", clock);
  const auto statement = parse_batch(std::string(GetParam().verb) + " INTO t (id, n) VALUES");
  const auto table = read_table(*watcher, database, "t");
  WriteOptions options;
  options.rows_per_statement = 3;
  options.rows_per_commit = 6;
  options.max_bad_rows = 1;
  WindowWriter writer(session, statement, table, options);
  writer.begin("sync", k_window);
  plan = GetParam().plan;
  add_rows(writer, 14);
  WindowCounts counts;
  counts.books.read = 14;
  writer.finish(counts, k_window.time.from);

  EXPECT_TRUE(plan.empty());
  const auto one = [&](const char* sql) { return watcher->query(sql).rows.at(0); };
  EXPECT_EQ(one("SELECT COUNT(*), COUNT(DISTINCT id) FROM t"), (mysql::Row{"13", "13"}));
  EXPECT_EQ(one("SELECT status, rows_read, rows_written, rows_quarantined FROM erp2mysql_window"),
            (mysql::Row{"done", "14", "13", "1"}));
  EXPECT_EQ(one("SELECT COUNT(*) FROM erp2mysql_quarantine"), (mysql::Row{"1"}));
  EXPECT_EQ(one("SELECT watermark FROM erp2mysql_job"), (mysql::Row{"1700003600000"}));
  EXPECT_EQ(counts.books.written, 13u);
  EXPECT_EQ(counts.books.quarantined, 1u);
  EXPECT_EQ(writer.affected(), 13u);
  EXPECT_EQ(writer.bad_rows(), 1u);
  EXPECT_EQ(session.job().watermark, k_window.time.to);
}

using enum Commit;
const Case k_cases[] = {
    {"PlainInsertTookEffect", "INSERT", {lost_after}},
    {"PlainInsertDidNot", "INSERT", {lost_before}},
    {"PlainInsertTwiceNotThenYes", "INSERT", {lost_before, lost_before, lost_after}},
    {"FirstPartOfAWindowTookEffect", "REPLACE", {lost_after}},
    {"FirstPartOfAWindowDidNot", "REPLACE", {lost_before}},
    {"EveryPartOfAWindow", "REPLACE", {lost_after, lost_before, lost_after, lost_after}},
};
INSTANTIATE_TEST_SUITE_P(Commit, InDoubt, testing::ValuesIn(k_cases),
                         [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace erp2mysql::store
