// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "erp2mysql/base/error.hpp"
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
                                R"("msg":"got \"***\" from ?sign=***"})"));
  EXPECT_TRUE(got[0].starts_with(R"({"ts":"2)"));
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
