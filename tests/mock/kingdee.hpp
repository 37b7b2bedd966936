// SPDX-License-Identifier: Apache-2.0
// Kingdee K3Cloud (金蝶云星空): three sign-ins that give a session which ends, or signed headers
// without one; queries whose rows are bare arrays and whose errors look like a row. Refuses to know
// HTTP and the sources of the tool under test.
#pragma once

#include "erp.hpp"
#include "kingdee_filter.hpp"
#include "kingdee_rows.hpp"

namespace mock {

class Kingdee : public Erp {
 public:
  Kingdee(const Options& options, Settings& settings, Stats& all);

  bool takes(const Call& call) const override;
  std::string api_of(const Call& call) const override;
  std::int64_t page_of(const Call& call) const override;
  std::optional<std::string> truth(const Params& asked) const override;
  Table* table(const std::string& form) const override;
  void expire() override;

 protected:
  std::optional<Refusal> check(const Call& call) override;
  Outcome respond(const Call& call, const Fault& fault) override;
  Answer refuse(const Refusal& refusal) override;
  std::span<const FaultRow> fault_rows() const override;
  std::string limit_key(const Call& call) const override;

 private:
  struct Session {
    std::int64_t calls = 0;
    std::int64_t born_ms = 0;
  };
  struct Query {
    std::string form, filter, order;
    std::vector<std::string> fields;
    std::int64_t start = 0, limit = 0, top = 0;
  };
  // A row of the answer before its cells are made: a document, or one of its lines.
  struct Line {
    Record record;
    std::int64_t number = 0;
  };

  // Signing in (kingdee_login.cpp).
  Answer sign_in(const Call& call, std::string_view service);
  std::string login_problem(const Value& given, std::string_view service) const;
  Answer login_answer(const std::string& session, const std::string& problem) const;
  std::optional<Refusal> check_session(const std::string& id);
  std::optional<Refusal> check_headers(const Call& call) const;

  // Querying (kingdee_query.cpp).
  static std::optional<Value> request_of(const Call& call);
  std::variant<Query, Refusal> read_query(const Value& request) const;
  std::optional<Refusal> check_fields(const Query& query, const KingdeeFilter& filter,
                                      const std::vector<KingdeeOrder>& order) const;
  std::variant<Answer, Refusal> query(const Query& query, bool objects, const Fault& fault);
  std::vector<Line> lines_of(const Table& table, const Query& query,
                             const std::vector<Record>& records) const;
  void sort(std::vector<Line>& lines, const Table& table, const Query& query,
            const std::vector<KingdeeOrder>& order);
  Value cell(const Table& table, const Query& query, const Line& line,
             const std::string& field) const;
  Value row(const Table& table, const Query& query, const Line& line, bool objects) const;

  mutable std::mutex tables_mutex_;
  mutable std::map<std::string, std::unique_ptr<Table>> forms_;
  std::mutex sessions_mutex_;
  std::map<std::string, Session> sessions_;
  std::atomic<std::uint64_t> calls_{0};
};

}  // namespace mock
