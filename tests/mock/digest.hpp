// SPDX-License-Identifier: Apache-2.0
// Digests and Base64 for every signature of the mock, from OpenSSL and nothing else, so that no
// line is shared with the tool under test. Refuses to know what is signed and why.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mock {

enum class Hash { md5, sha1, sha256 };

// Lower-case hex.
std::string digest_hex(Hash hash, std::string_view text);
std::string hmac_hex(Hash hash, std::string_view key, std::string_view text);
std::string upper_case(std::string text);

std::string base64(std::string_view bytes);
// Nothing when the text is not Base64.
std::optional<std::string> unbase64(std::string_view text);

}  // namespace mock
