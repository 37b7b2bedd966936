// SPDX-License-Identifier: Apache-2.0
// Stored records by their fields, from a real server.
#include "erp2mysql/store/records.hpp"

#include <gtest/gtest.h>

#include "support/private_server.hpp"

namespace erp2mysql::store {
namespace {

using tests::PrivateServer;

class Records : public testing::Test {
 protected:
  void SetUp() override {
    state_.ensure_tables(*connection_);
    connection_->query("INSERT INTO erp2mysql_job (job) VALUES ('shops'), ('empty')");
    name_uuid(*connection_, state_, "66da-aa");
  }
  void store(const char* id, const char* content) {
    connection_->query(
        "INSERT INTO erp2mysql_record (job, record_id, content) VALUES ('shops', ?, ?)",
        {id, content});
  }
  std::string ask(const std::string& job, const std::string& field,
                  const std::vector<std::string>& conditions,
                  const std::vector<std::string>& values, std::size_t most = 1 << 20) {
    const auto index = RecordIndex::load(*connection_, state_, {job, field, conditions}, most);
    const auto* found = index.find(values);
    if (found == nullptr) return "NULL";
    return (found->number ? "number " : "text ") + found->text;
  }

  std::string name_ = PrivateServer::get().fresh_database();
  std::unique_ptr<mysql::Connection> connection_ =
      mysql::connect(PrivateServer::get().options(name_));
  State state_{name_, "shops"};
};

TEST_F(Records, AnswersByFieldsOfTheRecord) {
  store("1", R"({"id":12345678901234567890.50,"name":"上海","a":{"b":"x"},"flag":true,"n":null})");
  store("2", R"({"id":2,"name":"上海","a":{"b":"y"},"lines":[1,2]})");
  store("3", R"({"id":3,"a":{"b":"x"}})");
  const struct {
    const char* field;
    std::vector<std::string> conditions, values;
    const char* answer;
  } cases[] = {
      {"id", {"name"}, {"上海"}, "number 12345678901234567890.50"},  // the first of two
      {"id", {"name", "a.b"}, {"上海", "y"}, "number 2"},
      {"name", {"id"}, {"2"}, "text 上海"},
      {"name", {"id"}, {"3"}, "NULL"},  // no such field in it
      {"name", {"id"}, {"02"}, "NULL"},
      {"n", {"flag"}, {"true"}, "NULL"},
      {"lines", {"id"}, {"2"}, "text [1,2]"},
      {"id", {"lines"}, {"[1,2]"}, "NULL"},
      {"id", {"name", "a.b"}, {"上", "海y"}, "NULL"},
  };
  for (const auto& test : cases)
    EXPECT_EQ(ask("shops", test.field, test.conditions, test.values), test.answer) << test.field;
  EXPECT_EQ(ask("66da-aa", "name", {"id"}, {"2"}), "text 上海");
  EXPECT_EQ(ask("empty", "name", {"id"}, {"2"}), "NULL");
}

TEST_F(Records, AnAccountAsksItsOwnRecordsFirst) {
  for (const char* job : {"goods@a", "goods@b"}) {
    connection_->query("INSERT INTO erp2mysql_job (job, uuid) VALUES (?, 'uuid-of-goods')", {job});
    connection_->query("INSERT INTO erp2mysql_record (job, record_id, content) VALUES (?, '1', ?)",
                       {job, R"({"id":1,"of":")" + std::string(job) + "\"}"});
  }
  const auto answer = [&](const char* asker, const std::string& called) -> std::string {
    const RecordQuestion question{called, "of", {"id"}};
    try {
      const auto index =
          RecordIndex::load(*connection_, State(name_, asker), question, std::size_t{1} << 20);
      const std::vector<std::string> values{"1"};
      return index.find(values)->text;
    } catch (const base::Error& error) {
      return error.message();
    }
  };
  EXPECT_EQ(answer("orders@a", "goods"), "goods@a");
  EXPECT_EQ(answer("orders@b", "uuid-of-goods"), "goods@b");
  EXPECT_EQ(answer("orders@a", "goods@b"), "goods@b");
  EXPECT_EQ(answer("orders", "goods@b"), "goods@b");
  EXPECT_NE(answer("orders", "uuid-of-goods").find("of which several accounts keep"),
            std::string::npos);
  EXPECT_NE(answer("orders@c", "goods").find("which never ran here"), std::string::npos);
}

TEST_F(Records, ReadsMoreThanOnePageOfRecords) {
  connection_->query(
      "INSERT INTO erp2mysql_record (job, record_id, content) WITH RECURSIVE s (n) AS (SELECT 1"
      " UNION ALL SELECT n + 1 FROM s WHERE n < 900) SELECT 'shops', n,"
      " CONCAT('{\"id\":', n, ',\"name\":\"n', n, '\"}') FROM s");
  for (const char* id : {"1", "499", "500", "501", "900"})
    EXPECT_EQ(ask("shops", "name", {"id"}, {id}), std::string("text n") + id);
}

TEST_F(Records, RefusesWhatItCannotHold) {
  store("1", R"({"id":1,"name":"n"})");
  const auto message = [&](const std::string& job, std::size_t most) {
    try {
      ask(job, "name", {"id"}, {"1"}, most);
    } catch (const base::Error& error) {
      EXPECT_EQ(error.kind(), base::ErrorKind::config);
      return error.message();
    }
    return std::string("no error");
  };
  EXPECT_NE(message("shop", 1 << 20).find("which never ran here"), std::string::npos);
  EXPECT_NE(message("shops", 50).find("need more than"), std::string::npos);
}

}  // namespace
}  // namespace erp2mysql::store
