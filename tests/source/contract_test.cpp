// SPDX-License-Identifier: Apache-2.0
// What every source promises, proved against a little server per platform that knows only the
// fixtures below: pages end, rows are complete, throttling slows down, expired sessions sign in
// again on the same page, errors inside 200 are seen, no text shows a secret, same input gives same
// bytes.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <set>

#include "erp2mysql/http/fake_transport.hpp"
#include "erp2mysql/http/retrying_transport.hpp"
#include "erp2mysql/source/reader.hpp"
#include "source/sample.hpp"

namespace erp2mysql::source {
namespace {

using namespace testing;

constexpr std::int64_t k_size = 3;
constexpr const char* k_secret = "canary-secret-value";

/// One platform as a fixture: its job, and its answers in its own words.
struct Fixture {
  const char* platform;
  job::Source job;
  std::int64_t first_page;
  /// 0-based offset of the first row that the request asks for.
  std::function<std::int64_t(const http::Request&)> offset;
  /// A page of the rows [from, to) of `total`.
  std::function<std::string(std::int64_t from, std::int64_t to, std::int64_t total)> page;
  std::string throttled, refused, missing_list;
  std::string expired;     // empty: there is no session
  std::string signed_in;   // the answer to a sign-in
  std::string sign_in_at;  // part of its address
};

std::string rows(std::int64_t from, std::int64_t to, std::string_view form) {
  std::string out;
  for (auto i = from; i < to; ++i) {
    if (!out.empty()) out += ',';
    out += fmt::format(fmt::runtime(form), i + 1);
  }
  return out;
}

std::int64_t number_in(const std::string& text, const std::string& name) {
  const auto at = text.find(name);
  return at == std::string::npos ? -1 : std::stoll(text.substr(at + name.size()));
}

job::Source job_of(const std::string& platform, const std::string& api,
                   job::Connection connection) {
  job::Source out;
  out.platform = platform;
  out.api = api;
  out.connection = std::move(connection);
  return out;
}

Fixture jikeyun() {
  return {"jikeyun",
          job_of("jikeyun", "erp.sales.get", {{"appkey", "1"}, {"appsecret", k_secret}}),
          0,
          [](const http::Request& r) {
            return k_size * number_in(url_decode(r.body), "\"pageIndex\":");
          },
          [](auto from, auto to, auto) {
            return R"({"code":200,"result":{"data":{"salesChannelInfo":[)" +
                   rows(from, to, R"({{"n":{}}})") + "]}}}";
          },
          R"({"code":500,"subCode":"0859999999"})",
          R"({"code":500,"subCode":"0130020310"})",
          R"({"code":200,"result":{"data":{}}})",
          "",
          "",
          ""};
}

Fixture xiaobangbang() {
  return {"xiaobangbang",
          job_of("xiaobangbang", "/pro/v2/api/product/list",
                 {{"corpid", "ding1"}, {"token", k_secret}}),
          1,
          [](const http::Request& r) { return k_size * (number_in(r.body, "\"page\":") - 1); },
          [](auto from, auto to, auto total) {
            return fmt::format(
                R"({{"code":1,"success":true,"result":{{"list":[{}],"totalCount":{}}}}})",
                rows(from, to, R"({{"n":{}}})"), total);
          },
          R"({"code":9,"msg":"超过20次/秒","success":false})",
          R"({"code":100012,"success":false})",
          R"({"code":1,"success":true,"result":{}})",
          "",
          "",
          ""};
}

Fixture wangdiantong(bool qimen) {
  const auto wrap = [qimen](const std::string& body) {
    return qimen ? R"({"response":)" + body + "}" : body;
  };
  auto job = qimen ? job_of("wangdiantong-qimen", "wdt.aftersales.refund.refund.search",
                            {{"app_key", "1"},
                             {"app_secret", k_secret},
                             {"sid", "s"},
                             {"wdt_appkey", "2"},
                             {"wdt_appsecret", std::string(k_secret) + ":saltsalt"}})
                   : job_of("wangdiantong", "aftersales.refund.Refund.search",
                            {{"sid", "s"},
                             {"appkey", "2"},
                             {"appsecret", std::string(k_secret) + ":saltsalt"}});
  return {qimen ? "wangdiantong-qimen" : "wangdiantong",
          std::move(job),
          qimen ? 1 : 0,
          [qimen](const http::Request& r) {
            return qimen ? k_size * (number_in(url_decode(r.body), "\"page_no\":") - 1)
                         : k_size * number_in(r.url, "page_no=");
          },
          [wrap](auto from, auto to, auto total) {
            // The total comes with the first page only.
            const auto count = from == 0 ? fmt::format("\"total_count\":{},", total) : "";
            return wrap(fmt::format(R"({{"status":0,"data":{{{}"order":[{}]}}}})", count,
                                    rows(from, to, R"({{"n":{}}})")));
          },
          wrap(R"({"status":100,"message":"超过每分钟最大调用频率限制,请稍后重试"})"),
          wrap(R"({"status":100,"message":"签名错误"})"),
          wrap(R"({"status":0,"data":{}})"),
          "",
          "",
          ""};
}

Fixture jushuitan(bool qimen) {
  const auto wrap = [qimen](const std::string& body) {
    return qimen ? R"({"response":)" + body + "}" : R"({"code":0,"data":)" + body + "}";
  };
  auto job = qimen ? job_of("jushuitan-qimen", "jushuitan.saleout.list.query",
                            {{"app_key", "1"}, {"app_secret", k_secret}, {"customer_id", "c"}})
                   : job_of("jushuitan", "/open/orders/out/simple/query",
                            {{"app_key", "1"},
                             {"app_secret", k_secret},
                             {"access_token", "token-1"},
                             {"refresh_token", "refresh-1"}});
  return {
      qimen ? "jushuitan-qimen" : "jushuitan",
      std::move(job),
      1,
      [qimen](const http::Request& r) {
        const auto text = url_decode(r.body);
        return k_size * (number_in(text, qimen ? "page_index=" : "\"page_index\":") - 1);
      },
      [wrap](auto from, auto to, auto total) {
        return wrap(fmt::format(R"({{"datas":[{}],"data_count":{},"has_next":{}}})",
                                rows(from, to, R"({{"n":{}}})"), total, to < total));
      },
      qimen
          ? R"({"error_response":{"code":7,"msg":"x","sub_code":"accesscontrol.limited-by-api-access-count","sub_msg":"This ban will last for 3 more seconds"}})"
          : R"({"code":199,"msg":"x"})",
      qimen ? R"({"response":{"flag":"failure","code":25,"message":"Invalid signature"}})"
            : R"({"code":10,"msg":"x"})",
      wrap("{}"),
      qimen ? "" : R"({"code":100,"msg":"expired"})",
      R"({"code":0,"data":{"access_token":"token-2","refresh_token":"refresh-2"}})",
      "refreshToken"};
}

Fixture kingdee() {
  auto job = job_of("kingdee", "executeBillQuery",
                    {{"base_url", "http://k/K3Cloud"},
                     {"auth", "password"},
                     {"acct_id", "a"},
                     {"username", "u"},
                     {"password", k_secret}});
  job.request = {item("n", "FID")};
  job.other_request = {item("FormId", "SAL_SaleOrder")};
  return {
      "kingdee",
      std::move(job),
      0,
      [](const http::Request& r) { return std::max<std::int64_t>(0, number_in(r.body, "FID > ")); },
      [](auto from, auto to, auto) { return "[" + rows(from, to, "[{}]") + "]"; },
      R"([[{"Result":{"ResponseStatus":{"IsSuccess":false,"MsgCode":14}}}]])",
      R"([[{"Result":{"ResponseStatus":{"IsSuccess":false,"MsgCode":9}}}]])",
      R"({"Message":"?"})",
      R"([[{"Result":{"ResponseStatus":{"IsSuccess":false,"MsgCode":1}}}]])",
      R"({"LoginResultType":1,"KDSVCSessionId":"session-1"})",
      "AuthService"};
}

class Contract : public ::testing::TestWithParam<int> {
 protected:
  static std::vector<Fixture> fixtures() {
    return {jikeyun(),       xiaobangbang(),   wangdiantong(true), wangdiantong(false),
            jushuitan(true), jushuitan(false), kingdee()};
  }

