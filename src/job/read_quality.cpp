// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "erp2mysql/base/text.hpp"
#include "parts.hpp"

namespace erp2mysql::job {
namespace {

// Position after a character class that begins at `at`; npos when it never closes.
std::size_t skip_class(std::string_view pattern, std::size_t at) {
  ++at;
  if (at < pattern.size() && pattern[at] == '^') ++at;
  if (at < pattern.size() && pattern[at] == ']') ++at;
  for (; at < pattern.size(); ++at) {
    if (pattern[at] == '\\') {
      ++at;
    } else if (pattern[at] == '[' && at + 1 < pattern.size() && pattern[at + 1] == ':') {
      const auto end = pattern.find(":]", at + 2);
      if (end != std::string_view::npos) at = end + 1;
    } else if (pattern[at] == ']') {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

// What every dialect of regular expressions refuses. The engine's own check comes with the engine.
std::string wrong_pattern(std::string_view pattern) {
  int open = 0;
  bool repeatable = false;
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '\\') {
      if (at + 1 >= pattern.size()) return "it ends in a backslash";
      at += 2;
      repeatable = true;
      continue;
    }
    if (c == '[') {
      at = skip_class(pattern, at);
      if (at == std::string_view::npos) return "a [ is never closed";
      repeatable = true;
      continue;
    }
    if ((c == '*' || c == '+' || c == '?') && !repeatable) {
      return fmt::format("{} has nothing to repeat", c);
    }
    if (c == ')' && --open < 0) return "a ) was never opened";
    if (c == '(') {
      ++open;
      ++at;
      if (at < pattern.size() && pattern[at] == '?') ++at;  // (?: (?= (?i)
    } else {
      ++at;
    }
    repeatable = c != '(' && c != '|' && c != '^';
  }
  return open > 0 ? "a ( is never closed" : "";
}

// a > b, exactly, for numbers in plain notation.
bool above(std::string_view a, std::string_view b) {
  if (a.starts_with('-') != b.starts_with('-')) return b.starts_with('-');
  if (a.starts_with('-')) return above(b.substr(1), a.substr(1));
  const auto whole = [](std::string_view text) { return text.substr(0, text.find('.')); };
  if (whole(a).size() != whole(b).size()) return whole(a).size() > whole(b).size();
  std::string left(a), right(b);
  for (auto* one : {&left, &right}) {
    if (one->find('.') == std::string::npos) *one += '.';
  }
  const auto width = std::max(left.size(), right.size());
  left.resize(width, '0');
  right.resize(width, '0');
  return left > right;
}

void check_rule(const Reader& place, const Rule& rule) {
  auto& context = place.context();
  if (rule.pattern) {
    const auto wrong = wrong_pattern(*rule.pattern);
    if (!wrong.empty()) context.problem(place.pointer("pattern"), "malformed pattern: " + wrong);
  }
  if (rule.min && rule.max) {
    const auto least = base::plain_number(*rule.min);
    const auto most = base::plain_number(*rule.max);
    if (!least.empty() && !most.empty() && above(least, most)) {
      context.problem(place.pointer("max"),
                      fmt::format("max is below min, {} against {}", *rule.max, *rule.min));
    }
  }
  if (place.has("in") && rule.in.empty()) {
    context.problem(place.pointer("in"), "expected at least one value");
  }
  if (rule.on_fail == "default" && !rule.default_value && !place.node()->find("default")) {
    context.problem(place.pointer("onFail"), "onFail \"default\" needs the key \"default\"");
  }
  const bool checks = rule.required || rule.pattern || rule.min || rule.max || rule.max_length ||
                      rule.default_value || !rule.in.empty();
  const bool wrong = place.node()->count > (place.has("onFail") ? 2u : 1u);
  if (!checks && !wrong) {
    context.warning(place.pointer(), "a rule that checks nothing",
                    "add required, pattern, min, max, maxLength, in or default");
  }
}

}  // namespace

// "0.01" as 10,000 millionths.
std::optional<std::uint64_t> read_share(const Reader& place, std::string_view key) {
  const auto text = place.text(key);
  if (!text) return std::nullopt;
  std::string plain = base::plain_number(*text);
  const bool one = plain == "1" || (plain.starts_with("1.") &&
                                    plain.find_first_not_of('0', 2) == std::string::npos);
  if (!one && plain != "0" && !plain.starts_with("0.")) {
    place.context().problem(place.pointer(key), "expected a number from 0 to 1");
    return std::nullopt;
  }
  std::string digits = plain.size() > 2 ? plain.substr(2, 6) : "";
  digits.resize(6, '0');
  return one ? 1'000'000 : std::stoull(digits);
}

void read_quality(const Reader& quality, Quality& out) {
  out.max_bad_millionths = read_share(quality, "maxBadRatio");
  const auto unlimited = std::numeric_limits<std::int64_t>::max();
  out.max_bad_rows = quality.integer("maxBadRows").value_or(out.max_bad_millionths ? unlimited : 0);
  read_anomalies(quality, out.anomalies);
  for (const auto& place : quality.elements("rules")) {
    if (!place.node()->is_object()) continue;
    Rule rule;
    rule.field = place.text("field").value_or("");
    rule.required = place.boolean("required").value_or(false);
    rule.pattern = place.text("pattern");
    rule.min = place.text("min");
    rule.max = place.text("max");
    rule.default_value = place.text("default");
    rule.max_length = place.integer("maxLength");
    rule.in = place.texts("in");
    rule.on_fail = place.lower("onFail").value_or(rule.on_fail);
    check_rule(place, rule);
    out.rules.push_back(std::move(rule));
  }
}

}  // namespace erp2mysql::job
