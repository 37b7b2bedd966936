// SPDX-License-Identifier: Apache-2.0
// Which of several servers a connection goes to: every fate of every server, with servers in
// memory, and two real ones, one dead and one that takes no writes. It knows no retry rules.
#include <gtest/gtest.h>

#include <thread>

#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/mysql/hosts.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::mysql {
namespace {

using tests::PrivateServer;

class Twin : public Connection {
 public:
  explicit Twin(std::string version) { info_.version = std::move(version); }
  Result query(std::string_view, const std::vector<std::optional<std::string>>&) override {
    return {};
  }
  void begin() override {}
  void commit() override {}
  void rollback() noexcept override {}
  std::vector<Warning> warnings() override { return {}; }
  const ServerInfo& server() const override { return info_; }
  Result write_rows(const RowStatement&, const data::Batch&, std::size_t, std::size_t) override {
    return {};
  }
  std::string_view write_method() const override { return "prepared"; }

 private:
  ServerInfo info_;
};

SqlError error_of(const std::string& fate) {
  if (fate == "refused") return make_error(2003, "HY000", "", Flavour::other, Phase::connect);
  if (fate == "silent") return make_error(2013, "HY000", "", Flavour::other, Phase::connect);
  if (fate == "unknown") return make_error(2005, "HY000", "", Flavour::other, Phase::connect);
  if (fate == "crowded") return make_error(1040, "08004", "", Flavour::other, Phase::connect);
  if (fate == "not ready") {
    return make_error(1047, "08S01", "WSREP has not yet prepared node for application use",
                      Flavour::mysql, Phase::setup);
  }
  if (fate == "read-only") return make_error(1290, "HY000", "", Flavour::mysql, Phase::setup);
  if (fate == "super read-only") return make_error(1836, "HY000", "", Flavour::mysql, Phase::setup);
  if (fate == "login") return make_error(1045, "28000", "", Flavour::other, Phase::connect);
  return make_error(1049, "42000", "", Flavour::other, Phase::connect);  // "no database"
}

/// Servers in memory, whose fates a test may change at any time.
struct Twins {
  std::vector<std::string> fates;
  std::vector<int> tries;

  explicit Twins(std::vector<std::string> given) : fates(std::move(given)), tries(fates.size()) {}
  Connector connector() {
    std::vector<Server> servers;
    for (std::size_t i = 0; i < fates.size(); ++i) {
      servers.push_back({"db" + std::to_string(i), [this, i]() -> std::unique_ptr<Connection> {
                           ++tries[i];
                           if (fates[i] != "up") throw error_of(fates[i]);
                           return std::make_unique<Twin>("db" + std::to_string(i));
                         }});
    }
    return first_usable(std::move(servers));
  }
};

// The name of the server, or the action and the text of the error.
std::string outcome(const Connector& connect) {
  try {
    return connect()->server().version;
  } catch (const SqlError& error) {
    const auto action = error.action() == Action::temporary     ? "temporary"
                        : error.action() == Action::reconnect   ? "reconnect"
                        : error.action() == Action::credentials ? "credentials"
                                                                : "permanent";
    return std::string(action) + ": " + error.what();
  }
}

struct Case {
  std::vector<std::string> fates;
  std::string is;  // how the outcome begins
  std::vector<int> tries;
};

TEST(Hosts, TheFirstThatCanBeUsedIsTaken) {
  const Case k_cases[] = {
      {{"up", "up"}, "db0", {1, 0}},
      {{"refused", "up"}, "db1", {1, 1}},
      {{"silent", "up"}, "db1", {1, 1}},
      {{"unknown", "up"}, "db1", {1, 1}},
      {{"crowded", "up"}, "db1", {1, 1}},
      {{"not ready", "up"}, "db1", {1, 1}},
      {{"read-only", "up"}, "db1", {1, 1}},
      {{"super read-only", "refused", "up"}, "db2", {1, 1, 1}},
      {{"login", "up"}, "credentials: db0: ", {1, 0}},
      {{"no database", "up"}, "permanent: db0: ", {1, 0}},
      {{"refused", "login", "up"}, "credentials: db1: ", {1, 1, 0}},
      {{"refused", "refused"}, "temporary: none of the servers can be used: db0: ", {1, 1}},
      {{"refused", "not ready", "refused"}, "reconnect: none of the servers", {1, 1, 1}},
      {{"read-only", "refused"}, "reconnect: none of the servers", {1, 1}},
      {{"refused"}, "temporary: MySQL error 2003", {1}},
  };
  for (const auto& one : k_cases) {
    Twins twins(one.fates);
    const auto is = outcome(twins.connector());
    EXPECT_TRUE(is.starts_with(one.is)) << is << " instead of " << one.is;
    EXPECT_EQ(twins.tries, one.tries) << one.is;
  }
}

TEST(Hosts, StayWhereItWorkedAndGoAroundTheList) {
  Twins twins({"refused", "up", "up"});
  const auto connect = twins.connector();
  EXPECT_EQ(outcome(connect), "db1");
  twins.fates[0] = "up";
  const auto copy = connect;  // of another window, in another thread
  EXPECT_EQ(outcome(copy), "db1");
  twins.fates[1] = "refused";
  EXPECT_EQ(outcome(copy), "db2");
  twins.fates[2] = "refused";
  EXPECT_EQ(outcome(connect), "db0");
  EXPECT_EQ(twins.tries, (std::vector<int>{2, 3, 2}));
}

TEST(Hosts, AStopEndsTheRound) {
  Twins twins({"refused", "refused", "up"});
  auto connect = twins.connector();
  base::request_stop(15);
  EXPECT_THROW(connect(), base::Error);
  base::request_stop(0);
  EXPECT_EQ(twins.tries, (std::vector<int>{0, 0, 0}));
}

TEST(Hosts, ADeadServerAndOneThatTakesNoWritesMakeWay) {
  const auto good = PrivateServer::get().options();
  auto dead = good;
  dead.socket = PrivateServer::get().directory() + "/nobody.sock";
  const auto root = connect(good);
  root->query("SET GLOBAL read_only = 1");
  auto must_write = good;
  must_write.must_write = true;
  const auto server = [](const char* name, const Options& options) {
    return Server{name, [options] { return connect(options); }};
  };
  auto servers = first_usable({server("dead", dead), server("replica", must_write)});
  const auto is = outcome(servers);
  EXPECT_TRUE(is.starts_with("reconnect: none of the servers can be used: dead: MySQL error 2002"))
      << is;
  EXPECT_NE(is.find("replica: MySQL error 1290 (HY000): the server is read-only"),
            std::string::npos);
  EXPECT_EQ(outcome(first_usable(
                {server("dead", dead), server("replica", must_write), server("primary", good)})),
            root->server().version);
  root->query("SET GLOBAL read_only = 0");
  EXPECT_EQ(outcome(servers), root->server().version);
}

}  // namespace
}  // namespace erp2mysql::mysql
