// SPDX-License-Identifier: Apache-2.0
// What Kingdee's sign-in by signature and its signed headers are made of, written from the
// platform's description. Refuses to know HTTP, sessions and the sources of the tool under test.
#pragma once

#include <string>
#include <string_view>

#include "digest.hpp"

namespace mock {

struct KingdeeLogin {
  std::string acct_id, username, app_id, app_secret, timestamp;
};

// Lower-case hex over the five texts, sorted by their bytes and joined.
std::string kingdee_login_sign(const KingdeeLogin& login, Hash hash);

// Base64 of the hex text (not the bytes) of HMAC-SHA256.
std::string kingdee_hmac(std::string_view text, std::string_view key);
// The key of X-Api-Signature out of the second half of the app id.
std::string kingdee_api_secret(std::string_view app_id);
std::string kingdee_api_signature(std::string_view path, std::string_view nonce,
                                  std::string_view timestamp, std::string_view app_id);

}  // namespace mock
