// SPDX-License-Identifier: Apache-2.0
// Wangdiantong flagship (旺店通旗舰版), direct: parameters in the query, the filter as a JSON list
// of positional arguments in the body, pages from 0. Facts: sources-b.md section 3.
#include "erp2mysql/source/wangdiantong.hpp"
#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/http/sign.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/body.hpp"
#include "erp2mysql/source/platform.hpp"

namespace erp2mysql::source {
namespace {

// Its clock counts seconds from 2012-01-01 00:00:00 +08:00.
constexpr std::int64_t k_epoch = 1325347200;

PlatformSpec facts(const job::Source& source) {
  auto spec = wdt::facts(source.api, "");
  spec.first_page = 0;
  return spec;
}

class Wangdiantong : public Platform {
 public:
  Wangdiantong(const job::Source& source, PlatformSpec spec, std::int64_t page_size)
      : Platform(source, std::move(spec), page_size), secret_(wdt::split_secret(key("appsecret"))) {
    base::register_secret(secret_.secret);
    base::register_secret(secret_.salt);
  }

  std::vector<Bound> bounds(const data::Arguments& arguments) const override {
    return Platform::bounds(wdt::filter(arguments, spec()));
  }

 protected:
  http::Verdict judge(Answer& answer) const override { return wdt::judge(answer, spec(), ""); }

  data::Page read(Answer& answer) const override { return wdt::read(answer, spec()); }

  Composed compose(const data::Arguments& arguments, const data::PageToken& token,
                   const Moment& moment) const override {
    using std::chrono::seconds;
    const auto now = std::chrono::floor<seconds>(moment.clock).time_since_epoch().count();
    wdt::Fields query{{"sid", key("sid")},
                      {"key", key("appkey")},
                      {"salt", secret_.salt},
                      {"method", api()},
                      {"timestamp", std::to_string(now - k_epoch)},
                      {"v", "1.0"},
                      {"page_size", std::to_string(page_size())},
                      {"page_no", std::to_string(page_number(token))},
                      {"calc_total", token.want_total ? "1" : "0"}};
    Composed out;
    out.request.body = "[" + to_json_object(wdt::filter(arguments, spec())) + "]";
    auto hashed = query;
    hashed.emplace_back("body", out.request.body);
    const auto text = sorted_text(hashed);
    query.emplace_back("sign", http::md5_hex(secret_.secret + text + secret_.secret));
    out.request.url = with_path(key("base_url", "http://wdt.wangdian.cn"), "/openapi") + "?" +
                      http::form_encode(query);
    out.request.headers = {{"Content-Type", "application/json"}};
    for (auto& [name, value] : hashed) {
      if (name == "salt") value = "***";
    }
    out.signed_text = "***" + sorted_text(hashed) + "***";
    return out;
  }

 private:
  wdt::Secret secret_;
};

std::unique_ptr<Source> create(const job::Source& source, PlatformSpec spec, std::int64_t size) {
  return std::make_unique<Wangdiantong>(source, std::move(spec), size);
}

}  // namespace

extern const Registration k_wangdiantong;
const Registration k_wangdiantong{"wangdiantong", "Wangdiantong flagship (旺店通旗舰版), direct",
                                  facts, create};

}  // namespace erp2mysql::source
