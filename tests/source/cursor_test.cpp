// SPDX-License-Identifier: Apache-2.0
// Pages that follow a cursor: where they end, and what a cursor must not do.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "erp2mysql/http/fake_transport.hpp"
#include "erp2mysql/source/reader.hpp"
#include "source/sample.hpp"

namespace erp2mysql::source {
namespace {

using Numbers = std::vector<std::int64_t>;

constexpr std::int64_t k_page_size = 3;

/// A source that follows row versions, and a server that gives those from `start_ts` on.
class CursorTest : public ::testing::Test {
 protected:
  CursorTest() {
    job::Source settings;
    settings.platform = "jushuitan-qimen";
    settings.api = "jushuitan.saleout.list.query";
    settings.connection = {{"app_key", "1"}, {"app_secret", "s"}, {"customer_id", "c"}};
    settings.read.cursor_field = "start_ts";
    settings.read.cursor_start = "1";
    settings.read.cursor_key = "ts";
    source_ = make_source(*find_platform("jushuitan-qimen"), settings, k_page_size);
    options_.paging = ReadOptions::Paging::cursor;
    options_.page_size = k_page_size;
    transport_.otherwise([this](const http::Request& request) { return answer(request); });
  }

  http::Response answer(const http::Request& request) {
    constexpr std::string_view k_field = "start_ts=";
    const std::int64_t from =
        std::stoll(request.body.substr(request.body.find(k_field) + k_field.size()));
    asked_.push_back(from);
    std::string list;
    std::int64_t count = 0;
    for (const auto row : rows_) {
      if (asked_.size() == empty_answer_) break;
      if (row < from || (row == from && !inclusive_) || ++count > k_page_size) continue;
      list += fmt::format("{}{{\"io_id\":{},\"ts\":{}}}", list.empty() ? "" : ",", row, row);
    }
    return {200, {}, fmt::format(R"({{"response":{{"datas":[{}]}}}})", list)};
  }

  void read() {
    Client client(*source_, transport_, clock_);
    Reader reader(client, clock_, options_,
                  [](const data::Node& record) { return data::RecordId{data::digest(record)}; });
    reader.read({}, [this](const data::Page& page) {
      for (const auto* record : page.records) {
        found_.insert(std::stoll(std::string(record->find("ts")->scalar())));
      }
    });
  }

  base::Error read_badly() {
    return testing::error_of([this] { read(); });
  }

  bool inclusive_ = false;
  std::size_t empty_answer_ = 0;  // number of the request that gets no rows
  Numbers rows_, asked_;
  std::set<std::int64_t> found_;
  http::FakeTransport transport_;
  base::FakeClock clock_;
  ReadOptions options_;
  std::unique_ptr<Source> source_;
};

TEST_F(CursorTest, EndsWhereverTheBoundBelongs) {
  for (const bool inclusive : {false, true}) {
    for (const std::int64_t rows : {0, 2, 3, 4, 10}) {
      SCOPED_TRACE(fmt::format("{} rows, inclusive {}", rows, inclusive));
      inclusive_ = inclusive;
      rows_.clear();
      for (std::int64_t i = 1; i <= rows; ++i) rows_.push_back(i + 5);
      asked_.clear();
      found_.clear();
      read();
      EXPECT_EQ(found_, std::set<std::int64_t>(rows_.begin(), rows_.end()));
      EXPECT_LE(asked_.size(), 8u);
    }
  }
}

TEST_F(CursorTest, AnEmptyPageIsNoEndBeforeItSaysSoTwice) {
  rows_ = {6, 7, 8, 9, 10, 11, 12};
  for (const std::size_t empty : {1u, 2u, 3u}) {
    empty_answer_ = empty;
    asked_.clear();
    found_.clear();
    read();
    EXPECT_EQ(found_.size(), rows_.size()) << empty;
  }
}

TEST_F(CursorTest, TooManyPagesIsProtocol) {
  for (std::int64_t i = 1; i <= 100; ++i) rows_.push_back(i + 5);
  options_.max_pages = 4;
  const auto error = read_badly();
  EXPECT_EQ(error.kind(), base::ErrorKind::protocol);
  EXPECT_NE(std::string(error.what()).find("more than 4 pages"), std::string::npos) << error.what();
  EXPECT_EQ(asked_.size(), 4u);
}

TEST_F(CursorTest, OneKeyForAWholePageIsNoPlaceToGoOnFrom) {
  inclusive_ = true;
  rows_ = {7, 7, 7, 7, 8};
  EXPECT_EQ(read_badly().kind(), base::ErrorKind::protocol);
}

}  // namespace
}  // namespace erp2mysql::source
