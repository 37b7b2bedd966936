// SPDX-License-Identifier: Apache-2.0
// Digests, compression and encryption, by OpenSSL and zlib.
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <zlib.h>

#include <array>
#include <memory>

#include "families.hpp"
#include "kit.hpp"

namespace erp2mysql::expr {
namespace {

std::string hex_of(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

std::string digest(const std::string& data, const EVP_MD* kind) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  EVP_Digest(data.data(), data.size(), out.data(), &size, kind, nullptr);
  return hex_of({reinterpret_cast<const char*>(out.data()), size});
}

// The server's component for these takes texts only.
const std::string& hashed_text(const Call& call, const std::string& text) {
  if (!call.type(0).is_text() && !call.type(0).is_temporal())
    fail(1123, "this digest takes a text; write CAST(… AS CHAR)");
  return text;
}
Item md5(const Call& call) {
  return Item::of_text(digest(hashed_text(call, to_bytes(call[0])), EVP_md5()));
}
Item sha1(const Call& call) {
  return Item::of_text(digest(hashed_text(call, to_bytes(call[0])), EVP_sha1()));
}
Item sha2(const Call& call) {
  const EVP_MD* kind = nullptr;
  switch (call.integer(1)) {
    case 224: kind = EVP_sha224(); break;
    case 0:
    case 256: kind = EVP_sha256(); break;
    case 384: kind = EVP_sha384(); break;
    case 512: kind = EVP_sha512(); break;
    default: return Item::null();
  }
  return Item::of_text(digest(to_bytes(call[0]), kind));
}

Item crc(const Call& call) {
  const std::string data = to_bytes(call[0]);
  return Item::of_unsigned(
      crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size())));
}

// The key folded into sixteen bytes, as aes-128-ecb is used by default.
std::array<unsigned char, 16> folded_key(std::string_view key) {
  std::array<unsigned char, 16> out{};
  for (std::size_t i = 0; i < key.size(); ++i)
    out[i % out.size()] =
        static_cast<unsigned char>(out[i % out.size()] ^ static_cast<unsigned char>(key[i]));
  return out;
}

std::optional<std::string> aes(const std::string& data, std::string_view key, bool encrypt) {
  const auto bytes = folded_key(key);
  const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> cipher(EVP_CIPHER_CTX_new(),
                                                                          EVP_CIPHER_CTX_free);
  std::string out(data.size() + 32, '\0');
  auto* target = reinterpret_cast<unsigned char*>(out.data());
  int first = 0;
  int last = 0;
  if (EVP_CipherInit_ex(cipher.get(), EVP_aes_128_ecb(), nullptr, bytes.data(), nullptr,
                        encrypt ? 1 : 0) != 1 ||
      EVP_CipherUpdate(cipher.get(), target, &first,
                       reinterpret_cast<const unsigned char*>(data.data()),
                       static_cast<int>(data.size())) != 1 ||
      EVP_CipherFinal_ex(cipher.get(), target + first, &last) != 1)
    return std::nullopt;
  out.resize(static_cast<std::size_t>(first + last));
  return out;
}
Item aes_encrypt(const Call& call) {
  return Item::of_bytes(aes(to_bytes(call[0]), to_bytes(call[1]), true).value_or(""));
}
Item aes_decrypt(const Call& call) {
  auto out = aes(to_bytes(call[0]), to_bytes(call[1]), false);
  return out ? Item::of_bytes(std::move(*out)) : Item::null();
}

// Four bytes of length, lowest first, then what zlib makes of it.
Item compress_(const Call& call) {
  const std::string data = to_bytes(call[0]);
  if (data.empty()) return Item::of_bytes({});
  uLongf size = compressBound(static_cast<uLong>(data.size()));
  std::string out(4 + size, '\0');
  for (unsigned i = 0; i < 4; ++i) out[i] = static_cast<char>(data.size() >> (8 * i));
  compress(reinterpret_cast<Bytef*>(out.data() + 4), &size,
           reinterpret_cast<const Bytef*>(data.data()), static_cast<uLong>(data.size()));
  out.resize(4 + size);
  return Item::of_bytes(std::move(out));
}

