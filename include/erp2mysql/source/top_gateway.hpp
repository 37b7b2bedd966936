// SPDX-License-Identifier: Apache-2.0
// The Taobao open platform (TOP) gateway with its Qimen custom scenes, which several ERPs share:
// system parameters, the signature, and the gateway's own error shapes. It knows no ERP behind it.
// Source of every rule: sources-b.md section 1 (Taobao document 101617 for the signature).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/data/node.hpp"
#include "erp2mysql/http/transport.hpp"
#include "erp2mysql/source/source.hpp"

namespace erp2mysql::source::top {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// Sorted name+value pairs without separators; empty names and values and `sign` are left out.
std::string base_string(const Fields& fields);
/// Upper-case hex. `method` is md5 (secret around the text), hmac or hmac-sha256 (secret as key).
std::string sign(const Fields& fields, std::string_view secret, std::string_view method);

struct Account {
  std::string app_key, app_secret, target_app_key, sign_method;
};
/// `business` plus the system parameters and the signature. Empty values are not sent at all.
Fields signed_fields(const Account& account, std::string_view method, Fields business,
                     base::Instant clock);

/// The payload object of a success: `response`, or the one root member whose name ends so. Null
/// when there is none.
const data::Node* payload(const data::Node& root);

/// "response." or, in an answer named by its method, that name with a dot.
std::string root_path(const data::Node& root);
/// The spec with its paths, which begin with "response", turned to where the payload stands.
PlatformSpec located(const PlatformSpec& spec, const data::Node& root);

/// Verdict on the gateway's own failures in both shapes (`error_response`, `response.flag`);
/// `ok` when the gateway did not complain.
http::Verdict judge_gateway(const data::Node& root);

}  // namespace erp2mysql::source::top
