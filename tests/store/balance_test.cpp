// SPDX-License-Identifier: Apache-2.0
// The property that everything else serves: whatever rows come, good and bad in any mixture, and
// whatever the server and the network do in between, each row is in the table or in quarantine.
// Random batches from fixed seeds, every kind of statement, deadlocks and lost connections.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/store/writer.hpp"
#include "store/feed.hpp"
#include "support/private_server.hpp"

namespace erp2mysql::store {
namespace {

using tests::PrivateServer;

/// A real connection that now and then loses a deadlock, the line, or the answer to a COMMIT.
class UnsteadyConnection : public mysql::Connection {
 public:
  UnsteadyConnection(std::unique_ptr<mysql::Connection> real, std::mt19937& random)
      : real_(std::move(real)), random_(random) {}
  mysql::Result query(std::string_view sql,
                      const std::vector<std::optional<std::string>>& params) override {
    return real_->query(sql, params);
  }
  void begin() override { real_->begin(); }
  void commit() override {
    const auto fate = random_() % 12;
    if (fate == 0) real_->rollback();
    if (fate != 0) real_->commit();
    if (fate <= 1) fail(2013, "HY000", mysql::Phase::commit_sent);
  }
  void rollback() noexcept override { real_->rollback(); }
  std::vector<mysql::Warning> warnings() override { return real_->warnings(); }
  const mysql::ServerInfo& server() const override { return real_->server(); }
  mysql::Result write_rows(const mysql::RowStatement& statement, const data::Batch& batch,
                           std::size_t first, std::size_t count) override {
    const auto fate = random_() % 300;
    if (fate <= 1) {
      real_->rollback();
      fail(fate == 0 ? 1213 : 2006, fate == 0 ? "40001" : "HY000", mysql::Phase::in_transaction);
    }
    return real_->write_rows(statement, batch, first, count);
  }
  std::string_view write_method() const override { return real_->write_method(); }

 private:
  [[noreturn]] void fail(unsigned number, std::string_view state, mysql::Phase phase) {
    throw mysql::make_error(number, state, "made up", real_->server().flavour, phase);
  }
  std::unique_ptr<mysql::Connection> real_;
  std::mt19937& random_;
};

struct Kind {
  const char* name;
  const char* sql;
  bool batch;
  enum class Rule { last_wins, first_wins, sums, must_exist, lines } rule;
};

const Kind k_kinds[] = {
    {"Replace", "REPLACE INTO t (id, seq, txt, num, day, word, must) VALUES", true,
     Kind::Rule::last_wins},
    {"Upsert",
     "INSERT INTO t (id, seq, txt, num, day, word, must) VALUES ON DUPLICATE KEY UPDATE"
     " seq = VALUES(seq), txt = VALUES(txt)",
     true, Kind::Rule::last_wins},
    {"Insert", "INSERT INTO t (id, seq, txt, num, day, word, must) VALUES", true,
     Kind::Rule::first_wins},
    {"Sums",
     "INSERT INTO t (id, seq, txt, num, day, word, must) VALUES ON DUPLICATE KEY UPDATE"
     " total = total + 1",
     true, Kind::Rule::sums},
    {"Update",
     "UPDATE t SET seq = :seq, txt = :txt, num = :num, day = :day, word = :word, must = :must"
     " WHERE id = :id",
     false, Kind::Rule::must_exist},
    {"Execute",
     "REPLACE INTO t (id, seq, txt, num, day, word, must) VALUES (:id, :seq, :txt, :num, :day,"
     " :word, :must)",
     false, Kind::Rule::last_wins},
    {"Lines",
     "INSERT INTO t (id, seq, txt, num, day, word, must) VALUES (:id, :seq, :txt, :num, :day,"
     " :word, :must)",
     false, Kind::Rule::lines},
};

struct Case {
  const Kind* kind;
  unsigned seed;
  mysql::WriteMethod method;
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.kind->name << one.seed; }

struct Input {
  int id, seq;
  std::vector<std::optional<std::string>> cells;
  std::vector<std::string> lines;
  bool good = true;
};

class Balance : public testing::TestWithParam<Case> {
 protected:
  int below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }

