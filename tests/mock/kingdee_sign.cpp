// SPDX-License-Identifier: Apache-2.0
#include "kingdee_sign.hpp"

#include <algorithm>
#include <array>

namespace mock {
namespace {

constexpr std::string_view pad = "0054f397c6234378b09ca7d3e5debce7";  // text, not hex

std::string percent_encoded(std::string_view path) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || c == '.' || c == '-' || c == '_' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

}  // namespace

std::string kingdee_login_sign(const KingdeeLogin& login, Hash hash) {
  std::array parts{login.acct_id, login.username, login.app_id, login.app_secret, login.timestamp};
  // char_traits compares as unsigned bytes, which is the ordinal order.
  std::sort(parts.begin(), parts.end());
  std::string text;
  for (const std::string& part : parts) text += part;
  return digest_hex(hash, text);
}

std::string kingdee_hmac(std::string_view text, std::string_view key) {
  return base64(hmac_hex(Hash::sha256, key, text));
}

std::string kingdee_api_secret(std::string_view app_id) {
  const std::size_t split = app_id.find('_');
  if (split == std::string_view::npos) return {};
  const std::string_view encoded = app_id.substr(split + 1);
  if (encoded.size() != 32) return std::string(encoded);
  std::string bytes = unbase64(encoded).value_or("");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(bytes[i] ^ pad[i % pad.size()]);
  }
  return base64(bytes);
}

std::string kingdee_api_signature(std::string_view path, std::string_view nonce,
                                  std::string_view timestamp, std::string_view app_id) {
  std::string text = "POST\n" + percent_encoded(path) + "\n\nx-api-nonce:";
  text.append(nonce).append("\nx-api-timestamp:").append(timestamp).append("\n");
  return kingdee_hmac(text, kingdee_api_secret(app_id));
}

}  // namespace mock
