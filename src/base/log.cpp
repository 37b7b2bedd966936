// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/log.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spdlog/formatter.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/log_scope.hpp"
#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/base/time.hpp"

namespace erp2mysql::base {
namespace {

struct RunName {
  std::mutex mutex;
  std::string job;
  std::string id;
};

// Never destroyed, like the logger below: lines may come from destructors of other statics.
RunName& run_name() {
  static RunName* const k_one = new RunName;
  return *k_one;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: return spdlog::level::off;
  }
  return spdlog::level::off;
}

std::string_view level_name(spdlog::level::level_enum level, bool upper) {
  switch (level) {
    case spdlog::level::debug: return upper ? "DEBUG" : "debug";
    case spdlog::level::info: return upper ? "INFO" : "info";
    case spdlog::level::warn: return upper ? "WARNING" : "warning";
    default: return upper ? "ERROR" : "error";
  }
}

std::string timestamp(spdlog::log_clock::time_point time) {
  const auto t = std::chrono::time_point_cast<Millis>(time);
  const auto second = std::chrono::floor<std::chrono::seconds>(t);
  static const Zone k_utc = *Zone::parse("Z");
  return format_iso(Instant(second), k_utc).substr(0, 19) +
         fmt::format(".{:03}Z", (t - second).count());
}

// One line stays one line and one text whatever a peer put into it: control characters are
// escaped, bytes that are no UTF-8 become '?'.
std::string printable(std::string_view text, bool json) {
  std::string clean(text);
  if (!valid_utf8(clean)) {
    for (char& c : clean) {
      if (static_cast<std::uint8_t>(c) >= 0x80) c = '?';
    }
  }
  if (json) return quoted(clean);
  std::string out;
  for (const char c : clean) {
    if (static_cast<std::uint8_t>(c) >= 0x20 && c != 0x7F) {
      out += c;
    } else {
      out += c == '\n' ? "\\n" : fmt::format("\\x{:02x}", static_cast<std::uint8_t>(c));
    }
  }
  return out;
}

class LineFormatter : public spdlog::formatter {
 public:
  explicit LineFormatter(const LogOptions& options) : format_(options.format), say_(options.say) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    std::string job;
    std::string id;
    {
      auto& name = run_name();
      const std::lock_guard lock(name.mutex);
      job = name.job;
      id = name.id;
    }
    const std::string_view said(message.payload.data(), message.payload.size());
    const auto text = seeded_bug("secret-logged") ? std::string(said) : scrub(said);
    const auto time = timestamp(message.time);
    std::string line;
    if (format_ == LogFormat::json) {
      const std::string window =
          log_window().empty() ? "" : R"("window":)" + printable(log_window(), true) + ",";
      line =
          fmt::format(R"({{"v":1,"time":"{}","level":"{}","job":{},"run_id":{},{}"message":{}}})",
                      time, level_name(message.level, false), printable(job, true),
                      printable(id, true), window, printable(text, true));
    } else {
      const std::string run = job.empty() && id.empty() ? "" : fmt::format(" [{} {}]", job, id);
      line = fmt::format("{} {}{} {}", time, level_name(message.level, true), printable(run, false),
                         printable(say_ == nullptr ? text : say_(text), false));
    }
    line += '\n';
    out.append(line.data(), line.data() + line.size());
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<LineFormatter>(*this);
  }

 private:
  LogFormat format_;
  std::string (*say_)(std::string_view);
};

// Counts SIGHUPs, by which the tools that rotate logs ask for a file of the old name.
volatile sig_atomic_t g_hang_ups = 0;

void count_hang_up(int) { g_hang_ups = g_hang_ups + 1; }

void listen_for_hang_up() {
  struct sigaction action {};
  action.sa_handler = count_hang_up;
  action.sa_flags = SA_RESTART;
  sigaction(SIGHUP, &action, nullptr);
}

int open_file(const std::string& file) {
  return ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);
}

thread_local std::string t_window;

