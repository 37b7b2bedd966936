// SPDX-License-Identifier: Apache-2.0
// The connection keys of every platform. A new platform is one table and one line in k_platforms.
#include <array>
#include <vector>

#include "erp2mysql/job/field_table.hpp"
#include "erp2mysql/job/load.hpp"

namespace erp2mysql::job {
namespace {

using enum FieldType;

constexpr Field key(std::string_view name, std::string_view description, bool required = false) {
  return {.name = name, .type = scalar, .description = description, .required = required};
}
constexpr Field secret(std::string_view name, std::string_view description, bool required = false) {
  return {.name = name,
          .type = scalar,
          .description = description,
          .required = required,
          .secret = true};
}
constexpr Field alias(std::string_view name, const Field& of) {
  Field out = of;
  out.name = name;
  out.alias_of = of.name;
  out.required = false;
  return out;
}
// Where the peer is, which messages must be able to say.
constexpr Field place(std::string_view name, std::string_view description, bool required = false) {
  return {
      .name = name, .type = scalar, .description = description, .required = required, .open = true};
}
constexpr Field k_base_url = place("base_url", "Address of the gateway, http:// or https://");
constexpr Field k_sign_method{.name = "sign_method",
                              .type = choice,
                              .description = "Digest of the gateway signature",
                              .allowed = "md5|hmac|hmac-sha256"};

constexpr Field k_jikeyun[] = {
    k_base_url,
    key("appkey", "Key of the app", true),
    secret("appsecret", "Secret of the app", true),
    key("version", "Version of the interface"),
};

constexpr Field k_xiaobangbang[] = {
    k_base_url,
    key("corpid", "Id of the company", true),
    key("userId", "Id of the acting user"),
    secret("token", "Token that signs", true),
};

constexpr Field k_wangdiantong_qimen[] = {
    k_base_url,
    key("app_key", "Key of the Qimen app", true),
    secret("app_secret", "Secret of the Qimen app", true),
    key("target_app_key", "Key of the app that answers"),
    key("sid", "Id of the seller", true),
    key("wdt_appkey", "Key of the Wangdiantong interface", true),
    secret("wdt_appsecret", "secret:salt of the Wangdiantong interface", true),
    k_sign_method,
};

constexpr Field k_wangdiantong[] = {
    k_base_url,
    key("sid", "Id of the seller", true),
    key("appkey", "Key of the interface", true),
    secret("appsecret", "secret:salt of the interface", true),
};

constexpr Field k_jushuitan_qimen[] = {
    k_base_url,
    key("app_key", "Key of the Qimen app", true),
    secret("app_secret", "Secret of the Qimen app", true),
    key("target_app_key", "Key of the app that answers"),
    key("customer_id", "Id of the customer", true),
    k_sign_method,
};

constexpr Field k_jushuitan[] = {
    k_base_url,
    key("app_key", "Key of the app", true),
    secret("app_secret", "Secret of the app", true),
    secret("access_token", "Token of the merchant", true),
    secret("refresh_token", "Renews the token"),
};

constexpr Field k_kingdee[] = {
    place("base_url", "Address, ends in /K3Cloud", true),
    {.name = "auth",
     .type = choice,
     .description = "Way to sign in",
     .allowed = "password|app_secret|sign|headers"},
    key("acct_id", "Id of the account set", true),
    key("username", "User", true),
    secret("password", "Password, for auth password"),
    key("app_id", "Id of the app, for the other ways"),
    secret("app_secret", "Secret of the app, for the other ways"),
    {.name = "lcid",
     .type = integer,
     .description = "Language",
     .fallback = "2052",
     .least = 1,
     .most = 65535,
     .text_ok = true},
    key("org_num", "Number of the organisation"),
};

constexpr Field k_host = place("host", "Host name or address");
constexpr Field k_port{.name = "port",
                       .type = integer,
                       .description = "TCP port",
                       .fallback = "3306",
                       .least = 1,
                       .most = 65535,
                       .text_ok = true,
                       .open = true};
constexpr Field k_hosts{
    .name = "hosts",
    .type = texts,
    .description = "Servers with the same data, as HOST or HOST:PORT, tried in this order",
    .open = true};
constexpr Field k_socket = place("socket", "Unix socket; wins over host and port");
constexpr Field k_database = place("database", "Default database");
constexpr Field k_username = key("username", "User", true);
constexpr Field k_password = secret("password", "Password");
constexpr Field k_charset{.name = "charset",
                          .type = choice,
                          .description = "Always utf8mb4 inside",
                          .allowed = "utf8mb4|utf8|utf8mb3|utf-8",
                          .fallback = "utf8mb4"};
constexpr Field k_ssl_mode{.name = "ssl_mode",
                           .type = choice,
                           .description = "How far TLS is insisted on",
                           .allowed = "disabled|preferred|required|verify_ca|verify_identity",
                           .fallback = "preferred"};
constexpr Field timeout(std::string_view name, std::string_view fallback) {
  return {.name = name,
          .type = seconds,
          .description = "Seconds, or a duration",
          .fallback = fallback,
          .least = 1,
          .most = 86'400'000};
}
constexpr Field k_connect_timeout = timeout("connect_timeout", "10");
constexpr Field k_ssl_ca = key("ssl_ca", "File with the certificates of the authority");
constexpr Field k_ssl_cert = key("ssl_cert", "File with the client's certificate");
constexpr Field k_ssl_key = key("ssl_key", "File with the client's key");

constexpr Field k_mysql[] = {
    k_host,
    k_port,
    k_hosts,
    k_socket,
    k_database,
    k_username,
    k_password,
    k_charset,
    k_ssl_mode,
    k_ssl_ca,
    k_ssl_cert,
    k_ssl_key,
    k_connect_timeout,
    timeout("read_timeout", "120"),
    timeout("write_timeout", "120"),
    alias("hostname", k_host),
    alias("server", k_host),
    alias("hostport", k_port),
    alias("unix_socket", k_socket),
    alias("dbname", k_database),
    alias("db", k_database),
    alias("user", k_username),
    alias("userName", k_username),
    alias("passwd", k_password),
    alias("pass", k_password),
    alias("pwd", k_password),
    alias("encoding", k_charset),
    alias("sslMode", k_ssl_mode),
    alias("timeout", k_connect_timeout),
};

const Section k_platforms[] = {
    {"jikeyun", "Jikeyun (吉客云)", k_jikeyun, true},
    {"xiaobangbang", "Xiaobangbang (销帮帮)", k_xiaobangbang, true},
    {"wangdiantong-qimen", "Wangdiantong flagship through Qimen (旺店通·奇门)",
     k_wangdiantong_qimen, true},
    {"wangdiantong", "Wangdiantong flagship (旺店通旗舰版)", k_wangdiantong, true},
    {"jushuitan-qimen", "Jushuitan through Qimen (聚水潭·奇门)", k_jushuitan_qimen, true},
    {"jushuitan", "Jushuitan (聚水潭)", k_jushuitan, true},
    {"kingdee", "Kingdee Cosmic Galaxy (金蝶云星空)", k_kingdee, true},
    {"mysql", "MySQL and MariaDB; target only", k_mysql, true},
};

}  // namespace

const Section* connection_section(std::string_view platform) {
  for (const auto& section : k_platforms) {
    if (section.name == platform) return &section;
  }
  return nullptr;
}

const std::vector<PlatformKeys>& platforms() {
  static const std::vector<PlatformKeys> k_list = [] {
    std::vector<PlatformKeys> out;
    for (const auto& section : k_platforms) {
      PlatformKeys keys{section.name, {}, {}, {}};
      for (const auto& field : section.fields) {
        if (!field.alias_of.empty()) continue;
        keys.keys.push_back(field.name);
        if (field.required) keys.required.push_back(field.name);
        if (field.secret) keys.secrets.push_back(field.name);
      }
      out.push_back(std::move(keys));
    }
    return out;
  }();
  return k_list;
}

}  // namespace erp2mysql::job
