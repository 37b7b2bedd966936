// SPDX-License-Identifier: Apache-2.0
// What all imitated platforms but the first have in common: tables of rows, the order of checks,
// limits, faults and drift around an answer. A platform says how a call is checked, refused and
// answered. Refuses to know HTTP and any platform.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "answer.hpp"
#include "columns.hpp"
#include "faults.hpp"
#include "form.hpp"
#include "limits.hpp"
#include "records.hpp"
#include "refusal.hpp"
#include "rng.hpp"
#include "stats.hpp"

namespace mock {

// One HTTP request. Header names are in lower case; the form holds the query, and the body when it
// is one.
struct Call {
  std::string path;
  std::string body;
  bool form_body = false;
  std::map<std::string, std::string> headers;
  Form form;

  std::string header(const std::string& name) const;
  std::string param(const std::string& name) const;
};

struct Table {
  Table(std::string_view api_name, std::string_view key_name, std::int64_t first,
        std::span<const Column> cols, const Options& options);
  Facts facts(const Record& record) const;
  Value row(const Record& record) const { return make_row(columns, facts(record)); }
  // Made on first use: a test asks for one table, and there may be millions of rows.
  Records& records() const;

  std::string_view api, key;
  std::int64_t first_key;
  std::span<const Column> columns;
  std::uint64_t seed;

 private:
  const Options& options_;
  mutable std::once_flag made_;
  mutable std::unique_ptr<Records> records_;
};

// A record whose row is made only when a filter really looks at it.
class Candidate {
 public:
  Candidate(const Table& table, const Record& record) : table_(table), record_(record) {}
  const Record& record() const { return record_; }
  const Value& row() const {
    if (!row_) row_ = table_.row(record_);
    return *row_;
  }

 private:
  const Table& table_;
  const Record& record_;
  mutable std::optional<Value> row_;
};

// A row of the platform's table of errors that a fault plan can ask for.
struct FaultRow {
  std::string_view fault, code, message;
};

struct Ask {
  Window window{};
  std::function<bool(const Candidate&)> match{};
  std::int64_t skip = 0, limit = 0;
  Sorting order = Sorting::modified;
};
struct Rows {
  std::vector<Value> rows;
  std::vector<Record> records;  // of the page as it should have been
  std::int64_t total = 0;
};

class Erp {
 public:
  Erp(std::string_view name, const Options& options, Settings& settings, Stats& all);
  virtual ~Erp() = default;
  Erp(const Erp&) = delete;
  Erp& operator=(const Erp&) = delete;

  std::string_view name() const { return name_; }
  const Stats& stats() const { return stats_; }
  Stats& stats() { return stats_; }

  virtual bool takes(const Call& call) const = 0;
  virtual std::string api_of(const Call& call) const = 0;
  // From 1 on, whatever the platform counts from; for faults that hit a page.
  virtual std::int64_t page_of(const Call& call) const = 0;
  Answer serve(const Call& call, const std::optional<Fault>& fault);

  // The rows a perfect sync would hold, one JSON object a line; nothing without such a table.
  virtual std::optional<std::string> truth(const Params& asked) const;
  virtual Table* table(const std::string& api) const;  // empty: the first one
  // Ends sessions or tokens, where the platform has them.
  virtual void expire() {}

 protected:
  using Outcome = std::variant<Answer, Refusal>;

  virtual std::optional<Refusal> check(const Call& call) = 0;
  virtual Outcome respond(const Call& call, const Fault& fault) = 0;
  virtual Answer refuse(const Refusal& refusal) = 0;
  virtual std::span<const FaultRow> fault_rows() const = 0;
  virtual std::optional<Refusal> refusal_of(const Fault& fault) const;
  virtual Refusal too_fast(const Limits::Excess& excess) const;
  // Calls are limited per key; an empty one is not limited.
  virtual std::string limit_key(const Call& call) const = 0;
  // False for rows that an ordinary query never shows.
  virtual bool in_truth(const Table&, const Record&) const { return true; }
  void set_limits(std::vector<RateLimit> typical, bool refused_count = false);

  Rows rows_of(Table& table, Ask ask, const Fault& fault);
  // Counts a page of so many rows, made of these records, and lets time pass.
  void served(Table& table, const Window& window, const std::vector<Record>& records,
              std::size_t rows);
  Sorting usual_order() const;
  Dress dress(const Fault& fault) const;
  void add_table(std::unique_ptr<Table> table);
  std::string trace_id();
  static Answer json(std::string body);

  const Options& options_;
  Settings& settings_;
  std::vector<std::shared_ptr<Table>> tables_;

 private:
  std::optional<Refusal> admit(const Call& call);
  void drift(Table& table, const Window& window);

  std::string_view name_;
  Stats stats_;
  std::unique_ptr<Limits> limits_;
  std::mutex dice_mutex_;
  Rng dice_;
  std::atomic<std::int64_t> admitted_{0};
  std::atomic<std::uint64_t> answers_{0};
};

}  // namespace mock
