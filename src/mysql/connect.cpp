// SPDX-License-Identifier: Apache-2.0
// Options of the client library and the login. All differences between Connector/C and
// libmysqlclient as to options are here. It sends no SQL.
#include <algorithm>
#include <mutex>
#include <new>

#include "client_connection.hpp"
#include "erp2mysql/base/seeded_bug.hpp"

namespace erp2mysql::mysql {
namespace {

void set(MYSQL* link, mysql_option option, const void* value) {
  if (mysql_options(link, option, value) != 0) {
    throw SqlError(Action::permanent, 0, "HY000",
                   "the client library does not know connection option " +
                       std::to_string(static_cast<int>(option)),
                   "", "");
  }
}

void set_file(MYSQL* link, mysql_option option, const std::string& path) {
  if (!path.empty()) set(link, option, path.c_str());
}

void set_timeout(MYSQL* link, mysql_option option, base::Millis time) {
  // Whole seconds; 0 would mean "wait for ever".
  const auto seconds = std::clamp<base::Millis::rep>((time.count() + 999) / 1000, 1, 86'400);
  const auto value = static_cast<unsigned>(seconds);
  set(link, option, &value);
}

bool must_encrypt(const std::string& mode) {
  return mode == "required" || mode == "verify_ca" || mode == "verify_identity";
}

#ifdef MARIADB_BASE_VERSION

// The library offers nothing between "maybe" and "fully verified": with ENFORCE alone it goes on
// in clear text when the server has no TLS, so every mode that must encrypt verifies as well.
void set_tls_mode(MYSQL* link, const Options& options) {
  const ClientFlag verify = must_encrypt(options.ssl_mode) && !base::seeded_bug("tls-optional");
  // TLS inside this host's socket protects nothing, and asking for it makes the library send the
  // password of caching_sha2_password in clear text to a server without TLS.
  const ClientFlag ask = verify || (options.ssl_mode == "preferred" && options.socket.empty());
  set(link, MYSQL_OPT_SSL_ENFORCE, &ask);
  set(link, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
#if MARIADB_PACKAGE_VERSION_ID >= 30310
  // Any server may ask for any login method; those that reveal the password need a verified peer.
  if (!verify) {
    set(link, static_cast<mysql_option>(MARIADB_OPT_RESTRICTED_AUTH),
        "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519,parsec,"
        "auth_gssapi_client");
  }
#endif
}

#else

void set_tls_mode(MYSQL* link, const Options& options) {
  unsigned mode = SSL_MODE_PREFERRED;
  if (options.ssl_mode == "disabled") mode = SSL_MODE_DISABLED;
  if (options.ssl_mode == "required") mode = SSL_MODE_REQUIRED;
  if (options.ssl_mode == "verify_ca") mode = SSL_MODE_VERIFY_CA;
  if (options.ssl_mode == "verify_identity") mode = SSL_MODE_VERIFY_IDENTITY;
  set(link, MYSQL_OPT_SSL_MODE, &mode);
  const ClientFlag fetch_key = !must_encrypt(options.ssl_mode);
  set(link, MYSQL_OPT_GET_SERVER_PUBLIC_KEY, &fetch_key);
}

#endif

void set_tls(MYSQL* link, const Options& options) {
  const std::string& mode = options.ssl_mode;
  if (mode != "disabled" && mode != "preferred" && !must_encrypt(mode)) {
    throw SqlError(Action::permanent, 0, "HY000",
                   "ssl mode is none of disabled, preferred, required, verify_ca, verify_identity",
                   "", "");
  }
  set_tls_mode(link, options);
  if (mode == "disabled") return;  // naming a file turns TLS on in Connector/C
  set_file(link, MYSQL_OPT_SSL_CA, options.ssl_ca);
  set_file(link, MYSQL_OPT_SSL_CERT, options.ssl_cert);
  set_file(link, MYSQL_OPT_SSL_KEY, options.ssl_key);
}

void set_options(MYSQL* link, const Options& options) {
  set_timeout(link, MYSQL_OPT_CONNECT_TIMEOUT, options.connect_timeout);
  set_timeout(link, MYSQL_OPT_READ_TIMEOUT, options.read_timeout);
  set_timeout(link, MYSQL_OPT_WRITE_TIMEOUT, options.write_timeout);
  // A server may ask for any file of this host in answer to any statement, unless this is off; and
  // where it is on for our rows, nothing but these may answer.
  const unsigned local_files =
      options.write_method == WriteMethod::best || options.write_method == WriteMethod::load;
  set(link, MYSQL_OPT_LOCAL_INFILE, &local_files);
  serve_no_file(link);
#ifdef MARIADB_BASE_VERSION
  // A new connection behind our back would lose the session and the transaction. libmysqlclient
  // has it off and prints a warning when asked.
  const ClientFlag no_reconnect = 0;
  set(link, MYSQL_OPT_RECONNECT, &no_reconnect);
#endif
  set(link, MYSQL_SET_CHARSET_NAME, "utf8mb4");
  const unsigned protocol = options.socket.empty() ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET;
  set(link, MYSQL_OPT_PROTOCOL, &protocol);
  mysql_options(link, MYSQL_OPT_CONNECT_ATTR_RESET, nullptr);
  mysql_options4(link, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", options.program.c_str());
  set_tls(link, options);
}

void assert_encrypted(MYSQL* link, const Options& options) {
  if (base::seeded_bug("tls-optional")) return;
  if (!must_encrypt(options.ssl_mode) || mysql_get_ssl_cipher(link) != nullptr) return;
  throw SqlError(
      Action::permanent, 2026, "HY000",
      "the connection is not encrypted, and ssl mode " + options.ssl_mode + " demands that it is",
      "", "");
}

}  // namespace

Link open_link(const Options& options) {
  static std::once_flag library_started;
  std::call_once(library_started, [] { mysql_library_init(0, nullptr, nullptr); });
  Link link(mysql_init(nullptr));
  if (link == nullptr) throw std::bad_alloc();
  set_options(link.get(), options);

  const bool local = !options.socket.empty();
  const char* host = local ? nullptr : options.host.c_str();
  const char* socket = local ? options.socket.c_str() : nullptr;
  const char* database = options.database.empty() ? nullptr : options.database.c_str();
  if (mysql_real_connect(link.get(), host, options.username.c_str(), options.password.c_str(),
                         database, options.port, socket, CLIENT_FOUND_ROWS) == nullptr) {
    SqlError error = make_error(mysql_errno(link.get()), mysql_sqlstate(link.get()),
                                mysql_error(link.get()), Flavour::other, Phase::connect);
    if (error.number() == 2026 && options.ssl_mode == "required") {
      error.hint("This mode verifies the server's certificate; name its authority in ssl_ca.");
    }
    throw error;
  }
  assert_encrypted(link.get(), options);
  return link;
}

}  // namespace erp2mysql::mysql
