// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/wangdiantong.hpp"

#include <algorithm>
#include <array>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/body.hpp"
#include "erp2mysql/source/verdicts.hpp"

namespace erp2mysql::source::wdt {
namespace {

using Action = http::Verdict::Action;
using base::ErrorKind;
using namespace std::chrono_literals;

// The comma behind these words is ASCII here and full-width there: only the beginning counts.
constexpr std::array k_verdicts{
    VerdictRule{"", "超过每分钟最大调用频率限制", Action::slow_down, ErrorKind::temporary,
                "too many calls in a minute", "", 15},
    VerdictRule{"", "超过每分钟最大并发次数限制", Action::slow_down, ErrorKind::temporary,
                "too many calls at once", "", 3},
    VerdictRule{"", "timestamp", Action::retry, ErrorKind::credentials, "our time is refused",
                "set the clock of this host", 0, true},
    VerdictRule{"", "时间戳", Action::retry, ErrorKind::credentials, "our time is refused",
                "set the clock of this host", 0, true},
    VerdictRule{"", "签名", Action::permanent, ErrorKind::credentials, "bad signature",
                "check sid, key and secret:salt of the source connection"},
    VerdictRule{"", "sign", Action::permanent, ErrorKind::credentials, "bad signature",
                "check sid, key and secret:salt of the source connection"},
    VerdictRule{"", "权限", Action::permanent, ErrorKind::credentials, "no right",
                "ask Wangdiantong to grant the key this method and its shops"},
    VerdictRule{"100", "", Action::permanent, ErrorKind::source, "",
                "compare the request fields of the job with the API's documentation"},
};

// Longest stretch of a request; methods not named here allow 30 days as far as is known.
struct Method {
  std::string_view name;  // in small letters, without "wdt."
  std::string_view list;
  base::Millis max_window;
};
constexpr std::array k_methods{
    Method{"aftersales.refund.refund.search", "order", 30 * 24h},
    Method{"aftersales.refund.refund.searchhistory", "order", 30 * 24h},
    Method{"wms.stockout.sales.querywithdetail", "order", 1h},
    Method{"wms.stockout.sales.searchpositiondetail", "order", 1h},
    Method{"wms.stockin.refund.querywithdetail", "order", 30 * 24h},
    Method{"goods.goods.querywithspec", "goods_list", 30 * 24h},
};

bool unsigned_name(std::string_view name) {
  return name == "wdt3_customer_id" || name == "wdt_sign" || name == "target_app_key";
}

void flatten(std::string& out, const data::Node& node);

void flatten_text(std::string& out, std::string_view text) {
  const bool wrapped = (text.starts_with('{') && text.ends_with('}')) ||
                       (text.starts_with('[') && text.ends_with(']'));
  if (wrapped) {
    try {
      const auto document = data::Document::parse_page(std::string(text));
      return flatten(out, document.root());
    } catch (const base::Error&) {
      // Only looks like JSON: signed as the text that it is.
    }
  }
  out += text;
}

void flatten(std::string& out, const data::Node& node) {
  if (node.is_array()) {
    for (const auto& element : node.members()) flatten(out, element.value);
  } else if (node.is_object()) {
    std::vector<const data::Member*> members;
    for (const auto& member : node.members()) {
      if (!member.value.is_null() && !unsigned_name(member.key)) members.push_back(&member);
    }
    std::sort(members.begin(), members.end(),
              [](const auto* a, const auto* b) { return a->key < b->key; });
    for (const auto* member : members) {
      out += member->key;
      flatten(out, member->value);
    }
  } else if (node.is_number()) {
    out += base::plain_number(node.text);
  } else if (node.is_text()) {
    flatten_text(out, node.text);
  } else {
    out += node.scalar();
  }
}

// The platform may leave the list out, or write null, when nothing is there to list.
bool nothing_there(Answer& answer, const PlatformSpec& spec) {
  const auto* list = answer.find(spec.list);
  const auto total = whole_number(answer.find(spec.total));
  const bool left_out = list == nullptr || list->is_null();
  return left_out && (total == 0 || (list != nullptr && !total));
}

}  // namespace

Secret split_secret(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return {std::string(text), ""};
  return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

std::string sign_text(const Fields& fields) {
  Fields sorted = fields;
  std::sort(sorted.begin(), sorted.end());
  std::string out;
  for (const auto& [name, value] : sorted) {
    if (unsigned_name(name)) continue;
    out += name;
    flatten_text(out, value);
  }
  return out;
}

PlatformSpec facts(std::string_view method, std::string_view root) {
  auto name = base::lower(method);
  if (name.starts_with("wdt.")) name.erase(0, 4);
  const auto* const known = std::find_if(k_methods.begin(), k_methods.end(),
                                         [&](const Method& row) { return row.name == name; });
  const bool found = known != k_methods.end();
  PlatformSpec spec;
  spec.page_field = "page_no";
  spec.size_field = "page_size";
  spec.default_page_size = 100;
  spec.max_page_size = 200;
  spec.list = std::string(root) + "data." + std::string(found ? known->list : "order");
  spec.total = std::string(root) + "data.total_count";
  spec.from_fields = {"modified_from", "start_time", "settle_from", "agree_from"};
  spec.to_fields = {"modified_to", "end_time", "settle_to", "agree_to"};
  spec.max_window = found ? known->max_window : base::Millis(30 * 24h);
  spec.rate_limits = {{60, 60s}};
  return spec;
}

data::Arguments filter(const data::Arguments& arguments, const PlatformSpec& spec) {
  data::Arguments out;
  for (const auto& argument :
       without(arguments, {spec.page_field, spec.size_field, "pager", "calc_total"})) {
    if (argument.name == "params" && argument.kind == data::Argument::Kind::object) {
      for (const auto& child : argument.children) out.push_back(child);
    } else {
      out.push_back(argument);
    }
  }
  return out;
}

http::Verdict judge(Answer& answer, const PlatformSpec& spec, std::string_view root) {
  const auto at = [&](std::string_view name) { return std::string(root) + std::string(name); };
  const auto status = answer.scalar(at("status"));
  if (status.empty()) {
    return failure(Action::retry, ErrorKind::protocol,
                   "the answer has no \"status\": a fault before Wangdiantong itself");
  }
  if (status != "0") {
    return judge_complaint(k_verdicts, "Wangdiantong", {status, answer.scalar(at("message"))});
  }
  if (answer.list(spec.list) == nullptr && !nothing_there(answer, spec)) {
    return missing_list(spec.list);
  }
  return http::Verdict::good();
}

data::Page read(Answer& answer, const PlatformSpec& spec) {
  if (answer.list(spec.list) != nullptr || !nothing_there(answer, spec)) return answer.page(spec);
  data::Page page;
  page.document = std::make_shared<const data::Document>(data::Document::parse_page("[]"));
  page.total = whole_number(answer.find(spec.total));
  return page;
}

}  // namespace erp2mysql::source::wdt
