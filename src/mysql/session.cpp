// SPDX-License-Identifier: Apache-2.0
// The session we work in: set in full rather than inherited, and read back, since proxies and
// pools drop settings without a word. It knows no target table.
#include <algorithm>
#include <array>
#include <cstdlib>

#include "client_connection.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::mysql {
namespace {

// NO_AUTO_VALUE_ON_ZERO: id 0 would otherwise make a new row at every run.
constexpr std::string_view k_sql_mode =
    "STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,"
    "NO_AUTO_VALUE_ON_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE";
constexpr std::array<std::string_view, 3> k_forbidden_modes = {"NO_BACKSLASH_ESCAPES",
                                                               "ANSI_QUOTES", "PIPES_AS_CONCAT"};
constexpr std::uint64_t k_default_packet = 1 << 20;
constexpr unsigned k_unknown_variable = 1193;

using Variables = std::map<std::string, std::string>;

Variables read_variables(ClientConnection& connection) {
  const Result result = connection.query(
      "SHOW SESSION VARIABLES WHERE Variable_name IN ('version', 'version_comment', 'sql_mode',"
      " 'time_zone', 'autocommit', 'max_allowed_packet', 'local_infile', 'character_set_client',"
      " 'character_set_connection', 'character_set_results', 'log_bin', 'binlog_format',"
      " 'tx_isolation', 'transaction_isolation', 'read_only', 'super_read_only', "
      "'innodb_read_only',"
      " 'wsrep_on', 'wsrep_max_ws_rows', 'wsrep_max_ws_size', 'wsrep_load_data_splitting')",
      {});
  Variables variables;
  for (const Row& row : result.rows) {
    if (row.size() == 2 && row[0]) variables[base::lower(*row[0])] = row[1].value_or("");
  }
  return variables;
}

std::string value_of(const Variables& variables, const char* name) {
  const auto found = variables.find(name);
  return found == variables.end() ? std::string() : found->second;
}

bool is_on(const Variables& variables, const char* name) {
  return base::equal_ignore_case(value_of(variables, name), "ON");
}

[[noreturn]] void refuse(const std::string& what) {
  SqlError error(Action::permanent, 0, "HY000",
                 "the server or a proxy did not keep the session settings: " + what, "", "");
  error.hint("Connect to the server directly or allow the session variables in the proxy.");
  throw error;
}

void expect(const Variables& variables, const std::string& name, std::string_view value) {
  const auto found = variables.find(name);
  const std::string is = found == variables.end() ? "missing" : found->second;
  if (!base::equal_ignore_case(is, value)) {
    refuse(name + " is " + is + ", not " + std::string(value));
  }
}

void check_sql_mode(const Variables& variables) {
  const std::string mode = value_of(variables, "sql_mode");
  const auto modes = base::split(mode, ',');
  const auto has = [&](std::string_view name) {
    return std::find(modes.begin(), modes.end(), name) != modes.end();
  };
  for (const std::string_view wanted : base::split(k_sql_mode, ',')) {
    if (!has(wanted)) refuse("sql_mode lacks " + std::string(wanted));
  }
  for (const std::string_view forbidden : k_forbidden_modes) {
    if (has(forbidden)) refuse("sql_mode has " + std::string(forbidden));
  }
}

/// READ COMMITTED, unless the server writes its log as statements and would refuse our writes.
std::string_view isolation_for(const Variables& variables) {
  const bool statements =
      is_on(variables, "log_bin") &&
      base::equal_ignore_case(value_of(variables, "binlog_format"), "STATEMENT");
  return statements ? "REPEATABLE READ" : "READ COMMITTED";
}

void check_isolation(const Variables& variables, std::string_view wanted) {
  std::string value(wanted);
  value.replace(value.find(' '), 1, "-");
  const bool new_name = variables.contains("transaction_isolation");
  expect(variables, new_name ? "transaction_isolation" : "tx_isolation", value);
}

void set_wait(ClientConnection& connection, const std::string& setting) {
  try {
    connection.query("SET SESSION " + setting, {});
  } catch (const SqlError& error) {
    if (error.number() != k_unknown_variable) throw;  // not every cousin of MySQL has it
  }
}

/// In a cluster whose nodes all take writes, what another node has confirmed is waited for before
/// a transaction looks at anything.
void join_cluster(ClientConnection& connection, const Variables& variables) {
  if (!is_on(variables, "wsrep_on")) return;
  const Result ready = connection.query("SHOW STATUS LIKE 'wsrep_ready'", {});
  if (ready.rows.empty() || ready.rows[0].size() < 2 || ready.rows[0][1] != "ON")
    throw make_error(1047, "08S01", "WSREP", Flavour::other, Phase::setup);
  connection.query("SET SESSION wsrep_sync_wait = 1", {});
}

void refuse_read_only(const Variables& variables) {
  for (const char* name : {"read_only", "super_read_only", "innodb_read_only"}) {
    // MariaDB has modes beside ON: NO_LOCK, NO_LOCK_NO_ADMIN.
    const std::string value = base::lower(value_of(variables, name));
    if (value.empty() || value == "off" || value == "0") continue;
    throw make_error(1290, "HY000", "", Flavour::other, Phase::setup);
  }
}

ServerInfo info_of(const Variables& variables, MYSQL* link) {
  const auto value = [&](const char* name) { return value_of(variables, name); };
  const auto number = [&](const char* name) {
    return std::strtoull(value(name).c_str(), nullptr, 10);
  };
  ServerInfo info;
  info.version = value("version");
  info.flavour = flavour_of(info.version, value("version_comment"));
  info.max_allowed_packet = number("max_allowed_packet");
  if (info.max_allowed_packet == 0) info.max_allowed_packet = k_default_packet;
  info.connection_id = mysql_thread_id(link);
  info.galera = is_on(variables, "wsrep_on");
  if (info.galera) {
    info.transaction_rows = number("wsrep_max_ws_rows");
    info.transaction_bytes = number("wsrep_max_ws_size");
  }
  // A cluster that cuts a load into pieces commits each of them.
  info.local_infile = is_on(variables, "local_infile") &&
                      !(info.galera && is_on(variables, "wsrep_load_data_splitting"));
  return info;
}

}  // namespace

