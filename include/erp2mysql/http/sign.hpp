// SPDX-License-Identifier: Apache-2.0
// The alphabet of ERP signatures: digests, keyed digests and their spellings. Bytes in, lower-case
// hex out. It does not know which platform signs what.
#pragma once

#include <string>
#include <string_view>

namespace erp2mysql::http {

std::string md5_hex(std::string_view text);
std::string sha256_hex(std::string_view text);
std::string hmac_md5_hex(std::string_view key, std::string_view text);
std::string hmac_sha256_hex(std::string_view key, std::string_view text);

/// Standard alphabet with padding.
std::string base64(std::string_view bytes);
/// Lower-case hex of any bytes.
std::string hex(std::string_view bytes);
/// Bytes of hex digits of either case; empty when the text is not hex.
std::string from_hex(std::string_view digits);
/// ASCII letters raised, everything else kept.
std::string to_upper(std::string_view text);

}  // namespace erp2mysql::http
