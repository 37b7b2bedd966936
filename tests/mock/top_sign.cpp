// SPDX-License-Identifier: Apache-2.0
#include "top_sign.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

namespace mock {
namespace {

using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string upper_hex(const Digest& digest, unsigned size) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out += digits[digest[i] >> 4];
    out += digits[digest[i] & 15];
  }
  return out;
}

std::string md5(std::string_view text) {
  Digest digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) {
    throw std::runtime_error("MD5 is not available in this OpenSSL");
  }
  return upper_hex(digest, size);
}

std::string hmac(const EVP_MD* hash, std::string_view key, std::string_view text) {
  Digest digest{};
  unsigned size = 0;
  if (HMAC(hash, key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(),
           &size) == nullptr) {
    throw std::runtime_error("HMAC failed in OpenSSL");
  }
  return upper_hex(digest, size);
}

}  // namespace

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
    return md5(framed);
  }
  if (method == "hmac") return hmac(EVP_md5(), secret, text);
  if (method == "hmac-sha256") return hmac(EVP_sha256(), secret, text);
  return std::nullopt;
}

}  // namespace mock
