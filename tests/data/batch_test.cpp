// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/data/batch.hpp"

#include <gtest/gtest.h>

#include "erp2mysql/data/flow.hpp"

namespace erp2mysql::data {
namespace {

TEST(Batch, CellsNullsAndBytes) {
  Batch batch(3);
  EXPECT_TRUE(batch.empty());
  batch.begin_row({});
  batch.add("abc");
  batch.add_null();
  batch.add("");
  batch.begin_row({});
  batch.add("d");
  batch.add(
      "\0e"
      "f");
  batch.add_null();
  EXPECT_EQ(batch.rows(), 2U);
  EXPECT_EQ(batch.columns(), 3U);
  EXPECT_EQ(batch.cell(0, 0), "abc");
  EXPECT_EQ(batch.cell(0, 1), std::nullopt);
  EXPECT_EQ(batch.cell(0, 2), "");
  EXPECT_EQ(batch.cell(1, 0), "d");
  EXPECT_EQ(batch.cell(1, 2), std::nullopt);
  EXPECT_EQ(batch.row_bytes(0), 3U);
  EXPECT_EQ(batch.bytes(), batch.row_bytes(0) + batch.row_bytes(1));
  EXPECT_EQ(batch.record_json(0), "null");
}

TEST(Batch, RepeatedCellsAreKeptOnceAndCountForEachRow) {
  Batch batch(3);
  batch.begin_row({});
  batch.add("header");
  batch.add_null();
  batch.add("one");
  for (const auto* line : {"two", "three"}) {
    batch.begin_row({});
    batch.repeat();
    batch.repeat();
    batch.add(line);
  }
  EXPECT_EQ(batch.cell(2, 0), "header");
  EXPECT_EQ(batch.cell(2, 0)->data(), batch.cell(0, 0)->data());
  EXPECT_EQ(batch.cell(2, 1), std::nullopt);
  EXPECT_EQ(batch.cell(2, 2), "three");
  EXPECT_EQ(batch.row_bytes(1), 9U);
  EXPECT_EQ(batch.row_bytes(2), 11U);
  EXPECT_EQ(batch.bytes(), 29U);

  Batch copy(3);
  copy.append(batch, 2);
  EXPECT_EQ(copy.cell(0, 0), "header");
  EXPECT_EQ(copy.bytes(), 11U);

  batch.drop_row();
  EXPECT_EQ(batch.bytes(), 18U);
  batch.truncate(1);
  EXPECT_EQ(batch.bytes(), 9U);
  batch.begin_row({});
  batch.repeat();
  EXPECT_EQ(batch.cell(1, 0), "header");
}

TEST(Batch, DropRowTakesBytesAndCellsBack) {
  Batch batch(2);
  batch.begin_row({});
  batch.add("a");
  batch.add("b");
  for (int filled = 0; filled < 3; ++filled) {
    batch.begin_row({});
    for (int i = 0; i < filled; ++i) batch.add("xyz");
    batch.drop_row();
    EXPECT_EQ(batch.rows(), 1U);
    EXPECT_EQ(batch.bytes(), 2U);
  }
  batch.begin_row({});
  batch.add("c");
  batch.add("d");
  EXPECT_EQ(batch.cell(0, 1), "b");
  EXPECT_EQ(batch.cell(1, 0), "c");
  EXPECT_EQ(batch.cell(1, 1), "d");
}

TEST(Batch, KeepsTheRecordWhenItsPageIsGone) {
  Batch batch(1);
  {
    const auto page = Document::parse_page(R"([{"id":1.50}, {"id": "\u4e2d"}])");
    for (const auto& record : page.root().members()) {
      batch.begin_row({page, record.value});
      batch.add("x");
    }
    DocumentBuilder builder;
    const Member id{builder.keep("id"), page.root().members()[0].value.members()[0].value};
    Node root;
    root.kind = Kind::object;
    root.count = 1;
    root.first = builder.keep(std::span(&id, 1));
    const auto built = builder.finish(root);
    const RecordText text(built, built.root());
    for (int row = 0; row < 2; ++row) {
      batch.begin_row(text);
      batch.add("x");
    }
  }
  EXPECT_EQ(batch.record_json(0), R"({"id":1.50})");
  EXPECT_EQ(batch.record_json(1), R"({"id":"中"})");
  EXPECT_EQ(batch.record_json(3), R"({"id":1.50})");
  EXPECT_EQ(batch.record(2), batch.record(3));
  EXPECT_NE(batch.record(0), batch.record(2));
}

TEST(Books, Balance) {
  Books books{
      .read = 5, .written = 1, .unchanged = 1, .filtered = 1, .duplicate = 1, .quarantined = 1};
  EXPECT_TRUE(books.balanced());
  books += books;
  EXPECT_EQ(books.read, 10U);
  EXPECT_TRUE(books.balanced());
  ++books.written;
  EXPECT_FALSE(books.balanced());
}

}  // namespace
}  // namespace erp2mysql::data