std::size_t packed_size(std::string_view data) {
  std::size_t out = 0;
  for (unsigned i = 0; i < 4; ++i)
    out |= static_cast<std::size_t>(static_cast<unsigned char>(data[i])) << (8 * i);
  return out & 0x3FFFFFFF;
}

Item uncompress_(const Call& call) {
  const std::string data = to_bytes(call[0]);
  if (data.empty()) return Item::of_bytes({});
  if (data.size() <= 4) return Item::null();
  const std::size_t wanted = packed_size(data);
  check_size(wanted);
  std::string out(wanted, '\0');
  auto size = static_cast<uLongf>(wanted);
  if (uncompress(reinterpret_cast<Bytef*>(out.data()), &size,
                 reinterpret_cast<const Bytef*>(data.data() + 4),
                 static_cast<uLong>(data.size() - 4)) != Z_OK)
    return Item::null();
  out.resize(size);
  return Item::of_bytes(std::move(out));
}
Item uncompressed_length(const Call& call) {
  const std::string data = to_bytes(call[0]);
  if (data.size() <= 4) return Item::of_integer(0);
  return Item::of_integer(static_cast<std::int64_t>(packed_size(data)));
}

Item random_bytes(const Call& call) {
  const std::int64_t count = call.integer(0);
  if (count < 1 || count > 1024) fail(k_out_of_range, "RANDOM_BYTES takes 1 to 1024");
  std::string out(static_cast<std::size_t>(count), '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1)
    fail(1301, "no random bytes");
  return Item::of_bytes(std::move(out));
}

}  // namespace

const std::vector<Function>& digest_functions() {
  static const std::vector<Function> k_functions = {
      {{"MD5", 1, 1, "text", "The MD5 digest in hexadecimal digits.", "MD5('abc')"},
       md5,
       kit::plain},
      {{"SHA1", 1, 1, "text", "The SHA-1 digest.", "SHA1('abc')"}, sha1, kit::plain},
      {{"SHA", 1, 1, "text", "SHA1.", "SHA('abc')"}, sha1, kit::plain},
      {{"SHA2", 2, 2, "text, bits", "The SHA-2 digest of 224, 256, 384 or 512 bits.",
        "SHA2('abc',224)"},
       sha2,
       kit::plain},
      {{"CRC32", 1, 1, "text", "The checksum.", "CRC32('abc')"}, crc, kit::natural},
      {{"AES_ENCRYPT", 2, 2, "text, key", "Encrypted with aes-128-ecb.",
        "HEX(AES_ENCRYPT('abc','key'))"},
       aes_encrypt,
       kit::bytes},
      {{"AES_DECRYPT", 2, 2, "bytes, key", "Decrypted; NULL when the key is wrong.",
        "AES_DECRYPT(UNHEX('DB5F149A7CAF0CD275CA18C203A212C9'),'key')"},
       aes_decrypt,
       kit::bytes},
      {{"COMPRESS", 1, 1, "text", "Packed by zlib.", "LENGTH(COMPRESS(''))"},
       compress_,
       kit::bytes},
      {{"UNCOMPRESS", 1, 1, "bytes", "Unpacked.", "UNCOMPRESS(COMPRESS('abcabc'))"},
       uncompress_,
       kit::bytes},
      {{"UNCOMPRESSED_LENGTH", 1, 1, "bytes", "The size before packing.",
        "UNCOMPRESSED_LENGTH(COMPRESS('aaaa'))"},
       uncompressed_length,
       kit::whole},
      {{"RANDOM_BYTES", 1, 1, "n", "So many random bytes.", "LENGTH(RANDOM_BYTES(8))"},
       random_bytes,
       kit::bytes},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
