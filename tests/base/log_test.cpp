// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/log_scope.hpp"
#include "erp2mysql/base/secrets.hpp"

namespace erp2mysql::base {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

class Log : public testing::Test {
 protected:
  void TearDown() override {
    open_log({});
    set_log_run("", "");
    forget_secrets();
    std::filesystem::remove(path_);
  }
  std::vector<std::string> lines() const {
    std::ifstream file(path_);
    std::vector<std::string> out;
    for (std::string line; std::getline(file, line);) out.push_back(line);
    return out;
  }

  std::string path_ = testing::TempDir() + "log_test." + std::to_string(::getpid());
};

TEST_F(Log, TextLines) {
  open_log({LogLevel::info, LogFormat::text, path_});
  log_debug("not {}", "shown");
  log_info("before {}", 1);
  set_log_run("orders", "r1");
  log_warning("two\nlines \x01 \xff");
  const auto got = lines();
  ASSERT_EQ(got.size(), 2U);
  const std::string time = "....-..-..T..:..:..\\....Z ";
  EXPECT_THAT(got[0], MatchesRegex(time + "INFO before 1"));
  EXPECT_THAT(got[1], MatchesRegex(time + "WARNING \\[orders r1\\] two\\\\nlines \\\\x01 \\?"));
}

TEST_F(Log, JsonLinesAreScrubbedAndEscaped) {
  open_log({LogLevel::debug, LogFormat::json, path_});
  set_log_run("a\"b", "r1");
  register_secret("hunter2secret");
  log_error("got \"{}\" from ?sign=abc", "hunter2secret");
  const auto got = lines();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_THAT(got[0], HasSubstr(R"("level":"error","job":"a\"b","run_id":"r1",)"
                                R"("message":"got \"***\" from ?sign=***"})"));
  EXPECT_TRUE(got[0].starts_with(R"({"v":1,"time":"2)"));
}

TEST_F(Log, LinesOfAWindowNameIt) {
  open_log({LogLevel::info, LogFormat::json, path_});
  {
    const LogScope outer("2024-01-01/2024-01-02");
    log_info("inside");
    std::thread([] { log_info("elsewhere"); }).join();
  }
  log_info("after");
  const auto got = lines();
  ASSERT_EQ(got.size(), 3U);
  EXPECT_THAT(got[0], HasSubstr(R"("window":"2024-01-01/2024-01-02","message":"inside")"));
  EXPECT_THAT(got[1], testing::Not(HasSubstr("window")));
  EXPECT_THAT(got[2], testing::Not(HasSubstr("window")));
}

TEST_F(Log, AHangUpOpensTheFileAgain) {
  open_log({LogLevel::info, LogFormat::text, path_});
  log_info("before");
  const std::string moved = path_ + ".1";
  ASSERT_EQ(std::rename(path_.c_str(), moved.c_str()), 0);
  log_info("still in the old file");
  ASSERT_EQ(::raise(SIGHUP), 0);
  log_info("in the new file");
  EXPECT_EQ(lines().size(), 1U);
  std::ifstream old(moved);
  const std::string text((std::istreambuf_iterator<char>(old)), {});
  EXPECT_THAT(text, HasSubstr("still in the old file"));
  EXPECT_THAT(text, testing::Not(HasSubstr("in the new file")));
  ::unlink(moved.c_str());
}

TEST_F(Log, AFullDiskIsToldOnceOnStderr) {
  LogOptions options{LogLevel::info, LogFormat::text, "/dev/full"};
  options.say = [](std::string_view text) { return "<" + std::string(text) + ">"; };
  open_log(options);
  testing::internal::CaptureStderr();
  log_info("lost");
  log_error("lost as well");
  const auto told = testing::internal::GetCapturedStderr();
  EXPECT_THAT(told,
              HasSubstr(" WARNING <the log file /dev/full could not be written: No space left on "
                        "device; lines are missing in it>\n"));
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 1);
}

TEST_F(Log, TextLinesAreSaidInTheReadersLanguage) {
  LogOptions options{LogLevel::info, LogFormat::text, path_};
  options.say = [](std::string_view text) { return "<" + std::string(text) + ">"; };
  open_log(options);
  log_info("a");
  options.format = LogFormat::json;
  open_log(options);
  log_info("b");
  const auto got = lines();
  ASSERT_EQ(got.size(), 2U);
  EXPECT_TRUE(got[0].ends_with("<a>"));
  EXPECT_THAT(got[1], HasSubstr(R"("message":"b")"));
}

TEST_F(Log, OffAndUnwritable) {
  open_log({LogLevel::off, LogFormat::text, path_});
  log_error("nothing");
  EXPECT_TRUE(lines().empty());
  try {
    open_log({LogLevel::info, LogFormat::text, "/nonexistent/folder/log"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::local);
  }
}

TEST_F(Log, ThreadsDoNotMixLines) {
  open_log({LogLevel::info, LogFormat::text, path_});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int k = 0; k < 50; ++k) log_info("{}", std::string(9000, 'x'));
    });
  }
  for (auto& thread : threads) thread.join();
  const auto got = lines();
  ASSERT_EQ(got.size(), 200U);
  for (const auto& line : got) EXPECT_EQ(line.size(), 9000U + 25 + 5);
}

}  // namespace
}  // namespace erp2mysql::base
