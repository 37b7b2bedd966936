// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/jushuitan.hpp"

#include <algorithm>
#include <array>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/body.hpp"
#include "erp2mysql/source/verdicts.hpp"

namespace erp2mysql::source::jst {
namespace {

using Action = http::Verdict::Action;
using base::ErrorKind;
using namespace std::chrono_literals;

constexpr std::string_view k_keys = "check the keys, the rights of the application and its IP list";
constexpr std::string_view k_clock = "set the clock of this host";
constexpr std::string_view k_request =
    "compare the request fields of the job with the API's documentation";

// Two generations of the list circulate and disagree, so some codes need the text as well.
constexpr std::array k_verdicts{
    VerdictRule{"10", "", Action::permanent, ErrorKind::credentials, "bad signature", k_keys},
    VerdictRule{"100", "", Action::sign_in, ErrorKind::credentials,
                "the access token is invalid or expired",
                "give the connection a refresh_token, or a new access_token"},
    VerdictRule{"110", "", Action::permanent, ErrorKind::credentials,
                "this host's address is not on the white list", k_keys},
    VerdictRule{"120", "", Action::permanent, ErrorKind::credentials, "bad signature", k_keys},
    VerdictRule{"130", "", Action::permanent, ErrorKind::config, "a parameter does not fit",
                k_request},
    VerdictRule{"140", "timestamp", Action::retry, ErrorKind::credentials, "our time is refused",
                k_clock, 0, true},
    VerdictRule{"140", "时间", Action::retry, ErrorKind::credentials, "our time is refused",
                k_clock, 0, true},
    VerdictRule{"140", "", Action::permanent, ErrorKind::config, "a parameter does not fit",
                k_request},
    VerdictRule{"150", "内部", Action::retry, ErrorKind::temporary, "internal error"},
    VerdictRule{"150", "", Action::permanent, ErrorKind::credentials,
                "apps of service providers may not renew tokens",
                "let the merchant authorise the app again"},
    VerdictRule{"180", "", Action::retry, ErrorKind::credentials, "our time is refused", k_clock, 0,
                true},
    VerdictRule{"190", "", Action::permanent, ErrorKind::credentials, "no right to this API",
                k_keys},
    VerdictRule{"199", "", Action::slow_down, ErrorKind::temporary, "more than 5 calls in a second",
                "", 1},
    VerdictRule{"200", "", Action::slow_down, ErrorKind::temporary,
                "more than 100 calls in a minute", "", 60},
    VerdictRule{"10004", "", Action::slow_down, ErrorKind::temporary, "throttled", "", 1},
};

struct Api {
  std::string_view name, list;
  std::int64_t max_page_size = 0;  // 0: that of the platform
};
constexpr std::array k_apis{
    Api{"/open/orders/single/query", "orders"},
    Api{"/open/inventory/query", "inventorys", 100},
};

// Names of the list that sister APIs use.
constexpr std::array<std::string_view, 3> k_lists{"datas", "orders", "inventorys"};

std::string_view parent(std::string_view path) { return path.substr(0, path.rfind('.') + 1); }

// The spec with the list's name as this answer has it.
PlatformSpec located(Answer& answer, const PlatformSpec& spec) {
  PlatformSpec out = spec;
  for (const auto name : k_lists) {
    if (answer.list(out.list) != nullptr) return out;
    out.list = std::string(parent(spec.list)) + std::string(name);
  }
  return answer.list(out.list) != nullptr ? out : spec;
}

bool by_row_version(const job::Source& source) {
  return std::any_of(source.request.begin(), source.request.end(), [](const job::Item& item) {
    return item.field == "start_ts" && item.value && !item.value->empty();
  });
}

}  // namespace

PlatformSpec facts(const job::Source& source, std::string_view root, std::int64_t max_page_size) {
  const auto* const known = std::find_if(k_apis.begin(), k_apis.end(),
                                         [&](const Api& api) { return api.name == source.api; });
  const bool found = known != k_apis.end();
  PlatformSpec spec;
  spec.page_field = "page_index";
  spec.size_field = "page_size";
  spec.default_page_size = 50;
  spec.max_page_size = found && known->max_page_size > 0 ? known->max_page_size : max_page_size;
  spec.list = std::string(root) + std::string(found ? known->list : "datas");
  spec.total = std::string(root) + "data_count";
  spec.from_fields = {"start_time", "modified_begin"};
  spec.to_fields = {"end_time", "modified_end"};
  spec.max_window = 7 * 24h;
  spec.rate_limits = {{5, 1s}, {100, 60s}};
  if (by_row_version(source)) {
    spec.paging = Paging::cursor;
    spec.cursor_field = "start_ts";
    spec.cursor_start = "1";
    spec.cursor_key = "ts";
  }
  return spec;
}

http::Verdict judge_code(Answer& answer, std::string_view root) {
  const auto at = [&](std::string_view name) { return std::string(root) + std::string(name); };
  const auto code = answer.scalar(at("code"));
  auto text = answer.scalar(at("msg"));
  if (text.empty()) text = answer.scalar(at("message"));
  if (!code.empty() && code != "0") return judge_complaint(k_verdicts, "Jushuitan", {code, text});
  if (truth(answer.find(at("issuccess"))) == false) {
    return judge_complaint({}, "Jushuitan", {"", text.empty() ? "issuccess is false" : text});
  }
  return http::Verdict::good();
}

http::Verdict judge_list(Answer& answer, const PlatformSpec& spec) {
  if (answer.list(located(answer, spec).list) == nullptr) return missing_list(spec.list);
  return http::Verdict::good();
}

data::Page read(Answer& answer, const PlatformSpec& spec) {
  data::Page page = answer.page(located(answer, spec));
  const auto at = [&](std::string_view name) {
    return answer.find(std::string(parent(spec.list)) + std::string(name));
  };
  page.has_next = truth(at("has_next"));
  const auto index = whole_number(at("page_index"));
  const auto pages = whole_number(at("page_count"));
  if (!page.has_next && index && pages && *pages > 0) page.has_next = *index < *pages;
  page.size = whole_number(at("page_size"));
  // Uncounted answers may say anything about totals and pages.
  if (spec.paging == Paging::cursor) {
    page.total.reset();
    page.has_next.reset();
  }
  return page;
}

data::Arguments paging(const PlatformSpec& spec, const data::Arguments& arguments,
                       data::Arguments page_fields) {
  if (spec.paging == Paging::cursor && find_argument(arguments, "is_get_total") == nullptr) {
    auto no_total = text_argument("is_get_total", "false");
    no_total.bare = true;
    page_fields.push_back(std::move(no_total));
  }
  return page_fields;
}

}  // namespace erp2mysql::source::jst
