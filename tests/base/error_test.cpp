// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/error.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <new>
#include <set>
#include <stdexcept>
#include <system_error>

#include "erp2mysql/base/unforeseen.hpp"

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

TEST(Unforeseen, WantPassesAndTheRestIsABug) {
  EXPECT_EQ(unforeseen(std::bad_alloc()).kind(), ErrorKind::temporary);
  const auto no_thread = std::make_error_code(std::errc::resource_unavailable_try_again);
  EXPECT_EQ(unforeseen(std::system_error(no_thread)).kind(), ErrorKind::temporary);
  const auto other = unforeseen(std::out_of_range("at 7"));
  EXPECT_EQ(other.kind(), ErrorKind::bug);
  EXPECT_EQ(other.message(), "at 7");
  EXPECT_EQ(unforeseen(std::system_error(EIO, std::generic_category())).kind(), ErrorKind::bug);
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
