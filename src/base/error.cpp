// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/error.hpp"

#include <utility>

namespace erp2mysql::base {

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return 64;
    case ErrorKind::config: return 78;
    case ErrorKind::credentials: return 77;
    case ErrorKind::data: return 65;
    case ErrorKind::source: return 69;
    case ErrorKind::protocol: return 76;
    case ErrorKind::temporary: return 75;
    case ErrorKind::local: return 74;
    case ErrorKind::locked: return 11;
    case ErrorKind::interrupted: return 130;
    case ErrorKind::bug: return 70;
  }
  return 70;
}

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return "usage";
    case ErrorKind::config: return "config";
    case ErrorKind::credentials: return "credentials";
    case ErrorKind::data: return "data";
    case ErrorKind::source: return "source";
    case ErrorKind::protocol: return "protocol";
    case ErrorKind::temporary: return "temporary";
    case ErrorKind::local: return "local";
    case ErrorKind::locked: return "locked";
    case ErrorKind::interrupted: return "interrupted";
    case ErrorKind::bug: return "bug";
  }
  return "bug";
}

Error::Error(ErrorKind kind, std::string message) : kind_(kind), message_(std::move(message)) {
  rebuild();
}

Error& Error::at(std::string_view where) {
  where_ = where_.empty() ? std::string(where) : std::string(where) + ", " + where_;
  rebuild();
  return *this;
}

Error& Error::hint(std::string_view text) {
  hint_ = text;
  return *this;
}

Error& Error::retry_after(std::chrono::milliseconds wait) {
  retry_after_ = wait;
  return *this;
}

void Error::rebuild() { what_ = where_.empty() ? message_ : where_ + ": " + message_; }

}  // namespace erp2mysql::base
