// SPDX-License-Identifier: Apache-2.0
#include "forbidden.hpp"

#include <array>
#include <string>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::expr {
namespace {

struct Group {
  std::string_view reason;
  std::string_view names;  // each between blanks; a name that ends in '*' is a prefix
};
constexpr std::array<Group, 6> k_groups = {{
    {"it waits, locks or reads files",
     " SLEEP BENCHMARK GET_LOCK RELEASE_LOCK RELEASE_ALL_LOCKS IS_FREE_LOCK IS_USED_LOCK LOAD_FILE "
     "MASTER_POS_WAIT MASTER_GTID_WAIT SOURCE_POS_WAIT WAIT_FOR_EXECUTED_GTID_SET GTID_SUBSET "
     "GTID_SUBTRACT BINLOG_GTID_POS WSREP_* "},
    {"it asks for the state of a session or a server",
     " CONNECTION_ID CURRENT_USER CURRENT_ROLE USER SESSION_USER SYSTEM_USER DATABASE SCHEMA "
     "VERSION "
     "FOUND_ROWS ROW_COUNT LAST_INSERT_ID ROWNUM ICU_VERSION ROLES_GRAPHML PS_* STATEMENT_DIGEST* "
     "VALIDATE_PASSWORD_STRENGTH DECODE_HISTOGRAM DEFAULT VALUES GROUPING MATCH NEXTVAL LASTVAL "
     "SETVAL "},
    {"it aggregates rows of a table",
     " BIT_AND BIT_OR BIT_XOR GROUP_CONCAT STD STDDEV STDDEV_POP STDDEV_SAMP VAR_POP VAR_SAMP "
     "VARIANCE JSON_ARRAYAGG JSON_OBJECTAGG JSON_TABLE ROW_NUMBER RANK DENSE_RANK PERCENT_RANK "
     "CUME_DIST NTILE LAG LEAD FIRST_VALUE LAST_VALUE NTH_VALUE "},
    {"it describes stored JSON columns", " JSON_SCHEMA_* JSON_STORAGE_* JSON_DUALITY_OBJECT "},
    {"it is obsolete or unsafe",
     " ENCODE DECODE ENCRYPT DES_ENCRYPT DES_DECRYPT OLD_PASSWORD PASSWORD COLUMN_* "},
    {"geometry and vectors are not supported",
     " ST_* MBR* POINT LINESTRING POLYGON MULTIPOINT MULTILINESTRING MULTIPOLYGON "
     "GEOMETRYCOLLECTION GEOMCOLLECTION VEC_* VECTOR_* STRING_TO_VECTOR VECTOR_TO_STRING DISTANCE "
     "INTERNAL_* CAN_ACCESS_* GET_DD_* "},
}};

bool listed(std::string_view names, std::string_view name) {
  for (const auto entry : base::split(names, ' ')) {
    if (entry.empty()) continue;
    const bool prefix = entry.back() == '*';
    if (prefix ? name.starts_with(entry.substr(0, entry.size() - 1)) : name == entry) return true;
  }
  return false;
}

}  // namespace

std::string_view forbidden_reason(std::string_view name) {
  std::string upper(name);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  for (const auto& group : k_groups) {
    if (listed(group.names, upper)) return group.reason;
  }
  return {};
}

}  // namespace erp2mysql::expr
