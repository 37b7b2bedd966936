// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/http/sign.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "erp2mysql/base/error.hpp"

namespace erp2mysql::http {
namespace {

using Bytes = std::array<unsigned char, EVP_MAX_MD_SIZE>;

[[noreturn]] void refuse() {
  throw base::Error(base::ErrorKind::local, "OpenSSL on this host refuses a digest")
      .hint("allow MD5 and SHA-256, which the platforms' signatures need (FIPS mode forbids MD5)");
}

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string text_of(const Bytes& bytes, unsigned length) {
  return hex({reinterpret_cast<const char*>(bytes.data()), length});
}

std::string digest(const EVP_MD* kind, std::string_view text) {
  Bytes out{};
  unsigned length = 0;
  if (EVP_Digest(text.data(), text.size(), out.data(), &length, kind, nullptr) != 1) refuse();
  return text_of(out, length);
}

std::string keyed(const EVP_MD* kind, std::string_view key, std::string_view text) {
  Bytes out{};
  unsigned length = 0;
  if (HMAC(kind, raw(key), static_cast<int>(key.size()), raw(text), text.size(), out.data(),
           &length) == nullptr) {
    refuse();
  }
  return text_of(out, length);
}

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string md5_hex(std::string_view text) { return digest(EVP_md5(), text); }
std::string sha256_hex(std::string_view text) { return digest(EVP_sha256(), text); }

std::string hmac_md5_hex(std::string_view key, std::string_view text) {
  return keyed(EVP_md5(), key, text);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view text) {
  return keyed(EVP_sha256(), key, text);
}

std::string base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // the library adds a NUL
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), raw(bytes),
                                     static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::string hex(std::string_view bytes) {
  static constexpr std::string_view k_digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    out += k_digits[byte >> 4];
    out += k_digits[byte & 15];
  }
  return out;
}

std::string from_hex(std::string_view digits) {
  std::string out;
  if (digits.size() % 2 != 0) return out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = nibble(digits[i]);
    const int low = nibble(digits[i + 1]);
    if (high < 0 || low < 0) return {};
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

std::string to_upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

}  // namespace erp2mysql::http
