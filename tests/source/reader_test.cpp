// SPDX-License-Identifier: Apache-2.0
// The page loop against a little server whose rows change between two requests.
#include "erp2mysql/source/reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "erp2mysql/http/fake_transport.hpp"
#include "source/sample.hpp"

namespace erp2mysql::source {
namespace {

using base::ErrorKind;
using Paging = ReadOptions::Paging;
using Numbers = std::vector<std::int64_t>;

constexpr std::int64_t k_page_size = 3;

/// Rows in a fixed order, cut into pages. `before` runs ahead of every answer with the number of
/// the request (from 1) and may change anything.
struct Server {
  Numbers rows;
  bool tell_total = true;
  bool tell_next = true;
  bool tell_size = false;
  bool ignore_page = false;
  std::function<void(Server&, std::size_t)> before;
  std::set<std::size_t> empty_answers;  // numbers of requests that get no rows
  Numbers asked;                        // page numbers in order

  http::Response answer(const http::Request& request) {
    constexpr std::string_view k_field = "page_index=";
    const std::int64_t number =
        std::stoll(request.body.substr(request.body.find(k_field) + k_field.size()));
    asked.push_back(number);
    if (before) before(*this, asked.size());
    const auto total = static_cast<std::int64_t>(rows.size());
    const auto first = ((ignore_page ? 1 : number) - 1) * k_page_size;
    std::string list;
    for (auto i = first; i < std::min(first + k_page_size, total); ++i) {
      if (empty_answers.contains(asked.size())) break;
      list += fmt::format("{}{{\"io_id\":{}}}", list.empty() ? "" : ",",
                          rows[static_cast<std::size_t>(i)]);
    }
    std::string body = fmt::format(R"({{"response":{{"datas":[{}])", list);
    if (tell_total) body += fmt::format(",\"data_count\":{}", total);
    if (tell_size) body += fmt::format(",\"page_size\":{}", k_page_size);
    if (tell_next) body += fmt::format(",\"has_next\":{}", first + k_page_size < total);
    return {200, {}, body + "}}"};
  }
};

Numbers count_to(std::int64_t last) {
  Numbers out;
  for (std::int64_t i = 1; i <= last; ++i) out.push_back(i);
  return out;
}

std::int64_t number_of(const data::Node& record) {
  return std::stoll(std::string(record.find("io_id")->scalar()));
}

class ReaderTest : public ::testing::Test {
 protected:
  ReaderTest() {
    job::Source settings;
    settings.api = "jushuitan.saleout.list.query";
    settings.connection = {{"app_key", "1"}, {"app_secret", "s"}, {"customer_id", "c"}};
    settings.platform = "jushuitan-qimen";
    source_ = make_source(*find_platform("jushuitan-qimen"), settings, k_page_size);
    options_.page_size = k_page_size;
    transport_.otherwise([this](const http::Request& request) { return server_.answer(request); });
  }

  ReadCounts read() {
    Client client(*source_, transport_, clock_);
    Reader reader(client, clock_, options_, [](const data::Node& record) {
      return data::RecordId{static_cast<std::uint64_t>(number_of(record))};
    });
    return reader.read({}, [this](const data::Page& page) {
      for (const auto* record : page.records) {
        taken_.push_back(number_of(*record));
        different_.insert(taken_.back());
      }
    });
  }

  base::Error read_badly() {
    return testing::error_of([this] { read(); });
  }

  void expect_all_taken() const {
    for (const auto row : server_.rows) EXPECT_TRUE(different_.contains(row)) << "lost " << row;
  }

