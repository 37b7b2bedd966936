// SPDX-License-Identifier: Apache-2.0
// `hosts` of a connection: what is an address, what is none, and how both forms are read.
#include "erp2mysql/job/hosts.hpp"

#include <gtest/gtest.h>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/job/load.hpp"

namespace erp2mysql::job {
namespace {

TEST(Hosts, AreReadOrRefused) {
  const struct {
    const char* text;
    const char* list;
    const char* wrong;
  } k_cases[] = {
      {"a", "a:3306", ""},
      {"a:1,b", "a:1,b:3306", ""},
      {" a , b:65535 ", "a:3306,b:65535", ""},
      {"10.0.0.1:3307", "10.0.0.1:3307", ""},
      {"[::1],[fe80::1]:3307", "[::1]:3306,[fe80::1]:3307", ""},
      {"a:3306,b,A", "", "A:3306 stands there twice"},
      {"a:1,a:2", "a:1,a:2", ""},
      {"", "", "a host is empty"},
      {"a,,b", "", "a host is empty"},
      {"a:0", "", "\"a:0\" is no host"},
      {"a:65536", "", "\"a:65536\" is no host"},
      {"a:", "", "\"a:\" is no host"},
      {"a:3306x", "", "\"a:3306x\" is no host"},
      {"::1", "", "\"::1\" is no host"},
      {"[::1", "", "\"[::1\" is no host"},
      {"[a]", "", "\"[a]\" is no host"},
      {"tcp://a:3306", "", "\"tcp://a:3306\" is no host"},
      {"etl@a", "", "\"etl@a\" is no host"},
      {"a b", "", "\"a b\" is no host"},
      {":3306", "", "\":3306\" is no host"},
  };
  for (const auto& one : k_cases) {
    const auto hosts = parse_hosts(one.text, 3306);
    EXPECT_EQ(hosts.wrong, one.wrong) << one.text;
    if (!hosts.wrong.empty()) continue;
    std::vector<std::string> list;
    for (const auto& host : hosts.list) list.push_back(host.text());
    EXPECT_EQ(base::join(list, ","), one.list) << one.text;
  }
}

std::string with(const std::string& connection) {
  return R"({"name": "j", "source": {"platform": "jikeyun", "connection": {"appkey": "k",
    "appsecret": "${env:S}"}, "api": "a"}, "target": {"platform": "mysql", "api": "batchexecute",
    "connection": {"username": "u", "database": "d", )" +
         connection + R"(}, "otherRequest": [{"field": "main_sql",
    "value": "REPLACE INTO t (a) VALUES"}]}})";
}

Loaded load_with(const std::string& connection) {
  LoadOptions options;
  options.env = [](const std::string& name) -> std::optional<std::string> {
    return name == "HOSTS" ? "one,two:3307" : name == "S" ? "secret" : "three";
  };
  return load_text("j.json", with(connection), options);
}

TEST(Hosts, ComeAsAListOrAsAText) {
  const struct {
    const char* connection;
    const char* hosts;
  } k_cases[] = {
      {R"("hosts": ["a:3306", "b"])", "a:3306,b:3306"},
      {R"("hosts": "a, b:3307", "port": 3310)", "a:3310,b:3307"},
      {R"("hosts": "${env:HOSTS}")", "one:3306,two:3307"},
      {R"("hosts": ["${env:H}", "four"])", "three:3306,four:3306"},
  };
  for (const auto& one : k_cases) {
    const auto loaded = load_with(one.connection);
    EXPECT_EQ(loaded.job.target.connection.at("hosts"), one.hosts) << one.connection;
  }
}

TEST(Hosts, MistakesAreToldAtTheirPlace) {
  const struct {
    const char* connection;
    const char* message;
  } k_cases[] = {
      {R"("hosts": [])", "a host is empty"},
      {R"("hosts": "")", "a host is empty"},
      {R"("hosts": ["a", "a:3306"])", "a:3306 stands there twice"},
      {R"("hosts": ["a"], "host": "b")", "\"hosts\" and \"host\" exclude each other"},
      {R"("hosts": ["a"], "server": "b")", "\"hosts\" and \"host\" exclude each other"},
      {R"("hosts": ["a"], "socket": "/s")", "\"hosts\" and \"socket\" exclude each other"},
      {R"("hosts": [1])", "expected a text, found a number"},
      {R"("hosts": {"a": 1})", "expected a list of texts, found an object"},
  };
  for (const auto& one : k_cases) {
    const auto loaded = load_with(one.connection);
    bool found = false;
    for (const auto& problem : loaded.problems) {
      found = found || (problem.pointer.starts_with("/target/connection/hosts") &&
                        problem.message == one.message);
      EXPECT_EQ(problem.message.find("connection/hosts"), std::string::npos);
    }
    EXPECT_TRUE(found) << one.connection << ": "
                       << (loaded.problems.empty() ? "no problem" : to_text(loaded.problems[0]));
  }
}

}  // namespace
}  // namespace erp2mysql::job
