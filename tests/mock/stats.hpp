// SPDX-License-Identifier: Apache-2.0
// What the mock was asked and what it answered, for assertions of tests; once per platform and once
// for all of them. Counts, and the tokens and sessions that were given away; it decides nothing.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace mock {

enum class Counter : std::uint8_t {
  limit_violations,
  signature_failures,
  drifted,
  touched,
  sign_ins,
  duplicates,
  count_of_counters
};

class Stats {
 public:
  // What is counted here is counted in `all` as well.
  explicit Stats(Stats* all = nullptr) : all_(all) {}

  void request(const std::string& method, std::int64_t now_ms);
  void page(std::int64_t rows);
  void error(const std::string& code);
  void fault(const std::string& name);
  void bytes(std::size_t sent);
  void issued(const std::string& secret);
  void count(Counter counter, std::int64_t times = 1);
  std::int64_t counted(Counter counter) const { return counters_[index(counter)]; }

  std::string json() const;

 private:
  struct Peak {
    std::int64_t window_ms;
    std::deque<std::int64_t> recent{};
    std::size_t highest = 0;
    void add(std::int64_t now_ms);
  };
  static std::size_t index(Counter counter) { return static_cast<std::size_t>(counter); }

  Stats* all_;
  std::array<std::atomic<std::int64_t>, static_cast<std::size_t>(Counter::count_of_counters)>
      counters_{};
  mutable std::mutex mutex_;
  std::int64_t requests_ = 0;
  std::int64_t pages_ = 0;
  std::int64_t rows_ = 0;
  std::int64_t bytes_ = 0;
  std::map<std::string, std::int64_t> methods_;
  std::map<std::string, std::int64_t> errors_;
  std::map<std::string, std::int64_t> faults_;
  std::vector<std::string> issued_;
  Peak second_{1000};
  Peak minute_{60'000};
};

}  // namespace mock
