// SPDX-License-Identifier: Apache-2.0
// Shows on stderr how far a run is, from a thread of its own: one line drawn again and again on a
// terminal, else a line now and then. It reads the run's counts and touches nothing else.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/run/progress.hpp"

namespace erp2mysql::cli {

enum class ProgressMode { none, bar, plain, json };

/// "auto" is a bar when stderr is a terminal, else none.
ProgressMode progress_mode(std::string_view word);

class ProgressDisplay {
 public:
  struct Facts {
    std::string job, run_id;
    double limit = 0;  // requests per second; 0: none
  };

  /// Starts to show; borrows the counts.
  ProgressDisplay(ProgressMode mode, const run::Progress& progress, Facts facts);
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;
  /// Ends the thread; a bar is wiped away, the other forms say their last line.
  ~ProgressDisplay();

  /// Around a log line on the same terminal: the bar makes room and comes back. Safe when nothing
  /// is shown.
  static void before_line();
  static void after_line();

 private:
  struct Sample {
    base::Millis at;
    std::uint64_t rows, requests;
  };

  void show();
  void draw();

  ProgressMode mode_;
  const run::Progress& progress_;
  Facts facts_;
  base::Millis begin_;
  std::deque<Sample> samples_;  // of the last seconds, for the rates
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace erp2mysql::cli
