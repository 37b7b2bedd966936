// SPDX-License-Identifier: Apache-2.0
// Which complaints say that a shorter window would do, and which only sound like it.
#include "erp2mysql/source/verdicts.hpp"

#include <gtest/gtest.h>

#include <array>

namespace erp2mysql::source {
namespace {

using Action = http::Verdict::Action;
using base::ErrorKind;

constexpr std::array k_rules{
    VerdictRule{"1", "", Action::permanent, ErrorKind::config, "parameter error"},
    VerdictRule{"2", "", Action::retry, ErrorKind::temporary, "back end"},
    VerdictRule{"3", "", Action::slow_down, ErrorKind::temporary, "throttled"},
    VerdictRule{"4", "", Action::permanent, ErrorKind::credentials, "no right"},
    VerdictRule{"5", "", Action::sign_in, ErrorKind::credentials, "session"},
};

struct Case {
  const char* name;
  const char* code;
  const char* text;
  bool too_big;
};

class Complaints : public testing::TestWithParam<Case> {};

TEST_P(Complaints, TooBig) {
  const auto& test = GetParam();
  EXPECT_EQ(judge_complaint(k_rules, "ERP", {test.code, test.text}).too_big, test.too_big);
}

INSTANTIATE_TEST_SUITE_P(
    All, Complaints,
    testing::Values(Case{"TooManyRows", "1", "查询数据量过大，请缩小时间范围", true},
                    Case{"Span", "1", "时间跨度不能超过24小时", true},
                    Case{"UnknownCode", "77", "Result window is too large, from + size", true},
                    Case{"Records", "1", "Too many records", true},
                    Case{"TooManyRequests", "1", "too many requests", false},
                    Case{"TooShortAnInterval", "1", "请求时间间隔太短", false},
                    Case{"NoTime", "1", "时间范围不能为空", false},
                    Case{"NoRight", "4", "数据量过大", false},
                    Case{"Throttled", "3", "数据量过大", false},
                    Case{"BackEndTimeOut", "2", "EsQuery timed-out and fallback failed.", true},
                    Case{"BackEndDown", "2", "short-circuited and fallback failed.", false},
                    Case{"TokenTimeOut", "5", "token超时", false},
                    Case{"OtherTimeOut", "1", "timeout must be a number", false}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace erp2mysql::source
