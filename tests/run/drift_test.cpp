// SPDX-License-Identifier: Apache-2.0
// No row is missed while the source changes: seeded scans of a source that goes on working between
// two requests, read the way each platform is read by default. The model knows time only: rows are
// changed and move behind the window, become visible late (within the lag), share timestamps, also
// at the borders of windows, and pages get smaller.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>
#include <set>

#include "erp2mysql/data/hash.hpp"
#include "erp2mysql/http/fake_transport.hpp"
#include "erp2mysql/plan/windows.hpp"
#include "erp2mysql/source/reader.hpp"

namespace erp2mysql::run {
namespace {

using base::Instant;
using base::Millis;
using base::Range;
using source::ReadOptions;

constexpr std::int64_t k_lag = 60;  // seconds after which a change is visible for sure
constexpr std::int64_t k_rows = 200;
constexpr std::int64_t k_page_size = 20;

/// How an API is read, taken from the platform's own facts.
struct Kind {
  source::Paging paging;
  bool total, by_key;
};

struct Version {
  std::int64_t modified, visible;
};

/// Rows that change by the clock of the simulation. Answers like an ERP: a closed window over the
/// time of change, ordered by it, or by key behind a cursor.
class World {
 public:
  World(std::uint64_t seed, Kind kind, double churn) : dice_(seed), kind_(kind), churn_(churn) {
    for (std::int64_t id = 0; id < k_rows; ++id) {
      // Half a minute per step, so that many rows share their time.
      const auto at = below(100) * 30;
      rows_.push_back({{at, at + below(k_lag)}});
    }
    now_ = 100 * 30 + k_lag;
  }

  std::int64_t now() const { return now_; }
  void freeze() { churn_ = 0; }
  void wait(std::int64_t seconds) { now_ += seconds; }
  /// Pages of another size from now on; told with every answer.
  void resize() { size_ = k_page_size - below(3) * 5; }
  /// The size changes in the middle of a scan.
  bool fickle = false;
  std::size_t requests = 0;

  std::size_t version(std::int64_t id) const { return at(id).size(); }

  http::Response answer(const http::Request& request) {
    ++requests;
    ++now_;
    work();
    if (fickle && below(20) == 0) resize();
    std::int64_t from = 0, to = 0, page = 0, after = 0;
    std::sscanf(request.body.c_str(), "%ld %ld %ld %ld", &from, &to, &page, &after);
    auto found = window(from, to);
    const auto total = static_cast<std::int64_t>(found.size());
    const bool cursor = kind_.paging == source::Paging::cursor;
    if (cursor) {
      std::erase_if(found, [&](const auto& row) { return row.id <= after; });
      std::sort(found.begin(), found.end(), [](auto& a, auto& b) { return a.id < b.id; });
    }
    return {200, {}, body(found, cursor ? 0 : (page - 1) * size_, total)};
  }

 private:
  struct Shown {
    std::int64_t id, modified;
    std::size_t version;
  };

  const std::vector<Version>& at(std::int64_t id) const {
    return rows_[static_cast<std::size_t>(id)];
  }
  std::int64_t below(std::int64_t end) {
    return std::uniform_int_distribution<std::int64_t>(0, end - 1)(dice_);
  }

  void work() {
    if (churn_ <= 0) return;
    std::binomial_distribution<std::int64_t> changes(k_rows, churn_);
    for (auto left = changes(dice_); left > 0; --left) {
      auto& row = rows_[static_cast<std::size_t>(below(k_rows))];
      const auto visible = std::max(row.back().visible, now_ + below(k_lag));
      row.push_back({now_, visible});
    }
  }

  std::vector<Shown> window(std::int64_t from, std::int64_t to) const {
    std::vector<Shown> out;
    for (std::int64_t id = 0; id < k_rows; ++id) {
      const auto& versions = at(id);
      auto seen = versions.size();
      while (seen > 0 && versions[seen - 1].visible > now_) --seen;
      if (seen == 0) continue;
      const auto modified = versions[seen - 1].modified;
      if (modified >= from && modified <= to) out.push_back({id, modified, seen});
    }
    std::sort(out.begin(), out.end(), [](auto& a, auto& b) {
      return std::pair(a.modified, a.id) < std::pair(b.modified, b.id);
    });
    return out;
  }

  std::string body(const std::vector<Shown>& found, std::int64_t first, std::int64_t total) const {
    const auto end = static_cast<std::int64_t>(found.size());
    std::string list;
    std::int64_t last = -1;
    for (auto i = first; i < std::min(first + size_, end); ++i) {
      const auto& row = found[static_cast<std::size_t>(i)];
      list += fmt::format("{}{{\"id\":{},\"v\":{}}}", list.empty() ? "" : ",", row.id, row.version);
      last = row.id;
    }
    return fmt::format(R"({{"rows":[{}],"size":{},"total":{},"last":{}}})", list, size_, total,
                       last);
  }

