// SPDX-License-Identifier: Apache-2.0
// Records in, rows of cells out: flattening, filter, mapping rules, quality rules. Compiled once
// per job; threads may share it. It knows no statement and no server.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "erp2mysql/data/batch.hpp"
#include "erp2mysql/data/flow.hpp"
#include "erp2mysql/job/job.hpp"
#include "erp2mysql/map/condition.hpp"
#include "erp2mysql/map/quality.hpp"
#include "erp2mysql/map/value_rule.hpp"

namespace erp2mysql::map {

class Mapper {
 public:
  /// Never throws; mistakes go to `problems`.
  static Mapper compile(const job::Job& job, CompileProblems& problems);

  /// Names of the mapped columns, in the order of the job's `request`; for a no-op target those of
  /// the record store.
  const std::vector<std::string>& columns() const { return columns_; }
  /// Types of these columns; empty for a no-op target.
  std::vector<Type> types() const;
  /// Names of the parameters of each extension statement.
  const std::vector<std::vector<std::string>>& line_columns() const { return line_columns_; }

  struct Outcome {
    std::uint64_t rows = 0;      // what the record became after flattening
    std::uint64_t filtered = 0;  // of these, removed by `condition`
    std::uint64_t mapped = 0;    // of these, added to the batch
    std::vector<data::BadRow> bad;
  };
  /// Adds the record's rows to `batch`, and their lines to `lines`, one batch per extension. A row
  /// that fails is in `bad` and in no batch. With `only`, just the row at that position is mapped.
  /// Throws base::Error{config} only for a quality rule with onFail "stop".
  Outcome map(const data::Document& page, const data::Node& record, const Variables& variables,
              data::Batch& batch, std::span<data::Batch> lines = {},
              std::optional<std::uint32_t> only = std::nullopt) const;

  /// The record's id by `source.id`; nothing when it has none or the job names no id.
  std::optional<std::string> id(const data::Node& record, const Variables& variables) const;
  bool has_id() const { return has_id_; }
  const std::string& flat() const { return flat_; }

 private:
  struct Column {
    std::string name;
    ValueRule rule;
    bool same_for_record = false;
  };
  struct Lines {
    std::string list;
    std::vector<Column> rules;
  };
  static std::vector<Column> compile_columns(const std::vector<job::Item>& items,
                                             std::string_view flat, CompileProblems& problems);
  void map_row(const FlatRow& row, const Variables& variables, bool above, data::Batch& batch,
               std::string& scratch) const;
  void map_lines(const data::RecordText& text, const data::Node& record, const Variables& variables,
                 std::span<data::Batch> lines) const;
  void store_record(const data::Node& record, const Variables& variables, data::Batch& batch) const;

  std::string flat_;
  std::vector<std::string> columns_;
  std::vector<Column> rules_;
  std::vector<std::vector<std::string>> line_columns_;
  std::vector<Lines> lines_;
  bool no_op_ = false;
  std::string job_;
  ValueRule number_;
  ConditionFilter filter_;
  QualityRules quality_;
  bool has_id_ = false;
  ValueRule id_;
};

}  // namespace erp2mysql::map
