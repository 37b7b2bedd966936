// SPDX-License-Identifier: Apache-2.0
// Jushuitan (聚水潭), open API version 2: one path per API, arguments as JSON text in the form
// field `biz`, MD5 with the secret in front, tokens that must be renewed. Facts: sources-b.md
// section 5.
#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/http/sign.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "erp2mysql/source/body.hpp"
#include "erp2mysql/source/jushuitan.hpp"
#include "erp2mysql/source/platform.hpp"
#include "erp2mysql/source/verdicts.hpp"

namespace erp2mysql::source {
namespace {

using Action = http::Verdict::Action;
using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view k_host = "https://openapi.jushuitan.com";
constexpr std::string_view k_form = "application/x-www-form-urlencoded;charset=UTF-8";

PlatformSpec facts(const job::Source& source) { return jst::facts(source, "data.", 50); }

std::string unix_seconds(base::Instant clock) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(clock).time_since_epoch().count());
}

std::string text_to_sign(Fields fields) {
  std::erase_if(fields, [](const auto& field) { return field.second.empty(); });
  return sorted_text(std::move(fields));
}

http::Request signed_form(std::string url, Fields fields, const std::string& secret) {
  fields.emplace_back("sign", http::md5_hex(secret + text_to_sign(fields)));
  http::Request request;
  request.url = std::move(url);
  request.headers = {{"Content-Type", std::string(k_form)}};
  request.body = http::form_encode(fields);
  return request;
}

// The refresh token is used up by asking: a lost answer is a lost login.
class Tokens : public SignIn {
 public:
  Tokens(std::string base_url, std::string app_key, std::string secret, Session session)
      : base_url_(std::move(base_url)),
        app_key_(std::move(app_key)),
        secret_(std::move(secret)),
        given_(std::move(session)) {}

  Session given() const override { return given_; }

  http::Request request(const Session& old, base::Instant clock) const override {
    return signed_form(join_url(base_url_, "/openWeb/auth/refreshToken"),
                       {{"app_key", app_key_},
                        {"timestamp", unix_seconds(clock)},
                        {"grant_type", "refresh_token"},
                        {"charset", "utf-8"},
                        {"refresh_token", old.refresh},
                        {"scope", "all"}},
                       secret_);
  }

  http::Verdict judge(const http::Response& response) const override {
    return judge_json(response, [](Answer& answer) {
      auto verdict = jst::judge_code(answer, "");
      if (verdict.action == Action::sign_in) {
        verdict = failure(Action::permanent, base::ErrorKind::credentials,
                          "Jushuitan refuses the refresh token",
                          "authorise the app again and put both new tokens into the connection");
      }
      if (verdict.action != Action::ok) return verdict;
      if (answer.scalar("data.access_token").empty()) {
        return failure(Action::permanent, base::ErrorKind::protocol,
                       "the answer has no new access_token");
      }
      return verdict;
    });
  }

  Session accept(const http::Response& response) const override {
    Answer answer(response.body);
    return {std::string(answer.scalar("data.access_token")),
            std::string(answer.scalar("data.refresh_token")), ""};
  }

  // One app serves many merchants; the pair that the job was given tells them apart.
  std::string kept_as() const override {
    return "jushuitan/" + app_key_ + "/" + http::sha256_hex(given_.refresh);
  }

 private:
  std::string base_url_, app_key_, secret_;
  Session given_;
};

class Jushuitan : public Platform {
 public:
  Jushuitan(const job::Source& source, PlatformSpec spec, std::int64_t page_size)
      : Platform(source, std::move(spec), page_size),
        base_url_(key("base_url", k_host)),
        tokens_(base_url_, key("app_key"), key("app_secret"),
                {key("access_token"), key("refresh_token"), ""}) {}

  const SignIn* sign_in() const override {
    return key("refresh_token").empty() ? nullptr : &tokens_;
  }

 protected:
  http::Verdict judge(Answer& answer) const override {
    auto verdict = jst::judge_code(answer, "");
    return verdict.action == Action::ok ? jst::judge_list(answer, spec()) : verdict;
  }

  data::Page read(Answer& answer) const override { return jst::read(answer, spec()); }

  Composed compose(const data::Arguments& arguments, const data::PageToken& token,
                   const Moment& moment) const override {
    auto biz = business(arguments);
    auto pages = jst::paging(spec(), biz, page_fields(token));
    for (auto& field : pages) {
      // The row version is a number on the wire.
      field.bare = field.text.find_first_not_of("0123456789") == std::string::npos || field.bare;
      biz.push_back(std::move(field));
    }
    const auto& session = moment.session.token.empty() ? key("access_token") : moment.session.token;
    Fields fields{{"app_key", key("app_key")},
                  {"access_token", session},
                  {"timestamp", unix_seconds(moment.clock)},
                  {"charset", "utf-8"},
                  {"version", "2"},
                  {"biz", to_json_object(biz)}};
    Composed out;
    out.request = signed_form(join_url(base_url_, api()), fields, key("app_secret"));
    fields[1].second = "***";
    out.signed_text = "***" + text_to_sign(fields);
    return out;
  }

 private:
  std::string base_url_;
  Tokens tokens_;
};

std::unique_ptr<Source> create(const job::Source& source, PlatformSpec spec, std::int64_t size) {
  return std::make_unique<Jushuitan>(source, std::move(spec), size);
}

}  // namespace

extern const Registration k_jushuitan;
const Registration k_jushuitan{"jushuitan", "Jushuitan (聚水潭), open API version 2", facts,
                               create};

}  // namespace erp2mysql::source
