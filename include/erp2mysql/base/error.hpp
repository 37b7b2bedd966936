// SPDX-License-Identifier: Apache-2.0
// The one error type of the tool. It answers at run time: what kind, where, what was found and
// what to do next. It knows no ERP, no SQL and no HTTP; the kind alone decides about retry and
// about the exit code of the process.
#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace erp2mysql::base {

enum class ErrorKind {
  usage,        // command line is wrong
  config,       // job file, mapping or target schema is wrong
  credentials,  // a login, a signature or a right was refused
  data,         // rows do not fit, or the books do not balance
  source,       // the peer refuses for good
  protocol,     // the peer talks nonsense
  temporary,    // cannot work now, a later run probably can
  local,        // a local file could not be read or written
  locked,       // another run holds the job
  interrupted,  // a signal asked us to stop; everything is resumable
  bug,          // our own mistake
};

/// Exit code of the process for a kind; `interrupted` is 130 and the caller corrects it for
/// other signals. The codes follow sysexits(3) where one fits.
int exit_code(ErrorKind kind);

/// Stable lower-case name of a kind, as printed in JSON results.
std::string_view to_string(ErrorKind kind);

/// Thrown for what ends a step. Expected outcomes (end of pages, a verdict) are return values.
/// `what()` is "where: message" when `where` is set; it never holds a secret or a row value.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string message);

  /// Adds the place (job, window, page, field, JSON pointer …); an outer place is put in front.
  Error& at(std::string_view where);
  /// What the reader should do next, one sentence.
  Error& hint(std::string_view text);
  /// The peer asked us to wait this long before the next attempt.
  Error& retry_after(std::chrono::milliseconds wait);

  ErrorKind kind() const { return kind_; }
  const std::string& where() const { return where_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }
  std::optional<std::chrono::milliseconds> retry_after() const { return retry_after_; }
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  void rebuild();

  ErrorKind kind_;
  std::string where_;
  std::string message_;
  std::string hint_;
  std::optional<std::chrono::milliseconds> retry_after_;
  std::string what_;
};

}  // namespace erp2mysql::base
