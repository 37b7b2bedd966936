// SPDX-License-Identifier: Apache-2.0
#include "top_sign.hpp"

#include "digest.hpp"

namespace mock {

std::string top_text(const Params& params) {
  std::string out;
  for (const auto& [name, value] : params) {
    if (name == "sign" || name.empty() || value.empty()) continue;
    out += name;
    out += value;
  }
  return out;
}

std::optional<std::string> top_sign(std::string_view method, std::string_view secret,
                                    std::string_view text) {
  if (method == "md5") {
    std::string framed{secret};
    framed += text;
    framed += secret;
    return upper_case(digest_hex(Hash::md5, framed));
  }
  if (method == "hmac") return upper_case(hmac_hex(Hash::md5, secret, text));
  if (method == "hmac-sha256") return upper_case(hmac_hex(Hash::sha256, secret, text));
  return std::nullopt;
}

}  // namespace mock
