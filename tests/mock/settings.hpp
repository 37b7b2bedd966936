// SPDX-License-Identifier: Apache-2.0
// Credentials and manners of the imitated platforms by name ("kingdee.limit"), given with --set or
// changed while the mock runs. One table says what exists and which values are allowed, so that a
// misspelt test fails at once. Refuses to know what a setting does.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace mock {

class Settings {
 public:
  Settings();
  Settings(const Settings& other);
  Settings& operator=(const Settings&) = delete;

  std::string get(std::string_view name) const;
  bool is(std::string_view name, std::string_view value) const { return get(name) == value; }
  std::int64_t number(std::string_view name) const;
  // Throws OptionError when there is no such setting or the value is not allowed.
  void set(std::string_view name, std::string_view value);

  static std::string help();

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> values_;
};

// Whether a window of so many rows, or this page of it (from 1 on), is more than the platform
// gives.
bool too_big(const Settings& settings, std::int64_t rows, std::int64_t page);

}  // namespace mock
