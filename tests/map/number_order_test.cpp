// SPDX-License-Identifier: Apache-2.0
// The order of values, with numbers of any length and any exponent.
#include "erp2mysql/map/number_order.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace erp2mysql::map {
namespace {

const std::string k_long(1000, '7');
const std::string k_zeros(1000, '0');

TEST(NumberOrder, ByValueFromTheSmallestToTheLargest) {
  // Texts in one list have the same value.
  const std::vector<std::vector<std::string>> ascending = {
      {"-1e99999999999999999999"},
      {"-1e100000", "-10e99999"},
      {"-" + k_long + "8"},
      {"-" + k_long, "-" + k_long + ".0"},
      {"-1.5", "-15e-1"},
      {"-1e-500", "-0." + std::string(499, '0') + "1"},
      {"0", "-0", "0.00", "0e99999999999999999999", "-" + k_zeros, "." + k_zeros},
      {"1e-99999999999999999999"},
      {"1e-200001"},
      {"1e-200000", "0.1e-199999"},
      {"1e-500", "0." + std::string(499, '0') + "1"},
      {"0.9"},
      {"1", "01", "+1", "1.", "1.000", "0.1e1", k_zeros + "1", "1." + k_zeros, "100e-2"},
      {"9"},
      {"10", "1e1"},
      {"12345678901234567890.1"},
      {"12345678901234567890.12"},
      {k_long, k_long + "." + k_zeros, "0." + k_long + "e1000"},
      {k_long + "." + k_zeros + "1"},
      {k_long + "8"},
      {"1" + k_zeros + k_zeros, "1e2000", "1" + k_zeros + "e1000"},
      {"1e200000", "0.01e200002"},
      {"1e200001"},
      {"1e99999999999999999999"},
  };
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      for (const auto& a : ascending[i]) {
        for (const auto& b : ascending[j]) {
          const int order = compare_values(a, b);
          EXPECT_EQ(order < 0, i < j) << a.substr(0, 40) << " and " << b.substr(0, 40);
          EXPECT_EQ(order > 0, i > j) << a.substr(0, 40) << " and " << b.substr(0, 40);
        }
      }
    }
  }
}

TEST(NumberOrder, AnythingElseIsText) {
  EXPECT_LT(compare_values("10", "9x"), 0);
  EXPECT_GT(compare_values("b", "a"), 0);
  EXPECT_EQ(compare_values("", ""), 0);
  EXPECT_LT(compare_values("", "0"), 0);
  EXPECT_LT(compare_values("2024-02-29", "2024-03-01"), 0);
  EXPECT_NE(compare_values("1e", "1"), 0);
}

TEST(NumberOrder, LongTextsAreReadOnce) {
  // Quadratic work on texts of this size would not end within the test's time.
  const std::string ones(8'000'000, '1');
  EXPECT_LT(compare_values(ones, ones + "1"), 0);
  EXPECT_EQ(compare_values("1e" + ones, "1e" + ones), 0);
  EXPECT_GT(compare_values(std::string(8'000'000, '0') + "2", "1e-999999999"), 0);
}

}  // namespace
}  // namespace erp2mysql::map
