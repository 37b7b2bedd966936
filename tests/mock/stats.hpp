// SPDX-License-Identifier: Apache-2.0
// What the mock was asked and what it answered, for assertions of tests.
// Only counts; it decides nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace mock {

class Stats {
 public:
  void request(const std::string& method, std::int64_t now_ms);
  void page(std::int64_t rows);
  void error(int code);
  void fault(const std::string& name);
  void bytes(std::size_t sent);

  std::atomic<std::int64_t> limit_violations{0};
  std::atomic<std::int64_t> signature_failures{0};
  std::atomic<std::int64_t> drifted{0};
  std::atomic<std::int64_t> touched{0};

  std::string json() const;

 private:
  struct Peak {
    std::int64_t window_ms;
    std::deque<std::int64_t> recent{};
    std::size_t highest = 0;
    void add(std::int64_t now_ms);
  };

  mutable std::mutex mutex_;
  std::int64_t requests_ = 0;
  std::int64_t pages_ = 0;
  std::int64_t rows_ = 0;
  std::int64_t bytes_ = 0;
  std::map<std::string, std::int64_t> methods_;
  std::map<std::string, std::int64_t> errors_;
  std::map<std::string, std::int64_t> faults_;
  Peak second_{1000};
  Peak minute_{60'000};
};

}  // namespace mock
