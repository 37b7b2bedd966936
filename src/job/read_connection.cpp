// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "check.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/job/hosts.hpp"
#include "parts.hpp"
#include "values.hpp"

namespace erp2mysql::job {
namespace {

bool is_path(std::string_view key) {
  constexpr std::array<std::string_view, 4> k_paths = {"socket", "ssl_ca", "ssl_cert", "ssl_key"};
  return std::find(k_paths.begin(), k_paths.end(), key) != k_paths.end();
}

// One form per value, so that upper floors need not know what the file may hold: choices in small
// letters, times in whole seconds, paths that do not depend on the working directory.
std::string canonical(const Context& context, const Field& field, std::string_view name,
                      const std::string& given) {
  if (field.type == FieldType::choice) return base::lower(given);
  if (field.type == FieldType::integer) {
    const auto value = to_integer(given);
    return value ? std::to_string(*value) : "";
  }
  if (field.type == FieldType::seconds) {
    const auto value = to_time(given, 1000);
    return value ? std::to_string((value->count() + 999) / 1000) : "";
  }
  if (is_path(name) && !given.empty()) {
    return (std::filesystem::path(context.directory()) / given).lexically_normal().string();
  }
  return given;
}

void check_base_url(const Reader& connection, const Connection& out) {
  const auto at = out.find("base_url");
  if (at == out.end()) return;
  const bool http = base::starts_with_ignore_case(at->second, "http://") ||
                    base::starts_with_ignore_case(at->second, "https://");
  const bool blank = at->second.find_first_of(" \t\r\n") != std::string::npos;
  if (http && !blank) return;
  connection.context().problem(connection.pointer("base_url"),
                               "expected an address that starts with http:// or https://");
}

void need(const Reader& connection, const Connection& out, std::string_view key,
          std::string_view why) {
  if (out.contains(std::string(key)) || connection.node()->find(key) != nullptr) return;
  connection.context().problem(connection.pointer(), fmt::format("the key \"{}\" is missing", key),
                               std::string(why));
}

void check_kingdee(const Reader& connection, const Connection& out) {
  const auto at = out.find("auth");
  const bool by_app = at == out.end() ? out.contains("app_secret") : at->second != "password";
  if (!by_app) return need(connection, out, "password", "auth is \"password\"");
  const auto why = fmt::format("auth is \"{}\"", at == out.end() ? "app_secret" : at->second);
  need(connection, out, "app_id", why);
  need(connection, out, "app_secret", why);
}

// Kept as one text, in the order of the list.
void take_hosts(const Reader& connection, Connection& out) {
  const auto* node = connection.find("hosts");
  if (node == nullptr) return;
  const auto texts = connection.texts("hosts");
  const bool whole = node->is_scalar() || texts.size() == node->count;
  for (const auto* other : {"host", "socket"}) {
    if (!out.contains(other)) continue;
    connection.context().key_problem(connection.pointer("hosts"),
                                     fmt::format("\"hosts\" and \"{}\" exclude each other", other),
                                     "keep one of them");
  }
  const auto port = out.find("port");
  const auto given = port == out.end() ? std::nullopt : to_integer(port->second);
  const auto hosts =
      parse_hosts(base::join(texts, ","), static_cast<unsigned>(given.value_or(3306)));
  if (whole && !hosts.wrong.empty()) {
    connection.context().problem(connection.pointer("hosts"), hosts.wrong,
                                 "a list such as [\"db1:3306\", \"db2\", \"[::1]:3307\"]");
  }
  std::vector<std::string> list;
  for (const auto& host : hosts.list) list.push_back(host.text());
  out["hosts"] = base::join(list, ",");
}

Connection take_keys(const Reader& connection, const Section& section) {
  Connection out;
  std::map<std::string, std::string_view> spelling;
  for (const auto& member : connection.node()->members()) {
    const Field* field = section.find(member.key);
    if (field == nullptr || member.value.is_null() || !member.value.is_scalar()) continue;
    const std::string name(field->alias_of.empty() ? field->name : field->alias_of);
    const auto [first, fresh] = spelling.try_emplace(name, member.key);
    if (!fresh && first->second != member.key) {
      connection.context().key_problem(
          connection.pointer(member.key),
          fmt::format("\"{}\" and \"{}\" are the same key", first->second, member.key),
          "keep one of them");
    }
    if (connection.context().broken(member.value)) continue;
    out[name] =
        canonical(connection.context(), *field, name, connection.context().text(member.value));
  }
  take_hosts(connection, out);
  return out;
}

Reader object_or_named(const Reader& side, ConnectionsFile& named) {
  const auto name = side.text("connection");
  if (name) return named.find(*name, side.context(), side.pointer("connection"));
  return side.object("connection");
}

// What neither the source nor the account says.
void check_whole(const std::vector<Reader>& parts, const Section& section, const Connection& out) {
  for (const auto& field : section.fields) {
    if (!field.required || out.contains(std::string(field.name))) continue;
    const bool broken = std::any_of(parts.begin(), parts.end(), [&](const Reader& part) {
      return part.node()->find(field.name) != nullptr;
    });
    if (broken) continue;
    parts.back().context().problem(parts.back().pointer(),
                                   fmt::format("the key \"{}\" is missing", field.name),
                                   "neither the account nor source.connection has it");
  }
}

}  // namespace

Connection read_connection(const Reader& side, const std::string& platform, ConnectionsFile& named,
                           const std::optional<Reader>& account) {
  const Section* section = connection_section(platform);
  std::vector<Reader> parts{object_or_named(side, named)};
  if (account) parts.push_back(object_or_named(*account, named));
  const bool whole = !account || parts.back().exists();  // else that is what is told
  // Without a platform nobody knows which keys are right.
  std::erase_if(parts, [](const Reader& part) { return !part.exists(); });
  if (section == nullptr || parts.empty()) return {};
  Connection out;
  for (const auto& part : parts) {
    check_object(part.context(), *part.node(), part.pointer(), *section, account.has_value());
    auto keys = take_keys(part, *section);
    check_base_url(part, keys);
    keys.merge(out);
    out = std::move(keys);
  }
  if (account && whole) check_whole(parts, *section, out);
  if (platform == "kingdee" && whole) check_kingdee(parts.back(), out);
  return out;
}

}  // namespace erp2mysql::job
