// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/map/mapper.hpp"

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::map {
namespace {

// The columns of a job: the flat `request`, or the children of `main_params`.
const std::vector<job::Item>& column_items(const job::Target& target) {
  if (target.request.size() == 1 && !target.request[0].children.empty()) {
    return target.request[0].children;
  }
  return target.request;
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

Mapper Mapper::compile(const job::Job& job, CompileProblems& problems) {
  Mapper mapper;
  if (!job.source.beat_flat.empty()) mapper.flat_ = job.source.beat_flat.front();
  for (const auto& item : column_items(job.target)) {
    mapper.columns_.push_back(item.field);
    mapper.rules_.push_back({item.field, ValueRule::compile(item, mapper.flat_, problems)});
  }
  mapper.filter_ = ConditionFilter::compile(job.source.condition, mapper.flat_, problems);
  mapper.quality_ = QualityRules::compile(job.quality.rules, mapper.columns_, problems);
  mapper.has_id_ = !job.source.id.empty();
  job::Item id;
  id.pointer = "/source/id";
  // Without braces the id is a path.
  const bool path = job.source.id.find('{') == std::string::npos;
  id.value = path ? "{" + job.source.id + "}" : job.source.id;
  mapper.id_ = ValueRule::compile(id, "", problems);
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

void Mapper::map_row(const FlatRow& row, const Variables& variables, data::Batch& batch) const {
  std::string scratch;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    try {
      auto cell = rules_[i].rule.cell(row, variables, scratch);
      quality_.apply(i, cell);
      if (cell) {
        batch.add(*cell);
      } else {
        batch.add_null();
      }
    } catch (base::Error& error) {
      error.at("column " + rules_[i].name);
      throw;
    }
  }
}

Mapper::Outcome Mapper::map(const std::shared_ptr<const data::Document>& page,
                            const data::Node& record, const Variables& variables,
                            data::Batch& batch) const {
  Outcome outcome;
  const auto fail = [&](const base::Error& error) {
    if (error.kind() != base::ErrorKind::data) throw error;
    outcome.bad.push_back(bad_row(record, error, id(record, variables).value_or("")));
  };
  std::vector<FlatRow> rows;
  try {
    rows = flatten(record, flat_);
  } catch (const base::Error& error) {
    outcome.rows = 1;
    fail(error);
    return outcome;
  }
  outcome.rows = rows.size();
  filter_.keep(rows, variables);
  outcome.filtered = outcome.rows - rows.size();
  for (const auto& row : rows) {
    batch.begin_row(page, &record);
    try {
      map_row(row, variables, batch);
      ++outcome.mapped;
    } catch (const base::Error& error) {
      batch.drop_row();
      fail(error);
    }
  }
  return outcome;
}

}  // namespace erp2mysql::map
