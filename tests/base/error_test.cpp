// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/error.hpp"

#include <gtest/gtest.h>

#include <set>

namespace erp2mysql::base {
namespace {

TEST(Error, KindsHaveExitCodesAndNames) {
  struct Case {
    ErrorKind kind;
    int code;
    std::string_view name;
  };
  const Case cases[] = {{ErrorKind::usage, 64, "usage"},
                        {ErrorKind::config, 78, "config"},
                        {ErrorKind::credentials, 77, "credentials"},
                        {ErrorKind::data, 65, "data"},
                        {ErrorKind::source, 69, "source"},
                        {ErrorKind::protocol, 76, "protocol"},
                        {ErrorKind::temporary, 75, "temporary"},
                        {ErrorKind::local, 74, "local"},
                        {ErrorKind::locked, 11, "locked"},
                        {ErrorKind::interrupted, 130, "interrupted"},
                        {ErrorKind::bug, 70, "bug"}};
  std::set<int> codes;
  for (const auto& c : cases) {
    EXPECT_EQ(exit_code(c.kind), c.code);
    EXPECT_EQ(to_string(c.kind), c.name);
    EXPECT_TRUE(codes.insert(c.code).second);
  }
}

TEST(Error, OuterPlacesComeFirst) {
  Error error(ErrorKind::data, "no such field");
  EXPECT_STREQ(error.what(), "no such field");
  error.at("field id").at("page 3").hint("look").retry_after(std::chrono::seconds(5));
  EXPECT_STREQ(error.what(), "page 3, field id: no such field");
  EXPECT_EQ(error.where(), "page 3, field id");
  EXPECT_EQ(error.message(), "no such field");
  EXPECT_EQ(error.hint(), "look");
  EXPECT_EQ(error.retry_after(), std::chrono::milliseconds(5000));
}

}  // namespace
}  // namespace erp2mysql::base
