// SPDX-License-Identifier: Apache-2.0
// Internet addresses and UUIDs.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>

#include "families.hpp"
#include "kit.hpp"

namespace erp2mysql::expr {
namespace {

using Bytes16 = std::array<unsigned char, 16>;

// a.b.c.d; missing parts are missing in the middle.
Item inet_aton(const Call& call) {
  const std::string text = call.text(0);
  std::uint64_t out = 0;
  std::uint64_t part = 0;
  int dots = 0;
  char last = '.';
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      part = part * 10 + static_cast<std::uint64_t>(c - '0');
      if (part > 255) return Item::null();
    } else if (c == '.' && dots < 3) {
      ++dots;
      out = (out << 8) + part;
      part = 0;
    } else {
      return Item::null();
    }
    last = c;
  }
  if (text.empty() || last == '.') return Item::null();
  if (dots == 1) out <<= 16;
  if (dots == 2) out <<= 8;
  return Item::of_unsigned((out << 8) + part);
}

Item inet_ntoa(const Call& call) {
  const Whole value = to_whole(call[0]);
  const auto n = static_cast<std::uint64_t>(value.value);
  if (n > 0xFFFFFFFFU) return Item::null();
  return Item::of_text(fmt::format("{}.{}.{}.{}", n >> 24, n >> 16 & 255, n >> 8 & 255, n & 255));
}

bool is_v4(const std::string& text) {
  in_addr out{};
  return inet_pton(AF_INET, text.c_str(), &out) == 1;
}

Item inet6_aton(const Call& call) {
  const std::string text = call.text(0);
  in_addr four{};
  in6_addr six{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1)
    return Item::of_bytes({reinterpret_cast<const char*>(&four), sizeof four});
  if (inet_pton(AF_INET6, text.c_str(), &six) == 1)
    return Item::of_bytes({reinterpret_cast<const char*>(&six), sizeof six});
  return Item::null();
}

Item inet6_ntoa(const Call& call) {
  if (!call.type(0).is_binary()) return Item::null();
  const std::string bytes = to_bytes(call[0]);
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (bytes.size() != 4 && bytes.size() != 16) return Item::null();
  inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), out.data(), out.size());
  return Item::of_text(out.data());
}

Item is_ipv4(const Call& call) { return Item::of_bool(is_v4(call.text(0))); }
Item is_ipv6(const Call& call) {
  in6_addr six{};
  return Item::of_bool(inet_pton(AF_INET6, call.text(0).c_str(), &six) == 1);
}
Item is_compat(const Call& call) {
  const std::string b = to_bytes(call[0]);
  if (b.size() != 16) return Item::of_bool(false);
  const bool zeros = b.substr(0, 12) == std::string(12, '\0');
  const bool small =
      b.substr(12, 3) == std::string(3, '\0') && static_cast<unsigned char>(b[15]) <= 1;
  return Item::of_bool(zeros && !small);
}
Item is_mapped(const Call& call) {
  const std::string b = to_bytes(call[0]);
  return Item::of_bool(b.size() == 16 && b.substr(0, 12) == std::string(10, '\0') + "\xFF\xFF");
}

// ---- UUIDs

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// 32 digits, with the usual dashes or none, in braces or not.
std::optional<std::string> parse_uuid(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  const bool dashes = text.size() == 36;
  if (!dashes && text.size() != 32) return std::nullopt;
  std::string out;
  int high = -1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (dashes && (i == 8 || i == 13 || i == 18 || i == 23)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int digit = hex_digit(text[i]);
    if (digit < 0) return std::nullopt;
    if (high < 0) {
      high = digit;
    } else {
      out += static_cast<char>(high * 16 + digit);
      high = -1;
    }
  }
  return out;
}

std::string uuid_text(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += fmt::format("{:02x}", static_cast<unsigned char>(bytes[i]));
  }
  return out;
}