  Contract() : fixture_(fixtures()[static_cast<std::size_t>(GetParam())]) {
    directory_ = std::filesystem::temp_directory_path() /
                 fmt::format("erp2mysql-contract-{}-{}", ::getpid(), GetParam());
    tokens_.emplace(directory_.string());
    source_ = make(fixture_.job, k_size);
    fake_.otherwise([this](const http::Request& request) { return answer(request); });
    http::RetryOptions options;
    options.seed = 1;
    transport_.emplace(fake_, clock_, options);
    client_.emplace(*source_, *transport_, clock_, &*tokens_);
  }
  ~Contract() override {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }

  http::Response answer(const http::Request& request) {
    if (!fixture_.sign_in_at.empty() &&
        request.url.find(fixture_.sign_in_at) != std::string::npos) {
      ++sign_ins_;
      return {200, {}, fixture_.signed_in};
    }
    ++asked_;
    if (const auto at = instead_.find(asked_); at != instead_.end()) return {200, {}, at->second};
    const auto from = std::min(fixture_.offset(request), total_);
    offsets_.push_back(from);
    return {200, {}, fixture_.page(from, std::min(from + k_size, total_), total_)};
  }

  ReadOptions::Paging order() const {
    return source_->spec().paging == Paging::cursor ? ReadOptions::Paging::cursor
                                                    : ReadOptions::Paging::reverse;
  }

