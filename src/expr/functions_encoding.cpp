// SPDX-License-Identifier: Apache-2.0
// Texts as hexadecimal digits, base64 and character codes.
#include <openssl/evp.h>

#include "families.hpp"
#include "json.hpp"
#include "kit.hpp"

namespace erp2mysql::expr {
namespace {

using Kind = Item::Kind;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string hex_of(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += "0123456789ABCDEF"[byte >> 4];
    out += "0123456789ABCDEF"[byte & 15];
  }
  return out;
}

Item hex(const Call& call) {
  const Item& item = call[0];
  if (!item.is_number() && !item.is_temporal()) return Item::of_text(hex_of(to_bytes(item)));
  if (item.is_temporal()) return Item::of_text(hex_of(to_text(item)));
  auto value = static_cast<std::uint64_t>(to_whole(item).value);
  if (item.kind == Kind::real && item.real >= 18446744073709551615.0) value = UINT64_MAX;
  std::string out;
  do {
    out.insert(out.begin(), "0123456789ABCDEF"[value & 15]);
    value >>= 4;
  } while (value != 0);
  return Item::of_text(std::move(out));
}

Item unhex(const Call& call) {
  std::string digits = to_bytes(call[0]);
  if (digits.size() % 2 != 0) digits.insert(0, "0");
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]);
    const int low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) {
      warn(k_bad_string, "Incorrect string value for function unhex");
      return Item::null();
    }
    out += static_cast<char>(high * 16 + low);
  }
  return Item::of_bytes(std::move(out));
}

// A line break after 76 characters.
Item to_base64(const Call& call) {
  constexpr std::size_t k_line = 76;
  const std::string plain = base64_of(to_bytes(call[0]));
  std::string out;
  for (std::size_t at = 0; at < plain.size(); at += k_line) {
    if (at > 0) out += '\n';
    out += plain.substr(at, k_line);
  }
  return Item::of_text(std::move(out));
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : (c == '/' ? 63 : -1);
}

Item from_base64(const Call& call) {
  std::string out;
  unsigned group = 0;
  int count = 0;
  int padding = 0;
  for (const char c : to_bytes(call[0])) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
    if (c == '=') {
      if (++padding > 2 || count < 2) return Item::null();
    } else if (padding > 0 || base64_digit(c) < 0) {
      return Item::null();
    }
    group = group * 64 + static_cast<unsigned>(c == '=' ? 0 : base64_digit(c));
    if (++count < 4) continue;
    out += static_cast<char>(group >> 16);
    if (padding < 2) out += static_cast<char>(group >> 8);
    if (padding < 1) out += static_cast<char>(group);
    group = 0;
    count = 0;
  }
  return count == 0 ? Item::of_bytes(std::move(out)) : Item::null();
}

Item character(const Call& call) {
  std::string out;
  for (std::size_t i = 0; i < call.size(); ++i) {
    const Item item = call.eval(i);
    if (item.is_null()) continue;
    const auto code = static_cast<std::uint32_t>(to_integer(item));
    bool started = false;
    for (int shift = 24; shift >= 0; shift -= 8) {
      const auto byte = static_cast<char>(code >> shift);
      started = started || byte != 0 || shift == 0;
      if (started) out += byte;
    }
  }
  Item result = Item::of_text(std::move(out));
  result.charset = call.node().cast.charset;
  if (result.charset == Charset::utf8mb4) {
    for (std::size_t at = 0; at < result.text.size();) {
      const std::size_t length = character_length(result.text, at);
      if (length == 1 && static_cast<unsigned char>(result.text[at]) >= 0x80) return Item::null();
      at += length;
    }
  }
  return result;
}
Type character_type(const Call& call) {
  const Charset charset = call.node().cast.charset;
  if (charset == Charset::binary) return Type::bytes();
  Type out = Type::text();
  out.charset = charset;
  return out;
}

}  // namespace

std::string base64_of(const std::string& data) {
  check_size(data.size() * 2);
  std::string out((data.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(data.data()),
                                     static_cast<int>(data.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

const std::vector<Function>& encoding_functions() {
  static const std::vector<Function> k_functions = {
      {{"HEX", 1, 1, "value", "The bytes of a text, or a number, in hexadecimal digits.",
        "HEX('你')"},
       hex,
       kit::plain},
      {{"UNHEX", 1, 1, "text", "The bytes that hexadecimal digits stand for.", "UNHEX('616263')"},
       unhex,
       kit::bytes},
      {{"TO_BASE64", 1, 1, "text", "In base64.", "TO_BASE64('中文')"}, to_base64, kit::plain},
      {{"FROM_BASE64", 1, 1, "text", "From base64.", "FROM_BASE64('YWJj')"},
       from_base64,
       kit::bytes},
      {{"CHAR", 1, -1, "n, … [USING charset]", "The characters of these codes.",
        "CHAR(20320 USING utf16)"},
       character,
       character_type,
       Nulls::own,
       Syntax::character},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
