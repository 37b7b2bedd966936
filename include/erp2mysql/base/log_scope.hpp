// SPDX-License-Identifier: Apache-2.0
// Which window a thread works on, for its log lines. Kept per thread; knows no window.
#pragma once

#include <string>

namespace erp2mysql::base {

/// Every line of this thread carries `window` until the scope ends; scopes nest.
class LogScope {
 public:
  explicit LogScope(std::string window);
  LogScope(const LogScope&) = delete;
  LogScope& operator=(const LogScope&) = delete;
  ~LogScope();

 private:
  std::string before_;
};

/// Of the calling thread; empty outside every scope.
const std::string& log_window();

}  // namespace erp2mysql::base