  std::mt19937_64 dice_;
  Kind kind_;
  double churn_;
  std::int64_t now_ = 0, size_ = k_page_size;
  std::vector<std::vector<Version>> rows_;
};

Instant instant(std::int64_t seconds) { return Instant(std::chrono::seconds(seconds)); }
std::int64_t seconds(Instant t) {
  return std::chrono::duration_cast<std::chrono::seconds>(t.time_since_epoch()).count();
}

/// The platform's facts with a wire of its own.
class Wire : public source::Source {
 public:
  explicit Wire(Kind kind) : kind_(kind) {
    spec_.paging = kind.paging;
    if (kind.by_key) spec_.cursor_key = "id";
  }
  Range window;

  const source::PlatformSpec& spec() const override { return spec_; }
  http::Request build(const data::Arguments&, const data::PageToken& token,
                      const source::Moment&) const override {
    return {"POST",
            "http://erp",
            {},
            fmt::format("{} {} {} {}", seconds(window.from), seconds(window.to), token.page,
                        token.cursor.empty() ? "-1" : token.cursor)};
  }
  source::Reading interpret(http::Response response) const override {
    data::Page page;
    page.document =
        std::make_shared<data::Document>(data::Document::parse_page(std::move(response.body)));
    const auto& root = page.document->root();
    const auto number = [&](const char* name) {
      return std::stoll(std::string(root.find(name)->scalar()));
    };
    for (const auto& row : root.find("rows")->members()) page.records.push_back(&row.value);
    page.size = number("size");
    if (kind_.total) page.total = number("total");
    const bool cursor = kind_.paging == source::Paging::cursor;
    if (cursor && !page.records.empty()) page.next = std::to_string(number("last"));
    return {http::Verdict::good(), std::move(page)};
  }
  std::string rate_key() const override { return "simulation"; }
  std::string signed_text(const data::Arguments&, const data::PageToken&,
                          const source::Moment&) const override {
    return {};
  }
  std::vector<source::Bound> bounds(const data::Arguments&) const override { return {}; }

 private:
  Kind kind_;
  source::PlatformSpec spec_;
};

std::uint64_t number_in(const data::Node& record, const char* name) {
  return std::stoull(std::string(record.find(name)->scalar()));
}

/// What a reader did with one simulated source: the newest version it was given of every row.
class Simulation {
 public:
  Simulation(std::uint64_t seed, Kind kind, double churn)
      : world_(seed, kind, churn), wire_(kind), client_(wire_, transport_, clock_), kind_(kind) {
    transport_.otherwise([this](const http::Request& request) { return world_.answer(request); });
    world_.fickle = kind.total && seed % 4 == 0;
  }

  /// Two windows while the source works, one when it has come to rest. Rows whose last version
  /// nobody was given.
  std::size_t missed(bool naive) {
    std::int64_t from = 0;
    for (int window = 0; window < 3; ++window) {
      if (window == 2) {
        world_.freeze();
        world_.wait(2 * k_lag);
      }
      const auto to = world_.now() - k_lag;
      const Range range{instant(from), instant(to)};
      naive ? read_forward(range) : read(range);
      from = to;
      world_.resize();
    }
    std::size_t out = 0;
    for (std::int64_t id = 0; id < k_rows; ++id) out += taken_[id] != world_.version(id) ? 1 : 0;
    return out;
  }
  std::size_t requests() const { return world_.requests; }
  std::size_t halved() const { return halved_; }
  std::size_t failed() const { return failed_; }

 private:
  void take(const data::Page& page) {
    for (const auto* record : page.records) {
      const auto id = static_cast<std::int64_t>(number_in(*record, "id"));
      taken_[id] = std::max<std::uint64_t>(taken_[id], number_in(*record, "v"));
    }
  }

  void read(const Range& whole) {
    ReadOptions options;
    options.paging = kind_.paging == source::Paging::cursor ? ReadOptions::Paging::cursor
                                                            : ReadOptions::Paging::reverse;
    options.page_size = k_page_size;
    std::deque<data::Window> waiting{{whole}};
    while (!waiting.empty()) {
      const auto window = waiting.front();
      waiting.pop_front();
      wire_.window = window.time;
      source::Reader reader(client_, clock_, options, [](const data::Node& record) {
        return data::RecordId{data::hash(record.find("id")->scalar()), data::digest(record)};
      });
      try {
        reader.read({}, [&](const data::Page& page) { take(page); });
      } catch (const base::Error& error) {
        const bool too_big = dynamic_cast<const http::TooBig*>(&error) != nullptr;
        const auto halves =
            plan::halve(window, Millis(1000), [](const Range& range) { return range; });
        if (!too_big || !halves) {
          // The run fails, says so, and the next one reads the window again.
          if (++failed_ > 200) throw;
          waiting.push_front(window);
          continue;
        }
        ++halved_;
        waiting.push_front(halves->second);
        waiting.push_front(halves->first);
      }
    }
  }

