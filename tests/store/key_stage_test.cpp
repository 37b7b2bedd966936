// SPDX-License-Identifier: Apache-2.0
// Keys of the source beside the table, compared by the server itself.
#include "erp2mysql/store/key_stage.hpp"

#include <gtest/gtest.h>

#include "erp2mysql/base/error.hpp"
#include "store/feed.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::store {
namespace {

using tests::PrivateServer;

constexpr const char* k_sql = "REPLACE INTO t (shop, no, changed) VALUES";

class Stage : public testing::Test {
 protected:
  void open(const std::string& key = "PRIMARY KEY (shop, no)", const char* sql = k_sql) {
    connection_->query(
        "CREATE TABLE t (shop INT NOT NULL, no VARCHAR(8) COLLATE utf8mb4_general_ci NOT NULL,"
        " changed DATETIME NULL, note VARCHAR(9) NULL, " +
        key + ")");
    table_ = read_table(*connection_, name_, "t");
    statement_ = parse_batch(sql);
    columns_ = {comparable_key(table_, statement_), "changed", "changed"};
    stage_.emplace(*connection_, statement_, table_, columns_, data::MappedRows(statement_.cells));
  }
  using Row = std::vector<std::optional<std::string>>;
  void give(const std::vector<Row>& rows) {
    Feed feed(*stage_);
    for (const auto& row : rows) {
      auto& batch = feed.batch();
      batch.begin_row({});
      for (const auto& cell : row) cell ? batch.add(*cell) : batch.add_null();
      feed.record_added();
    }
    feed.flush();
    WindowCounts counts;
    stage_->finish(counts, std::nullopt);
  }
  void table(const std::string& values) {
    connection_->query("INSERT INTO t (shop, no, changed) VALUES " + values);
  }
  std::string rows() {
    std::string out;
    for (const auto& row : connection_->query("SELECT no, note FROM t ORDER BY shop, no").rows)
      out += *row[0] + (row[1] ? "!" : "") + " ";
    return out;
  }

