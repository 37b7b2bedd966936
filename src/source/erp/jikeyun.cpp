// SPDX-License-Identifier: Apache-2.0
// Jikeyun (吉客云): one address for all methods, arguments as JSON text in a form field, MD5 over
// the lower-cased text. Facts: sources-a.md section 1.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/http/sign.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/body.hpp"
#include "erp2mysql/source/letters.hpp"
#include "erp2mysql/source/platform.hpp"
#include "erp2mysql/source/verdicts.hpp"

namespace erp2mysql::source {
namespace {

using Action = http::Verdict::Action;
using base::ErrorKind;
using namespace std::chrono_literals;

// What differs between methods; a method that is not here is described under source.read.
struct Method {
  std::string_view name, list;
  std::string_view total = {};
  std::string_view cursor_field = {}, cursor_start = {}, cursor_path = {}, cursor_key = {};
  std::int64_t first_page = 0;
  base::Millis max_window{0};
  base::Millis spacing = 500ms;
};
constexpr std::array k_methods{
    Method{"erp.sales.get", "result.data.salesChannelInfo"},
    Method{"erp.storage.goodslist", "result.data.goods"},
    Method{.name = "erp.stockquantity.get",
           .list = "result.data.goodsStockQuantity",
           .cursor_field = "maxQuantityId",
           .cursor_start = "0",
           .cursor_key = "quantityId"},
    Method{.name = "oms.trade.fullinfoget",
           .list = "result.data.trades",
           .total = "result.data.totalResults",
           .cursor_field = "scrollId",
           .cursor_path = "result.data.scrollId",
           .max_window = 7 * 24h,
           .spacing = 1200ms},
    Method{.name = "jackyun.tradenotsensitiveinfos.list.get",
           .list = "result.data.Trades",
           .total = "result.data.TotalResults",
           .cursor_field = "scrollId",
           .cursor_path = "result.data.ScrollId",
           .max_window = 7 * 24h,
           .spacing = 1200ms},
};

constexpr std::string_view k_rights =
    "let the app subscribe to this method, and renew its credentials, on the open platform";
constexpr std::string_view k_keys = "check appkey, appsecret and version of the source connection";
constexpr std::string_view k_request =
    "compare the request fields of the job with the API's documentation";

constexpr std::array k_verdicts{
    VerdictRule{"0130020310", "", Action::permanent, ErrorKind::credentials,
                "the app is unknown or has not subscribed to this method", k_rights},
    VerdictRule{"0130000609", "", Action::permanent, ErrorKind::credentials,
                "the app is not opened, or its calls are used up", k_rights},
    VerdictRule{"0858030801", "", Action::permanent, ErrorKind::credentials, "bad signature",
                k_keys},
    VerdictRule{"0858030802", "", Action::permanent, ErrorKind::credentials, "unknown appkey",
                k_keys},
    VerdictRule{"0858030803", "", Action::permanent, ErrorKind::credentials, "invalid token",
                k_keys},
    VerdictRule{"0050030002", "", Action::permanent, ErrorKind::config, "parameter error",
                k_request},
    VerdictRule{"0859999999", "", Action::slow_down, ErrorKind::temporary,
                "throttled or out of service for the moment"},
    VerdictRule{"", "short-circuited", Action::retry, ErrorKind::temporary, "back end overloaded"},
    VerdictRule{"", "fallback failed", Action::retry, ErrorKind::temporary, "back end overloaded"},
    VerdictRule{"", "timestamp", Action::retry, ErrorKind::credentials, "our time is refused",
                "set the clock of this host", 0, true},
    VerdictRule{"", "时间戳", Action::retry, ErrorKind::credentials, "our time is refused",
                "set the clock of this host", 0, true},
    VerdictRule{"", "签名", Action::permanent, ErrorKind::credentials, "bad signature", k_keys},
    VerdictRule{"", "不能为空", Action::permanent, ErrorKind::config, "a parameter is missing",
                k_request},
    VerdictRule{"", "频繁", Action::slow_down, ErrorKind::temporary, "throttled"},
};

const Method* find_method(std::string_view name) {
  const auto* const at = std::find_if(k_methods.begin(), k_methods.end(),
                                      [&](const Method& method) { return method.name == name; });
  return at == k_methods.end() ? nullptr : at;
}

PlatformSpec facts(const job::Source& source) {
  Method method{source.api, "result.data"};
  // Warehouse calls count pages from 1, all others from 0.
  if (source.api.starts_with("wms.")) method.first_page = 1;
  if (const auto* known = find_method(source.api)) method = *known;
  PlatformSpec spec;
  spec.page_field = "pageIndex";
  spec.size_field = "pageSize";
  spec.first_page = method.first_page;
  spec.default_page_size = 50;
  spec.max_page_size = 200;
  spec.list = method.list;
  spec.total = method.total;
  spec.cursor_field = method.cursor_field;
  spec.cursor_start = method.cursor_start;
  spec.cursor_path = method.cursor_path;
  spec.cursor_key = method.cursor_key;
  if (!spec.cursor_field.empty()) spec.paging = Paging::cursor;
  spec.from_fields = {"gmtModifiedStart",     "startModified",          "startCreated",
                      "startTradeTime",       "startConsignTime",       "modified_begin",
                      "startDateModifiedSku", "startDateModifiedGoods", "startDate",
                      "startPdDate"};
  spec.to_fields = {"gmtModifiedEnd", "endModified",  "endCreated",         "endTradeTime",
                    "endConsignTime", "modified_end", "endDateModifiedSku", "endDateModifiedGoods",
                    "endDate",        "endPdDate"};
  if (method.max_window > 0ms) spec.max_window = method.max_window;
  // No limit is published; this is the pace of clients that run undisturbed.
  spec.rate_limits = {{1, method.spacing}};
  return spec;
}

bool good_sub_code(std::string_view code) {
  return code.find_first_not_of('0') == std::string_view::npos || code == "200" ||
         code == "0030000004";
}

class Jikeyun : public Platform {
 public:
  using Platform::Platform;

