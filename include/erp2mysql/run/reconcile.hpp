// SPDX-License-Identifier: Apache-2.0
// Source against table, day by day: which keys are missing, which versions are older, which rows
// of the table the source does not give any more. It reads the source as a run does and writes
// nothing but temporary tables, unless it is asked to mark or delete. It prints nothing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "erp2mysql/run/sync.hpp"
#include "erp2mysql/store/key_stage.hpp"

namespace erp2mysql::run {

struct ReconcileOptions {
  base::Range stretch;         // of a job that reads by time; else it means nothing
  std::string time_column;     // empty: found in the mapping
  std::string version_column;  // empty: the time column
  std::size_t keys = 20;       // of each kind are told
  std::optional<std::pair<std::string, std::string>>
      mark;  // column and value of rows that are gone
};

struct DayResult {
  base::Range time;
  store::Comparison found;
  std::uint64_t gone = 0;
  bool differs() const { return found.missing + found.older + found.bad + gone > 0; }
};

struct ReconcileResult {
  store::KeyColumns columns;
  /// The table holds rows that this source does not give, by design: older versions, where the key
  /// holds the time of change, or rows of other accounts.
  bool keeps_versions = false;
  std::vector<DayResult> days;
  store::Keys gone_keys;
  std::uint64_t pages = 0, records = 0;
  bool differs() const;
};

class Reconcile {
 public:
  /// Connects and looks at the table. Borrows everything. Throws base::Error{config, usage}.
  Reconcile(const CompiledJob& job, const Wiring& wiring, ReconcileOptions options);
  ~Reconcile();

  /// Reads all days. Throws base::Error.
  void compare();
  /// Reads those days again that lacked rows; for after their repair.
  void compare_again();
  /// The stretches that lack rows or hold older ones, neighbours joined.
  std::vector<base::Range> to_repair() const;
  /// Rows that seem gone may have changed since: reads on from the end of the stretch to `now`.
  void look_for_gone_until(base::Instant now);
  /// Marks the rows that are gone, or deletes them. Takes the job's lock: throws Error{locked}
  /// while a run holds it. How many there were.
  std::uint64_t change_gone();

  const ReconcileResult& result() const { return result_; }

 private:
  void read(const base::Range& stretch);
  void compare_day(std::size_t number, bool again);
  void count_gone();
  bool asked_whole(const base::Range& range) const;
  base::Range whole_day(const base::Range& part) const;

  const CompiledJob& job_;
  const Wiring& wiring_;
  ReconcileOptions options_;
  std::unique_ptr<mysql::Connection> connection_;
  store::Table table_;
  source::Client client_;
  ReconcileResult result_;
  std::unique_ptr<store::KeyStage> stage_;
};

/// Which columns tell key, time and version; pure. Throws base::Error{usage} when the mapping does
/// not show it and no option says it, base::Error{config} when the table cannot be compared.
store::KeyColumns reconcile_columns(const CompiledJob& job, const store::Table& table,
                                    const ReconcileOptions& options);
/// Some column of the key is made of what fills the time column.
bool key_holds_time(const CompiledJob& job, const store::KeyColumns& columns);

}  // namespace erp2mysql::run
