// SPDX-License-Identifier: Apache-2.0
// What an error number means for a batch writer, as data. It knows no connection: the class is a
// function of number, SQLSTATE, flavour and phase alone. Where the right answer is "retry a few
// times, then give up", the table says retry; counting is the caller's.
#include <cstdint>

#include "erp2mysql/mysql/connection.hpp"

namespace erp2mysql::mysql {
namespace {

enum FlavourSet : std::uint8_t { k_mysql = 1, k_mariadb = 2, k_other = 4, k_any = 7 };
enum class When : std::uint8_t { always, connect, later };
// A lost answer: nothing can have been stored before COMMIT, but an autocommit statement can.
enum class Loss : std::uint8_t { none, answer };

struct Rule {
  unsigned first;
  unsigned last;
  Action action;
  std::uint8_t flavours = k_any;
  When when = When::always;
  Loss loss = Loss::none;
};

constexpr Rule lost(unsigned first, unsigned last, When when = When::always) {
  return {first, last, Action::reconnect, k_any, when, Loss::answer};
}

// The first row that matches wins. 1xxx, 3xxx and 4xxx come from servers, 2xxx and 5xxx from the
// client library, 8xxx and 9xxx from TiDB and ProxySQL.
constexpr Rule k_rules[] = {
    // Numbers with two meanings. An unknown flavour stops rather than guesses, except that only
    // TiDB, which is an "other", is known to send 9001 in earnest.
    {4031, 4031, Action::reconnect, k_mysql},  // idle too long | no such trigger
    {4031, 4031, Action::permanent, k_mariadb | k_other},
    {1047, 1047, Action::bug, k_mysql},  // unknown command | WSREP not ready
    {1047, 1047, Action::reconnect, k_mariadb},
    {1047, 1047, Action::permanent, k_other},
    {9001, 9001, Action::retry, k_other},  // PD timeout | no backend reached
    {9001, 9001, Action::reconnect, k_mysql | k_mariadb},

    {4012, 4012, Action::retry, k_other},  // of OceanBase: statement or transaction timed out
    {6001, 6002, Action::retry, k_other},  // changed meanwhile | must be rolled back
    {6005, 6005, Action::retry, k_other},  // a row is locked

    // Contention and interruption
    {1205, 1206, Action::retry},
    {1213, 1213, Action::retry},
    {1020, 1020, Action::retry},
    {1402, 1402, Action::retry},
    {1613, 1614, Action::retry},
    {3572, 3572, Action::retry},
    {1637, 1637, Action::retry},
    {1317, 1317, Action::retry},
    {3024, 3024, Action::retry},
    {1969, 1969, Action::retry},
    {1412, 1412, Action::retry},
    {1615, 1615, Action::retry},
    {1243, 1243, Action::retry},
    {8002, 8002, Action::retry},
    {8005, 8005, Action::retry},
    {8022, 8022, Action::retry},
    {8027, 8028, Action::retry},
    {8229, 8229, Action::retry},
    {9002, 9005, Action::retry},
    {9007, 9008, Action::retry},
    {9010, 9010, Action::retry},

    // Connection
    {2002, 2003, Action::temporary, k_any, When::connect},
    {2005, 2005, Action::temporary, k_any, When::connect},
    {2002, 2003, Action::reconnect},
    {2005, 2005, Action::reconnect},
    {2006, 2006, Action::reconnect},
    lost(2012, 2013),
    lost(2055, 2055),
    {2026, 2026, Action::permanent, k_any, When::connect},
    lost(2026, 2026, When::later),  // a failed TLS read in the middle of a statement
    lost(2027, 2027),
    lost(5014, 5014),
    lost(1053, 1053),
    lost(1077, 1080),
    lost(1927, 1927),
    lost(1152, 1152),
    lost(1154, 1161),
    lost(1184, 1184),
    {1040, 1040, Action::temporary},
    {1203, 1203, Action::temporary},
    {1226, 1226, Action::temporary},
    {1135, 1135, Action::temporary},
    {1129, 1129, Action::temporary},
    {1290, 1290, Action::reconnect},  // read-only: after a failover another server may not be
    {1836, 1836, Action::reconnect},
    {1874, 1874, Action::reconnect},
    {1792, 1792, Action::reconnect},
    {3100, 3101, Action::retry},
    {3168, 3168, Action::temporary},
    {2014, 2014, Action::bug},
    {2008, 2008, Action::bug},
    {2019, 2019, Action::permanent},
    {2030, 2036, Action::bug},
    {2054, 2054, Action::permanent},
    {2056, 2056, Action::bug},
    {2058, 2058, Action::bug},
    {5003, 5003, Action::bug},
    {5006, 5006, Action::bug},
    {2059, 2059, Action::permanent},
    {2061, 2061, Action::permanent},
    {1251, 1251, Action::permanent},
    {1524, 1524, Action::permanent},
    {5010, 5010, Action::permanent},
    {2062, 2062, Action::permanent},
    {2068, 2069, Action::permanent},
    {3948, 3948, Action::permanent},
    {4166, 4166, Action::permanent, k_mariadb},

    // Size and resources
    {1153, 1153, Action::split},
    {2020, 2020, Action::split},
    {1390, 1390, Action::split},
    {1197, 1197, Action::split},
    {1180, 1180, Action::ambiguous},
    {8004, 8004, Action::split},
    {9500, 9500, Action::split},
    {8025, 8025, Action::split},
    {8252, 8252, Action::split},
    {1021, 1021, Action::retry},
    {1114, 1114, Action::retry},
    {1026, 1026, Action::retry},
    {1023, 1023, Action::retry},
    {3170, 3170, Action::retry},
    {1030, 1030, Action::permanent},  // make_error corrects it for a full disk
    {1037, 1038, Action::split},
    {1041, 1041, Action::split},
    {8001, 8001, Action::split},
    {1461, 1461, Action::temporary},
    {1194, 1195, Action::permanent},
    {1034, 1034, Action::permanent},
    {1712, 1712, Action::permanent},
    {1877, 1877, Action::permanent},
    {8003, 8003, Action::permanent},
    {8138, 8141, Action::permanent},

    // One row does not fit
    {1406, 1406, Action::row},
    {1264, 1265, Action::row},
    {1690, 1690, Action::row},
    {1367, 1367, Action::row},
    {1411, 1411, Action::row},
    {1366, 1366, Action::row},
    {1292, 1292, Action::row},
    {1048, 1048, Action::row},
    {1364, 1364, Action::row},
    {1263, 1263, Action::row},
    {1062, 1062, Action::row},
    {1022, 1022, Action::row},
    {1169, 1169, Action::row},
    {1761, 1762, Action::row},
    {1451, 1452, Action::row},
    {1216, 1217, Action::row},
    {3819, 3819, Action::row},
    {3988, 3988, Action::row, k_mysql},
    {4025, 4025, Action::row, k_mariadb},
    {3140, 3150, Action::row},
    {3157, 3157, Action::row},
    {4035, 4040, Action::row, k_mariadb},
    {1118, 1118, Action::row},
    {1713, 1713, Action::row},
    {1709, 1709, Action::row},
    {1526, 1526, Action::row},
    {1591, 1591, Action::row},
    {1748, 1748, Action::row},
    {1863, 1863, Action::row},
    {1300, 1300, Action::row},
    {1267, 1267, Action::row},
    {1270, 1271, Action::row},
    {1644, 1644, Action::row},

    // Stop
    {1044, 1045, Action::credentials},
    {1698, 1698, Action::credentials},
    {1130, 1130, Action::credentials},
    {1142, 1143, Action::credentials},
    {1227, 1227, Action::credentials},
    {1370, 1370, Action::credentials},
    {1820, 1820, Action::credentials},
    {1862, 1862, Action::credentials},
    {3118, 3118, Action::credentials},
    {4151, 4151, Action::credentials, k_mariadb},
    {3159, 3159, Action::permanent},
    {1046, 1046, Action::permanent},
    {1049, 1049, Action::permanent},
    {1054, 1054, Action::permanent},
    {1109, 1110, Action::permanent},
    {1136, 1136, Action::permanent},
    {1146, 1146, Action::permanent},
    {1932, 1932, Action::permanent},
    {1064, 1064, Action::bug},
    {1149, 1149, Action::bug},
    {1105, 1105, Action::temporary},  // make_error corrects it for a changed schema
    {1815, 1815, Action::temporary},
    {1193, 1193, Action::permanent},
    {1231, 1231, Action::permanent},
    {1273, 1273, Action::permanent},
    {1298, 1298, Action::permanent},
    {1665, 1665, Action::permanent},
    {8130, 8130, Action::permanent},
};

struct StateRule {
  std::string_view state_class;
  Action action;
};

constexpr StateRule k_states[] = {
    {"40", Action::retry},     {"08", Action::reconnect}, {"22", Action::row},
    {"23", Action::row},       {"45", Action::row},       {"28", Action::credentials},
    {"42", Action::permanent},
};

std::uint8_t bit(Flavour flavour) {
  switch (flavour) {
    case Flavour::mysql: return k_mysql;
    case Flavour::mariadb: return k_mariadb;
    case Flavour::other: return k_other;
  }
  return k_other;
}

bool applies(const Rule& rule, unsigned number, Flavour flavour, Phase phase) {
  if (number < rule.first || number > rule.last) return false;
  if ((rule.flavours & bit(flavour)) == 0) return false;
  if (rule.when == When::always) return true;
  return (rule.when == When::connect) == (phase == Phase::connect);
}

}  // namespace

Action classify(unsigned number, std::string_view sqlstate, Flavour flavour, Phase phase) {
  const std::string_view state_class = sqlstate.substr(0, 2);
  // Whatever the server says about a COMMIT it may have taken effect, unless it says "rolled back".
  if (phase == Phase::commit_sent) return state_class == "40" ? Action::retry : Action::ambiguous;
  for (const Rule& rule : k_rules) {
    if (!applies(rule, number, flavour, phase)) continue;
    const bool maybe_stored = rule.loss == Loss::answer && phase == Phase::idle;
    return maybe_stored ? Action::ambiguous : rule.action;
  }
  for (const StateRule& rule : k_states) {
    if (rule.state_class != state_class) continue;
    const bool maybe_stored = rule.action == Action::reconnect && phase == Phase::idle;
    return maybe_stored ? Action::ambiguous : rule.action;
  }
  return Action::temporary;
}

}  // namespace erp2mysql::mysql