  Server server_;
  http::FakeTransport transport_;
  base::FakeClock clock_;
  ReadOptions options_;
  std::unique_ptr<Source> source_;
  Numbers taken_;
  std::set<std::int64_t> different_;
};

TEST_F(ReaderTest, ReverseAsksForTheTotalThenFromTheLastPageToTheFirst) {
  struct Case {
    std::int64_t rows;
    Numbers asked;
  };
  const Case cases[] = {{0, {1}},
                        {1, {1}},
                        {3, {1}},
                        {4, {1, 2, 1}},
                        {6, {1, 2, 1}},
                        {7, {1, 3, 2, 1}},
                        {10, {1, 4, 3, 2, 1}}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rows);
    server_ = {};
    server_.rows = count_to(c.rows);
    taken_.clear();
    different_.clear();
    const auto counts = read();
    EXPECT_EQ(server_.asked, c.asked);
    EXPECT_EQ(counts.pages, c.asked.size());
    EXPECT_EQ(counts.scans, 1u);
    EXPECT_EQ(counts.expected, static_cast<std::uint64_t>(c.rows));
    EXPECT_EQ(counts.distinct, static_cast<std::uint64_t>(c.rows));
    // The page read for its total is not handed on when it is read again.
    EXPECT_EQ(taken_.size(), static_cast<std::size_t>(c.rows));
    expect_all_taken();
  }
}

TEST_F(ReaderTest, ReverseHandsPagesOnInReadingOrder) {
  server_.rows = count_to(7);
  const auto counts = read();
  EXPECT_EQ(taken_, (Numbers{7, 4, 5, 6, 1, 2, 3}));
  EXPECT_EQ(counts.records, 10u);  // page 1 twice
}

TEST_F(ReaderTest, RowThatLeavesBetweenPagesTakesNoOtherWithIt) {
  for (std::size_t request = 2; request <= 5; ++request) {
    for (std::size_t row = 0; row < 10; ++row) {
      SCOPED_TRACE(fmt::format("row {} before request {}", row + 1, request));
      server_ = {};
      server_.rows = count_to(10);
      server_.before = [=](Server& server, std::size_t number) {
        if (number == request) server.rows.erase(server.rows.begin() + static_cast<int>(row));
      };
      different_.clear();
      const auto counts = read();
      EXPECT_EQ(counts.scans, 2u);
      EXPECT_EQ(counts.expected, 9u);
      expect_all_taken();
    }
  }
}

TEST_F(ReaderTest, RowThatLeavesInTheLastScanIsNoFailure) {
  options_.max_scans = 1;
  server_.rows = count_to(10);
  server_.before = [](Server& server, std::size_t number) {
    if (number == 4) server.rows.erase(server.rows.begin());
  };
  const auto counts = read();
  EXPECT_EQ(counts.scans, 1u);
  expect_all_taken();
}

TEST_F(ReaderTest, TotalThatGrewMeansASecondScan) {
  server_.rows = count_to(10);
  server_.before = [](Server& server, std::size_t number) {
    if (number == 3) server.rows.push_back(11);
  };
  const auto counts = read();
  EXPECT_EQ(counts.scans, 2u);
  EXPECT_EQ(counts.expected, 11u);
  EXPECT_EQ(counts.distinct, 11u);
  EXPECT_EQ(server_.asked, (Numbers{1, 4, 3, 2, 1, 1, 4, 3, 2, 1}));
  expect_all_taken();
}

TEST_F(ReaderTest, SourceThatNeverSettlesIsTemporary) {
  server_.rows = count_to(10);
  std::int64_t next = 11;
  server_.before = [&](Server& server, std::size_t) { server.rows.push_back(next++); };
  const auto error = read_badly();
  EXPECT_EQ(error.kind(), ErrorKind::temporary);
  EXPECT_NE(error.message().find("3 scans"), std::string::npos) << error.message();
  EXPECT_FALSE(error.hint().empty());
}

TEST_F(ReaderTest, SameTotalWithFewerRowsIsNotComplete) {
  server_.rows = {1, 2, 3, 4, 4, 5, 6};  // one row twice, another missing
  EXPECT_EQ(read_badly().kind(), ErrorKind::temporary);
}

TEST_F(ReaderTest, EmptyPageInsideIsFetchedAgain) {
  server_.rows = count_to(10);
  server_.empty_answers = {2, 5, 6};
  const auto counts = read();
  EXPECT_EQ(server_.asked, (Numbers{1, 4, 4, 3, 2, 2, 2, 1}));
  EXPECT_EQ(counts.scans, 1u);
  expect_all_taken();
}

TEST_F(ReaderTest, OnlyPageComesEmptyAlthoughTheTotalSaysOtherwise) {
  server_.rows = count_to(2);
  server_.empty_answers = {1};
  EXPECT_EQ(read().scans, 1u);
  EXPECT_EQ(server_.asked, (Numbers{1, 1}));
  expect_all_taken();
}

TEST_F(ReaderTest, PageThatStaysEmptyMeansASecondScan) {
  server_.rows = count_to(10);
  server_.empty_answers = {2, 3, 4};
  EXPECT_EQ(read().scans, 2u);
  expect_all_taken();
}

TEST_F(ReaderTest, AnEmptyPageIsNoEndBeforeItSaysSoTwice) {
  for (const auto paging : {Paging::reverse, Paging::forward}) {
    for (const std::size_t empty : {1u, 2u, 3u}) {
      SCOPED_TRACE(empty);
      server_ = {};
      server_.rows = count_to(10);
      server_.tell_total = server_.tell_next = false;
      server_.empty_answers = {empty};
      options_.paging = paging;
      different_.clear();
      read();
      expect_all_taken();
    }
  }
}

TEST_F(ReaderTest, SamePageTwiceIsProtocol) {
  server_.ignore_page = true;
  server_.rows = count_to(10);
  for (const auto paging : {Paging::reverse, Paging::forward}) {
    options_.paging = paging;
    server_.tell_next = paging == Paging::reverse;
    const auto error = read_badly();
    EXPECT_EQ(error.kind(), ErrorKind::protocol);
    EXPECT_EQ(error.where(), paging == Paging::reverse ? "page 3" : "page 2");
  }
}

TEST_F(ReaderTest, WithoutATotalThereAndBack) {
  struct Case {
    std::int64_t rows;
    bool next;
    Numbers asked;
  };
  const Case cases[] = {{0, false, {1, 1}},          {2, false, {1}},           {3, true, {1}},
                        {3, false, {1, 2, 2, 1}},  // a full page may not be the last one
                        {7, false, {1, 2, 3, 2, 1}}, {7, true, {1, 2, 3, 2, 1}}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rows);
    server_ = {};
    server_.rows = count_to(c.rows);
    server_.tell_total = false;
    server_.tell_next = c.next;
    different_.clear();
    EXPECT_EQ(read().scans, 1u);
    EXPECT_EQ(server_.asked, c.asked);
    expect_all_taken();
  }
}