  ReadCounts read() {
    ReadOptions options;
    options.page_size = k_size;
    options.paging = order();
    Reader reader(*client_, clock_, options,
                  [](const data::Node& record) { return data::RecordId{data::digest(record)}; });
    return reader.read({}, [this](const data::Page& page) {
      for (const auto* record : page.records) found_.insert(data::to_json(*record));
    });
  }

  base::Error read_badly() {
    return testing::error_of([this] { read(); });
  }

  void expect_truth() const {
    EXPECT_EQ(static_cast<std::int64_t>(found_.size()), total_);
    for (std::int64_t i = 1; i <= total_; ++i) {
      EXPECT_TRUE(found_.contains(fmt::format("{{\"n\":{}}}", i))) << i;
    }
  }

  Fixture fixture_;
  std::filesystem::path directory_;
  std::optional<TokenStore> tokens_;
  std::unique_ptr<Source> source_;
  http::FakeTransport fake_;
  base::FakeClock clock_{time("2024-01-02T12:00:00+08:00")};
  std::optional<http::RetryingTransport> transport_;
  std::optional<Client> client_;
  std::int64_t total_ = 10;
  std::map<int, std::string> instead_;  // number of the request → its answer
  int asked_ = 0;
  int sign_ins_ = 0;
  std::vector<std::int64_t> offsets_;
  std::set<std::string> found_;
};

class SessionContract : public Contract {};  // platforms that must be signed in to
class ListContract : public Contract {};     // all but Kingdee, whose rows stand at the root

TEST_P(Contract, PagesEndAndRowsAreComplete) {
  for (const std::int64_t total : {0, 1, 3, 4, 6, 10}) {
    SCOPED_TRACE(total);
    total_ = total;
    found_.clear();
    asked_ = 0;
    const auto counts = read();
    expect_truth();
    EXPECT_EQ(counts.scans, 1u);
    EXPECT_LE(asked_, 9);
  }
}

TEST_P(Contract, ThrottledSlowsDownAndGoesOn) {
  instead_[2] = fixture_.throttled;
  read();
  expect_truth();
  EXPECT_EQ(clock_.sleeps.size(), 1u);
  const auto verdict = verdict_of(*source_, {200, {}, fixture_.throttled});
  EXPECT_EQ(verdict.action, Action::slow_down);
}

TEST_P(SessionContract, ExpiredSessionSignsInAndAsksTheSamePageAgain) {
  ASSERT_FALSE(fixture_.expired.empty());
  read();
  const auto before = sign_ins_;
  const auto offsets = offsets_;
  offsets_.clear();
  found_.clear();
  instead_[asked_ + 2] = fixture_.expired;
  read();
  expect_truth();
  EXPECT_EQ(sign_ins_, before + 1);
  EXPECT_EQ(offsets_, offsets);
  instead_[asked_ + 1] = instead_[asked_ + 2] = fixture_.expired;
  EXPECT_EQ(read_badly().kind(), ErrorKind::credentials);
}

TEST_P(Contract, ErrorsInsideTwoHundredAreSeen) {
  for (const auto& body : {fixture_.refused, fixture_.missing_list, std::string("<html></html>"),
                           std::string("{}"), std::string("")}) {
    found_.clear();
    instead_.clear();
    for (int i = 1; i < 10; ++i) instead_[asked_ + i] = body;
    const auto error = read_badly();
    EXPECT_TRUE(found_.empty());
    EXPECT_NE(base::to_string(error.kind()), "bug") << error.what();
    EXPECT_EQ(std::string(error.what()).find(k_secret), std::string::npos);
  }
}

TEST_P(Contract, SameInputSameBytesAndFreshSignaturesLater) {
  const auto at = clock_.now();
  const auto a = source_->build({text("x", "y")}, {2, true, ""}, at);
  const auto b = make(fixture_.job, k_size)->build({text("x", "y")}, {2, true, ""}, at);
  EXPECT_EQ(a.url, b.url);
  EXPECT_EQ(a.headers, b.headers);
  EXPECT_EQ(a.body, b.body);
  EXPECT_EQ(a.method, "POST");
}

TEST_P(Contract, EveryAttemptIsSignedAnew) {
  const auto all = [&](base::Instant at) {
    const auto request = source_->build({}, {}, at);
    return request.url + request.body;
  };
  // These two sign no time.
  const bool timeless = fixture_.platform == std::string("xiaobangbang") ||
                        fixture_.platform == std::string("kingdee");
  EXPECT_EQ(all(clock_.now()) == all(clock_.now() + std::chrono::hours(1)), timeless);
}

TEST_P(Contract, PageFieldsOfTheJobMakeNoDifference) {
  const auto& spec = source_->spec();
  const auto plain = source_->build({text("x", "y")}, {2, true, ""}, clock_.now());
  for (const char* start : {"0", "1", "7"}) {
    data::Arguments given{text("x", "y"), text(spec.size_field, "99")};
    if (!spec.page_field.empty()) given.push_back(text(spec.page_field, start));
    const auto filled = source_->build(given, {2, true, ""}, clock_.now());
    EXPECT_EQ(filled.url, plain.url);
    EXPECT_EQ(filled.body, plain.body);
  }
}

TEST_P(Contract, NoTextShowsASecret) {
  const auto request = source_->build({}, {}, clock_.now());
  std::string all =
      request.url + request.body + source_->rate_key() + source_->signed_text({}, {}, clock_.now());
  for (const auto& [name, value] : request.headers) all += name + value;
  EXPECT_EQ(all.find(k_secret), std::string::npos) << all;
}

TEST_P(ListContract, AJobsListPathIsFollowed) {
  auto job = fixture_.job;
  job.read.list = "nowhere.rows";
  const auto other = make(job, k_size);
  const auto verdict = verdict_of(*other, {200, {}, fixture_.page(0, 1, 1)});
  EXPECT_EQ(verdict.action, Action::retry);
  EXPECT_NE(verdict.error->message().find("nowhere.rows"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Sources, Contract, ::testing::Range(0, 7));
INSTANTIATE_TEST_SUITE_P(Sources, SessionContract, ::testing::Range(5, 7));
INSTANTIATE_TEST_SUITE_P(Sources, ListContract, ::testing::Range(0, 6));

TEST(ContractSuite, CoversEveryPlatform) { EXPECT_EQ(registry().size(), 7u); }

}  // namespace
}  // namespace erp2mysql::source