  Input row(int seq) {
    Input out;
    out.id = below(40);
    out.seq = seq;
    out.cells = {
        std::to_string(out.id), std::to_string(seq), "text", "12.50", "2024-02-29", "beta", "1"};
    if (below(10) < 2) spoil(out);
    if (GetParam().kind->rule != Kind::Rule::lines) return out;
    for (int i = below(4); i > 0; --i) out.lines.push_back("sku" + std::to_string(i));
    if (!out.lines.empty() && below(10) == 0) {
      out.lines.back() = "too long for it";
      out.good = false;
    }
    return out;
  }

  void spoil(Input& row) {
    const struct {
      std::size_t cell;
      std::optional<std::string> value;
    } ways[] = {{2, "too long"},   {3, "1234567.00"},  {3, "1.239"},
                {3, "abc"},        {4, "2023-02-29"},  {5, "gamma"},
                {6, std::nullopt}, {6, "99999999999"}, {2, "\xF0\x28\x8C"}};
    const auto& way = ways[below(std::size(ways))];
    row.cells[way.cell] = way.value;
    row.good = false;
  }

  void open() {
    auto statement = GetParam().kind->batch ? parse_batch(GetParam().kind->sql)
                                            : parse_execute(GetParam().kind->sql);
    if (!GetParam().kind->batch) bind_marks(statement, k_cells);
    std::vector<Statement> extensions;
    if (GetParam().kind->rule == Kind::Rule::lines) {
      extensions.push_back(parse_execute("INSERT INTO l (seq, sku) VALUES (:seq, :sku)"));
      bind_marks(extensions[0], {"seq", "sku", "lastInsertId"});
    }
    const auto connect = [this] {
      auto options = PrivateServer::get().options(name_);
      options.write_method = GetParam().method;
      return std::make_unique<UnsteadyConnection>(mysql::connect(options), random_);
    };
    session_ = std::make_unique<Session>(connect, State(name_, "job"), "run-1", "f", clock_);
    table_ = read_table(*watcher_, name_, "t");
    WriteOptions options;
    options.rows_per_statement = static_cast<std::size_t>(1 + below(60));
    options.rows_per_commit = static_cast<std::size_t>(1 + below(120));
    options.max_bad_rows = 100'000;
    options.cell_names = k_cells;
    options.max_attempts = 50;
    writer_ = std::make_unique<WindowWriter>(*session_, std::move(statement), table_, options,
                                             std::move(extensions));
  }

  void write(const std::vector<Input>& rows) {
    const auto from = base::Instant(base::Millis(1'700'000'000'000LL + rows.front().seq));
    writer_->begin("run", {{from, from + base::Millis(1)}});
    feed_.emplace(*writer_);
    for (const auto& row : rows) {
      const auto page =
          std::make_shared<const data::Document>(data::Document::parse_page("{\"raw\":1}"));
      feed_->batch().begin_row({*page, page->root()});
      for (const auto& cell : row.cells) {
        cell ? feed_->batch().add(*cell) : feed_->batch().add_null();
      }
      for (const auto& line : row.lines) {
        feed_->lines()[0].begin_row({*page, page->root()});
        feed_->lines()[0].add(std::to_string(row.seq));
        feed_->lines()[0].add(line);
      }
      feed_->record_added();
    }
    WindowCounts counts;
    counts.books.read = rows.size();
    feed_->flush();
    writer_->finish(counts, from);
    EXPECT_TRUE(counts.books.balanced());
    quarantined_ += counts.books.quarantined;
  }