  // As most scripts do it: page after page until one is short.
  void read_forward(const Range& window) {
    wire_.window = window;
    data::PageToken token;
    for (;;) {
      const auto page = client_.fetch({}, token);
      take(page);
      const bool full = static_cast<std::int64_t>(page.records.size()) >= *page.size;
      if (page.records.empty() || !full) return;
      ++token.page;
      token.cursor = page.next.value_or("");
    }
  }

  World world_;
  Wire wire_;
  http::FakeTransport transport_;
  base::FakeClock clock_;
  source::Client client_;
  Kind kind_;
  std::map<std::int64_t, std::uint64_t> taken_;
  std::size_t halved_ = 0, failed_ = 0;
};

struct PlatformCase {
  const char* name;
  const char* platform;
  const char* api;
};

Kind kind_of(const PlatformCase& test) {
  job::Source settings;
  settings.platform = test.platform;
  settings.api = test.api;
  if (settings.platform == "kingdee") {
    for (const auto& [name, value] :
         {std::pair("FormId", "SAL_SaleOrder"), std::pair("FieldKeys", "FID,FBillNo")}) {
      job::Item item;
      item.field = name;
      item.value = value;
      settings.request.push_back(item);
    }
  }
  const auto spec = source::spec_of(*source::find_platform(test.platform), settings);
  return {spec.paging, !spec.total.empty(), !spec.cursor_key.empty()};
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int k_scans = 60;  // the tenth run finds no error of memory that the first did not
#else
constexpr int k_scans = 1000;
#endif

class Drift : public testing::TestWithParam<PlatformCase> {
 protected:
  static void TearDownTestSuite() {
    fmt::print("{} kinds of API, {} runs each: {} rows missed; a forward pager lost up to {}\n",
               s_kinds, 3 * (k_scans / 3 + 1), s_missed, s_most_naive);
  }
  inline static std::size_t s_kinds = 0, s_missed = 0, s_most_naive = 0;
};

TEST_P(Drift, NoRowIsMissed) {
  ++s_kinds;
  const auto kind = kind_of(GetParam());
  for (const double churn : {0.001, 0.01, 0.05}) {
    std::size_t missed = 0, scans_with_misses = 0, naive = 0, naive_scans = 0, halved = 0;
    std::size_t failed = 0;
    for (std::uint64_t seed = 1; seed <= k_scans / 3 + 1; ++seed) {
      Simulation ours(seed, kind, churn);
      const auto lost = ours.missed(false);
      missed += lost;
      scans_with_misses += lost > 0 ? 1 : 0;
      halved += ours.halved();
      failed += ours.failed();
      const auto theirs = Simulation(seed, kind, churn).missed(true);
      naive += theirs;
      naive_scans += theirs > 0 ? 1 : 0;
    }
    s_missed += missed;
    s_most_naive = std::max(s_most_naive, naive);
    EXPECT_EQ(missed, 0u) << scans_with_misses << " of " << k_scans / 3 + 1 << " runs at " << churn;
    fmt::print(
        "{:<22} churn {:>4.1f} % a page: missed {} rows; a forward pager {} rows, in {} of "
        "{} runs; windows halved {}, read again after an error {}\n",
        GetParam().name, churn * 100, missed, naive, naive_scans, k_scans / 3 + 1, halved, failed);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Platforms, Drift,
    testing::Values(PlatformCase{"JikeyunChannels", "jikeyun", "erp.sales.get"},
                    PlatformCase{"JikeyunGoods", "jikeyun", "erp.storage.goodslist"},
                    PlatformCase{"JikeyunTrades", "jikeyun", "oms.trade.fullinfoget"},
                    PlatformCase{"Xiaobangbang", "xiaobangbang", "/pro/v2/api/product/list"},
                    PlatformCase{"WangdiantongQimen", "wangdiantong-qimen",
                                 "wdt.aftersales.refund.refund.search"},
                    PlatformCase{"Wangdiantong", "wangdiantong", "aftersales.refund.Refund.search"},
                    PlatformCase{"JushuitanQimen", "jushuitan-qimen",
                                 "jushuitan.saleout.list.query"},
                    PlatformCase{"Jushuitan", "jushuitan", "/open/orders/single/query"},
                    PlatformCase{"Kingdee", "kingdee", "ExecuteBillQuery"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace erp2mysql::run
