// SPDX-License-Identifier: Apache-2.0
// Regular expressions, by the library that the server uses, with its limits.
#include <unicode/uregex.h>

#include <algorithm>
#include <memory>

#include "families.hpp"
#include "kit.hpp"

namespace erp2mysql::expr {
namespace {

[[noreturn]] void fail_icu(UErrorCode status) {
  switch (status) {
    case U_REGEX_RULE_SYNTAX: fail(3688, "Syntax error in regular expression");
    case U_REGEX_BAD_ESCAPE_SEQUENCE:
      fail(3687, "Unrecognized escape sequence in regular expression");
    case U_REGEX_PROPERTY_SYNTAX:
    case U_ILLEGAL_ARGUMENT_ERROR: fail(3685, "Illegal argument to a regular expression");
    case U_REGEX_UNIMPLEMENTED:
      fail(3690, "The regular expression contains a feature that is not implemented");
    case U_REGEX_MISMATCHED_PAREN: fail(3691, "Mismatched parenthesis in regular expression");
    case U_REGEX_NUMBER_TOO_BIG: fail(3692, "Decimal number is too large in regular expression");
    case U_REGEX_BAD_INTERVAL: fail(3693, "Incorrect description of a {min,max} interval");
    case U_REGEX_MAX_LT_MIN:
      fail(3694, "The maximum is less than the minimum in a {min,max} interval");
    case U_REGEX_INVALID_BACK_REF: fail(3695, "Invalid back-reference in regular expression");
    case U_REGEX_LOOK_BEHIND_LIMIT:
      fail(3696, "The look-behind assertion exceeds the limit in regular expression");
    case U_REGEX_MISSING_CLOSE_BRACKET:
      fail(3696, "The regular expression contains an unclosed bracket expression");
    case U_REGEX_INVALID_RANGE:
      fail(3697, "The regular expression contains an [x-y] character range where x comes after y");
    case U_REGEX_STACK_OVERFLOW: fail(3698, "Overflow in the regular expression backtrack stack");
    case U_REGEX_TIME_OUT: fail(3699, "Timeout exceeded in regular expression match");
    case U_INDEX_OUTOFBOUNDS_ERROR: fail(3686, "Index out of bounds in regular expression search");
    default: fail(3689, "Internal error in the regular expression library");
  }
}

class Regex {
 public:
  Regex(const std::string& pattern, const std::string& text, std::uint32_t flags)
      : text_(to_utf16(text)) {
    constexpr std::int32_t k_steps = 32;
    constexpr std::int32_t k_stack = 8'000'000;
    const std::u16string wide = to_utf16(pattern);
    if (wide.empty()) fail(3685, "Illegal argument to a regular expression");
    regex_.reset(
        uregex_open(wide.data(), static_cast<std::int32_t>(wide.size()), flags, nullptr, &status_));
    check();
    uregex_setTimeLimit(regex_.get(), k_steps, &status_);
    uregex_setStackLimit(regex_.get(), k_stack, &status_);
    uregex_setText(regex_.get(), text_.data(), static_cast<std::int32_t>(text_.size()), &status_);
    check();
  }
  bool find(std::int32_t from) {
    const bool out = uregex_find(regex_.get(), from, &status_) != 0;
    check();
    return out;
  }
  bool next() {
    const bool out = uregex_findNext(regex_.get(), &status_) != 0;
    check();
    return out;
  }
  std::int32_t start() { return uregex_start(regex_.get(), 0, &status_); }
  std::int32_t end() { return uregex_end(regex_.get(), 0, &status_); }
  std::u16string_view text() const { return text_; }
  /// What the match becomes; `$1` stands for a group.
  void append_replacement(const std::u16string& with, std::u16string& out, std::int32_t& done) {
    const auto at = start();
    out.append(text_, static_cast<std::size_t>(done), static_cast<std::size_t>(at - done));
    expand(with, out);
    done = end();
    check_size(out.size());
  }

