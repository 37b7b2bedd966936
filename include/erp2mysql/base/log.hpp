// SPDX-License-Identifier: Apache-2.0
// Log set-up: everything goes to stderr or one file, as text or JSON lines, scrubbed of secrets.
// Row values are never logged at the default level. Callers use the level functions only.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace erp2mysql::base {

enum class LogLevel { debug, info, warning, error, off };
enum class LogFormat { text, json };

struct LogOptions {
  LogLevel level = LogLevel::warning;
  LogFormat format = LogFormat::text;
  std::string file;  // empty: stderr
  /// Says a text line in the reader's language; JSON lines stay as they are. Null: nothing to do.
  std::string (*say)(std::string_view) = nullptr;
  /// Around every line to stderr, for whoever else draws there. Null: nobody.
  void (*before)() = nullptr;
  void (*after)() = nullptr;
};

/// Call once before the first line; throws Error{local} when the file cannot be opened.
void open_log(const LogOptions& options);
/// Attached to every line from now on.
void set_log_run(std::string_view job, std::string_view run_id);
/// Writes one line; scrubbed. Never throws. Thread safe.
void log_line(LogLevel level, std::string_view text);

template <class... Args>
void log_debug(fmt::format_string<Args...> text, Args&&... args) {
  log_line(LogLevel::debug, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void log_info(fmt::format_string<Args...> text, Args&&... args) {
  log_line(LogLevel::info, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void log_warning(fmt::format_string<Args...> text, Args&&... args) {
  log_line(LogLevel::warning, fmt::format(text, std::forward<Args>(args)...));
}
template <class... Args>
void log_error(fmt::format_string<Args...> text, Args&&... args) {
  log_line(LogLevel::error, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace erp2mysql::base
