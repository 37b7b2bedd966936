// SPDX-License-Identifier: Apache-2.0
// Which columns of the target tell key, time and version of a row, read off the job's mapping.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/map/template.hpp"
#include "erp2mysql/run/reconcile.hpp"

namespace erp2mysql::run {
namespace {

using base::Error;
using base::ErrorKind;

// What the platforms call the time of the last change, without case, '_' and '-'.
constexpr std::array<std::string_view, 12> k_changed{
    "modified",   "modifiedtime", "modifieddate",   "modifytime",   "modifydate",  "gmtmodified",
    "updatetime", "updatedat",    "lastupdatetime", "lastmodified", "fmodifydate", "fmodifytime"};

std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != '_' && c != '-') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return out;
}

// The item whose value fills this column as it is; null when none does.
const job::Item* item_of(const CompiledJob& job, std::string_view column) {
  const auto slot = store::slot_of(job.statement, column);
  const auto& items = job.job.target.request;
  return slot && slot->cell < items.size() ? &items[slot->cell] : nullptr;
}

// The record's field that the item hands on unchanged; empty when it does something else.
std::string field_of(const job::Item& item) {
  if (!item.value || map::expression_text(*item.value)) return {};
  const auto value = map::Template::compile(*item.value);
  const auto* reference = value.single();
  return reference == nullptr ? std::string() : reference->name;
}

bool time_like(const store::Column& column) {
  return column.type == "datetime" || column.type == "timestamp" || column.type == "date" ||
         column.type.ends_with("char");
}

std::string find_time_column(const CompiledJob& job, const store::Table& table) {
  std::vector<std::string> found;
  for (const auto& column : table.columns) {
    const auto* item = item_of(job, column.name);
    if (item == nullptr || !time_like(column)) continue;
    const auto field = plain(field_of(*item));
    if (std::find(k_changed.begin(), k_changed.end(), field) != k_changed.end())
      found.push_back(column.name);
  }
  if (found.size() == 1) return found.front();
  throw Error(ErrorKind::usage,
              found.empty()
                  ? std::string("no column of the mapping holds the time by which the "
                                "job reads its rows")
                  : fmt::format("several columns may hold the time by which the job reads "
                                "its rows: {}",
                                base::join(found, ", ")))
      .hint("name it with --time-column");
}

void check_time_column(const store::Table& table, const std::string& name) {
  const auto* column = table.find(name);
  if (column == nullptr) {
    throw Error(ErrorKind::usage, fmt::format("table {} has no column \"{}\"", table.name, name));
  }
  if (time_like(*column)) return;
  throw Error(ErrorKind::usage, fmt::format("column \"{}\" is of type {}, which is not compared "
                                            "with times",
                                            name, column->full_type))
      .hint("allowed: datetime, timestamp, date, or a text as 2024-01-31 08:00:00");
}

}  // namespace

store::KeyColumns reconcile_columns(const CompiledJob& job, const store::Table& table,
                                    const ReconcileOptions& options) {
  if (job.job.target.no_op()) {
    throw Error(ErrorKind::config, "a no-op job has no table of its own to compare")
        .hint("reconcile the job that writes the rows");
  }
  store::KeyColumns out;
  out.key = store::comparable_key(table, job.statement);
  if (job.incremental()) {
    out.time = options.time_column.empty() ? find_time_column(job, table) : options.time_column;
    check_time_column(table, out.time);
  }
  out.version = options.version_column.empty() ? out.time : options.version_column;
  // A time that no row gives can be asked, but not compared.
  if (options.version_column.empty() && !store::slot_of(job.statement, out.version))
    out.version.clear();
  return out;
}

bool key_holds_time(const CompiledJob& job, const store::KeyColumns& columns) {
  const auto* time = columns.time.empty() ? nullptr : item_of(job, columns.time);
  const auto field = time == nullptr ? std::string() : field_of(*time);
  if (field.empty()) return false;
  return std::any_of(columns.key.begin(), columns.key.end(), [&](const std::string& column) {
    const auto* item = item_of(job, column);
    // Expressions name fields in braces as well.
    return item != nullptr && item->value && item->value->find("{" + field) != std::string::npos;
  });
}

}  // namespace erp2mysql::run
