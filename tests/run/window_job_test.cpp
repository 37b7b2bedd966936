// SPDX-License-Identifier: Apache-2.0
// One window of a job against prepared answers: which records become rows, and the books.
#include "erp2mysql/run/window_job.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/http/fake_transport.hpp"
#include "run/sample_window.hpp"

namespace erp2mysql::run {
namespace {

using testing::answer;
using testing::hour;
using testing::sample_job;

/// Keeps the first cell of every row and the reasons of bad rows.
class RecordingSink : public store::RowSink {
 public:
  void begin(std::string, const data::Window&) override {
    if (on_begin) on_begin();
  }
  data::MappedRows piece() const override { return data::MappedRows(1); }
  Limits limits() const override { return {2, 1000}; }
  void take(data::MappedRows rows) override {
    for (auto& one : rows.bad) bad.push_back(std::move(one));
    for (std::size_t row = 0; row < rows.main.rows(); ++row)
      ids_.emplace_back(rows.main.cell(row, 0).value_or("NULL"));
  }
  void finish(store::WindowCounts& counts, std::optional<base::Instant>) override {
    if (on_finish) on_finish();
    counts.books.written = ids_.size();
    counts.books.quarantined = bad.size();
  }
  void fail(const store::WindowCounts&) noexcept override { failed = true; }
  std::uint64_t affected() const override { return 0; }

  const std::vector<std::string>& ids() const { return ids_; }
  std::vector<data::BadRow> bad;
  bool failed = false;
  std::function<void()> on_begin, on_finish;

 private:
  std::vector<std::string> ids_;
};

struct Outcome {
  RecordingSink sink;
  store::WindowCounts counts;
};

/// The sample job with these source keys, over one page of these records. `total` is what the
/// answer announces; different records have different ids.
Outcome run_window(const std::string& keys, const std::vector<std::string>& records,
                   std::size_t total) {
  const auto job = sample_job(keys);
  http::FakeTransport transport;
  transport.answer(200, answer(records, total));
  base::FakeClock clock;
  Outcome out;
  source::Client client(*job->source, transport, clock);
  WindowJob window(*job, client, clock, out.sink, hour(0));
  window.run("sync", std::nullopt);
  out.counts = window.counts();
  EXPECT_TRUE(out.counts.books.balanced());
  return out;
}

using Texts = std::vector<std::string>;

TEST(WindowJob, RecordsWithoutAnIdAreBadRowsWhenIdsAreChecked) {
  struct Case {
    const char* id;
    const char* without;
  };
  const Case cases[] = {
      {"io_id", R"({"other":1})"},
      {"io_id", R"({"io_id":null})"},
      {"io_id", R"({"io_id":""})"},
      {"{made|date}", R"({"io_id":"x","made":"soon"})"},
      {"_function {io_id} / {parts}", R"({"io_id":7,"parts":0})"},
  };
  const std::string good = R"({"io_id":5,"made":"2024-01-10","parts":2})";
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.id) + " " + c.without);
    const auto keys = R"("id": ")" + std::string(c.id) + R"(", "idCheck": )";
    const auto checked = run_window(keys + "true, ", {good, c.without}, 2);
    EXPECT_EQ(checked.sink.ids(), Texts{"5"});
    ASSERT_EQ(checked.sink.bad.size(), 1u);
    EXPECT_EQ(checked.sink.bad[0].field, "id");
    EXPECT_EQ(checked.sink.bad[0].record, c.without);
    EXPECT_EQ(checked.counts.books.read, 2u);
    EXPECT_EQ(checked.counts.books.quarantined, 1u);
    const auto unchecked = run_window(keys + "false, ", {good, c.without}, 2);
    EXPECT_TRUE(unchecked.sink.bad.empty());
    EXPECT_EQ(unchecked.sink.ids().size(), 2u);
  }
}

TEST(WindowJob, TheSameRecordAgainIsADuplicateAndAChangedOneIsWritten) {
  const std::string keys = R"("id": "io_id", "idCheck": true, )";
  const auto outcome = run_window(keys,
                                  {R"({"io_id":1,"v":1})", R"({"io_id":2,"v":1})",
                                   R"({"io_id":1,"v":1})", R"({"io_id":1,"v":2})"},
                                  2);
  EXPECT_EQ(outcome.sink.ids(), (Texts{"1", "2", "1"}));
  EXPECT_EQ(outcome.counts.books.duplicate, 1u);
  EXPECT_EQ(outcome.counts.books.read, 4u);
}

// Fails rather than hangs.
bool comes_true(const std::function<bool()>& condition) {
  for (int i = 0; i < 10'000 && !condition(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return condition();
}

class Windows : public ::testing::Test {
 protected:
  Windows() {
    transport.otherwise([this](const http::Request&) {
      if (fails) throw base::Error(base::ErrorKind::protocol, "nonsense");
      const auto number = std::to_string(++asked);
      return http::Response{200, {}, answer({R"({"io_id":)" + number + "}"}, 1)};
    });
  }
  std::atomic<int> asked = 0;
  std::atomic<bool> fails = false;
  const std::unique_ptr<CompiledJob> job = sample_job(R"("id": "io_id", "idCheck": true, )");
  http::FakeTransport transport;
  base::FakeClock clock;
  source::Client client{*job->source, transport, clock};
  RecordingSink sink;
};

TEST_F(Windows, TheNextOneIsAskedForWhileTheLastRowsAreWritten) {
  WindowJob first(*job, client, clock, sink, hour(0));
  WindowJob second(*job, client, clock, sink, hour(1));
  int told = 0;
  bool came = false;
  sink.on_finish = [&] { came = comes_true([&] { return asked == 2; }); };
  first.run("sync", std::nullopt, [&] {
    ++told;
    EXPECT_EQ(asked, 1);
    second.start();
  });
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(came);
  EXPECT_EQ(sink.ids(), Texts{"1"});
  second.run("sync", std::nullopt);
  EXPECT_EQ(sink.ids(), (Texts{"1", "2"}));
  EXPECT_EQ(asked, 2);
}

TEST_F(Windows, AReadingThatFailedIsNoEnd) {
  fails = true;
  WindowJob window(*job, client, clock, sink, hour(0));
  EXPECT_THROW(window.run("sync", std::nullopt, [] { FAIL(); }), base::Error);
  EXPECT_TRUE(sink.failed);
}

// Its counts are looked at when it has failed, so nobody may count any more.
TEST_F(Windows, OneThatMayNotBeginStopsItsReading) {
  std::atomic<bool> answers = false;
  transport.otherwise([&](const http::Request&) {
    ++asked;
    while (!answers && !base::stop_requested()) std::this_thread::yield();
    return http::Response{200, {}, answer({R"({"io_id":1})"}, 1)};
  });
  WindowJob window(*job, client, clock, sink, hour(0));
  sink.on_begin = [&] {
    EXPECT_TRUE(comes_true([&] { return asked == 1; }));
    throw base::Error(base::ErrorKind::temporary, "taken");
  };
  window.start();
  EXPECT_THROW(window.run("sync", std::nullopt), base::Error);
  answers = true;
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(window.counts().pages, 0u);
  EXPECT_FALSE(sink.failed);
  EXPECT_TRUE(sink.ids().empty());
}

TEST_F(Windows, OneThatIsGivenUpLeavesNothingBehind) {
  {
    WindowJob window(*job, client, clock, sink, hour(0));
    window.start();
    EXPECT_TRUE(comes_true([&] { return asked == 1; }));
  }
  EXPECT_TRUE(sink.ids().empty());
  EXPECT_FALSE(sink.failed);
}

}  // namespace
}  // namespace erp2mysql::run
