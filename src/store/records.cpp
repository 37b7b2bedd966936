// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/records.hpp"

#include <fmt/format.h>

#include "erp2mysql/data/node.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::size_t k_records_at_a_time = 500;
// A hash map's node beside its texts.
constexpr std::size_t k_bytes_around_row = 100;

void add_part(std::string& key, std::string_view value) {
  key += fmt::format("{}:", value.size());
  key += value;
}

// Lists and objects have no value to compare; a missing field equals nothing.
std::optional<std::string> key_of(const data::Node& record,
                                  const std::vector<std::string>& fields) {
  std::string out;
  for (const auto& field : fields) {
    const auto* node = data::find_path(record, field);
    if (node == nullptr || node->is_null() || !node->is_scalar()) return std::nullopt;
    add_part(out, node->scalar());
  }
  return out;
}

std::optional<RecordIndex::Answer> answer_of(const data::Node& record, const std::string& field) {
  const auto* node = data::find_path(record, field);
  if (node == nullptr || node->is_null()) return std::nullopt;
  if (node->is_scalar()) return RecordIndex::Answer{node->is_number(), std::string(node->scalar())};
  return RecordIndex::Answer{false, data::to_json(*node)};
}

// A job with accounts asks the records of its own account first.
std::string job_name(mysql::Connection& connection, const State& state, const std::string& called) {
  const auto at = state.job().find('@');
  const auto account = at == std::string::npos ? "" : state.job().substr(at);
  const auto found = connection.query(
      fmt::format("SELECT job FROM {} WHERE job IN (?, ?) OR uuid = ? ORDER BY"
                  " job = ? DESC, RIGHT(job, CHAR_LENGTH(?)) = ? DESC, job = ? DESC LIMIT 2",
                  state.table("job")),
      {called, called + account, called, called + account, account, account, called});
  const std::string first = found.rows.empty() ? "" : *found.rows[0][0];
  const bool ours = !account.empty() && first.ends_with(account);
  if (found.rows.size() > 1 && first != called && first.find('@') != first.npos && !ours) {
    throw Error(
        ErrorKind::config,
        fmt::format("_findCollection asks \"{}\", of which several accounts keep records", called))
        .hint("name one of them, as JOB@ACCOUNT");
  }
  if (!first.empty()) return first;
  throw Error(ErrorKind::config,
              fmt::format("_findCollection asks job \"{}\", which never ran here", called))
      .hint("run the no-op job that stores its records, under this name or with this uuid");
}

}  // namespace

RecordIndex RecordIndex::load(mysql::Connection& connection, const State& state,
                              const RecordQuestion& question, std::size_t most_bytes) {
  const auto job = job_name(connection, state, question.job);
  RecordIndex out;
  std::size_t bytes = 0;
  std::string after;
  for (;;) {
    const auto found = connection.query(
        fmt::format("SELECT record_id, content FROM {} WHERE job = ? AND record_id > ?"
                    " ORDER BY record_id LIMIT {}",
                    state.table("record"), k_records_at_a_time),
        {job, after});
    if (found.rows.empty()) return out;
    after = *found.rows.back()[0];
    for (const auto& row : found.rows) {
      const auto record = data::Document::parse_page(*row[1]);
      auto key = key_of(record.root(), question.conditions);
      if (!key) continue;
      auto answer = answer_of(record.root(), question.field);
      const std::size_t size = key->size() + (answer ? answer->text.size() : 0);
      if (!out.rows_.try_emplace(std::move(*key), std::move(answer)).second) continue;
      bytes += size + k_bytes_around_row;
      if (bytes <= most_bytes) continue;
      throw Error(ErrorKind::config,
                  fmt::format("_findCollection: the records of job \"{}\" need more than {} MiB",
                              job, most_bytes >> 20))
          .hint("store fewer records there, or ask for shorter fields");
    }
  }
}

const RecordIndex::Answer* RecordIndex::find(std::span<const std::string> values) const {
  std::string key;
  for (const auto& value : values) add_part(key, value);
  const auto at = rows_.find(key);
  return at == rows_.end() || !at->second ? nullptr : &*at->second;
}

void name_uuid(mysql::Connection& connection, const State& state, const std::string& uuid) {
  connection.query(fmt::format("UPDATE {} SET uuid = ? WHERE job = ?", state.table("job")),
                   {uuid.empty() ? std::nullopt : std::optional(uuid), state.job()});
}

}  // namespace erp2mysql::store
