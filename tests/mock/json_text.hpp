// SPDX-License-Identifier: Apache-2.0
// Writes JSON objects straight into a string, because a page of 100 orders must cost microseconds.
// Number tokens leave here exactly as they were put in. It builds no tree and reads nothing back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mock {

// Appends `text` in quotes. With `ascii`, everything beyond ASCII becomes \uXXXX.
void append_quoted(std::string& out, std::string_view text, bool ascii = false);
void append_integer(std::string& out, std::int64_t value);
// `units` are ten-thousandths; two decimals are written, or four when they are needed or asked for.
void append_decimal(std::string& out, std::int64_t units, bool four = false);

// The members of one object: keys get a prefix, and types can be swapped (the fault type_switch).
class JsonText {
 public:
  explicit JsonText(std::string& out, std::string_view prefix = {}, bool swap_types = false)
      : out_(out), prefix_(prefix), swap_types_(swap_types) {}

  void first_has_no_comma() { first_ = true; }
  void key(std::string_view name);
  void text(std::string_view name, std::string_view value, bool ascii = false);
  void time(std::string_view name, std::int64_t seconds);
  void null(std::string_view name);
  void raw(std::string_view name, std::string_view json);
  // JSON numbers and booleans; quoted when types are swapped.
  void number(std::string_view name, std::int64_t value);
  void boolean(std::string_view name, bool value);
  // Texts that hold a number or a truth value; bare when types are swapped.
  void decimal(std::string_view name, std::int64_t units, bool four = false);
  void numeric_text(std::string_view name, std::string_view token);

 private:
  std::string& out_;
  std::string_view prefix_;
  bool swap_types_;
  bool first_ = false;
};

}  // namespace mock
