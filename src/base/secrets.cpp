// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/secrets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::base {
namespace {

constexpr std::size_t k_shortest = 4;

// Needles, longest first: an encoded form must be gone before a shorter one that is part of it.
struct Registry {
  std::mutex mutex;
  std::vector<std::string> needles;
};

// Never destroyed: lines may be scrubbed while other statics go away.
Registry& registry() {
  static Registry* const k_one = new Registry;
  return *k_one;
}

// Everything but letters, digits and `keep` as %XX; a blank as '+' when `form`.
std::string percent(std::string_view text, std::string_view keep, bool form, bool upper) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (plain || keep.find(c) != std::string_view::npos) {
      out += c;
    } else if (form && c == ' ') {
      out += '+';
    } else {
      out += upper ? fmt::format("%{:02X}", byte) : fmt::format("%{:02x}", byte);
    }
  }
  return out;
}

std::string hex(std::string_view text, bool upper) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    out += upper ? fmt::format("{:02X}", byte) : fmt::format("{:02x}", byte);
  }
  return out;
}

// The Base64 characters that depend on `text` alone when `before` bytes stand in front of it, as
// in "user:password"; the neighbours decide about the characters at both ends.
std::string base64_core(std::string_view text, std::size_t before, bool url) {
  static constexpr std::string_view k_common =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const std::string alphabet = std::string(k_common) + (url ? "-_" : "+/");
  const std::string bytes = std::string(before, '\0') + std::string(text);
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8 | static_cast<std::uint8_t>(c)) & 0xFFFF;
    count += 8;
    while (count >= 6) {
      count -= 6;
      out += alphabet[bits >> count & 63];
    }
  }
  static constexpr std::array<std::size_t, 3> k_foreign{0, 2, 3};
  return out.substr(k_foreign[before]);
}

// The whole Base64 text, so that its last character and padding go too.
std::string base64_whole(std::string_view text, bool url) {
  const std::string padded = std::string(text) + std::string((3 - text.size() % 3) % 3, '\0');
  const std::size_t used = (text.size() * 8 + 5) / 6;
  std::string out = base64_core(padded, 0, url).substr(0, used);
  return out.append((4 - out.size() % 4) % 4, '=');
}

std::string escaped(std::string_view text, bool slash) {
  const std::string literal = quoted(text);
  std::string out;
  for (const char c : std::string_view(literal).substr(1, literal.size() - 2)) {
    if (slash && c == '/') out += '\\';
    out += c;
  }
  return out;
}

std::vector<std::string> encodings(std::string_view secret) {
  if (seeded_bug("secret-as-given-only")) return {std::string(secret)};
  std::vector<std::string> out{std::string(secret), escaped(secret, false), escaped(secret, true)};
  const std::string json = escaped(secret, false);
  for (const bool upper : {true, false}) {
    for (const std::string_view text : {secret, std::string_view(json)}) {
      for (const std::string_view keep : {"-_.~", "-_.*"}) {
        out.push_back(percent(text, keep, true, upper));
        out.push_back(percent(text, keep, false, upper));
      }
    }
    out.push_back(hex(secret, upper));
  }
  for (const bool url : {false, true}) {
    out.push_back(base64_whole(secret, url));
    for (std::size_t before = 0; before < 3; ++before) {
      out.push_back(base64_core(secret, before, url));
    }
  }
  return out;
}

void replace_all(std::string& text, std::string_view needle) {
  std::size_t at = text.find(needle);
  if (at == std::string::npos) return;
  std::string out;
  std::size_t done = 0;
  for (; at != std::string::npos; at = text.find(needle, done)) {
    out.append(text, done, at - done).append("***");
    done = at + needle.size();
  }
  text = out.append(text, done);
}

bool is_name_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
         c == '-' || c == '.';
}

bool secret_name(std::string_view name, char before) {
  static constexpr std::array<std::string_view, 21> k_names{
      "sign",          "sig",      "signature",    "token",     "access_token",  "accesstoken",
      "refresh_token", "secret",   "app_secret",   "appsecret", "client_secret", "wdt_appsecret",
      "password",      "passwd",   "pwd",          "session",   "session_key",   "sessionkey",
      "sessionid",     "wdt_sign", "authorization"};
  // "key=" is common in prose and only secret inside a query.
  if (equal_ignore_case(name, "key")) return before == '?' || before == '&';
  if (starts_with_ignore_case(name, "x-amz-")) return true;
  return std::any_of(k_names.begin(), k_names.end(),
                     [&](std::string_view known) { return equal_ignore_case(name, known); });
}

std::string blank_parameters(const std::string& text) {
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = text.find('='); at != std::string::npos; at = text.find('=', at + 1)) {
    if (at < done) continue;
    std::size_t start = at;
    while (start > 0 && is_name_char(text[start - 1])) --start;
    const char before = start > 0 ? text[start - 1] : '\0';
    if (!secret_name(std::string_view(text).substr(start, at - start), before)) continue;
    const std::size_t end = std::min(text.find_first_of("& \t\r\n\"'<>;,)]}", at + 1), text.size());
    if (end == at + 1) continue;
    out.append(text, done, at + 1 - done).append("***");
    done = end;
  }
  return out.append(text, done);
}

}  // namespace

void register_secret(std::string_view secret) {
  if (secret.size() < k_shortest) return;
  auto& [mutex, needles] = registry();
  auto added = encodings(secret);
  const std::lock_guard lock(mutex);
  for (auto& needle : added) {
    if (needle.size() >= k_shortest) needles.push_back(std::move(needle));
  }
  std::sort(needles.begin(), needles.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  needles.erase(std::unique(needles.begin(), needles.end()), needles.end());
}

std::string scrub(std::string_view text) {
  std::string out(text);
  {
    auto& [mutex, needles] = registry();
    const std::lock_guard lock(mutex);
    for (const auto& needle : needles) replace_all(out, needle);
  }
  return blank_parameters(out);
}

void forget_secrets() {
  auto& [mutex, needles] = registry();
  const std::lock_guard lock(mutex);
  needles.clear();
}

}  // namespace erp2mysql::base