Flavour flavour_of(std::string_view version, std::string_view comment) {
  const std::string text = base::lower(std::string(version) + " " + std::string(comment));
  const auto says = [&](std::string_view word) { return text.find(word) != text.npos; };
  if (says("mariadb")) return Flavour::mariadb;
  for (const std::string_view cousin :
       {"tidb", "oceanbase", "vitess", "singlestore", "memsql", "doris", "starrocks"}) {
    if (says(cousin)) return Flavour::other;
  }
  return !version.empty() && version[0] >= '5' && version[0] <= '9' ? Flavour::mysql
                                                                    : Flavour::other;
}

void set_up_session(ClientConnection& connection, const Options& options) {
  const Variables before = read_variables(connection);
  if (options.must_write) refuse_read_only(before);
  join_cluster(connection, before);
  const std::string_view isolation = isolation_for(before);
  connection.query("SET SESSION sql_mode = '" + std::string(k_sql_mode) +
                       "', time_zone = " + quote_text(options.time_zone) + ", autocommit = 1",
                   {});
  connection.query("SET SESSION TRANSACTION ISOLATION LEVEL " + std::string(isolation), {});
  set_wait(connection, "innodb_lock_wait_timeout = 30");
  set_wait(connection, "lock_wait_timeout = 60");  // the default is up to a year
  // A runner that was stopped or cut off in its transaction holds up the one that takes over.
  set_wait(connection, "idle_write_transaction_timeout = 60");

  const Variables now = read_variables(connection);
  check_sql_mode(now);
  check_isolation(now, isolation);
  expect(now, "time_zone", options.time_zone);
  expect(now, "autocommit", "ON");
  expect(now, "character_set_client", "utf8mb4");
  expect(now, "character_set_connection", "utf8mb4");
  expect(now, "character_set_results", "utf8mb4");
  connection.ready(info_of(now, connection.link()), options.write_method);
}

std::unique_ptr<Connection> connect(const Options& options) {
  auto connection = std::make_unique<ClientConnection>(open_link(options));
  set_up_session(*connection, options);
  return connection;
}

}  // namespace erp2mysql::mysql
