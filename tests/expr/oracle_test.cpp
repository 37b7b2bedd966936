// SPDX-License-Identifier: Apache-2.0
// Compares answers with those of real servers, one expression a line. Every line must pass.
#include <gtest/gtest.h>

#include <fstream>

#include "expr/row_scope.hpp"

namespace erp2mysql::expr {
namespace {

std::string escaped(const Value& value) {
  if (value.is_null()) return "NULL";
  std::string out;
  for (const char c : value.text) {
    if (c == '\\')
      out += "\\\\";
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (c == '\0')
      out += "\\0";
    else
      out += c;
  }
  return out;
}

TEST(Oracle, AnswersLikeTheServers) {
  std::ifstream file(SOURCE_DIR "/tests/expr/oracle.cases");
  ASSERT_TRUE(file.is_open());
  const RowScope scope;
  std::string line;
  int count = 0;
  while (std::getline(file, line)) {
    const auto tab = line.find('\t');
    if (line.starts_with("# ") || tab == std::string::npos) continue;
    const std::string expression = line.substr(0, tab);
    SCOPED_TRACE(expression);
    ++count;
    try {
      EXPECT_EQ(escaped(Expression::compile(expression).evaluate(scope)), line.substr(tab + 1));
    } catch (const base::Error& error) {
      ADD_FAILURE() << error.what();
    }
  }
  EXPECT_GT(count, 1000);
}

}  // namespace
}  // namespace erp2mysql::expr
