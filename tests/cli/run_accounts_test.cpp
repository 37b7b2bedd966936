// SPDX-License-Identifier: Apache-2.0
// The pure parts of running a command for all accounts: words, files and exit codes.
#include "run_accounts.hpp"

#include <gtest/gtest.h>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::cli {
namespace {

TEST(RunAccounts, EndWithTheWorstCode) {
  const struct {
    std::vector<int> codes;
    int worst;
  } k_cases[] = {
      {{}, 0},           {{0, 0}, 0},       {{0, 3}, 3},        {{3, 11}, 11},
      {{11, 75}, 75},    {{75, 65}, 65},    {{65, 69}, 69},     {{69, 76}, 76},
      {{76, 74}, 74},    {{74, 77}, 77},    {{77, 78, 75}, 78}, {{78, 70}, 70},
      {{70, 130}, 130},  {{130, 143}, 143}, {{0, 75, 0}, 75},   {{139}, 70},
      {{0, 99, 75}, 70},
  };
  for (const auto& one : k_cases) EXPECT_EQ(worst_code(one.codes), one.worst);
}

TEST(RunAccounts, HaveFilesOfTheirOwn) {
  EXPECT_EQ(file_for("erp.prom", "a"), "erp@a.prom");
  EXPECT_EQ(file_for("/var/x.d/erp", "a"), "/var/x.d/erp@a");
  EXPECT_EQ(file_for("/var/x.d/.prom", "a"), "/var/x.d/.prom@a");
  EXPECT_EQ(file_for("a.b.prom", "店"), "a.b@店.prom");
}

TEST(RunAccounts, GetTheWordsOfTheWholeWithoutWhatItDoesItself) {
  const struct {
    std::vector<std::string> words;
    const char* expected;
  } k_cases[] = {
      {{"run", "j.json"}, "run --account s --progress none --output json j.json"},
      {{"run", "-o", "json", "j.json", "--summary=f", "--now", "2024-01-08"},
       "run --account s --progress none --output json j.json --now 2024-01-08"},
      {{"run", "--progress", "bar", "--max-runtime", "1m", "j.json", "--parallel-accounts", "3"},
       "run --account s --progress none --output json j.json"},
      {{"run", "--var", "a=--summary", "j.json", "--summary"},
       "run --account s --progress none --output json --var a=--summary j.json"},
      {{"quarantine", "list", "j.json", "--", "-o"}, "quarantine list --account s j.json -- -o"},
      {{"check", "j.json", "--output=json"}, "check --account s j.json"},
  };
  for (const auto& one : k_cases) {
    Options options;
    options.words = {"erp2mysql"};
    options.words.insert(options.words.end(), one.words.begin(), one.words.end());
    options.command = one.words[0];
    if (options.command == "quarantine") options.action = one.words[1];
    EXPECT_EQ(base::join(words_for(options, "s"), " "), one.expected);
  }
}

}  // namespace
}  // namespace erp2mysql::cli
