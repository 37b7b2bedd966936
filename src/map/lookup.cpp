// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/map/lookup.hpp"

#include <fmt/format.h>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::map {
namespace {

constexpr std::string_view k_word = "_findCollection";

[[noreturn]] void refuse(const std::string& found) {
  throw base::Error(base::ErrorKind::config, "_findCollection: " + found)
      .hint(
          "a look-up reads: _findCollection find FIELD from JOB where FIELD={value} FIELD={value}, "
          "one blank between words, conditions without AND");
}

}  // namespace

bool is_lookup(std::string_view value) { return value.starts_with(k_word); }

LookupText parse_lookup(std::string_view value) {
  const auto words = base::split(base::trim(value.substr(k_word.size())), ' ');
  const auto expect = [&](std::size_t at, std::string_view word) {
    if (at >= words.size()) refuse(fmt::format("\"{}\" is missing", word));
    if (base::equal_ignore_case(words[at], word)) return;
    refuse(fmt::format("expected \"{}\" but found {}", word, base::quoted(words[at])));
  };
  expect(0, "find");
  expect(2, "from");
  expect(4, "where");
  LookupText out{std::string(words[1]), std::string(words[3]), {}};
  for (std::size_t i = 5; i < words.size(); ++i) {
    if (i + 1 == words.size() && base::equal_ignore_case(words[i], "_endFind")) break;
    const auto equals = words[i].find('=');
    if (equals == std::string_view::npos || equals == 0)
      refuse(fmt::format("the condition {} is no FIELD={{value}}", base::quoted(words[i])));
    out.conditions.emplace_back(words[i].substr(0, equals), words[i].substr(equals + 1));
  }
  if (out.conditions.empty()) refuse("there is no condition after \"where\"");
  return out;
}

}  // namespace erp2mysql::map
