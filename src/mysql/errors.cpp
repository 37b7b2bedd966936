// SPDX-License-Identifier: Apache-2.0
// Server messages become our errors: a plain sentence with names in it, never with row values. It
// knows the shape of the messages of MySQL and MariaDB, in English; of any other it says less.
#include <charconv>
#include <utility>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/mysql/connection.hpp"

namespace erp2mysql::mysql {
namespace {

// Where in a message the name stands. `row` is "… column NAME at row N" up to the very end: a row
// value that imitates it would still be followed by its closing quote.
enum class Name { none, after, last, row };

struct Reason {
  unsigned number;
  std::string_view text;  // " {}" is the name, left out when there is none
  Name where = Name::none;
  std::string_view marker = {};
  bool column = false;  // the name is that of a column
};

constexpr std::string_view k_link = "the connection to the server broke";

constexpr Reason k_reasons[] = {
    {1020, "a row was changed by somebody else since it was read"},
    {1021, "the server's disk is full"},
    {1040, "the server has too many connections"},
    {1044, "the user has no right to use database {}", Name::last, "to database "},
    {1045, "the server refused the login of {}", Name::after, "for user "},
    {1046, "no database is selected"},
    {1047, "the server does not take commands now"},
    {1048, "column {} must not be NULL", Name::after, "Column ", true},
    {1049, "database {} does not exist", Name::after, "Unknown database "},
    {1053, "the server is shutting down"},
    {1054, "column {} does not exist", Name::after, "Unknown column ", true},
    {1062, "a row with the same key {} exists", Name::last, "for key "},
    {1064, "the server does not understand the statement"},
    {1105, "the server reports an unknown error"},
    {1114, "the table is full"},
    {1118, "the row is too large for the table"},
    {1129, "the server has blocked this host after too many failed connections"},
    {1130, "the server does not let this host connect"},
    {1136, "the number of columns differs from the number of values"},
    {1142, "the user lacks a right on table {}", Name::last, "for table "},
    {1143, "the user lacks a right on a column of table {}", Name::last, "in table "},
    {1146, "table {} does not exist", Name::after, "Table "},
    {1153, "the statement is larger than max_allowed_packet"},
    {1180, "the server failed during COMMIT"},
    {1193, "the server does not know a system variable"},
    {1203, "the user has too many connections"},
    {1205, "a lock was not granted in time"},
    {1213, "the transaction was rolled back by a deadlock"},
    {1216, "the referenced row is missing"},
    {1217, "other rows refer to the row"},
    {1226, "the user has used up a quota"},
    {1227, "the user lacks a privilege"},
    {1231, "the server does not accept a value for a system variable"},
    {1263, "column {} must not be NULL", Name::row, "", true},
    {1264, "the value is out of range for column {}", Name::row, "", true},
    {1265, "the value would be cut in column {}", Name::row, "", true},
    {1290, "the server is read-only"},
    {1292, "the value has the wrong form for column {}", Name::row, "", true},
    {1298, "the server does not know the time zone"},
    {1317, "the statement was interrupted"},
    {1364, "column {} has no default value", Name::after, "Field ", true},
    {1366, "the value has the wrong form for column {}", Name::row, "", true},
    {1406, "the text is too long for column {}", Name::row, "", true},
    {1451, "other rows refer to the row through {}", Name::after, "CONSTRAINT "},
    {1452, "the referenced row is missing for {}", Name::after, "CONSTRAINT "},
    {1526, "no partition takes the row"},
    {1644, "a trigger refused the row"},
    {1665, "the server's binary log format does not allow the isolation level"},
    {1690, "a number is out of range"},
    {1698, "the server refused the login of {}", Name::after, "for user "},
    {1792, "the transaction is read-only"},
    {1820, "the password has expired"},
    {1836, "the server is read-only"},
    {1862, "the password has expired"},
    {1927, "the connection was killed"},
    {1969, "the statement ran out of time"},
    {2002, "no server answers on the socket"},
    {2003, "no server answers at the address"},
    {2005, "the host name is unknown"},
    {2006, k_link},
    {2012, "the server broke off the handshake"},
    {2013, k_link},
    {2026, "the TLS connection failed"},
    {2027, "the server's answer is malformed"},
    {2055, k_link},
    {2059, "the login method of the server is not available here"},
    {3024, "the statement ran out of time"},
    {3118, "the account is locked"},
    {3159, "the server demands TLS"},
    {3819, "the row violates check {}", Name::after, "constraint "},
    {3988, "the column's character set cannot hold the text"},
    {5010, "the server asked for a login method that would reveal the password"},
    {5014, k_link},
};

// Of numbers that mean something else elsewhere.
constexpr Reason k_mariadb_reasons[] = {
    {4025, "the row violates check {}", Name::after, "CONSTRAINT "},
    {4151, "the account is locked"},
};
constexpr Reason k_mysql_reasons[] = {
    {4031, "the server closed the idle connection"},
};

constexpr std::size_t k_longest_name = 200;  // three identifiers of 64 characters and their dots

/// The name at `at`, in single quotes or as a chain of backticked parts, of which the last one
/// alone stays when a column is meant; `end` is behind it.
std::string name_at(std::string_view text, std::size_t at, std::size_t& end, bool column) {
  std::string name;
  end = at;
  if (at < text.size() && text[at] == '\'') {
    const std::size_t close = text.find('\'', at + 1);
    if (close == std::string_view::npos) return {};
    end = close + 1;
    name = text.substr(at + 1, close - at - 1);
  }
  while (end < text.size() && text[end] == '`') {
    const std::size_t close = text.find('`', end + 1);
    if (close == std::string_view::npos) return {};
    name += text.substr(end + 1, close - end - 1);
    end = close + 1;
    if (text.substr(end, 2) != ".`") break;
    // MariaDB writes `db`.`table`.`column`.
    if (column) {
      name.clear();
    } else {
      name += '.';
    }
    ++end;
  }
  return name.size() <= k_longest_name ? name : std::string();
}

std::string column_before_row(std::string_view text) {
  const std::size_t digits = text.find_last_not_of("0123456789") + 1;
  text = text.substr(0, digits);
  if (!text.ends_with(" at row ")) return {};
  text.remove_suffix(8);
  constexpr std::string_view marker = "column ";
  std::size_t at = text.rfind(marker);
  while (at != std::string_view::npos) {
    std::size_t end = 0;
    std::string name = name_at(text, at + marker.size(), end, true);
    if (!name.empty() && end == text.size()) return name;
    at = at == 0 ? std::string_view::npos : text.rfind(marker, at - 1);
  }
  return {};
}

std::optional<std::size_t> row_at_end(std::string_view text) {
  const std::size_t digits = text.find_last_not_of("0123456789") + 1;
  std::size_t row = 0;
  std::from_chars(text.data() + digits, text.data() + text.size(), row);
  if (row == 0 || !text.substr(0, digits).ends_with(" at row ")) return std::nullopt;
  return row - 1;
}

std::string name_in(std::string_view text, const Reason& reason) {
  std::size_t end = 0;
  std::size_t at = std::string_view::npos;
  switch (reason.where) {
    case Name::none: return {};
    case Name::row: return column_before_row(text);
    case Name::after: at = text.find(reason.marker); break;
    case Name::last: at = text.rfind(reason.marker); break;
  }
  if (at == std::string_view::npos) return {};
  std::string name = name_at(text, at + reason.marker.size(), end, reason.column);
  // What follows the last name is nothing; anything else is a value that imitates the marker.
  return reason.where == Name::last && end != text.size() ? std::string() : name;
}

template <class Table>
const Reason* find_in(const Table& table, unsigned number) {
  for (const Reason& reason : table) {
    if (reason.number == number) return &reason;
  }
  return nullptr;
}

const Reason* find_reason(unsigned number, Flavour flavour) {
  const Reason* own = flavour == Flavour::mariadb ? find_in(k_mariadb_reasons, number)
                      : flavour == Flavour::mysql ? find_in(k_mysql_reasons, number)
                                                  : nullptr;
  return own != nullptr ? own : find_in(k_reasons, number);
}

std::string sentence(const Reason& reason, const std::string& name) {
  std::string text(reason.text);
  const std::size_t mark = text.find(" {}");
  if (mark != std::string::npos) text.replace(mark, 3, name.empty() ? "" : " '" + name + "'");
  return text;
}

bool from_client_library(unsigned number) {
  return (number >= 2000 && number < 3000) || (number >= 5000 && number < 5100);
}

/// A node of Galera refuses it before the others see it, so it surely took no effect; and it is no
/// smaller the next time.
bool too_large_for_cluster(unsigned number, std::string_view text) {
  return (number == 1180 && text.find("wsrep_max_ws") != text.npos) ||
         (number == 1105 && text.find("writeset size exceeded") != text.npos);
}

/// A few numbers say nothing without their text.
Action correct(Action action, unsigned number, std::string_view text, Phase phase) {
  if (too_large_for_cluster(number, text)) return Action::permanent;
  if (phase == Phase::commit_sent) return action;
  const auto says = [&](std::string_view part) { return text.find(part) != text.npos; };
  // Galera in a server of MySQL's line; the number alone means a mistake of ours there.
  if (number == 1047 && says("WSREP")) return Action::reconnect;
  if (number == 1030 && (says("error 28 ") || says("error 28,"))) return Action::temporary;
  if (number == 1105 && says("Information schema is")) return Action::retry;
  if (number == 2012 && says("Too many connections")) return Action::temporary;
  return action;
}

base::ErrorKind kind_of(Action action) {
  switch (action) {
    case Action::retry:
    case Action::reconnect:
    case Action::ambiguous:
    case Action::split:
    case Action::temporary: return base::ErrorKind::temporary;
    case Action::row: return base::ErrorKind::data;
    case Action::permanent: return base::ErrorKind::config;
    case Action::credentials: return base::ErrorKind::credentials;
    case Action::bug: return base::ErrorKind::bug;
  }
  return base::ErrorKind::bug;
}

}  // namespace

SqlError::SqlError(Action action, unsigned number, std::string sqlstate, std::string summary,
                   std::string detail, std::string column)
    : base::Error(kind_of(action), std::move(summary)),
      action_(action),
      number_(number),
      sqlstate_(std::move(sqlstate)),
      detail_(std::move(detail)),
      column_(std::move(column)) {}

SqlError make_error(unsigned number, std::string_view sqlstate, std::string_view text,
                    Flavour flavour, Phase phase) {
  const Action action = correct(classify(number, sqlstate, flavour, phase), number, text, phase);
  std::string summary =
      "MySQL error " + std::to_string(number) + " (" + std::string(sqlstate) + ")";
  std::string column;
  if (too_large_for_cluster(number, text)) {
    summary += ": ";
    summary += "the transaction is larger than the cluster allows";
  } else if (const Reason* reason = find_reason(number, flavour)) {
    std::string name = name_in(text, *reason);
    summary += ": " + sentence(*reason, name);
    if (reason->column) column = std::move(name);
  }
  // No row has been sent while connecting, and the library's own words hold names and paths only.
  if (phase == Phase::connect && from_client_library(number) && !text.empty()) {
    summary += " (" + base::shorten(text, 300) + ")";
  }
  if (action == Action::ambiguous) summary += "; whether the commit took effect is unknown";
  SqlError error(action, number, std::string(sqlstate), std::move(summary), std::string(text),
                 std::move(column));
  error.set_row(row_at_end(text));
  if (too_large_for_cluster(number, text))
    error.hint("raise wsrep_max_ws_rows or wsrep_max_ws_size, or take a shorter sync.window");
  return error;
}

}  // namespace erp2mysql::mysql
