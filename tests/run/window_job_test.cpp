// SPDX-License-Identifier: Apache-2.0
// One window of a job against prepared answers: which records become rows, and the books.
#include "erp2mysql/run/window_job.hpp"

#include <gtest/gtest.h>

#include "erp2mysql/http/fake_transport.hpp"
#include "job/sample.hpp"

namespace erp2mysql::run {
namespace {

using job::testing::all_text;

/// Keeps the first cell of every row and the reasons of bad rows.
class RecordingSink : public store::RowSink {
 public:
  void begin(std::string, const data::Window&) override {}
  data::MappedRows piece() const override { return data::MappedRows(1); }
  Limits limits() const override { return {2, 1000}; }
  void take(data::MappedRows rows) override {
    for (auto& one : rows.bad) bad.push_back(std::move(one));
    for (std::size_t row = 0; row < rows.main.rows(); ++row)
      ids_.emplace_back(rows.main.cell(row, 0).value_or("NULL"));
  }
  void finish(store::WindowCounts& counts, std::optional<base::Instant>) override {
    counts.books.written = ids_.size();
    counts.books.quarantined = bad.size();
  }
  void fail(const store::WindowCounts&) noexcept override { failed = true; }
  std::uint64_t affected() const override { return 0; }

  const std::vector<std::string>& ids() const { return ids_; }
  std::vector<data::BadRow> bad;
  bool failed = false;

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
  auto loaded = job::testing::load_sample(
      {{"\"request\": [{\"field\": \"start_time\"",
        keys + "\"request\": [{\"field\": \"start_time\""},
       {R"({{LAST_SYNC_TIME|datetime}}"})",
        R"({{LAST_SYNC_TIME|datetime}}"}, {"field": "end_time", "value": "{{CURRENT_TIME|datetime}}"})"}});
  const auto job = compile(loaded);
  if (!job) throw std::logic_error(all_text(loaded.problems));
  std::string list;
  for (const auto& record : records) list += (list.empty() ? "" : ",") + record;
  http::FakeTransport transport;
  transport.answer(200, R"({"response":{"datas":[)" + list + R"(],"data_count":)" +
                            std::to_string(total) + "}}");
  base::FakeClock clock;
  Outcome out;
  source::Client client(*job->source, transport, clock);
  WindowJob window(*job, client, clock, out.sink);
  const base::Instant from = *base::parse_datetime("2024-01-10 00:00:00", base::Zone());
  window.run("sync", {{from, from + std::chrono::hours(1)}}, std::nullopt);
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

}  // namespace
}  // namespace erp2mysql::run
