// SPDX-License-Identifier: Apache-2.0
// The fault plan: which of the next API requests goes wrong, and how. Decides only *when*; what a
// fault does stands with those who answer. Refuses to know HTTP and the platform.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace mock {

struct Fault {
  std::string name;
  std::int64_t at = 0;     // from the at-th request since the plan was loaded; 0: any
  std::int64_t page = 0;   // only on this page_index; 0: any
  std::int64_t times = 1;  // how often it is left to happen; -1: for ever
  std::int64_t seconds = 3;
  std::int64_t milliseconds = 3000;
  std::int64_t megabytes = 64;
  std::int64_t retry_after = 2;
  std::string sub_code{};
  std::string code{};      // of the fault "business"
  std::string message{};   // of the fault "business"
  std::string platform{};  // only for this one; empty: any
};

// All of them, as a JSON list: a test that takes its faults from here forgets none.
std::string fault_names();

struct FaultError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class FaultPlan {
 public:
  // Replaces the plan and begins to count requests anew. Throws FaultError and keeps the old plan.
  void load(std::string_view json);
  // Counts a request and says which fault hits it; the first that fits wins.
  std::optional<Fault> next(std::int64_t page_index, std::string_view platform);

 private:
  std::mutex mutex_;
  std::vector<Fault> faults_;
  std::int64_t requests_ = 0;
};

}  // namespace mock
