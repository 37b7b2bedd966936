// SPDX-License-Identifier: Apache-2.0
// Jushuitan (聚水潭) through the Qimen gateway: flat text arguments, TOP signature, `datas` inside
// `response`. Facts: sources-b.md section 4.
#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/body.hpp"
#include "erp2mysql/source/jushuitan.hpp"
#include "erp2mysql/source/platform.hpp"
#include "erp2mysql/source/top_gateway.hpp"
#include "erp2mysql/source/verdicts.hpp"

namespace erp2mysql::source {
namespace {

using Action = http::Verdict::Action;

PlatformSpec facts(const job::Source& source) { return jst::facts(source, "response.", 100); }

class JushuitanQimen : public Platform {
 public:
  JushuitanQimen(const job::Source& source, PlatformSpec spec, std::int64_t page_size)
      : Platform(source, std::move(spec), page_size),
        account_{key("app_key"), key("app_secret"), key("target_app_key", "23060081"),
                 key("sign_method", "md5")} {}

 protected:
  http::Verdict judge(Answer& answer) const override {
    auto verdict = top::judge_gateway(answer.root());
    if (verdict.action != Action::ok) return verdict;
    // A complaint of Jushuitan itself may also stand beside, or instead of, the payload.
    verdict = jst::judge_code(answer, "");
    if (verdict.action != Action::ok) return final_sign_in(std::move(verdict));
    if (top::payload(answer.root()) == nullptr) {
      return failure(Action::permanent, base::ErrorKind::protocol, "the answer has no \"response\"",
                     "check base_url");
    }
    verdict = jst::judge_code(answer, top::root_path(answer.root()));
    if (verdict.action != Action::ok) return final_sign_in(std::move(verdict));
    return jst::judge_list(answer, top::located(spec(), answer.root()));
  }

  data::Page read(Answer& answer) const override {
    return jst::read(answer, top::located(spec(), answer.root()));
  }

  Composed compose(const data::Arguments& arguments, const data::PageToken& token,
                   const Moment& moment) const override {
    top::Fields business{{"customer_id", key("customer_id")}};
    auto rest = this->business(arguments);
    for (const auto& field : jst::paging(spec(), rest, page_fields(token))) {
      business.emplace_back(field.name, field.text);
    }
    for (const auto& argument : rest) business.emplace_back(argument.name, flat_text(argument));
    const auto fields = top::signed_fields(account_, api(), std::move(business), moment.clock);
    Composed out;
    out.request.url = with_path(key("base_url", "http://a1q40taq0j.api.taobao.com"), "/router/qm");
    out.request.headers = {{"Content-Type", "application/x-www-form-urlencoded;charset=utf-8"}};
    out.request.body = http::form_encode(fields);
    const auto text = top::base_string(fields);
    out.signed_text = account_.sign_method == "md5" ? "***" + text + "***" : text;
    return out;
  }

 private:
  // There are no tokens behind the gateway: what wants a sign-in elsewhere is a refusal here.
  static http::Verdict final_sign_in(http::Verdict verdict) {
    if (verdict.action == Action::sign_in) verdict.action = Action::permanent;
    return verdict;
  }

  top::Account account_;
};

std::unique_ptr<Source> create(const job::Source& source, PlatformSpec spec, std::int64_t size) {
  return std::make_unique<JushuitanQimen>(source, std::move(spec), size);
}

}  // namespace

extern const Registration k_jushuitan_qimen;
const Registration k_jushuitan_qimen{"jushuitan-qimen",
                                     "Jushuitan (聚水潭) through the Qimen gateway", facts, create};

}  // namespace erp2mysql::source
