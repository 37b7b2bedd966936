// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/verdicts.hpp"

#include <fmt/format.h>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::source {
namespace {

constexpr std::size_t k_longest_text = 200;

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
    if (rule.wait_seconds > 0) {
      verdict.wait = std::chrono::seconds(rule.wait_seconds);
      verdict.error->retry_after(*verdict.wait);
    }
    return verdict;
  }
  return failure(http::Verdict::Action::permanent, base::ErrorKind::source,
                 describe(platform, complaint, "an unknown code"),
                 "look the code up in the platform's documentation");
}

}  // namespace erp2mysql::source
