// SPDX-License-Identifier: Apache-2.0
// Wangdiantong flagship (旺店通旗舰版) through the Qimen gateway: two signatures, filter and page
// as JSON texts in form fields, pages from 1. Facts: sources-b.md section 2.
#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/http/sign.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/body.hpp"
#include "erp2mysql/source/platform.hpp"
#include "erp2mysql/source/top_gateway.hpp"
#include "erp2mysql/source/wangdiantong.hpp"

namespace erp2mysql::source {
namespace {

PlatformSpec facts(const job::Source& source) { return wdt::facts(source.api, "response."); }

class WangdiantongQimen : public Platform {
 public:
  WangdiantongQimen(const job::Source& source, PlatformSpec spec, std::int64_t page_size)
      : Platform(source, std::move(spec), page_size),
        account_{key("app_key"), key("app_secret"), key("target_app_key", "21363512"),
                 key("sign_method", "md5")},
        secret_(wdt::split_secret(key("wdt_appsecret"))) {
    base::register_secret(secret_.secret);
    base::register_secret(secret_.salt);
  }

  std::vector<Bound> bounds(const data::Arguments& arguments) const override {
    return Platform::bounds(wdt::filter(arguments, spec()));
  }

 protected:
  http::Verdict judge(Answer& answer) const override {
    auto verdict = top::judge_gateway(answer.root());
    if (verdict.action != http::Verdict::Action::ok) return verdict;
    return wdt::judge(answer, top::located(spec(), answer.root()), top::root_path(answer.root()));
  }

  data::Page read(Answer& answer) const override {
    return wdt::read(answer, top::located(spec(), answer.root()));
  }

  Composed compose(const data::Arguments& arguments, const data::PageToken& token,
                   const Moment& moment) const override {
    // Both signatures cover these texts byte for byte, so they are made once.
    const auto params = to_json_object(wdt::filter(arguments, spec()));
    const auto pager = to_json_object({number_argument("page_size", page_size()),
                                       number_argument("page_no", page_number(token))});
    const auto time =
        base::format_datetime(std::chrono::floor<std::chrono::seconds>(moment.clock), base::Zone());
    wdt::Fields business{{"datetime", time},
                         {"wdt_appkey", key("wdt_appkey")},
                         {"wdt_salt", secret_.salt},
                         {"params", params},
                         {"pager", pager}};
    auto inner = business;
    inner.emplace_back("method", method());
    const auto inner_text = wdt::sign_text(inner);
    business.emplace_back("wdt3_customer_id", key("sid"));
    business.emplace_back("wdt_sign", http::md5_hex(secret_.secret + inner_text + secret_.secret));
    const auto fields = top::signed_fields(account_, api(), business, moment.clock);
    Composed out;
    out.request.url = with_path(key("base_url", "http://3ldsmu02o9.api.taobao.com"), "/router/qm");
    out.request.headers = {{"Content-Type", "application/x-www-form-urlencoded;charset=utf-8"}};
    out.request.body = http::form_encode(fields);
    out.signed_text =
        "***" + masked(inner_text) + "*** and ***" + masked(top::base_string(fields)) + "***";
    return out;
  }

 private:
  // The gateway may want a scene id in front, which Wangdiantong does not sign.
  std::string method() const {
    const auto at = api().find("wdt.");
    return at == std::string::npos ? api() : api().substr(at);
  }

  // The salt is half of a secret.
  std::string masked(std::string text) const {
    const std::string field = "wdt_salt" + secret_.salt;
    const auto at = text.find(field);
    if (at != std::string::npos) text.replace(at, field.size(), "wdt_salt***");
    return text;
  }

  top::Account account_;
  wdt::Secret secret_;
};

std::unique_ptr<Source> create(const job::Source& source, PlatformSpec spec, std::int64_t size) {
  return std::make_unique<WangdiantongQimen>(source, std::move(spec), size);
}

}  // namespace

extern const Registration k_wangdiantong_qimen;
const Registration k_wangdiantong_qimen{
    "wangdiantong-qimen", "Wangdiantong flagship (旺店通旗舰版) through the Qimen gateway", facts,
    create};

}  // namespace erp2mysql::source