 protected:
  http::Verdict judge(Answer& answer) const override {
    const auto code = answer.scalar("code");
    const auto sub_code = answer.scalar("subCode");
    const auto* data = answer.find("result.data");
    const bool has_data = data != nullptr && !data->is_null();
    // Code 0 without data is an error of the gateway; some families answer 0 when all is well.
    const bool good_code = code == "200" || (code == "0" && has_data);
    if (good_code && empty_period(answer) && good_sub_code(sub_code)) return http::Verdict::good();
    const bool has_list = has_data && answer.list(spec().list) != nullptr;
    if (good_code && has_list && (good_sub_code(sub_code) || !known_error(sub_code))) {
      return http::Verdict::good();
    }
    if (good_code && good_sub_code(sub_code)) return missing_list(spec().list);
    const bool speaks = !sub_code.empty() && !good_sub_code(sub_code);
    return judge_complaint(k_verdicts, "Jikeyun", {speaks ? sub_code : code, answer.scalar("msg")});
  }

  data::Page read(Answer& answer) const override {
    if (!empty_period(answer)) return answer.page(spec());
    data::Page page;
    page.document = std::make_shared<const data::Document>(data::Document::parse_page("[]"));
    page.total = 0;
    return page;
  }

  Composed compose(const data::Arguments& arguments, const data::PageToken& token,
                   const Moment& moment) const override {
    auto content = page_fields(token);
    // Cursor methods always ask for page 0; the cursor alone moves on.
    for (auto& argument : business(arguments)) content.push_back(std::move(argument));
    std::vector<std::pair<std::string, std::string>> fields{
        {"method", api()},
        {"appkey", key("appkey")},
        {"version", key("version", "v1.0")},
        {"contenttype", "json"},
        // Beijing time whatever the job's zone is.
        {"timestamp", base::format_datetime(std::chrono::floor<std::chrono::seconds>(moment.clock),
                                            base::Zone())},
        {"bizcontent", escape_cased(to_json_object(content))}};
    const auto text = lower_unicode(sorted_text(fields));
    const auto secret = lower_unicode(key("appsecret"));
    fields.emplace_back("sign", http::md5_hex(secret + text + secret));
    Composed out;
    out.request.url = with_path(key("base_url", "https://open.jackyun.com"), "/open/openapi/do");
    out.request.headers = {{"Content-Type", "application/x-www-form-urlencoded;charset=UTF-8"}};
    out.request.body = http::form_encode(fields);
    out.signed_text = "***" + text + "***";
    return out;
  }

 private:
  // Methods that give their data as JSON text give an empty text for a period without rows.
  static bool empty_period(Answer& answer) {
    const auto* data = answer.find("result.data");
    return data != nullptr && data->is_text() && base::trim(data->text).empty();
  }

  static bool known_error(std::string_view code) {
    return std::any_of(k_verdicts.begin(), k_verdicts.end(),
                       [&](const VerdictRule& rule) { return rule.code == code; });
  }
};

std::unique_ptr<Source> create(const job::Source& source, PlatformSpec spec, std::int64_t size) {
  return std::make_unique<Jikeyun>(source, std::move(spec), size);
}

}  // namespace

extern const Registration k_jikeyun;
const Registration k_jikeyun{"jikeyun", "Jikeyun (吉客云)", facts, create};

}  // namespace erp2mysql::source
