// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/cli/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "erp2mysql/base/secrets.hpp"
#include "progress_line.hpp"

namespace erp2mysql::cli {
namespace {

using namespace std::chrono_literals;

constexpr base::Millis k_rate_time = 10s;
constexpr std::string_view k_wipe = "\r\x1b[K";

// Guards the line on the terminal: what draws it and what is logged beside it.
std::mutex& line_mutex() {
  static std::mutex* const k_one = new std::mutex;
  return *k_one;
}
bool g_bar_drawn = false;

base::Millis pause(ProgressMode mode) {
  if (mode == ProgressMode::bar) return 200ms;
  return mode == ProgressMode::json ? base::Millis(1s) : base::Millis(5s);
}

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

void write_all(std::string_view text) {
  while (!text.empty()) {
    const auto done = ::write(STDERR_FILENO, text.data(), text.size());
    if (done <= 0) return;  // nobody reads; the run goes on
    text.remove_prefix(static_cast<std::size_t>(done));
  }
}

// Of several lanes, what keeps all of them.
std::string_view waits_for(const run::Progress& p) {
  if (p.committing > 0) return "the target";
  if (p.in_request == 0) return "";
  return p.awaiting_answer > 0 ? "the source" : "the rate limit or a retry";
}

}  // namespace

ProgressMode progress_mode(std::string_view word) {
  if (word == "bar") return ProgressMode::bar;
  if (word == "plain") return ProgressMode::plain;
  if (word == "json") return ProgressMode::json;
  return word == "auto" && isatty(STDERR_FILENO) != 0 ? ProgressMode::bar : ProgressMode::none;
}

ProgressDisplay::ProgressDisplay(ProgressMode mode, const run::Progress& progress, Facts facts)
    : mode_(mode),
      progress_(progress),
      facts_(std::move(facts)),
      begin_(base::system_clock().monotonic()) {
  if (mode_ != ProgressMode::none) thread_ = std::thread([this] { show(); });
}

ProgressDisplay::~ProgressDisplay() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
  if (mode_ == ProgressMode::bar) {
    before_line();
    after_line();
  } else {
    draw();
  }
}

void ProgressDisplay::show() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, pause(mode_), [this] { return ended_; })) {
    if (progress_.started) draw();
  }
}

void ProgressDisplay::draw() {
  const auto now = base::system_clock().monotonic();
  samples_.push_back({now, progress_.rows, progress_.requests});
  while (samples_.size() > 2 && now - samples_.front().at > k_rate_time) samples_.pop_front();

  Moment m;
  m.job = facts_.job;
  m.run_id = facts_.run_id;
  m.limit = facts_.limit;
  m.windows_planned = progress_.windows_planned;
  m.windows_done = progress_.windows_done;
  m.windows_failed = progress_.windows_failed;
  m.pages = progress_.pages;
  m.rows = progress_.rows;
  m.quarantined = progress_.quarantined;
  m.requests = progress_.requests;
  m.elapsed = now - begin_;
  m.waits_for = waits_for(progress_);
  const Sample first = samples_.size() > 1 ? samples_.front() : Sample{begin_, 0, 0};
  const auto seconds = std::max(0.001, static_cast<double>((now - first.at).count()) / 1000);
  m.rows_per_second = static_cast<double>(m.rows - first.rows) / seconds;
  m.requests_per_second = static_cast<double>(m.requests - first.requests) / seconds;

  const std::lock_guard lock(line_mutex());
  if (mode_ == ProgressMode::json)
    return write_all(base::scrub(progress_json(m, base::system_clock().now())) + "\n");
  if (mode_ == ProgressMode::plain) return write_all(base::scrub(progress_plain(m)) + "\n");
  // The last cell stays free: some terminals wrap when it is filled.
  write_all(std::string(k_wipe) + base::scrub(progress_line(m, terminal_width() - 1)));
  g_bar_drawn = true;
}

void ProgressDisplay::before_line() {
  line_mutex().lock();
  if (g_bar_drawn) write_all(k_wipe);
  g_bar_drawn = false;
}

void ProgressDisplay::after_line() { line_mutex().unlock(); }

}  // namespace erp2mysql::cli
