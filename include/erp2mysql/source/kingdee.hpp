// SPDX-License-Identifier: Apache-2.0
// How Kingdee K3Cloud (金蝶云星空) wants to be signed in to, in its four ways, and how it
// complains. It knows no query and no row. Source of every rule: sources-a.md sections 3.1 to 3.3
// and 3.6.
#pragma once

#include <string>
#include <string_view>

#include "erp2mysql/source/source.hpp"

namespace erp2mysql::source::kingdee {

struct Account {
  std::string base_url;  // with /K3Cloud
  std::string auth;      // password, app_secret, sign, headers
  std::string acct_id, username, password, app_id, app_secret, lcid, org_num;
};
Account read_account(const job::Connection& connection);

/// {base}/{service}.common.kdsvc
std::string service_url(const Account& account, std::string_view service);

/// SHA-256 (hex) over the sorted texts, for LoginBySign. `timestamp` are unix seconds.
std::string login_sign(const Account& account, std::string_view timestamp);

/// Base64 of the hex text of HMAC-SHA256: always 88 characters.
std::string signature(std::string_view message, std::string_view key);
/// The headers that sign one request to that address, without any login.
http::Headers signed_headers(const Account& account, std::string_view url, base::Instant clock);

/// Verdict on an answer that complains, however deep it is wrapped; ok for anything else.
http::Verdict judge_status(const data::Node& root);
/// Verdict on the plain text that the platform sends instead of JSON; ok for any other text.
http::Verdict judge_text(std::string_view body);

/// Login by password, app secret or sign; the session travels in a header and in cookies.
class Login : public SignIn {
 public:
  explicit Login(Account account) : account_(std::move(account)) {}
  http::Request request(const Session& old, base::Instant clock) const override;
  http::Verdict judge(const http::Response& response) const override;
  Session accept(const http::Response& response) const override;

 private:
  Account account_;
};

}  // namespace erp2mysql::source::kingdee