 private:
  void check() const {
    if (U_FAILURE(status_)) fail_icu(status_);
  }
  void group(std::int32_t number, std::u16string& out) {
    const auto from = uregex_start(regex_.get(), number, &status_);
    const auto to = uregex_end(regex_.get(), number, &status_);
    check();
    if (from >= 0)
      out.append(text_, static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
  }
  void expand(const std::u16string& with, std::u16string& out) {
    const auto groups = uregex_groupCount(regex_.get(), &status_);
    const auto digit = [&](std::size_t i) {
      return i < with.size() && with[i] >= u'0' && with[i] <= u'9' ? with[i] - u'0' : -1;
    };
    for (std::size_t i = 0; i < with.size(); ++i) {
      if (with[i] == u'\\' && i + 1 < with.size()) {
        out += with[++i];
      } else if (with[i] == u'$') {
        int number = digit(i + 1);
        if (number < 0 || number > groups) fail_icu(U_INDEX_OUTOFBOUNDS_ERROR);
        ++i;
        while (digit(i + 1) >= 0 && number * 10 + digit(i + 1) <= groups)
          number = number * 10 + digit(++i);
        group(number, out);
      } else {
        out += with[i];
      }
    }
  }

  struct Close {
    void operator()(URegularExpression* regex) const { uregex_close(regex); }
  };
  std::u16string text_;
  std::unique_ptr<URegularExpression, Close> regex_;
  UErrorCode status_ = U_ZERO_ERROR;
};

void check_patterns(const Call& call, std::size_t texts) {
  for (std::size_t i = 1; i < texts; ++i)
    check_pattern(call.child(0), call.child(i), call.context());
}
Type count_type(const Call& call) {
  check_patterns(call, 2);
  return Type::integer();
}
Type part_type(const Call& call) {
  check_patterns(call, 2);
  const Type types[] = {call.type(0), call.type(1)};
  return merged_text(types, "regexp");
}
Type replaced_type(const Call& call) {
  check_patterns(call, 3);
  const Type types[] = {call.type(0), call.type(1), call.type(2)};
  return merged_text(types, "regexp");
}

// Letters of the match type: c i m n u, the last one of c and i wins.
std::uint32_t flags_of(const Call& call, std::size_t at) {
  const Type types[] = {call.type(0), call.type(1)};
  require_same_bytes(types[0], types[1]);
  std::uint32_t out = case_insensitive(merged_text(types, "regexp").collation)
                          ? static_cast<std::uint32_t>(UREGEX_CASE_INSENSITIVE)
                          : 0;
  if (call.size() <= at) return out;
  for (const char c : call.text(at)) {
    switch (c) {
      case 'c': out &= ~static_cast<std::uint32_t>(UREGEX_CASE_INSENSITIVE); break;
      case 'i': out |= UREGEX_CASE_INSENSITIVE; break;
      case 'm': out |= UREGEX_MULTILINE; break;
      case 'n': out |= UREGEX_DOTALL; break;
      case 'u': out |= UREGEX_UNIX_LINES; break;
      default: fail(k_wrong_arguments, "Incorrect arguments to a regular expression: match type");
    }
  }
  return out;
}

// Position argument (from 1, in characters) as an offset of UTF-16 units.
std::int32_t start_of(const Call& call, const Regex& regex, std::size_t at) {
  if (call.size() <= at) return 0;
  const std::int64_t position = kit::count_of(call[at]);
  if (position < 1) fail_icu(U_INDEX_OUTOFBOUNDS_ERROR);
  std::size_t units = 0;
  for (std::int64_t i = 1; i < position; ++i) {
    if (units >= regex.text().size()) fail_icu(U_INDEX_OUTOFBOUNDS_ERROR);
    units += U16_IS_LEAD(regex.text()[units]) ? 2 : 1;
  }
  return static_cast<std::int32_t>(units);
}

bool find_nth(Regex& regex, std::int32_t from, std::int64_t occurrence) {
  if (!regex.find(from)) return false;
  for (std::int64_t i = 1; i < occurrence; ++i) {
    if (!regex.next()) return false;
  }
  return true;
}
std::int64_t occurrence_of(const Call& call, std::size_t at) {
  return call.size() > at ? std::max<std::int64_t>(call.integer(at), 1) : 1;
}

Item regexp_like(const Call& call) {
  return Item::of_bool(Regex(call.text(1), call.text(0), flags_of(call, 2)).find(0));
}

Item regexp_instr(const Call& call) {
  Regex regex(call.text(1), call.text(0), flags_of(call, 5));
  const std::int32_t from = start_of(call, regex, 2);
  const std::int64_t side = call.size() > 4 ? call.integer(4) : 0;
  if (side != 0 && side != 1)
    fail(k_wrong_arguments, "Incorrect arguments to regexp_instr: return_option");
  if (!find_nth(regex, from, occurrence_of(call, 3))) return Item::of_integer(0);
  const auto at = static_cast<std::size_t>(side == 0 ? regex.start() : regex.end());
  return Item::of_integer(
      static_cast<std::int64_t>(count_characters(from_utf16(regex.text().substr(0, at)))) + 1);
}

Item regexp_substr(const Call& call) {
  Regex regex(call.text(1), call.text(0), flags_of(call, 4));
  if (!find_nth(regex, start_of(call, regex, 2), occurrence_of(call, 3))) return Item::null();
  const auto from = static_cast<std::size_t>(regex.start());
  return Item::of_text(
      from_utf16(regex.text().substr(from, static_cast<std::size_t>(regex.end()) - from)));
}

Item regexp_replace(const Call& call) {
  Regex regex(call.text(1), call.text(0), flags_of(call, 5));
  const std::int64_t wanted = call.size() > 4 ? call.integer(4) : 0;
  const std::u16string with = to_utf16(call.text(2));
  std::u16string out;
  std::int32_t done = 0;
  std::int64_t count = 0;
  for (bool found = regex.find(start_of(call, regex, 3)); found; found = regex.next()) {
    ++count;
    if (wanted > 0 && count < wanted) continue;
    regex.append_replacement(with, out, done);
    if (wanted > 0) break;
  }
  out += regex.text().substr(static_cast<std::size_t>(done));
  return Item::of_text(from_utf16(out));
}

}  // namespace

bool matches(const std::string& text, const std::string& pattern, bool ignore_case) {
  return Regex(pattern, text, ignore_case ? static_cast<std::uint32_t>(UREGEX_CASE_INSENSITIVE) : 0)
      .find(0);
}

const std::vector<Function>& regexp_functions() {
  static const std::vector<Function> k_functions = {
      {{"REGEXP_LIKE", 2, 3, "text, pattern, match", "Whether the pattern is found.",
        "REGEXP_LIKE('abc','B','i')"},
       regexp_like,
       count_type},
      {{"REGEXP_INSTR", 2, 6, "text, pattern, from, n, after, match",
        "Where the n-th match begins.", "REGEXP_INSTR('中文abc','a')"},
       regexp_instr,
       count_type},
      {{"REGEXP_SUBSTR", 2, 5, "text, pattern, from, n, match", "The n-th match.",
        "REGEXP_SUBSTR('订单AB123','[A-Z]+[0-9]+')"},
       regexp_substr,
       part_type},
      {{"REGEXP_REPLACE", 3, 6, "text, pattern, new, from, n, match",
        "All matches, or the n-th, replaced; $1 stands for a group.",
        "REGEXP_REPLACE('a1b2','([0-9])','<$1>')"},
       regexp_replace,
       replaced_type},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
