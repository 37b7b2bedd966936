// SPDX-License-Identifier: Apache-2.0
// What goes wrong while an expression is evaluated: errors with the server's number, warnings that
// wait for whoever asked. It refuses to know who reads them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/expr/expression.hpp"

namespace erp2mysql::expr {

// The server's error numbers that are named more than once.
inline constexpr int k_syntax = 1064;
inline constexpr int k_wrong_arguments = 1210;
inline constexpr int k_bad_value = 1292;
inline constexpr int k_no_function = 1305;
inline constexpr int k_division_by_zero = 1365;
inline constexpr int k_bad_string = 1411;
inline constexpr int k_overflow_date = 1441;
inline constexpr int k_wrong_value = 1525;
inline constexpr int k_argument_count = 1582;
inline constexpr int k_out_of_range = 1690;
inline constexpr int k_invalid_json = 3141;
inline constexpr int k_invalid_path = 3143;

/// ServerError; the message must hold no row value.
[[noreturn]] void fail(int number, std::string message);
/// Refuses results above k_max_result.
void check_size(std::size_t bytes);

/// Receives the warnings of this thread while it lives.
class WarningSink {
 public:
  explicit WarningSink(std::vector<Warning>* sink);
  ~WarningSink();
  WarningSink(const WarningSink&) = delete;
  WarningSink& operator=(const WarningSink&) = delete;

 private:
  std::vector<Warning>* before_;
};
void warn(int number, std::string_view message);
void warn_truncated(std::string_view type, std::string_view value);

}  // namespace erp2mysql::expr
