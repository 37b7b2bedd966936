// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/body.hpp"

#include <fmt/format.h>

#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/http/markup.hpp"

namespace erp2mysql::source {
namespace {

http::Verdict nonsense(std::string message, std::string_view hint) {
  http::Verdict verdict;
  verdict.action = http::Verdict::Action::retry;
  verdict.error = base::Error(base::ErrorKind::protocol, std::move(message));
  verdict.error->hint(hint);
  return verdict;
}

}  // namespace

http::Verdict judge_json(http::Response response,
                         const std::function<http::Verdict(Answer& answer)>& judge) {
  auto verdict = http::judge_status(response);
  if (verdict.action != http::Verdict::Action::ok) return verdict;
  const auto markup = http::markup_of(response.body);
  if (markup != http::Markup::none) {
    const bool html = markup == http::Markup::html;
    return nonsense(fmt::format("the answer is {}, not JSON", html ? "an HTML page" : "XML"),
                    html ? "a proxy, a firewall or a login page answers in the API's place; check "
                           "base_url and the network"
                         : "check base_url and the API's format parameter");
  }
  try {
    Answer answer(std::move(response.body));
    return judge(answer);
  } catch (const base::Error& error) {
    return nonsense(error.message(), "the connection or the platform cut or damaged the answer");
  }
}

http::Verdict missing_list(std::string_view path) {
  if (base::seeded_bug("missing-list-is-empty")) return http::Verdict::good();
  return nonsense(
      fmt::format("the answer has no list \"{}\"; a missing list is not an empty one", path),
      "if the API keeps its records elsewhere, name the place in source.read.list");
}

void take_list(const data::Node& list, data::Page& page) {
  page.records.reserve(list.count);
  for (const auto& member : list.members()) {
    if (!member.value.is_object()) {
      throw base::Error(base::ErrorKind::protocol,
                        fmt::format("a record of the answer is a {}, not an object",
                                    data::to_string(member.value.kind)));
    }
    page.records.push_back(&member.value);
  }
}

}  // namespace erp2mysql::source