Item uuid(const Call&) {
  Bytes16 bytes{};
  if (RAND_bytes(bytes.data(), 16) != 1) fail(1301, "no random bytes");
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
  return Item::of_text(uuid_text({reinterpret_cast<const char*>(bytes.data()), 16}));
}
Item is_uuid(const Call& call) { return Item::of_bool(parse_uuid(call.text(0)).has_value()); }

// With the second argument the time parts change places, so that keys rise.
Item uuid_to_bin(const Call& call) {
  auto bytes = parse_uuid(call.text(0));
  if (!bytes) fail(k_bad_string, "Incorrect string value for function uuid_to_bin");
  if (call.size() > 1 && to_truth(call[1]))
    bytes = bytes->substr(6, 2) + bytes->substr(4, 2) + bytes->substr(0, 4) + bytes->substr(8);
  return Item::of_bytes(std::move(*bytes));
}
Item bin_to_uuid(const Call& call) {
  std::string bytes = to_bytes(call[0]);
  if (bytes.size() != 16) fail(k_bad_string, "Incorrect string value for function bin_to_uuid");
  if (call.size() > 1 && to_truth(call[1]))
    bytes = bytes.substr(4, 4) + bytes.substr(2, 2) + bytes.substr(0, 2) + bytes.substr(8);
  return Item::of_text(uuid_text(bytes));
}

}  // namespace

const std::vector<Function>& address_functions() {
  static const std::vector<Function> k_functions = {
      {{"INET_ATON", 1, 1, "text", "An IPv4 address as a number.", "INET_ATON('192.168.1.1')"},
       inet_aton,
       kit::natural},
      {{"INET_NTOA", 1, 1, "n", "A number as an IPv4 address.", "INET_NTOA(3232235777)"},
       inet_ntoa,
       kit::plain},
      {{"INET6_ATON", 1, 1, "text", "An address as bytes.", "HEX(INET6_ATON('::1'))"},
       inet6_aton,
       kit::bytes},
      {{"INET6_NTOA", 1, 1, "bytes", "Bytes as an address.", "INET6_NTOA(UNHEX('7F000001'))"},
       inet6_ntoa,
       kit::plain},
      {{"IS_IPV4", 1, 1, "text", "Whether it is an IPv4 address.", "IS_IPV4('1.2.3.4')"},
       is_ipv4,
       kit::whole},
      {{"IS_IPV6", 1, 1, "text", "Whether it is an IPv6 address.", "IS_IPV6('::1')"},
       is_ipv6,
       kit::whole},
      {{"IS_IPV4_COMPAT", 1, 1, "bytes", "Whether it is an IPv4-compatible address.",
        "IS_IPV4_COMPAT(INET6_ATON('::10.0.5.9'))"},
       is_compat,
       kit::whole},
      {{"IS_IPV4_MAPPED", 1, 1, "bytes", "Whether it is an IPv4-mapped address.",
        "IS_IPV4_MAPPED(INET6_ATON('::ffff:10.0.5.9'))"},
       is_mapped,
       kit::whole},
      {{"UUID", 0, 0, "", "A new random UUID on every call.", "LENGTH(UUID())"}, uuid, kit::plain},
      {{"IS_UUID", 1, 1, "text", "Whether it is a UUID.",
        "IS_UUID('6ccd780c-baba-1026-9564-5b8c656024db')"},
       is_uuid,
       kit::whole},
      {{"UUID_TO_BIN", 1, 2, "text, swap", "A UUID as 16 bytes.",
        "HEX(UUID_TO_BIN('6ccd780c-baba-1026-9564-5b8c656024db'))"},
       uuid_to_bin,
       kit::bytes},
      {{"BIN_TO_UUID", 1, 2, "bytes, swap", "16 bytes as a UUID.",
        "BIN_TO_UUID(UNHEX('6CCD780CBABA102695645B8C656024DB'))"},
       bin_to_uuid,
       kit::plain},
  };
  return k_functions;
}

}  // namespace erp2mysql::expr
