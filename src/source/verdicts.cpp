// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/verdicts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::source {
namespace {

constexpr std::size_t k_longest_text = 200;

constexpr std::array<std::string_view, 21> k_too_big{"数据量过大",
                                                     "数据量太大",
                                                     "数据量超",
                                                     "数据过多",
                                                     "条数过多",
                                                     "超过最大条数",
                                                     "缩小查询",
                                                     "缩小时间",
                                                     "缩短时间",
                                                     "缩短查询",
                                                     "时间跨度",
                                                     "时间间隔不能超过",
                                                     "时间范围不能超过",
                                                     "时间范围过大",
                                                     "页码过大",
                                                     "深度分页",
                                                     "too many rows",
                                                     "too many records",
                                                     "window is too large",
                                                     "too much data",
                                                     "deep pag"};
constexpr std::array<std::string_view, 5> k_time_out{"timeout", "timed out", "timed-out",
                                                     "time-out", "超时"};

bool contains_any(std::string_view text, std::span<const std::string_view> parts) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return lower.find(part) != std::string::npos; });
}

// Whether less at a time may help.
void mark_too_big(http::Verdict& verdict, std::string_view text) {
  using Action = http::Verdict::Action;
  const auto kind = verdict.error->kind();
  const bool request = kind == base::ErrorKind::source || kind == base::ErrorKind::config;
  verdict.too_big = (verdict.action == Action::permanent && request && says_too_big(text)) ||
                    (verdict.action == Action::retry && says_time_out(text));
}

std::string describe(std::string_view platform, const Complaint& complaint,
                     std::string_view meaning) {
  std::string out(platform);
  out += " answered";
  if (!complaint.code.empty()) {
    out += " code " + base::shorten(complaint.code, 40);
  }
  if (!complaint.text.empty()) {
    out += " " + base::quoted(base::shorten(complaint.text, k_longest_text));
  }
  if (!meaning.empty()) out += fmt::format(" ({})", meaning);
  return out;
}

}  // namespace

bool says_too_big(std::string_view text) { return contains_any(text, k_too_big); }
bool says_time_out(std::string_view text) { return contains_any(text, k_time_out); }

http::Verdict failure(http::Verdict::Action action, base::ErrorKind kind, std::string message,
                      std::string_view hint) {
  http::Verdict verdict;
  verdict.action = action;
  verdict.error = base::Error(kind, std::move(message));
  verdict.error->hint(hint);
  return verdict;
}

http::Verdict judge_complaint(std::span<const VerdictRule> rules, std::string_view platform,
                              const Complaint& complaint) {
  for (const auto& rule : rules) {
    if (!rule.code.empty() && rule.code != complaint.code) continue;
    if (!rule.text.empty() && complaint.text.find(rule.text) == std::string_view::npos) continue;
    auto verdict =
        failure(rule.action, rule.kind, describe(platform, complaint, rule.meaning), rule.hint);
    verdict.clock = rule.clock;
    mark_too_big(verdict, complaint.text);
    if (rule.wait_seconds > 0) {
      verdict.wait = std::chrono::seconds(rule.wait_seconds);
      verdict.error->retry_after(*verdict.wait);
    }
    return verdict;
  }
  auto verdict = failure(http::Verdict::Action::permanent, base::ErrorKind::source,
                         describe(platform, complaint, "an unknown code"),
                         "look the code up in the platform's documentation");
  mark_too_big(verdict, complaint.text);
  return verdict;
}

}  // namespace erp2mysql::source
