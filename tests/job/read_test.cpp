// SPDX-License-Identifier: Apache-2.0
// The key `source.read`: what it takes, what it refuses, and that it belongs to the fingerprint.
#include <gtest/gtest.h>

#include "job/sample.hpp"

namespace erp2mysql::job {
namespace {

using testing::all_text;

Loaded load_read(std::string_view read) {
  const std::string line =
      R"("api": "jushuitan.saleout.list.query", "read": )" + std::string(read) + ",";
  return testing::load_sample({{R"("api": "jushuitan.saleout.list.query",)", line}});
}

TEST(LoadRead, TakesEveryKey) {
  const auto loaded = load_read(R"({"list": "a.b", "total": "", "pageField": "p", "sizeField": "s",
    "firstPage": 0, "maxPageSize": 200, "cursorField": "c", "cursorStart": 0, "cursorPath": "n",
    "fromFields": ["f"], "toFields": "t", "maxWindow": "1h"})");
  ASSERT_TRUE(loaded.problems.empty()) << all_text(loaded.problems);
  const auto& read = loaded.job.source.read;
  EXPECT_EQ(read.list, "a.b");
  EXPECT_EQ(read.total, "");
  EXPECT_EQ(read.first_page, 0);
  EXPECT_EQ(read.cursor_start, "0");
  EXPECT_EQ(read.to_fields, std::vector<std::string>{"t"});
  EXPECT_EQ(read.max_window, std::chrono::hours(1));
}

TEST(LoadRead, Refuses) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"lst": "a"})", "list"},
      {R"({"firstPage": 2})", "firstPage"},
      {R"({"maxWindow": "long"})", "duration"},
      {R"({"cursorPath": "a", "key": "b"})", "exclude"},
      {R"("a")", "read"},
  };
  for (const auto& [read, message] : cases) {
    const auto loaded = load_read(read);
    EXPECT_FALSE(loaded.problems.empty()) << read;
    EXPECT_NE(all_text(loaded.problems).find(message), std::string::npos)
        << all_text(loaded.problems);
  }
}

TEST(LoadRead, ChangesTheFingerprint) {
  const auto plain = testing::load_sample().job.fingerprint;
  EXPECT_EQ(load_read("{}").job.fingerprint, plain);
  EXPECT_NE(load_read(R"({"list": "a"})").job.fingerprint, plain);
  EXPECT_NE(load_read(R"({"total": ""})").job.fingerprint, plain);
}

}  // namespace
}  // namespace erp2mysql::job