  // What table and quarantine must hold after one more row.
  void expect(const Input& row) {
    const auto rule = GetParam().kind->rule;
    const bool there = table_rows_.contains(row.id);
    const bool refused = !row.good || (rule == Kind::Rule::must_exist && !there) ||
                         (there && (rule == Kind::Rule::first_wins || rule == Kind::Rule::lines));
    if (refused) {
      bad_.insert(row.seq);
    } else if (rule == Kind::Rule::sums) {
      if (!there) table_rows_[row.id] = row.seq;
      totals_[row.id] += there ? 1 : 0;
    } else {
      table_rows_[row.id] = row.seq;
      lines_ += row.lines.size();
    }
  }

  std::map<int, int> stored(const char* columns) {
    std::map<int, int> out;
    for (const auto& row : watcher_->query(std::string("SELECT id, ") + columns + " FROM t").rows)
      out[std::stoi(*row[0])] = std::stoi(*row[1]);
    return out;
  }

  const std::vector<std::string> k_cells{"id", "seq", "txt", "num", "day", "word", "must"};
  std::string name_ = PrivateServer::get().fresh_database();
  std::mt19937 random_{GetParam().seed};
  base::FakeClock clock_;
  std::unique_ptr<mysql::Connection> watcher_ = mysql::connect(PrivateServer::get().options(name_));
  Table table_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<WindowWriter> writer_;
  std::optional<Feed> feed_;
  std::map<int, int> table_rows_, totals_;
  std::set<int> bad_;
  std::size_t lines_ = 0, quarantined_ = 0;
};

TEST_P(Balance, EveryRowIsInTheTableOrInQuarantine) {
  watcher_->query(
      "CREATE TABLE t (id INT PRIMARY KEY, seq INT NOT NULL, txt VARCHAR(5), num DECIMAL(6,2),"
      " day DATE, word ENUM('alpha','beta'), must INT NOT NULL, total INT NOT NULL DEFAULT 0)");
  watcher_->query("CREATE TABLE l (seq INT, sku VARCHAR(5))");
  if (GetParam().kind->rule == Kind::Rule::must_exist) {
    for (int id = 0; id < 40; id += 2) {
      watcher_->query("INSERT INTO t (id, seq, must) VALUES (?, -1, 0)", {std::to_string(id)});
      table_rows_[id] = -1;
    }
  }
  open();
  int seq = 0;
  for (int windows = 1 + below(4); windows > 0; --windows) {
    std::vector<Input> rows;
    for (int i = 1 + below(150); i > 0; --i) rows.push_back(row(seq++));
    for (const auto& one : rows) expect(one);
    write(rows);
  }
  EXPECT_EQ(stored("seq"), table_rows_);
  if (GetParam().kind->rule == Kind::Rule::sums) {
    for (const auto& [id, total] : stored("total")) EXPECT_EQ(total, totals_[id]) << id;
  }
  EXPECT_EQ(watcher_->query("SELECT COUNT(*) FROM l").rows[0][0], std::to_string(lines_));
  std::set<int> kept;
  const auto entries = watcher_
                           ->query(
                               "SELECT JSON_VALUE(mapped, '$.seq') FROM"
                               " erp2mysql_quarantine")
                           .rows;
  for (const auto& entry : entries) kept.insert(std::stoi(*entry[0]));
  EXPECT_EQ(kept, bad_);
  EXPECT_EQ(entries.size(), bad_.size());
  EXPECT_EQ(quarantined_, bad_.size());
}

std::vector<Case> cases() {
  std::vector<Case> out;
  for (const auto& kind : k_kinds) {
    using enum mysql::WriteMethod;
    for (unsigned seed = 1; seed <= 9; ++seed) {
      const auto method = seed % 3 == 0 ? load : seed % 3 == 1 ? statements : prepared;
      out.push_back({&kind, seed, method});
    }
  }
  return out;
}

INSTANTIATE_TEST_SUITE_P(Seeds, Balance, testing::ValuesIn(cases()), [](const auto& test) {
  return test.param.kind->name + std::to_string(test.param.seed);
});

}  // namespace
}  // namespace erp2mysql::store
