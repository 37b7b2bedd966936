// SPDX-License-Identifier: Apache-2.0
#include "settings.hpp"

#include <algorithm>
#include <array>

#include "options.hpp"
#include "value.hpp"

namespace mock {
namespace {

struct Known {
  std::string_view name, usual;
  std::string_view allowed = {};  // a|b|c, # for a whole number, empty for any text
};

constexpr auto table = std::to_array<Known>({
    {"order", "modified", "modified|modified_desc|key"},
    {"numbers", "bare", "bare|quoted"},
    {"window.rows", "0", "#"},
    {"window.page", "0", "#"},
    {"window.manner", "refuse", "refuse|timeout"},

    {"jikeyun.appkey", "10002000"},
    {"jikeyun.appsecret", "0123456789abcdefABCDEF0123456789"},
    {"jikeyun.skew", "600", "#"},
    {"jikeyun.cap", "200", "#"},
    {"jikeyun.code", "number", "number|text"},
    {"jikeyun.data", "object", "object|text|array"},
    {"jikeyun.ids", "text", "text|number|mixed"},
    {"jikeyun.pages", "honoured", "honoured|ignored"},

    {"xiaobangbang.corpid", "ding0000000000000000"},
    {"xiaobangbang.token", "a1b2c3d4e5f60718293a4b5c6d7e8f90"},
    {"xiaobangbang.customer_form", "880201", "#"},
    {"xiaobangbang.contract_form", "880301", "#"},
    {"xiaobangbang.oversize", "clamp", "clamp|error"},

    {"qimen.errors", "response", "response|error_response"},
    {"qimen.root", "response", "response|method"},

    {"wangdiantong.sid", "wdtapi3"},
    {"wangdiantong.appkey", "testkey"},
    {"wangdiantong.appsecret", "testsecret:testsalt"},
    {"wangdiantong.target_app_key", "21363512"},
    {"wangdiantong.total", "always", "always|first_page|asked"},
    {"wangdiantong.status", "number", "number|text"},
    {"wangdiantong.modified", "millis", "millis|quoted|text"},
    {"wangdiantong.money", "number", "number|text"},
    {"wangdiantong.comma", "ascii", "ascii|wide"},
    {"wangdiantong.cap", "500", "#"},
    {"wangdiantong.concurrency", "0", "#"},

    {"jushuitan.app_key", "testappkey"},
    {"jushuitan.app_secret", "testappsecret"},
    {"jushuitan.access_token", "testtoken"},
    {"jushuitan.refresh_token", "testrefresh"},
    {"jushuitan.oversize", "error", "error|clamp"},
    {"jushuitan.issuccess", "off", "off|on"},

    {"kingdee.acct_id", "65f0a1b2c3d4e5"},
    {"kingdee.username", "demo"},
    {"kingdee.password", "K3-p@ss\"word"},
    {"kingdee.app_id", "123456_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4"},
    {"kingdee.app_secret", "test-app-secret-value"},
    {"kingdee.sign", "sha256", "sha256|sha1"},
    {"kingdee.login_result", "1", "1|0|-1|-2|-3|-4|-5|-6|-7"},
    {"kingdee.api_headers", "ignored", "ignored|checked"},
    {"kingdee.session_calls", "0", "#"},
    {"kingdee.session_ms", "0", "#"},
    {"kingdee.one_session", "off", "off|on"},
    {"kingdee.limit", "2000", "#"},
    {"kingdee.errors", "nested", "nested|plain|text"},
    {"kingdee.permission", "all", "all|half"},
});

const Known& find(std::string_view name) {
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const Known& k) { return k.name == name; });
  if (found == table.end()) throw OptionError("there is no setting " + std::string(name));
  return *found;
}

bool fits(const Known& known, std::string_view value) {
  if (known.allowed.empty()) return true;
  if (known.allowed == "#") return whole_number(value).value_or(-1) >= 0;
  return ("|" + std::string(known.allowed) + "|").find("|" + std::string(value) + "|") !=
         std::string::npos;
}

}  // namespace

Settings::Settings() {
  for (const Known& known : table) values_.emplace(known.name, known.usual);
}

Settings::Settings(const Settings& other) {
  const std::lock_guard lock(other.mutex_);
  values_ = other.values_;
}

std::string Settings::get(std::string_view name) const {
  find(name);
  const std::lock_guard lock(mutex_);
  return values_.find(name)->second;
}

std::int64_t Settings::number(std::string_view name) const {
  return whole_number(get(name)).value_or(0);
}

void Settings::set(std::string_view name, std::string_view value) {
  const Known& known = find(name);
  if (!fits(known, value)) {
    throw OptionError(std::string(name) + "=" + std::string(value) + ": allowed is " +
                      std::string(known.allowed == "#" ? "a whole number" : known.allowed));
  }
  const std::lock_guard lock(mutex_);
  values_.find(name)->second = value;
}

bool too_big(const Settings& settings, std::int64_t rows, std::int64_t page) {
  const std::int64_t most_rows = settings.number("window.rows");
  const std::int64_t most_pages = settings.number("window.page");
  return (most_rows > 0 && rows > most_rows) || (most_pages > 0 && page > most_pages);
}

std::string Settings::help() {
  std::string out;
  for (const Known& known : table) {
    out.append("    ").append(known.name).append("=").append(known.usual);
    if (!known.allowed.empty() && known.allowed != "#") out.append("   ").append(known.allowed);
    out += '\n';
  }
  return out;
}

}  // namespace mock
