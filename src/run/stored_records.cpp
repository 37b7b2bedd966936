// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/stored_records.hpp"

#include "erp2mysql/base/text.hpp"

namespace erp2mysql::run {
namespace {

// Of one question; a million short codes and names need about this much.
constexpr std::size_t k_most_bytes = std::size_t{256} << 20;

}  // namespace

void StoredRecords::open(mysql::Connector connect, store::State state) {
  connect_ = std::move(connect);
  state_.emplace(std::move(state));
}

expr::Value StoredRecords::find(const expr::Lookup& lookup) const {
  if (!connect_) return expr::Value::null();
  store::RecordQuestion question{lookup.job, lookup.field, {}};
  std::string name = base::quoted(lookup.job) + base::quoted(lookup.field);
  std::vector<std::string> values;
  for (const auto& [field, value] : lookup.conditions) {
    if (value.is_null()) return expr::Value::null();
    question.conditions.push_back(field);
    name += base::quoted(field);
    values.push_back(value.text);
  }
  const std::scoped_lock lock(mutex_);
  auto at = indexes_.find(name);
  if (at == indexes_.end()) {
    at = indexes_
             .emplace(name, store::RecordIndex::load(*connect_(), *state_, question, k_most_bytes))
             .first;
  }
  const auto* answer = at->second.find(values);
  if (answer == nullptr) return expr::Value::null();
  return answer->number ? expr::Value::number(answer->text) : expr::Value::of_text(answer->text);
}

}  // namespace erp2mysql::run
