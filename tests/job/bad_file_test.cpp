// SPDX-License-Identifier: Apache-2.0
// Whole files with several mistakes, and damage of every kind: one pass, no exception, no secret.
#include <gtest/gtest.h>

#include "job/sample.hpp"

namespace erp2mysql::job {
namespace {

using testing::all_text;
using testing::edited;

TEST(BadJobs, AreReportedTogetherInTheOrderOfTheFile) {
  const auto loaded = testing::load_sample({{"orders", "my orders"},
                                            {"\"api\": \"jus", "\"apii\": \"jus"},
                                            {"${env:S}", "${env:NO}"},
                                            {"batchexecute", "insert"},
                                            {"{io_id}", "_mongoQuery {}"},
                                            {"{\n", "{\"sync\": {\"windw\": \"1d\"},\n"}});
  std::vector<std::string> pointers;
  for (const auto& problem : loaded.problems) pointers.push_back(problem.pointer);
  const std::vector<std::string> expected = {"/sync/windw",
                                             "/name",
                                             "/source",
                                             "/source/connection/app_secret",
                                             "/source/apii",
                                             "/target/api",
                                             "/target/request/0/value"};
  EXPECT_EQ(pointers, expected) << all_text(loaded.problems);
}

TEST(BadJobs, NeverShowAValueOfAConnection) {
  const auto loaded = testing::load_sample(
      {{"\"app_key\": \"1\"", "\"app_key\": [\"hunter22\"], \"sign_method\": \"hunter22\""},
       {"\"username\": \"etl\"", "\"username\": \"etl\", \"port\": \"hunter22\""}});
  EXPECT_EQ(loaded.problems.size(), 3u);
  EXPECT_EQ(all_text(loaded.problems).find("hunter22"), std::string::npos);
}

TEST(BadJobs, TruncationAtEveryByteIsOneProblem) {
  const std::string text = edited({});
  for (std::size_t length = 0; length + 2 < text.size(); ++length) {
    const auto loaded = load_text("a.json", text.substr(0, length), testing::options());
    ASSERT_EQ(loaded.problems.size(), 1u) << length;
    ASSERT_GT(loaded.problems[0].place.line, 0u) << length;
  }
}

TEST(BadJobs, AnyByteChangedNeverThrows) {
  const std::string text = edited({});
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : {'"', ']', '\\', '0', '\xFF'}) {
      std::string broken = text;
      broken[at] = c;
      ASSERT_NO_THROW(load_text("a.json", broken, testing::options())) << at << ' ' << int{c};
    }
  }
}

TEST(BadJobs, UnreadableFiles) {
  EXPECT_NE(load("/no/such/job.json").problems.at(0).message.find("cannot be opened"),
            std::string::npos);
  EXPECT_EQ(load("/").problems.at(0).message, "it is a directory");
}

struct BadFile {
  std::string file;
  std::vector<std::string> problems;
};

void PrintTo(const BadFile& bad, std::ostream* out) { *out << bad.file; }

class BadFileTest : public ::testing::TestWithParam<BadFile> {};

TEST_P(BadFileTest, SaysEverythingThatIsWrong) {
  const std::string folder = std::string(SOURCE_DIR) + "/tests/job/bad/";
  const auto loaded = load(folder + GetParam().file, testing::options());
  std::vector<std::string> found;
  for (const auto& problem : loaded.problems) {
    auto text = to_text(problem);
    for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
      text.erase(at, folder.size());
    }
    found.push_back(text);
  }
  EXPECT_EQ(found, GetParam().problems);
}

std::string file_test_name(const ::testing::TestParamInfo<BadFile>& info) {
  return info.param.file.substr(0, info.param.file.find('.'));
}

const BadFile k_files[] = {
    {"many.json",
     {"many.json:3:15 /timezone: expected a time zone such as \"+08:00\" or \"Asia/Shanghai\", "
      "found the text \"Asia/Shanghia\"",
      "many.json:6:19 /source/connection: no connection \"jts\" in connections.json; did you mean "
      "\"jst\"?",
      "many.json:8:5 /source/paginaton: unknown key; did you mean \"pagination\"?",
      "many.json:15:19 /target/connection: the target has no database, and state.database is not "
      "set; the state tables need a database"}},
    {"named.json",
     {"connections.json:3:31 /bi/port: expected a whole number from 1 to 65535, found a number",
      "connections.json:3:34 /bi/usernam: unknown key; did you mean \"username\"?"}},
};
INSTANTIATE_TEST_SUITE_P(Files, BadFileTest, ::testing::ValuesIn(k_files), file_test_name);

}  // namespace
}  // namespace erp2mysql::job
