// SPDX-License-Identifier: Apache-2.0
// Xiaobangbang (销帮帮): JSON body, SHA-256 over exactly its bytes and the token in a header,
// filters as a list of conditions. Facts: sources-a.md section 2.
#include <array>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/http/sign.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/body.hpp"
#include "erp2mysql/source/platform.hpp"
#include "erp2mysql/source/verdicts.hpp"

namespace erp2mysql::source {
namespace {

using Action = http::Verdict::Action;
using Kind = data::Argument::Kind;
using base::ErrorKind;
using namespace std::chrono_literals;

constexpr std::string_view k_base_path = "/pro/v2/api";
constexpr std::string_view k_keys =
    "check corpid and token of the source connection, and whether "
    "base_url fits the edition of the tenant";

constexpr std::array k_verdicts{
    VerdictRule{"100012", "", Action::permanent, ErrorKind::credentials,
                "the token is invalid or expired", k_keys},
    VerdictRule{"701020", "", Action::permanent, ErrorKind::config, "a field has a wrong format",
                "compare the request fields of the job with the API's documentation"},
    // A day's calls are counted by the calendar, so only tomorrow helps.
    VerdictRule{"", "次/天", Action::quota_used_up, ErrorKind::temporary,
                "the calls of the day are used up"},
    VerdictRule{"", "次/日", Action::quota_used_up, ErrorKind::temporary,
                "the calls of the day are used up"},
    VerdictRule{"", "次/分", Action::slow_down, ErrorKind::temporary, "throttled", "", 10},
    VerdictRule{"", "次/秒", Action::slow_down, ErrorKind::temporary, "throttled", "", 1},
    VerdictRule{"", "频繁", Action::slow_down, ErrorKind::temporary, "throttled", "", 1},
    VerdictRule{"", "签名", Action::permanent, ErrorKind::credentials, "bad signature", k_keys},
    VerdictRule{"", "sign", Action::permanent, ErrorKind::credentials, "bad signature", k_keys},
    VerdictRule{"", "token", Action::permanent, ErrorKind::credentials, "bad token", k_keys},
};

PlatformSpec facts(const job::Source&) {
  PlatformSpec spec;
  spec.page_field = "page";
  spec.size_field = "pageSize";
  spec.default_page_size = 100;
  spec.max_page_size = 100;
  spec.list = "result.list";
  spec.total = "result.totalCount";
  spec.one_sided = true;
  // Published: 1000 a minute. The limit per second is known from its refusal only (20).
  spec.rate_limits = {{10, 1s}, {1000, 60s}};
  return spec;
}

std::string_view text_of(const data::Argument& condition, std::string_view name) {
  const auto* text = find_text(condition.children, name);
  return text == nullptr ? std::string_view() : *text;
}

bool is_time(std::string_view attribute) {
  return attribute == "updateTime" || attribute == "addTime" || attribute.starts_with("date_");
}

// Times and numbers are compared as numbers, so their values travel without quotes; `value` is a
// list even for one value.
void shape_condition(data::Argument& condition) {
  const auto attribute = text_of(condition, "attr");
  const bool numeric = is_time(attribute) || attribute.starts_with("num_");
  for (auto& member : condition.children) {
    if (member.name != "value") continue;
    if (member.kind == Kind::text) member = {"value", Kind::list, "", {std::move(member)}};
    for (auto& value : member.children) {
      base::NumberText number;
      value.text = base::trim(value.text);
      if (numeric && base::parse_number(value.text, number)) value.bare = true;
    }
  }
}

class Xiaobangbang : public Platform {
 public:
  using Platform::Platform;

  // All calls of a company share one budget, and refused ones count as well.
  std::string rate_key() const override { return "xiaobangbang/" + key("corpid"); }

  std::vector<Bound> bounds(const data::Arguments& arguments) const override {
    std::vector<Bound> out;
    const auto* conditions = find_argument(arguments, "conditions");
    if (conditions == nullptr) return out;
    for (const auto& condition : conditions->children) {
      const auto* value = find_argument(condition.children, "value");
      if (value == nullptr || !is_time(text_of(condition, "attr"))) continue;
      take_bounds(text_of(condition, "symbol"), *value, out);
    }
    return out;
  }

 protected:
  http::Verdict judge(Answer& answer) const override {
    if (answer.scalar("code") != "1" || truth(answer.find("success")) == false) {
      return judge_complaint(k_verdicts, "Xiaobangbang",
                             {answer.scalar("code"), answer.scalar("msg")});
    }
    return answer.list(spec().list) == nullptr ? missing_list(spec().list) : http::Verdict::good();
  }

  Composed compose(const data::Arguments& arguments, const data::PageToken& token,
                   const Moment&) const override {
    data::Arguments body{text_argument("corpid", key("corpid"))};
    if (const auto user = key("userId"); !user.empty()) {
      body.push_back(text_argument("userId", user));
    }
    for (auto& field : page_fields(token)) body.push_back(std::move(field));
    for (auto& argument : business(arguments)) {
      // The connection says which company asks; the job's own copies only fill a gap.
      if (find_argument(body, argument.name) != nullptr) continue;
      if (argument.name == "conditions") {
        argument.kind = Kind::list;
        for (auto& condition : argument.children) shape_condition(condition);
        if (argument.children.empty()) continue;
      }
      body.push_back(std::move(argument));
    }
    Composed out;
    out.request.body = to_json_object(body);
    out.request.url = url();
    out.request.headers = {{"Content-Type", "application/json;charset=UTF-8"},
                           {"sign", http::sha256_hex(out.request.body + key("token"))}};
    out.signed_text = out.request.body + "***";
    return out;
  }

 private:
  std::string url() const {
    const auto corp = key("corpid");
    const bool dingtalk = corp.starts_with("ding") || corp.find("$$ding") != std::string::npos;
    auto base =
        key("base_url", dingtalk ? "https://proapi.xbongbong.com" : "https://appapi.xbongbong.com");
    while (base.ends_with('/')) base.pop_back();
    const std::string path = join_url("", api());
    if (path.starts_with(std::string(k_base_path) + "/")) {
      if (base.ends_with(k_base_path)) base.resize(base.size() - k_base_path.size());
      return base + path;
    }
    if (!base.ends_with(k_base_path)) base += k_base_path;
    return base + path;
  }

  void take_bounds(std::string_view symbol, const data::Argument& value,
                   std::vector<Bound>& out) const {
    const auto add = [&](bool upper, const std::string& text) {
      if (const auto at = parse_bound(base::trim(text), spec().zone)) out.push_back({upper, *at});
    };
    const std::string none;
    const auto& first = value.kind == Kind::text ? value.text
                        : value.children.empty() ? none
                                                 : value.children.front().text;
    if (symbol.starts_with("greater") || symbol == "range") add(false, first);
    if (symbol.starts_with("less")) add(true, first);
    if (symbol == "range" && value.children.size() > 1) add(true, value.children[1].text);
  }
};

std::unique_ptr<Source> create(const job::Source& source, PlatformSpec spec, std::int64_t size) {
  return std::make_unique<Xiaobangbang>(source, std::move(spec), size);
}

}  // namespace

extern const Registration k_xiaobangbang;
const Registration k_xiaobangbang{"xiaobangbang", "Xiaobangbang (销帮帮)", facts, create};

}  // namespace erp2mysql::source
