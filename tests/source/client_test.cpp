// SPDX-License-Identifier: Apache-2.0
// Sessions, clocks and kept tokens between the requests of one peer.
#include "erp2mysql/source/client.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "erp2mysql/http/fake_transport.hpp"
#include "erp2mysql/http/retrying_transport.hpp"
#include "source/sample.hpp"

namespace erp2mysql::source {
namespace {

using namespace testing;

constexpr auto k_rows = R"({"code":0,"data":{"datas":[]}})";
constexpr auto k_expired = R"({"code":100,"msg":"expired"})";
constexpr auto k_renewed =
    R"({"code":0,"data":{"access_token":"token-2","refresh_token":"refresh-2"}})";

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() {
    directory_ = std::filesystem::temp_directory_path() /
                 fmt::format("erp2mysql-tokens-test-{}", ::getpid());
    settings_.platform = "jushuitan";
    settings_.api = "/open/orders/out/simple/query";
    settings_.connection = {{"app_key", "1"},
                            {"app_secret", "secret"},
                            {"access_token", "token-1"},
                            {"refresh_token", "refresh-1"}};
  }
  ~ClientTest() override { std::filesystem::remove_all(directory_); }

  /// A new process: nothing but the files is kept.
  data::Page fetch() {
    const auto source = make(settings_, 50);
    TokenStore tokens((directory_ / "deep" / "er").string());
    http::RetryOptions options;
    options.seed = 1;
    http::RetryingTransport transport(fake_, clock_, options);
    Client client(*source, transport, clock_, &tokens);
    return client.fetch({}, {});
  }

  base::Error fetch_badly() {
    return testing::error_of([this] { fetch(); });
  }

  std::string token(std::size_t request) const {
    return field(parse_form(fake_.requests.at(request).body), "access_token");
  }
  std::string timestamp(std::size_t request) const {
    return field(parse_form(fake_.requests.at(request).body), "timestamp");
  }

  job::Source settings_;
  std::filesystem::path directory_;
  http::FakeTransport fake_;
  base::FakeClock clock_{base::Instant(std::chrono::seconds(1704168000))};
};

TEST_F(ClientTest, RenewedTokensAreKeptForTheNextProcess) {
  fake_.answer(200, k_expired).answer(200, k_renewed).answer(200, k_rows);
  fetch();
  EXPECT_EQ(token(0), "token-1");
  EXPECT_EQ(field(parse_form(fake_.requests[1].body), "refresh_token"), "refresh-1");
  EXPECT_EQ(token(2), "token-2");
  fake_.answer(200, k_rows);
  fetch();
  EXPECT_EQ(token(3), "token-2");
}

TEST_F(ClientTest, FilesAreForTheirOwnerOnly) {
  fake_.answer(200, k_expired).answer(200, k_renewed).answer(200, k_rows);
  const auto mask = ::umask(0);
  fetch();
  ::umask(mask);
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_)) {
    struct stat info {};
    ASSERT_EQ(::stat(entry.path().c_str(), &info), 0);
    if (entry.path().filename() == "er") {
      EXPECT_EQ(info.st_mode & 0777, 0700u) << entry.path();
    }
    if (!entry.is_regular_file()) continue;
    ++files;
    EXPECT_EQ(info.st_mode & 0777, 0600u) << entry.path();
  }
  EXPECT_EQ(files, 2);  // the pair and its lock
}

TEST_F(ClientTest, APairThatTheJobGotAnewWins) {
  fake_.answer(200, k_expired).answer(200, k_renewed).answer(200, k_rows);
  fetch();
  settings_.connection["access_token"] = "token-9";
  fake_.answer(200, k_rows);
  fetch();
  EXPECT_EQ(token(3), "token-9");
}

TEST_F(ClientTest, AnotherProcessMayHaveRenewedMeanwhile) {
  const auto source = make(settings_, 50);
  const auto& way = *source->sign_in();
  TokenStore tokens((directory_ / "deep" / "er").string());
  fake_.otherwise([&](const http::Request& request) -> http::Response {
    const auto form = parse_form(request.body);
    if (field(form, "access_token") != "token-1") return {200, {}, k_rows};
    auto guard = tokens.lock(way.kept_as());
    guard.save(way.given(), {"token-7", "refresh-7", ""});
    return {200, {}, k_expired};
  });
  fetch();
  ASSERT_EQ(fake_.requests.size(), 2u);  // nobody asked for new tokens
  EXPECT_EQ(token(1), "token-7");
}

TEST_F(ClientTest, ALostAnswerToARenewalIsNotAskedForAgain) {
  fake_.answer(200, k_expired).fail(base::Error(ErrorKind::temporary, "connection reset"));
  const auto error = fetch_badly();
  EXPECT_EQ(error.kind(), ErrorKind::temporary);
  EXPECT_EQ(error.where(), "sign-in");
  EXPECT_EQ(fake_.requests.size(), 2u);
}

TEST_F(ClientTest, BrokenFilesCountAsNone) {
  fake_.answer(200, k_expired).answer(200, k_renewed).answer(200, k_rows);
  fetch();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory_)) {
    if (entry.path().extension() == ".json") std::ofstream(entry.path()) << "{";
  }
  fake_.answer(200, k_rows);
  fetch();
  EXPECT_EQ(token(3), "token-1");
}

TEST_F(ClientTest, ClockIsLearnedFromTheDateHeader) {
  constexpr auto k_clock = R"({"code":140,"msg":"timestamp expired"})";
  const http::Headers date{{"Date", "Tue, 02 Jan 2024 05:00:00 GMT"}};
  fake_.answer(200, k_clock, date).answer(200, k_rows, date);
  fetch();
  EXPECT_EQ(timestamp(0), "1704168000");
  EXPECT_NEAR(std::stod(timestamp(1)), 1704171600, 2);
  // Only one corrected attempt.
  fake_.answer(200, k_clock, date).answer(200, k_clock, date);
  EXPECT_EQ(fetch_badly().kind(), ErrorKind::credentials);
  EXPECT_EQ(fake_.left(), 0u);
}

TEST_F(ClientTest, UsedUpQuotaSaysWhenToComeBack) {
  settings_.platform = "xiaobangbang";
  settings_.api = "/pro/v2/api/product/list";
  settings_.connection = {{"corpid", "c"}, {"token", "t"}};
  fake_.answer(200, R"({"code":9,"msg":"超过100000次/天","success":false})");
  const auto error = fetch_badly();
  EXPECT_EQ(error.kind(), ErrorKind::temporary);
  EXPECT_EQ(error.retry_after(), std::chrono::hours(12));
  EXPECT_NE(error.hint().find("2024-01-03T00:00:00+08:00"), std::string::npos) << error.hint();
}

}  // namespace
}  // namespace erp2mysql::source
