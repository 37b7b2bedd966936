// SPDX-License-Identifier: Apache-2.0
#include "digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

namespace mock {
namespace {

using Bytes = std::array<unsigned char, EVP_MAX_MD_SIZE>;

const EVP_MD* kind_of(Hash hash) {
  switch (hash) {
    case Hash::md5: return EVP_md5();
    case Hash::sha1: return EVP_sha1();
    case Hash::sha256: return EVP_sha256();
  }
  throw std::runtime_error("unknown hash");
}

std::string hex(const Bytes& bytes, unsigned size) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out += digits[bytes[i] >> 4];
    out += digits[bytes[i] & 15];
  }
  return out;
}

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string digest_hex(Hash hash, std::string_view text) {
  Bytes bytes{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), bytes.data(), &size, kind_of(hash), nullptr) != 1) {
    throw std::runtime_error("this digest is not available in this OpenSSL");
  }
  return hex(bytes, size);
}

std::string hmac_hex(Hash hash, std::string_view key, std::string_view text) {
  Bytes bytes{};
  unsigned size = 0;
  if (HMAC(kind_of(hash), key.data(), static_cast<int>(key.size()), raw(text), text.size(),
           bytes.data(), &size) == nullptr) {
    throw std::runtime_error("HMAC failed in OpenSSL");
  }
  return hex(bytes, size);
}

std::string upper_case(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a zero byte
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), raw(bytes),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::optional<std::string> unbase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), raw(text),
                                   static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  for (std::size_t end = text.size(); end > 0 && text[end - 1] == '='; --end) out.pop_back();
  return out;
}

}  // namespace mock
