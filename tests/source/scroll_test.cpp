// SPDX-License-Identifier: Apache-2.0
// A cursor that the platform makes, with totals of the window or of what is to come: an empty page
// is no end while rows are owed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "erp2mysql/http/fake_transport.hpp"
#include "erp2mysql/source/reader.hpp"
#include "source/sample.hpp"

namespace erp2mysql::source {
namespace {

constexpr std::int64_t k_page_size = 3;
constexpr std::int64_t k_rows = 7;

enum class Totals { none, all, rest };

/// Jikeyun's trades; the cursor is the number of the last row.
class ScrollTest : public ::testing::TestWithParam<Totals> {
 protected:
  ScrollTest() {
    job::Source settings;
    settings.platform = "jikeyun";
    settings.api = "oms.trade.fullinfoget";
    settings.connection = {{"appkey", "1"}, {"appsecret", "s"}};
    source_ = make_source(*find_platform("jikeyun"), settings, k_page_size);
    options_.paging = ReadOptions::Paging::cursor;
    options_.page_size = k_page_size;
    transport_.otherwise([this](const http::Request& request) { return answer(request); });
  }

  http::Response answer(const http::Request& request) {
    constexpr std::string_view k_field = "scrollId%22%3A%22";
    const auto at = request.body.find(k_field);
    const auto text = at == std::string::npos ? "" : request.body.substr(at + k_field.size());
    const std::int64_t after = text.empty() || text[0] == '%' ? 0 : std::stoll(text);
    ++asked_;
    std::string list;
    std::int64_t last = after;
    if (asked_ != empty_answer_ && asked_ < all_empty_from_) {
      while (last < std::min(after + k_page_size, rows_)) {
        list += fmt::format("{}{{\"tradeId\":{}}}", list.empty() ? "" : ",", ++last);
      }
    }
    const std::string total = GetParam() == Totals::none
                                  ? ""
                                  : fmt::format(R"(,"totalResults":{})",
                                                GetParam() == Totals::all ? rows_ : rows_ - after);
    return {200,
            {},
            fmt::format(R"({{"code":200,"result":{{"data":{{"trades":[{}],"scrollId":"{}"{}}}}}}})",
                        list, last, total)};
  }

  ReadCounts read() {
    Client client(*source_, transport_, clock_);
    Reader reader(client, clock_, options_,
                  [](const data::Node& record) { return data::RecordId{data::digest(record)}; });
    return reader.read({}, [this](const data::Page& page) {
      for (const auto* record : page.records) found_.insert(data::to_json(*record));
    });
  }

  base::Error read_badly() {
    return testing::error_of([this] { read(); });
  }

  std::int64_t rows_ = k_rows;
  std::size_t asked_ = 0;
  std::size_t empty_answer_ = 0;           // number of the request that gets no rows
  std::size_t all_empty_from_ = SIZE_MAX;  // and of the first of those that never get any
  std::set<std::string> found_;
  http::FakeTransport transport_;
  base::FakeClock clock_;
  ReadOptions options_;
  std::unique_ptr<Source> source_;
};

TEST_P(ScrollTest, AnEmptyPageIsAskedForAgain) {
  for (const std::size_t empty : {0u, 1u, 2u, 3u}) {
    SCOPED_TRACE(empty);
    empty_answer_ = empty;
    asked_ = 0;
    found_.clear();
    EXPECT_EQ(read().scans, 1u);
    EXPECT_EQ(found_.size(), static_cast<std::size_t>(k_rows));
    EXPECT_LE(asked_, 6u) << "the page is asked for again, not the window";
  }
}

TEST_P(ScrollTest, RowsThatAreOwedForEverAreAnError) {
  if (GetParam() == Totals::none) return;  // then two empty pages are the end
  for (const std::size_t empty : {1u, 2u, 3u}) {
    SCOPED_TRACE(empty);
    all_empty_from_ = empty;
    options_.max_scans = 1;
    asked_ = 0;
    EXPECT_EQ(read_badly().kind(), base::ErrorKind::temporary);
  }
}

TEST_P(ScrollTest, ATotalThatShrankIsNotOwed) {
  if (GetParam() != Totals::all) return;
  transport_.otherwise([this](const http::Request& request) {
    auto told = answer(request);
    if (asked_ == 1) rows_ = k_rows - 1;  // the last row leaves the window
    return told;
  });
  EXPECT_EQ(read().scans, 1u);
  EXPECT_EQ(found_.size(), static_cast<std::size_t>(k_rows - 1));
}

TEST_P(ScrollTest, ThatNeverEndsIsProtocol) {
  rows_ = 1000;
  options_.max_pages = 4;
  const auto error = read_badly();
  EXPECT_EQ(error.kind(), base::ErrorKind::protocol);
  EXPECT_NE(std::string(error.what()).find("more than 4 pages"), std::string::npos) << error.what();
  EXPECT_EQ(asked_, 4u);
}

INSTANTIATE_TEST_SUITE_P(Totals, ScrollTest,
                         ::testing::Values(Totals::none, Totals::all, Totals::rest));

}  // namespace
}  // namespace erp2mysql::source
