// SPDX-License-Identifier: Apache-2.0
// Windows one after the other in one lane, of which the next has begun to ask before the one ahead
// of it is through: each is read once, and none is forgotten. Nothing is written.
#include "../../src/run/lanes.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/http/fake_transport.hpp"
#include "run/sample_window.hpp"

namespace erp2mysql::run {
namespace {

/// A dry run without a look at the table asks the server nothing.
class NoServer : public mysql::Connection {
 public:
  mysql::Result query(std::string_view, const std::vector<std::optional<std::string>>&) override {
    throw std::logic_error("nobody asked for this");
  }
  void begin() override {}
  void commit() override {}
  void rollback() noexcept override {}
  std::vector<mysql::Warning> warnings() override { return {}; }
  const mysql::ServerInfo& server() const override { return info_; }
  mysql::Result write_rows(const mysql::RowStatement&, const data::Batch&, std::size_t,
                           std::size_t) override {
    throw std::logic_error("nothing is written");
  }
  std::string_view write_method() const override { return "prepared"; }

 private:
  mysql::ServerInfo info_;
};

/// For the thread that decides over windows each look is a minute later; to others time stands.
class CountingClock : public base::FakeClock {
 public:
  base::Millis monotonic() override {
    return std::this_thread::get_id() == owner_ ? std::chrono::minutes(++looks_) : base::Millis(0);
  }

 private:
  const std::thread::id owner_ = std::this_thread::get_id();
  int looks_ = 0;
};

class OneLane : public ::testing::Test {
 protected:
  OneLane() {
    transport_.otherwise([this](const http::Request&) {
      const auto number = std::to_string(++asked_);
      if (number == fails_) throw base::Error(base::ErrorKind::protocol, "nonsense");
      return http::Response{200, {}, testing::answer({R"({"io_id":)" + number + "}"}, 1)};
    });
    work_.kind = "run";
    for (int i = 0; i < 3; ++i) work_.windows.push_back(testing::hour(i));
  }

  RunResult run() {
    const Target target(*job_, no_server_, "bi", false);
    const Wiring wiring{clock_, transport_, nullptr, "bi", nullptr, nullptr, nullptr, nullptr};
    RunResult result;
    Lanes(*job_, wiring, target, nullptr).run(work_, 1, result);
    return result;
  }

  const std::unique_ptr<CompiledJob> job_ =
      testing::sample_job(R"("id": "io_id", "idCheck": true, )");
  std::atomic<int> asked_ = 0;
  std::string fails_;  // the request with this number
  http::FakeTransport transport_;
  CountingClock clock_;
  NoServer no_server_;
  Work work_;
};

TEST_F(OneLane, EachWindowIsReadOnce) {
  const auto result = run();
  EXPECT_FALSE(result.error);
  EXPECT_EQ(result.windows_done, 3u);
  EXPECT_EQ(result.rows.read, 3u);
  EXPECT_EQ(asked_, 3);
}

// The last window has begun to ask when the time is over: it is not done, and the run says so.
TEST_F(OneLane, AWindowThatBeganTooLateIsStillToDo) {
  work_.windows.resize(2);
  work_.deadline = std::chrono::minutes(3);  // of the looks at the clock, the one before it is read
  const auto result = run();
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->kind(), base::ErrorKind::temporary);
  EXPECT_EQ(result.windows_done, 1u);
  EXPECT_EQ(result.rows.read, 1u);
  EXPECT_EQ(result.records, 1u);
  EXPECT_LE(asked_, 2);
}

TEST_F(OneLane, AFailureOfAWindowThatBeganEarlyIsItsOwn) {
  fails_ = "2";
  const auto result = run();
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.windows_done, 1u);
  EXPECT_EQ(result.windows_failed, 1u);
  ASSERT_TRUE(result.failed_window);
  EXPECT_EQ(result.failed_window->time.from, testing::hour(1).time.from);
}

}  // namespace
}  // namespace erp2mysql::run
