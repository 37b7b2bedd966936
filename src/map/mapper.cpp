// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/map/mapper.hpp"

#include <fmt/format.h>

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::map {
namespace {

// The columns of a job: the flat `request`, or the children of main_params.
const std::vector<job::Item>& column_items(const job::Target& target) {
  for (const auto& item : target.request) {
    if (item.field == "main_params" && !item.children.empty()) return item.children;
  }
  const bool wrapped = target.request.size() == 1 && !target.request[0].children.empty();
  return wrapped ? target.request[0].children : target.request;
}

// Without braces it is a path.
job::Item text_item(std::string_view pointer, const std::string& text) {
  job::Item item;
  item.pointer = pointer;
  item.value = text.find('{') == std::string::npos ? "{" + text + "}" : text;
  return item;
}

std::vector<std::string> names_of(const std::vector<job::Item>& items) {
  std::vector<std::string> out;
  for (const auto& item : items) out.push_back(item.field);
  return out;
}

void add_cell(const Cell& cell, data::Batch& batch) {
  if (cell) {
    batch.add(*cell);
  } else {
    batch.add_null();
  }
}

data::BadRow bad_row(const data::Node& record, const base::Error& error, std::string key) {
  data::BadRow bad;
  bad.record = data::to_json(record);
  // "column NAME, …": quarantine knows fields by their bare names.
  constexpr std::string_view k_column = "column ";
  std::string_view field = error.where();
  if (field.starts_with(k_column))
    field = field.substr(k_column.size(), field.find(',') - k_column.size());
  bad.field = field;
  bad.reason = error.what();
  bad.summary = error.what();
  bad.key = std::move(key);
  return bad;
}

}  // namespace

std::vector<Mapper::Column> Mapper::compile_columns(const std::vector<job::Item>& items,
                                                    std::string_view flat,
                                                    CompileProblems& problems) {
  std::vector<Column> out;
  for (const auto& item : items) {
    auto rule = ValueRule::compile(item, flat, problems);
    const bool same = rule.same_for_record();
    out.push_back({item.field, std::move(rule), same});
  }
  return out;
}

std::vector<Type> Mapper::types() const {
  std::vector<Type> out;
  for (const auto& column : rules_) out.push_back(column.rule.type());
  return out;
}

Mapper Mapper::compile(const job::Job& job, CompileProblems& problems) {
  Mapper mapper;
  mapper.job_ = job.name;
  mapper.no_op_ = job.target.no_op();
  if (!job.source.beat_flat.empty() && !mapper.no_op_) mapper.flat_ = job.source.beat_flat.front();
  if (mapper.no_op_) {
    mapper.columns_ = {"job", "record_id", "number", "content"};
  } else {
    mapper.columns_ = names_of(column_items(job.target));
    mapper.rules_ = compile_columns(column_items(job.target), mapper.flat_, problems);
  }
  for (const auto& extension : job.target.extensions) {
    mapper.line_columns_.push_back(names_of(extension.items));
    mapper.lines_.push_back(
        {extension.list, compile_columns(extension.items, extension.list, problems)});
  }
  mapper.filter_ = ConditionFilter::compile(job.source.condition, mapper.flat_, problems);
  mapper.quality_ = QualityRules::compile(job.quality.rules, mapper.columns_, problems);
  mapper.has_id_ = !job.source.id.empty();
  mapper.id_ = ValueRule::compile(text_item("/source/id", job.source.id), "", problems);
  if (!job.source.number.empty()) {
    mapper.number_ =
        ValueRule::compile(text_item("/source/number", job.source.number), "", problems);
  }
  return mapper;
}

std::optional<std::string> Mapper::id(const data::Node& record, const Variables& variables) const {
  if (!has_id_) return std::nullopt;
  try {
    auto text = id_.text({&record, nullptr}, variables);
    if (text && text->empty()) return std::nullopt;
    return text;
  } catch (const base::Error&) {
    return std::nullopt;  // an id that cannot be built is no id
  }
}

// `above`: the row before in the batch is one of this record.
void Mapper::map_row(const FlatRow& row, const Variables& variables, bool above, data::Batch& batch,
                     std::string& scratch) const {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (above && rules_[i].same_for_record) {
      batch.repeat();
      continue;
    }
    try {
      auto cell = rules_[i].rule.cell(row, variables, scratch);
      quality_.apply(i, cell);
      add_cell(cell, batch);
    } catch (base::Error& error) {
      error.at("column " + rules_[i].name);
      throw;
    }
  }
}

void Mapper::map_lines(const data::RecordText& text, const data::Node& record,
                       const Variables& variables, std::span<data::Batch> lines) const {
  std::string scratch;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    for (const auto& row : flatten(record, lines_[i].list)) {
      if (row.line == nullptr) continue;  // no list, no lines
      lines[i].begin_row(text);
      for (const auto& column : lines_[i].rules) {
        try {
          add_cell(column.rule.cell(row, variables, scratch), lines[i]);
        } catch (base::Error& error) {
          error.at("column " + column.name);
          throw;
        }
      }
    }
  }
}

// The record as it came, under its id.
void Mapper::store_record(const data::Node& record, const Variables& variables,
                          data::Batch& batch) const {
  const auto key = id(record, variables);
  if (!key)
    throw base::Error(base::ErrorKind::data, "the record has no id (source.id)")
        .at("column record_id");
  batch.add(job_);
  batch.add(*key);
  const auto number = number_.text({&record, nullptr}, variables);
  add_cell(number ? Cell(*number) : Cell(), batch);
  batch.add(data::to_json(record));
}

Mapper::Outcome Mapper::map(const data::Document& page, const data::Node& record,
                            const Variables& variables, data::Batch& batch,
                            std::span<data::Batch> lines, std::optional<std::uint32_t> only) const {
  Outcome outcome;
  const auto fail = [&](const base::Error& error, std::optional<std::uint32_t> line) {
    if (error.kind() != base::ErrorKind::data) throw error;
    outcome.bad.push_back(bad_row(record, error, id(record, variables).value_or("")));
    outcome.bad.back().line = line;
  };
  std::vector<FlatRow> rows;
  try {
    rows = flatten(record, flat_);
  } catch (const base::Error& error) {
    outcome.rows = 1;
    fail(error, std::nullopt);
    return outcome;
  }
  outcome.rows = rows.size();
  filter_.keep(rows, variables);
  outcome.filtered = outcome.rows - rows.size();
  if (only && *only >= outcome.rows) {
    fail(base::Error(
             base::ErrorKind::data,
             fmt::format("the record has {} rows, none at position {}", outcome.rows, *only)),
         only);
  }
  const data::RecordText text(page, record);
  std::string scratch;
  bool above = false;
  for (const auto& row : rows) {
    if (only && row.position != *only) continue;
    batch.begin_row(text, row.position);
    std::vector<std::size_t> before;
    for (const auto& one : lines) before.push_back(one.rows());
    try {
      no_op_ ? store_record(record, variables, batch)
             : map_row(row, variables, above, batch, scratch);
      map_lines(text, record, variables, lines);
      above = true;
      ++outcome.mapped;
    } catch (const base::Error& error) {
      batch.drop_row();
      for (std::size_t i = 0; i < lines.size(); ++i) lines[i].truncate(before[i]);
      fail(error, row.position);
    }
  }
  return outcome;
}

}  // namespace erp2mysql::map
