// SPDX-License-Identifier: Apache-2.0
// Kingdee K3Cloud (金蝶云星空): SQL-like bill queries. Rows come as bare lists in the order of the
// asked columns, errors look like one more row, there is no total: pages follow a unique key where
// the query has one. Facts: sources-a.md section 3; both metadata shapes: qeasy-format.md
// section 6.4.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/body.hpp"
#include "erp2mysql/source/kingdee.hpp"
#include "erp2mysql/source/kingdee_query.hpp"
#include "erp2mysql/source/platform.hpp"

namespace erp2mysql::source {
namespace {

using Action = http::Verdict::Action;

constexpr std::string_view k_form_service = "Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.";

PlatformSpec facts(const job::Source& source) {
  PlatformSpec spec;
  spec.size_field = "Limit";
  spec.default_page_size = 2000;
  spec.max_page_size = 10000;
  spec.one_sided = true;
  spec.cursor_key = kingdee::unique_key(kingdee::read_query(source));
  spec.paging = spec.cursor_key.empty() ? Paging::numbers : Paging::cursor;
  return spec;
}

class Kingdee : public Platform {
 public:
  Kingdee(const job::Source& source, PlatformSpec spec, std::int64_t page_size)
      : Platform(source, std::move(spec), page_size),
        account_(kingdee::read_account(source.connection)),
        login_(account_),
        query_(kingdee::read_query(source)),
        keyset_(this->spec().paging == Paging::cursor && this->spec().cursor_path.empty()) {
    if (keyset_) kingdee::ask_for_key(query_, this->spec().cursor_key);
  }

  const SignIn* sign_in() const override { return account_.auth == "headers" ? nullptr : &login_; }

  Reading interpret(http::Response response) const override {
    Reading out{http::judge_status(response), {}};
    if (out.verdict.action != Action::ok) return out;
    out.verdict = kingdee::judge_text(response.body);
    if (out.verdict.action == Action::ok) out = Platform::interpret(std::move(response));
    // Signed headers have no session that could be lost.
    const bool none = account_.auth == "headers" && out.verdict.action == Action::sign_in;
    if (none) out.verdict.action = Action::permanent;
    return out;
  }

  std::vector<Bound> bounds(const data::Arguments& arguments) const override {
    const auto* filter = find_text(arguments, "FilterString");
    return filter == nullptr ? std::vector<Bound>() : kingdee::bounds_of(*filter, spec().zone);
  }

  std::vector<Finding> check() const override {
    return kingdee::check(query_, settings(), keyset_);
  }

 protected:
  http::Verdict judge(Answer& answer) const override {
    auto status = kingdee::judge_status(answer.root());
    if (status.action != Action::ok) return status;
    return answer.list(spec().list) == nullptr ? missing_list(spec().list) : status;
  }

  data::Page read(Answer& answer) const override {
    if (!spec().list.empty()) return Platform::read(answer);
    return kingdee::name_columns(answer.root(), query_,
                                 {keyset_ ? spec().cursor_key : std::string(), page_size()});
  }

  Composed compose(const data::Arguments& arguments, const data::PageToken& token,
                   const Moment& moment) const override {
    Composed out;
    out.request.url = kingdee::service_url(account_, service());
    out.request.headers = {{"Content-Type", "application/json;charset=UTF-8"}};
    if (account_.auth == "headers") {
      for (auto& header : kingdee::signed_headers(account_, out.request.url, moment.clock)) {
        out.request.headers.push_back(std::move(header));
      }
    } else if (!moment.session.token.empty()) {
      out.request.headers.emplace_back("kdservice-sessionid", moment.session.token);
      out.request.headers.emplace_back("Cookie", moment.session.cookies);
    }
    const auto start = keyset_ ? 0 : (token.page - 1) * page_size();
    data::Argument data{"data", data::Argument::Kind::object, "",
                        kingdee::parameters(query_, arguments,
                                            {keyset_ ? spec().cursor_key : std::string(),
                                             token.cursor, start, page_size()})};
    out.request.body = to_json_object({std::move(data)});
    return out;
  }

 private:
  std::string service() const {
    const auto name = base::lower(api());
    if (name == "executebillquery") return std::string(k_form_service) + "ExecuteBillQuery";
    if (name == "billquery") return std::string(k_form_service) + "BillQuery";
    return api().find('.') == std::string::npos ? std::string(k_form_service) + api() : api();
  }

  kingdee::Account account_;
  kingdee::Login login_;
  kingdee::Query query_;
  bool keyset_;
};

std::unique_ptr<Source> create(const job::Source& source, PlatformSpec spec, std::int64_t size) {
  return std::make_unique<Kingdee>(source, std::move(spec), size);
}

}  // namespace

extern const Registration k_kingdee;
const Registration k_kingdee{"kingdee", "Kingdee K3Cloud (金蝶云星空)", facts, create};

}  // namespace erp2mysql::source
