// SPDX-License-Identifier: Apache-2.0
// The table that a sample page would need: the first line of the input names the columns, one type
// and one cell a line follow. Whatever they hold, the statement is whole: all of it can be read as
// SQL, and no name or value breaks out.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "erp2mysql/store/table_ddl.hpp"
#include "tokenizer.hpp"

namespace {

using namespace erp2mysql;

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> out{""};
  for (const char c : text) {
    if (c == at) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

bool whole(const std::string& sql) {
  store::Tokenizer tokens(sql);
  if (!tokens.take_word("CREATE") || !tokens.take_word("TABLE")) return false;
  int depth = 0;
  bool ended = false;
  while (!tokens.at_end()) {
    if (ended) return false;
    const auto token = tokens.take();
    depth += token.is_mark('(') ? 1 : token.is_mark(')') ? -1 : 0;
    ended = token.is_mark(';');
  }
  return depth == 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array<const char*, 8> k_types{"string",   "int",  "float",   "number",
                                               "datetime", "date", "boolean", "object"};
  const auto lines = split({reinterpret_cast<const char*>(data), size}, '\n');
  const auto names = split(lines[0], ',');
  if (names.size() > 64) return 0;
  std::string sql = "REPLACE INTO t (";
  for (const auto& name : names) sql += (sql.back() == '(' ? "" : ",") + mysql::quote_name(name);
  std::vector<std::string> types(names.size());
  data::Batch rows(names.size());
  for (std::size_t at = 1; at + names.size() <= lines.size(); at += names.size()) {
    rows.begin_row({});
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto& line = lines[at + i];
      types[i] = k_types[line.empty() ? 0 : static_cast<std::uint8_t>(line[0]) % k_types.size()];
      line.size() < 2 ? rows.add_null() : rows.add(std::string_view(line).substr(1));
    }
  }
  try {
    const auto statement = store::parse_batch(sql + ") VALUES");
    if (!whole(store::create_table(statement, "bi", types, rows))) __builtin_trap();
  } catch (const base::Error& error) {
    if (error.kind() != base::ErrorKind::config) __builtin_trap();
  }
  return 0;
}
