// SPDX-License-Identifier: Apache-2.0
// Compares answers with those of a real server, one expression a line. Every line must pass.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "expr/row_scope.hpp"

namespace erp2mysql::expr {
namespace {

std::string escaped(const Value& value) {
  if (value.is_null()) return "NULL";
  std::string out;
  for (const char c : value.text) {
    switch (c) {
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\0': out += "\\0"; break;
      default: out += c;
    }
  }
  return out;
}

std::string answer(const std::string& expression) {
  static const RowScope k_scope;
  try {
    return escaped(Expression::compile(expression)
                       .evaluate(k_scope, {.division_by_zero_is_null = true, .warnings = nullptr}));
  } catch (const ServerError& error) {
    return "ERROR " + std::to_string(error.number());
  }
}

TEST(Oracle, AnswersLikeTheServer) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SOURCE_DIR "/tests/expr")) {
    if (entry.path().extension() != ".cases") continue;
    std::ifstream file(entry.path());
    ASSERT_TRUE(file.is_open());
    std::string line;
    while (std::getline(file, line)) {
      const auto tab = line.find('\t');
      if (line.starts_with("# ") || tab == std::string::npos) continue;
      SCOPED_TRACE(entry.path().filename().string() + ": " + line);
      ++count;
      EXPECT_EQ(answer(line.substr(0, tab)), line.substr(tab + 1));
    }
  }
  EXPECT_GT(count, 2000);
}

TEST(Functions, EveryExampleCanBeEvaluated) {
  const RowScope scope;
  for (const auto& entry : functions()) {
    SCOPED_TRACE(entry.example);
    EXPECT_FALSE(entry.summary.empty());
    EXPECT_NO_THROW(Expression::compile(entry.example)
                        .evaluate(scope, {.division_by_zero_is_null = true, .warnings = nullptr}));
  }
  EXPECT_GT(functions().size(), 200U);
}

}  // namespace
}  // namespace erp2mysql::expr
