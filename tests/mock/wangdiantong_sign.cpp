// SPDX-License-Identifier: Apache-2.0
#include "wangdiantong_sign.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "digest.hpp"
#include "value.hpp"

namespace mock {
namespace {

constexpr std::array<std::string_view, 6> covered{"datetime", "method",     "pager",
                                                  "params",   "wdt_appkey", "wdt_salt"};
constexpr std::array<std::string_view, 3> left_out{"wdt3_customer_id", "wdt_sign",
                                                   "target_app_key"};

template <typename List>
bool has(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

void flatten(std::string& out, const Value& value);

void flatten_text(std::string& out, const std::string& text) {
  const bool object = text.starts_with('{') && text.ends_with('}');
  const bool array = text.starts_with('[') && text.ends_with(']');
  if (object || array) {
    if (const auto inner = parse(text)) return flatten(out, *inner);
  }
  out += text;
}

void flatten(std::string& out, const Value& value) {
  if (value.is(Kind::text)) return flatten_text(out, value.token);
  if (value.is_scalar()) {
    out += value.token;
    return;
  }
  if (value.is(Kind::array)) {
    for (const Value& item : value.items) flatten(out, item);
    return;
  }
  std::map<std::string, const Value*> sorted;
  for (std::size_t i = 0; i < value.items.size(); ++i) sorted[value.names[i]] = &value.items[i];
  for (const auto& [name, item] : sorted) {
    if (item->is(Kind::null) || has(left_out, name)) continue;
    out += name;
    flatten(out, *item);
  }
}

std::string framed(std::string_view secret, std::string_view text) {
  std::string out{secret};
  out += text;
  out += secret;
  return digest_hex(Hash::md5, out);
}

}  // namespace

std::string wdt_text(const Params& params) {
  std::string out;
  for (const auto& [name, value] : params) {
    if (!has(covered, name)) continue;
    out += name;
    if (name == "method") {
      out += value.substr(std::min(value.find("wdt."), value.size()));
    } else {
      flatten_text(out, value);
    }
  }
  return out;
}

std::string wdt_qimen_sign(const Params& params, std::string_view secret) {
  return framed(secret, wdt_text(params));
}

std::string wdt_direct_sign(Params query, std::string_view body, std::string_view secret) {
  query.erase("sign");
  query["body"] = body;
  std::string text;
  for (const auto& [name, value] : query) text += name + value;
  return framed(secret, text);
}

}  // namespace mock
