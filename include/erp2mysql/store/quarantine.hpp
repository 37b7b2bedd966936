// SPDX-License-Identifier: Apache-2.0
// The quarantine of a job as operators and later runs see it: what is in it, and what became of
// its entries. It writes no target row and knows no mapping.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "erp2mysql/store/state.hpp"

namespace erp2mysql::store {

/// open: bad. unmatched: an UPDATE found no row yet; tried again by every run. done: written since.
/// filtered: the job's condition drops it now. superseded: a later row of the same key came.
struct QuarantineEntry {
  std::uint64_t id = 0;
  std::string state, run_id, key, field, reason, created_at;
  std::string record;                 // raw, JSON; empty unless asked for
  std::optional<std::string> mapped;  // JSON; where mapping came that far
  unsigned number = 0;                // of the server's error
  data::Window window;
  std::optional<std::uint32_t> line;  // among the rows of the record; nothing: all of them
};

struct QuarantineFilter {
  std::vector<std::uint64_t> ids;   // empty: whatever their ids
  std::vector<std::string> states;  // empty: whatever their states
};

/// Borrows nothing. Every call throws mysql::SqlError; none opens a transaction.
class Quarantine {
 public:
  explicit Quarantine(State state) : state_(std::move(state)) {}

  /// Adds the columns that version 1 of the state tables lacked.
  static void upgrade(mysql::Connection& connection, const State& state);

  /// At most `limit` entries with ids past `after`, in the order of their ids. No tables: none.
  std::vector<QuarantineEntry> read(mysql::Connection& connection, const QuarantineFilter& filter,
                                    std::uint64_t after, std::size_t limit,
                                    bool with_records) const;
  std::uint64_t count(mysql::Connection& connection, const QuarantineFilter& filter) const;
  std::uint64_t drop(mysql::Connection& connection, const QuarantineFilter& filter) const;

  void mark(mysql::Connection& connection, const std::vector<std::uint64_t>& ids,
            std::string_view state) const;
  /// The entry was tried again and failed for this reason.
  void tried(mysql::Connection& connection, std::uint64_t id, const data::BadRow& row) const;

  /// Some entry waits for its row: only then can one be superseded.
  bool waits(mysql::Connection& connection) const;
  /// Entries that wait and have one of these row keys are overtaken by a newer row.
  void supersede(mysql::Connection& connection, const std::vector<std::string>& row_keys) const;
  /// Of several unmatched entries of one row key only the newest stays.
  void supersede_repeats(mysql::Connection& connection) const;

 private:
  State state_;
};

}  // namespace erp2mysql::store
