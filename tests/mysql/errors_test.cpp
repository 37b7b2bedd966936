// SPDX-License-Identifier: Apache-2.0
// What an error number means in each phase, and that no message lets a row value out.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "erp2mysql/mysql/connection.hpp"

namespace erp2mysql::mysql {
namespace {

using base::ErrorKind;
constexpr Flavour k_flavours[] = {Flavour::mysql, Flavour::mariadb, Flavour::other};
constexpr Phase k_phases[] = {Phase::connect, Phase::setup, Phase::in_transaction,
                              Phase::commit_sent, Phase::idle};

struct Case {
  unsigned number;
  const char* sqlstate;
  Flavour flavour;
  Phase phase;
  Action action;
};

constexpr Flavour my = Flavour::mysql, maria = Flavour::mariadb, other = Flavour::other;
constexpr Phase in = Phase::in_transaction, sent = Phase::commit_sent, idle = Phase::idle;
constexpr Phase con = Phase::connect, set = Phase::setup;

constexpr Case k_cases[] = {
    // One class after the other, in the phases where it matters.
    {1205, "HY000", maria, in, Action::retry},
    {1213, "40001", maria, in, Action::retry},
    {1213, "40001", maria, sent, Action::retry},  // Galera says so at COMMIT
    {1205, "HY000", maria, sent, Action::ambiguous},
    {1020, "HY000", maria, in, Action::retry},
    {1969, "70100", maria, in, Action::retry},
    {3024, "HY000", my, in, Action::retry},
    {3101, "40000", my, sent, Action::retry},
    {8002, "HY000", other, in, Action::retry},
    {1114, "HY000", maria, in, Action::retry},

    {2006, "HY000", maria, in, Action::reconnect},
    {2013, "HY000", maria, in, Action::reconnect},
    {2013, "HY000", maria, set, Action::reconnect},
    {2013, "HY000", maria, sent, Action::ambiguous},
    {2013, "HY000", maria, idle, Action::ambiguous},  // an autocommit statement is its own commit
    {2006, "HY000", maria, idle, Action::reconnect},  // this one was never sent
    {2026, "HY000", maria, con, Action::permanent},
    {2026, "HY000", maria, in, Action::reconnect},
    {2026, "HY000", maria, sent, Action::ambiguous},
    {5014, "HY000", maria, in, Action::reconnect},
    {5014, "HY000", maria, sent, Action::ambiguous},
    {1927, "70100", maria, in, Action::reconnect},
    {1290, "HY000", my, in, Action::reconnect},
    {1180, "HY000", my, in, Action::ambiguous},
    {1317, "70100", my, sent, Action::ambiguous},

    {2002, "HY000", other, con, Action::temporary},
    {2003, "HY000", other, con, Action::temporary},
    {2005, "HY000", other, con, Action::temporary},
    {1040, "08004", other, con, Action::temporary},
    {1129, "HY000", other, con, Action::temporary},

    {1153, "08S01", maria, in, Action::split},
    {2020, "HY000", maria, in, Action::split},
    {1390, "HY000", maria, in, Action::split},
    {1038, "HY001", maria, in, Action::split},

    {1406, "22001", maria, in, Action::row},
    {1264, "22003", maria, in, Action::row},
    {1366, "22007", maria, in, Action::row},
    {1292, "22007", maria, in, Action::row},
    {1062, "23000", maria, in, Action::row},
    {1452, "23000", maria, in, Action::row},
    {1644, "45000", maria, in, Action::row},
    {4025, "23000", maria, in, Action::row},
    {3819, "HY000", my, in, Action::row},
    {3140, "22032", my, in, Action::row},

    {1045, "28000", other, con, Action::credentials},
    {1044, "42000", other, con, Action::credentials},
    {1142, "42000", maria, in, Action::credentials},
    {1146, "42S02", maria, in, Action::permanent},
    {1054, "42S22", maria, in, Action::permanent},
    {1049, "42000", other, con, Action::permanent},
    {1193, "HY000", maria, set, Action::permanent},
    {2059, "HY000", other, con, Action::permanent},
    {1064, "42000", maria, in, Action::bug},
    {2014, "HY000", maria, in, Action::bug},
    {1105, "HY000", maria, in, Action::temporary},

    // Numbers with two meanings.
    {4031, "HY000", my, in, Action::reconnect},
    {4031, "HY000", maria, in, Action::permanent},
    {4031, "HY000", other, in, Action::permanent},
    {1047, "08S01", my, in, Action::bug},
    {1047, "08S01", maria, in, Action::reconnect},
    {1047, "08S01", other, in, Action::permanent},
    {9001, "HY000", other, in, Action::retry},
    {9001, "HY000", my, in, Action::reconnect},
    {9001, "HY000", maria, sent, Action::ambiguous},

    // Unknown numbers, by SQLSTATE.
    {7777, "40001", maria, in, Action::retry},
    {7777, "08S01", maria, in, Action::reconnect},
    {7777, "08S01", maria, idle, Action::ambiguous},
    {7777, "22001", maria, in, Action::row},
    {7777, "23000", maria, in, Action::row},
    {7777, "45000", maria, in, Action::row},
    {7777, "28000", maria, in, Action::credentials},
    {7777, "42000", maria, in, Action::permanent},
    {7777, "HY000", maria, in, Action::temporary},
    {7777, "", maria, in, Action::temporary},
};

TEST(Classify, GivesTheClassOfEachCase) {
  for (const Case& c : k_cases) {
    EXPECT_EQ(classify(c.number, c.sqlstate, c.flavour, c.phase), c.action)
        << c.number << " " << c.sqlstate << " phase " << static_cast<int>(c.phase);
  }
}

TEST(Classify, IsTotalAndNeverSureAboutACommit) {
  for (unsigned number = 0; number <= 65'535; ++number) {
    for (const Flavour flavour : k_flavours) {
      for (const Phase phase : k_phases) {
        const Action action = classify(number, "HY000", flavour, phase);
        ASSERT_LE(static_cast<int>(action), static_cast<int>(Action::bug));
        if (phase != Phase::commit_sent) continue;
        ASSERT_EQ(action, Action::ambiguous) << number;
      }
      ASSERT_EQ(classify(number, "40001", flavour, Phase::commit_sent), Action::retry);
    }
  }
  fmt::print(
      "{} numbers in {} phases of {} kinds of server: each has its class, {} looked at one by "
      "one\n",
      65'536, std::size(k_phases), std::size(k_flavours), std::size(k_cases));
}

TEST(Classify, NeverPutsARowIntoQuarantineForALostLink) {
  for (unsigned number = 2000; number < 2100; ++number) {
    for (const Phase phase : k_phases) {
      EXPECT_NE(classify(number, "HY000", maria, phase), Action::row) << number;
    }
  }
}

TEST(SqlError, KindDecidesTheExit) {
  const auto kind = [](Action action) { return SqlError(action, 1, "", "", "", "").kind(); };
  EXPECT_EQ(kind(Action::retry), ErrorKind::temporary);
  EXPECT_EQ(kind(Action::reconnect), ErrorKind::temporary);
  EXPECT_EQ(kind(Action::ambiguous), ErrorKind::temporary);
  EXPECT_EQ(kind(Action::split), ErrorKind::temporary);
  EXPECT_EQ(kind(Action::temporary), ErrorKind::temporary);
  EXPECT_EQ(kind(Action::row), ErrorKind::data);
  EXPECT_EQ(kind(Action::permanent), ErrorKind::config);
  EXPECT_EQ(kind(Action::credentials), ErrorKind::credentials);
  EXPECT_EQ(kind(Action::bug), ErrorKind::bug);
}

struct Message {
  unsigned number;
  const char* text;
  const char* summary;  // behind "MySQL error N (HY000)"
  const char* column;
};

// "secret" stands for row values.
constexpr Message k_messages[] = {
    {1045, "Access denied for user 'bob'@'localhost' (using password: YES)",
     ": the server refused the login of 'bob'", ""},
    {1146, "Table 'shop.orders' doesn't exist", ": table 'shop.orders' does not exist", ""},
    {1054, "Unknown column 'qty' in 'field list'", ": column 'qty' does not exist", "qty"},
    {1049, "Unknown database 'shop'", ": database 'shop' does not exist", ""},
    {1044, "Access denied for user 'bob'@'%' to database 'shop'",
     ": the user has no right to use database 'shop'", ""},
    {1142, "INSERT command denied to user 'bob'@'%' for table `shop`.`orders`",
     ": the user lacks a right on table 'shop.orders'", ""},
    {1064, "You have an error in your SQL syntax; … near 'secret' at line 1",
     ": the server does not understand the statement", ""},
    {1406, "Data too long for column 'name' at row 7", ": the text is too long for column 'name'",
     "name"},
    {1264, "Out of range value for column 'id' at row 1",
     ": the value is out of range for column 'id'", "id"},
    {1265, "Data truncated for column 'kind' at row 1", ": the value would be cut in column 'kind'",
     "kind"},
    {1366, "Incorrect integer value: 'secret' for column `shop`.`orders`.`qty` at row 1",
     ": the value has the wrong form for column 'qty'", "qty"},
    {1366, "Incorrect integer value: 'secret' for column `shop`.`orders`.`net.qty` at row 1",
     ": the value has the wrong form for column 'net.qty'", "net.qty"},
    {1366, "Incorrect integer value: 'secret' for column 'qty' at row 1",
     ": the value has the wrong form for column 'qty'", "qty"},
    {1366, "Incorrect integer value: 'for column 'secret' at row 1' for column 'qty' at row 12",
     ": the value has the wrong form for column 'qty'", "qty"},
    {1292, "Truncated incorrect DOUBLE value: 'secret'",
     ": the value has the wrong form for column", ""},
    {1292, "Truncated incorrect DOUBLE value: 'x for column 'secret' at row 1'",
     ": the value has the wrong form for column", ""},
    {1048, "Column 'name' cannot be null", ": column 'name' must not be NULL", "name"},
    {1364, "Field 'name' doesn't have a default value", ": column 'name' has no default value",
     "name"},
    {1062, "Duplicate entry 'secret' for key 'PRIMARY'",
     ": a row with the same key 'PRIMARY' exists", ""},
    {1062, "Duplicate entry 'a' for key 'secret' for key 'PRIMARY'",
     ": a row with the same key 'PRIMARY' exists", ""},
    {1452,
     "Cannot add or update a child row: a foreign key constraint fails (`shop`.`items`, "
     "CONSTRAINT `fk_order` FOREIGN KEY (`order_id`) REFERENCES `orders` (`id`))",
     ": the referenced row is missing for 'fk_order'", ""},
    {4025, "CONSTRAINT `positive` failed for `shop`.`orders`",
     ": the row violates check 'positive'", ""},
    {7777, "secret", "", ""},
    {1146, "Table 'shop.orders", ": table does not exist", ""},
};

TEST(MakeError, SaysWhatItIsAndNoRowValue) {
  for (const Message& m : k_messages) {
    const SqlError error = make_error(m.number, "HY000", m.text, Flavour::mariadb, in);
    EXPECT_EQ(error.message(), "MySQL error " + std::to_string(m.number) + " (HY000)" + m.summary);
    EXPECT_EQ(error.column(), m.column) << m.text;
    EXPECT_EQ(error.detail(), m.text);
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << m.text;
  }
}

TEST(MakeError, ReadsTheTextWhereTheNumberSaysNothing) {
  const auto action = [](unsigned number, const char* text, Phase phase) {
    return make_error(number, "HY000", text, Flavour::other, phase).action();
  };
  EXPECT_EQ(action(1030, "Got error 28 \"No space left on device\" from storage engine", in),
            Action::temporary);
  EXPECT_EQ(action(1030, "Got error 168 from storage engine", in), Action::permanent);
  EXPECT_EQ(action(1105, "Information schema is changed", in), Action::retry);
  EXPECT_EQ(action(1105, "Information schema is changed", sent), Action::ambiguous);
  EXPECT_EQ(action(2012, "Too many connections", con), Action::temporary);
}

TEST(MakeError, QuotesTheLibraryWhileConnectingOnly) {
  const char* text = "Can't connect to local server through socket '/run/x.sock' (2)";
  const auto message = [&](Phase phase) {
    return make_error(2002, "HY000", text, Flavour::other, phase).message();
  };
  EXPECT_NE(message(con).find("/run/x.sock"), std::string::npos);
  EXPECT_EQ(message(in).find("/run/x.sock"), std::string::npos);
}

// Of servers that speak the protocol and are none of MySQL's line.
TEST(Errors, OfCousinsAreKnown) {
  const struct {
    Action action;
    std::vector<unsigned> numbers;
  } k_texts[] = {
      // TiDB, and the last four OceanBase
      {Action::retry,
       {8002, 8005, 8022, 8027, 8028, 8229, 9001, 9002, 9003, 9004, 9005, 9007, 9008, 9010, 4012,
        6001, 6002, 6005}},
      {Action::split, {8001, 8004, 8025, 9500}},
      {Action::permanent, {8003, 8130, 8138, 8141}},
  };
  for (const auto& one : k_texts) {
    for (const auto number : one.numbers) {
      EXPECT_EQ(classify(number, "HY000", other, in), one.action) << number;
      EXPECT_EQ(classify(number, "HY000", other, sent), Action::ambiguous) << number;
    }
  }
  EXPECT_EQ(classify(6002, "25000", other, in), Action::retry);
}

// The number alone would say "our mistake", "perhaps stored" or "some time later".
TEST(Errors, OfAClusterAreToldByTheirText) {
  const struct {
    unsigned number;
    const char* text;
    Flavour flavour;
    Phase phase;
    Action action;
  } k_texts[] = {
      {1047, "WSREP has not yet prepared node for application use", my, in, Action::reconnect},
      {1047, "WSREP has not yet prepared node for application use", other, con, Action::reconnect},
      {1047, "Unknown command", my, in, Action::bug},
      {1180, "wsrep_max_ws_rows exceeded", maria, in, Action::permanent},
      {1180, "Got error 5 during COMMIT", maria, in, Action::ambiguous},
      {1105, "Maximum writeset size exceeded", maria, sent, Action::permanent},
      {1105, "Unknown error", maria, sent, Action::ambiguous},
      {1105, "Unknown error", maria, in, Action::temporary},
  };
  for (const auto& one : k_texts) {
    const auto error = make_error(one.number, "HY000", one.text, one.flavour, one.phase);
    EXPECT_EQ(error.action(), one.action) << one.text << " " << static_cast<int>(one.phase);
  }
}

}  // namespace
}  // namespace erp2mysql::mysql