// One write(2) per line, so that lines of several processes do not mix; the stdio sinks of the
// library split long lines.
class DescriptorSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  DescriptorSink(int fd, const LogOptions& options) : fd_(fd), options_(options) {}
  DescriptorSink(const DescriptorSink&) = delete;
  DescriptorSink& operator=(const DescriptorSink&) = delete;
  ~DescriptorSink() override {
    if (owned()) ::close(fd_);
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    reopen_after_hang_up();
    if (!owned()) return to_stderr(line);
    if (!write_line(fd_, line)) tell_of_loss(std::strerror(errno));
  }
  void flush_() override {}

 private:
  bool owned() const { return !options_.file.empty(); }

  // The old file stays in use when the new one cannot be opened: no line is lost.
  void reopen_after_hang_up() {
    if (!owned() || seen_ == g_hang_ups) return;
    seen_ = g_hang_ups;
    const int fresh = open_file(options_.file);
    if (fresh < 0) return;
    ::close(fd_);
    fd_ = fresh;
  }

  static bool write_line(int fd, const spdlog::memory_buf_t& line) {
    const char* next = line.data();
    std::size_t left = line.size();
    while (left > 0) {
      const ssize_t done = ::write(fd, next, left);
      if (done < 0 && errno == EINTR) continue;
      if (done <= 0) return false;
      next += done;
      left -= static_cast<std::size_t>(done);
    }
    return true;
  }

  void to_stderr(const spdlog::memory_buf_t& line) const {
    if (options_.before != nullptr) options_.before();
    write_line(STDERR_FILENO, line);
    if (options_.after != nullptr) options_.after();
  }

  // A full disk must not stop the run, but lines do not go missing without a word.
  void tell_of_loss(std::string_view reason) {
    if (told_) return;
    told_ = true;
    const auto text = fmt::format(
        "the log file {} could not be written: {}; lines are missing in it", options_.file, reason);
    spdlog::memory_buf_t warning;
    formatter_->format({"erp2mysql", spdlog::level::warn, text}, warning);
    to_stderr(warning);
  }

  int fd_;
  LogOptions options_;
  sig_atomic_t seen_ = g_hang_ups;
  bool told_ = false;
};

std::shared_ptr<spdlog::logger> make_logger(const LogOptions& options) {
  int fd = STDERR_FILENO;
  if (!options.file.empty()) {
    fd = open_file(options.file);
    listen_for_hang_up();
    if (fd < 0) {
      throw Error(ErrorKind::local, fmt::format("cannot open the log file {}: {}", options.file,
                                                std::strerror(errno)))
          .hint("name a file in a directory that this user may write to");
    }
  }
  auto sink = std::make_shared<DescriptorSink>(fd, options);
  sink->set_formatter(std::make_unique<LineFormatter>(options));
  auto logger = std::make_shared<spdlog::logger>("erp2mysql", std::move(sink));
  logger->set_level(to_spdlog(options.level));
  logger->set_error_handler([](const std::string&) {});
  return logger;
}

struct Current {
  std::mutex mutex;
  std::shared_ptr<spdlog::logger> logger = make_logger({});
};

Current& current() {
  static Current* const k_one = new Current;
  return *k_one;
}

}  // namespace

void open_log(const LogOptions& options) {
  auto logger = make_logger(options);
  const std::lock_guard lock(current().mutex);
  current().logger = std::move(logger);
}

LogScope::LogScope(std::string window) : before_(std::move(t_window)) {
  t_window = std::move(window);
}
LogScope::~LogScope() { t_window = std::move(before_); }

const std::string& log_window() { return t_window; }

void set_log_run(std::string_view job, std::string_view run_id) {
  auto& name = run_name();
  const std::lock_guard lock(name.mutex);
  name.job = job;
  name.id = run_id;
}

void log_line(LogLevel level, std::string_view text) {
  if (level == LogLevel::off) return;
  try {
    std::shared_ptr<spdlog::logger> logger;
    {
      const std::lock_guard lock(current().mutex);
      logger = current().logger;
    }
    logger->log(to_spdlog(level), spdlog::string_view_t(text.data(), text.size()));
  } catch (...) {
    // A line that cannot be written is lost; the run goes on.
  }
}

}  // namespace erp2mysql::base
