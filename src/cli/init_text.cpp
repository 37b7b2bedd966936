// SPDX-License-Identifier: Apache-2.0
#include "init_text.hpp"

#include <fmt/format.h>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/job/field_table.hpp"
#include "erp2mysql/source/source.hpp"
#include "erp2mysql/store/table_ddl.hpp"
#include "resolved.hpp"

namespace erp2mysql::cli {
namespace {

std::string variable_name(std::string_view platform, std::string_view key) {
  std::string out = fmt::format("{}_{}", platform, key);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c & ~0x20);
    if (c == '-') c = '_';
  }
  return out;
}

// What most accounts need: required keys and, of the rest, those that a login needs.
bool asked_for(std::string_view platform, const job::Field& field) {
  if (field.required) return true;
  return (platform == "kingdee" && field.name == "password") || field.name == "refresh_token";
}

std::string connection_text(std::string_view platform) {
  std::string out;
  std::string left;
  for (const auto& field : job::connection_section(platform)->fields) {
    if (asked_for(platform, field)) {
      out += fmt::format("{}      \"{}\": \"${{env:{}}}\"", out.empty() ? "" : ",\n", field.name,
                         variable_name(platform, field.name));
    } else {
      left += fmt::format("{}{} ({})", left.empty() ? "" : ", ", field.name, field.description);
    }
  }
  if (left.empty()) return out;
  return fmt::format("      \"// more keys\": {},\n{}", base::quoted(left), out);
}

std::string list_text(std::span<const std::string_view> lines) {
  std::string out;
  for (const auto line : lines) out += fmt::format("{}      {}", out.empty() ? "" : ",\n", line);
  return out;
}

std::string columns_text(const Starter& starter) {
  std::string out;
  for (const auto& column : starter.columns) {
    out += fmt::format("{}      {{\"field\": \"{}\", \"type\": \"{}\", \"value\": \"{}\"}}",
                       out.empty() ? "" : ",\n", column.name, column.type, column.value);
  }
  return out;
}

std::string statement(const NewJob& job) {
  std::string names;
  for (const auto& column : job.starter->columns)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", column.name);
  return fmt::format("REPLACE INTO {} ({}) VALUES", job.table, names);
}

std::string limits_text(const NewJob& job) {
  job::Source source;
  source.platform = job.starter->platform;
  source.api = job.api;
  std::string out;
  for (const auto& limit : source::find_platform(source.platform)->facts(source).rate_limits)
    out += fmt::format("{}{}", out.empty() ? "" : ", ", to_text(limit));
  return out.empty() ? "none is known" : out;
}

constexpr std::string_view k_job = R"({{
  "$schema": "job.schema.json",
  "//": "A key that begins with two slashes is a comment. See: erp2mysql explain {name}.json",
  "name": {quoted_name},
  "timezone": "+08:00",
  "source": {{
    "platform": "{platform}",
    "// connection": "Secrets stay outside: ${{env:NAME}}, ${{file:PATH}} or ${{credential:NAME}}",
    "connection": {{
{connection}
    }},
    "// api": "{what}; any query API works, see docs/platforms",
    "api": {api},
    "// id": "Tells records apart; with idCheck a copy in the same window is dropped",
    "id": "{id}",
    "idCheck": true,
    "// request": "The window is asked for by {bounds}; page fields are filled in",
    "request": [
{request}
    ]{other}
  }},
  "target": {{
    "platform": "mysql",
    "connection": {{
      "// host": "or a socket: {{\"socket\": \"/run/mysqld/mysqld.sock\"}}",
      "host": "${{env:MYSQL_HOST}}",
      "database": {database},
      "username": "${{env:MYSQL_USER}}",
      "password": "${{env:MYSQL_PASSWORD}}"
    }},
    "// api": "batchexecute: item i fills column i of main_sql; execute: by name",
    "api": "batchexecute",
    "request": [
{columns}
    ],
    "otherRequest": [
      {{"field": "main_sql", "value": {sql}}},
      {{"field": "limit", "value": "1000"}}
    ]
  }},
  "// sync": "start: first watermark; overlap: read again before it; lag: stay behind the present",
  "sync": {{"start": "{start}", "overlap": "10m", "lag": "1m", "window": "1d"}},
  "// rateLimit": "of the platform unless given here: {limits}",
  "// quality": "maxBadRows: so many rows may go to quarantine before a window fails",
  "quality": {{"maxBadRows": 0}}
}}
)";

}  // namespace

std::vector<Variable> variables_of(const NewJob& job) {
  std::vector<Variable> out;
  const auto platform = job.starter->platform;
  for (const auto& field : job::connection_section(platform)->fields) {
    if (asked_for(platform, field))
      out.push_back({variable_name(platform, field.name), std::string(field.description)});
  }
  out.push_back({"MYSQL_HOST", "Host of the target server"});
  out.push_back({"MYSQL_USER", "Account with SELECT, INSERT, UPDATE, DELETE and CREATE"});
  out.push_back({"MYSQL_PASSWORD", "Its password"});
  return out;
}

std::vector<std::pair<std::string, std::string>> asked_keys(std::string_view platform) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto* section = job::connection_section(platform);
  if (section == nullptr) return out;
  for (const auto& field : section->fields) {
    if (asked_for(platform, field))
      out.emplace_back(field.name, variable_name(platform, field.name));
  }
  return out;
}

std::string job_text(const NewJob& job) {
  const auto& starter = *job.starter;
  const auto other =
      starter.other_request.empty()
          ? std::string()
          : fmt::format(",\n    \"otherRequest\": [\n{}\n    ]", list_text(starter.other_request));
  return fmt::format(
      fmt::runtime(k_job), fmt::arg("name", job.name),
      fmt::arg("quoted_name", base::quoted(job.name)), fmt::arg("platform", starter.platform),
      fmt::arg("connection", connection_text(starter.platform)), fmt::arg("what", starter.what),
      fmt::arg("api", base::quoted(job.api)), fmt::arg("id", starter.id),
      fmt::arg("bounds", starter.bounds), fmt::arg("request", list_text(starter.request)),
      fmt::arg("other", other), fmt::arg("database", base::quoted(job.database)),
      fmt::arg("columns", columns_text(starter)), fmt::arg("sql", base::quoted(statement(job))),
      fmt::arg("start", job.start), fmt::arg("limits", limits_text(job)));
}

std::string env_text(const std::vector<Variable>& variables) {
  std::string out;
  for (const auto& variable : variables)
    out += fmt::format("# {}\n{}=\n", variable.about, variable.name);
  return out;
}

// The guess needs something to look at: two rows that differ in the key alone, with texts of the
// usual length and times down to milliseconds.
std::string ddl_text(const NewJob& job) {
  const auto& columns = job.starter->columns;
  std::vector<std::string> types;
  for (const auto& column : columns) types.emplace_back(column.type);
  data::Batch rows(columns.size());
  for (const std::string_view key : {"1", "2"}) {
    rows.begin_row({});
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto& type = types[i];
      rows.add(i == 0               ? key
               : type == "datetime" ? "2024-01-01 00:00:00.000"
               : type == "string"   ? std::string(127, 'x')
                                    : "1");
    }
  }
  return store::create_table(store::parse_batch(statement(job)), job.database, types, rows);
}

}  // namespace erp2mysql::cli