  std::string name_ = PrivateServer::get().fresh_database();
  std::unique_ptr<mysql::Connection> connection_ =
      mysql::connect(PrivateServer::get().options(name_));
  Table table_;
  Statement statement_;
  KeyColumns columns_;
  std::optional<KeyStage> stage_;
  const TimeText day_{"2024-01-01 00:00:00", "2024-01-02 00:00:00"};
  const TimeText next_{"2024-01-02 00:00:00", "2024-01-03 00:00:00"};
};

TEST_F(Stage, SaysWhatIsMissingAndOlder) {
  open();
  table(
      "(1, 'a', '2024-01-01 01:00:00'), (1, 'b', '2024-01-01 02:00:00'),"
      "(1, 'x', '2024-01-01 03:00:00'), (1, 'n', NULL)");
  give({{"1", "A", "2024-01-01T01:00:00"},
        {"001", "b", "2024-01-01 05:00:00"},
        {"1", "c", "2024-01-01 06:00:00"},
        {"1", "n", "2024-01-01 06:00:00"},
        {"1", "far too long", "2024-01-01 06:00:00"},
        {"x", "d", "2024-01-01 06:00:00"}});
  const auto found = stage_->compare(day_, 10);
  EXPECT_EQ(found.source, 4u);
  EXPECT_EQ(found.table, 3u);
  EXPECT_EQ(found.missing, 1u);
  EXPECT_EQ(found.missing_keys, (Keys{{"1", "c"}}));
  EXPECT_EQ(found.older_keys, (Keys{{"1", "b"}, {"1", "n"}}));
  EXPECT_EQ(found.bad, 2u) << "rows whose keys do not fit";
  stage_->clear();
  give({});
  EXPECT_EQ(stage_->compare(day_, 10).source, 0u);
  EXPECT_EQ(stage_->compare(day_, 10).bad, 0u);
}

TEST_F(Stage, TheNewestCopyCounts) {
  open();
  table("(1, 'a', '2024-01-01 02:00:00')");
  give({{"1", "a", "2024-01-01 01:00:00"}, {"1", "a", "2024-01-01 02:00:00"}});
  EXPECT_EQ(stage_->compare(day_, 10).older, 0u);
}

TEST_F(Stage, RowsOnTheEndAreOfTheNextStretch) {
  open();
  table("(1, 'a', '2024-01-01 02:00:00')");
  give({{"1", "a", "2024-01-02 00:00:00"}, {"1", "b", "2024-01-02 00:00:00"}});
  auto found = stage_->compare(day_, 9);
  EXPECT_EQ(found.source + found.missing + found.older, 0u);
  found = stage_->compare(next_, 9);
  EXPECT_EQ(found.source, 2u);
  EXPECT_EQ(found.missing, 1u);
  EXPECT_EQ(found.older, 1u);
}

TEST_F(Stage, ManyRowsAndFewKeys) {
  open();
  std::vector<Row> many;
  for (int i = 0; i < 2500; ++i) many.push_back({"7", std::to_string(i), "2024-01-01 01:00:00"});
  give(many);
  const auto found = stage_->compare(day_, 3);
  EXPECT_EQ(found.missing, 2500u);
  EXPECT_EQ(found.missing_keys.size(), 3u);
}

TEST_F(Stage, WhatTurnsUpLaterIsNotGone) {
  open();
  table(
      "(1, 'gone', '2024-01-01 01:00:00'), (1, 'moved', '2024-01-01 02:00:00'),"
      "(1, 'there', '2024-01-01 02:00:00'), (1, 'other', '2024-01-02 02:00:00')");
  give({{"1", "there", "2024-01-01 02:00:00"}});
  stage_->note_gone(day_, 0, std::nullopt);
  EXPECT_EQ(stage_->gone(0), 2u);
  stage_->clear();
  give({{"1", "moved", "2024-01-02 02:00:00"}});
  stage_->forget_seen();
  stage_->note_gone(next_, 1, std::nullopt);
  EXPECT_EQ(stage_->gone_keys(9), (Keys{{"1", "gone"}, {"1", "other"}}));
  EXPECT_EQ(stage_->mark_gone(1, "note", "gone"), 1u);
  EXPECT_EQ(stage_->delete_gone(0), 1u);
  EXPECT_EQ(rows(), "moved other! there ");
}

TEST_F(Stage, RowsThatChangedMeanwhileStay) {
  open();
  table("(1, 'a', '2024-01-01 01:00:00')");
  give({});
  stage_->note_gone(day_, 0, std::nullopt);
  connection_->query("UPDATE t SET changed = '2024-01-05 00:00:00'");
  EXPECT_EQ(stage_->delete_gone(0), 0u);
  EXPECT_EQ(rows(), "a ");
}

TEST_F(Stage, MarkedRowsAreNotFoundAgain) {
  open();
  table("(1, 'a', '2024-01-01 01:00:00'), (1, 'b', '2024-01-01 01:00:00')");
  connection_->query("UPDATE t SET note = 'gone' WHERE no = 'a'");
  give({});
  stage_->note_gone(day_, 0, std::pair<std::string, std::string>("note", "gone"));
  EXPECT_EQ(stage_->gone_keys(9), (Keys{{"1", "b"}}));
}

TEST_F(Stage, NeedsAKeyThatTheStatementFills) {
  open("id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, UNIQUE KEY u (no)");
  EXPECT_EQ(columns_.key, std::vector<std::string>{"no"});
  connection_->query("DROP TABLE t");
  try {
    open("id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, UNIQUE KEY u (shop, changed)");
    ADD_FAILURE() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.kind(), base::ErrorKind::config);
    EXPECT_NE(error.message().find("cannot be told apart"), std::string::npos);
  }
}

}  // namespace
}  // namespace erp2mysql::store