TEST_F(ReaderTest, WithoutATotalRowsThatLeaveTakeNoOtherWithThem) {
  for (std::size_t request = 2; request <= 7; ++request) {
    for (std::size_t row = 0; row < 10; ++row) {
      SCOPED_TRACE(fmt::format("row {} before request {}", row + 1, request));
      server_ = {};
      server_.rows = count_to(10);
      server_.tell_total = false;
      server_.before = [=](Server& server, std::size_t number) {
        if (number == request) server.rows.erase(server.rows.begin() + static_cast<int>(row));
      };
      different_.clear();
      read();
      expect_all_taken();
    }
  }
}

TEST_F(ReaderTest, SmallerPagesThanAskedForAreFollowed) {
  server_.rows = count_to(10);
  server_.tell_size = true;
  options_.page_size = 100;
  const auto counts = read();
  EXPECT_EQ(counts.scans, 1u);
  EXPECT_EQ(server_.asked, (Numbers{1, 4, 3, 2, 1}));
  expect_all_taken();
}

TEST_F(ReaderTest, ForwardEnds) {
  struct Case {
    const char* name;
    std::int64_t rows;
    bool total, next;
    Numbers asked;
  };
  const Case cases[] = {
      {"nothing", 0, true, true, {1}},
      {"told so", 9, true, true, {1, 2, 3}},
      {"told so, without total", 9, false, true, {1, 2, 3}},
      {"short page", 7, false, false, {1, 2, 3}},
      {"full pages end with an empty one, asked twice", 6, false, false, {1, 2, 3, 3}},
      {"nothing at all, asked twice", 0, false, false, {1, 1}},
      {"the same with total", 6, true, false, {1, 2, 3}},
  };
  options_.paging = Paging::forward;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    server_ = {};
    server_.rows = count_to(c.rows);
    server_.tell_total = c.total;
    server_.tell_next = c.next;
    taken_.clear();
    const auto counts = read();
    EXPECT_EQ(server_.asked, c.asked);
    EXPECT_EQ(taken_, server_.rows);
    EXPECT_EQ(counts.scans, 1u);
    EXPECT_EQ(counts.expected, static_cast<std::uint64_t>(c.total ? c.rows : 0));
  }
}

TEST_F(ReaderTest, ForwardLosesARowAndReadsAgain) {
  options_.paging = Paging::forward;
  server_.rows = count_to(10);
  server_.before = [](Server& server, std::size_t number) {
    if (number == 2) server.rows.erase(server.rows.begin());
  };
  EXPECT_EQ(read().scans, 2u);
  expect_all_taken();
}

TEST_F(ReaderTest, TooManyPagesIsProtocol) {
  options_.max_pages = 3;
  server_.rows = count_to(100);
  for (const auto paging : {Paging::reverse, Paging::forward}) {
    for (const bool total : {true, false}) {
      options_.paging = paging;
      server_.tell_total = total;
      server_.asked.clear();
      const auto error = read_badly();
      EXPECT_EQ(error.kind(), ErrorKind::protocol);
      EXPECT_NE(std::string(error.what()).find("more than 3 pages"), std::string::npos)
          << error.what();
      EXPECT_LE(server_.asked.size(), 3u);
    }
  }
}

TEST_F(ReaderTest, ErrorsNameTheirPage) {
  server_.rows = count_to(10);
  server_.before = [](Server&, std::size_t number) {
    if (number == 3) throw base::Error(ErrorKind::temporary, "connection reset");
  };
  const auto error = read_badly();
  EXPECT_EQ(error.kind(), ErrorKind::temporary);
  EXPECT_EQ(error.where(), "page 3");
  EXPECT_EQ(taken_, (Numbers{10}));
}

TEST_F(ReaderTest, AnErrorOfTheSinkEndsTheWindow) {
  server_.rows = count_to(10);
  Client client(*source_, transport_, clock_);
  Reader reader(client, clock_, options_, [](const data::Node& record) {
    return data::RecordId{static_cast<std::uint64_t>(number_of(record))};
  });
  EXPECT_THROW(reader.read({}, [](const data::Page&) { throw base::Error(ErrorKind::data, "no"); }),
               base::Error);
  EXPECT_EQ(server_.asked, (Numbers{1, 4}));
}

TEST_F(ReaderTest, PausesBetweenPages) {
  server_.rows = count_to(7);
  read();
  EXPECT_TRUE(clock_.sleeps.empty());
  options_.page_delay = base::Millis(250);
  read();
  EXPECT_EQ(clock_.sleeps, std::vector<base::Millis>(3, base::Millis(250)));
}

}  // namespace
}  // namespace erp2mysql::source
