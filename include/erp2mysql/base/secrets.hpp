// SPDX-License-Identifier: Apache-2.0
// The one place that knows which texts are secret. Secrets are registered when they are resolved;
// every sink (log, stderr, results, quarantine reasons) passes its text through scrub().
// It does not know where secrets come from.
#pragma once

#include <string>
#include <string_view>

namespace erp2mysql::base {

/// Remembers a secret in every encoding it travels in: as is, JSON-escaped, URL-encoded (both
/// cases of hex digits), Base64 and hex. Texts shorter than 4 bytes are not registered. Thread
/// safe.
void register_secret(std::string_view secret);

/// The text with every registered secret replaced by "***". Also blanks the values of query
/// parameters that are secret by name (sign, token, access_token, secret, password, session …).
/// Thread safe.
std::string scrub(std::string_view text);

/// For tests.
void forget_secrets();

}  // namespace erp2mysql::base
