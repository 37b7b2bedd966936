// SPDX-License-Identifier: Apache-2.0
// Rows of a bill query as records: bare lists get their names, pages end where a key is complete.
#include <fmt/format.h>

#include "erp2mysql/source/answer.hpp"
#include "erp2mysql/source/kingdee_query.hpp"

namespace erp2mysql::source::kingdee {
namespace {

using base::Error;
using base::ErrorKind;

// Caps that servers put on the rows of one call, whatever was asked for.
bool cut_off(std::int64_t rows, std::int64_t limit) {
  return rows >= limit || rows == 2000 || rows == 10000;
}

data::Node copy(data::DocumentBuilder& builder, const data::Node& node) {
  data::Node out = node;
  out.text = node.is_scalar() ? builder.keep(node.text) : std::string_view();
  if (node.is_scalar()) return out;
  out.truth = false;
  out.shape = 0;  // the members below do not know their places in it
  std::vector<data::Member> members;
  for (const auto& member : node.members()) {
    members.push_back({builder.keep(member.key), copy(builder, member.value)});
  }
  out.first = builder.keep(members);
  return out;
}

// The value of a column in a row of either form; null when it is missing.
const data::Node* cell(const data::Node& row, const Query& query, std::size_t index) {
  if (row.is_array()) return &row.first[index].value;
  const auto& column = query.columns[index];
  const auto* node = row.find(column.key);
  return node == nullptr ? row.find(column.name) : node;
}

void check_row(const data::Node& row, const Query& query) {
  if (row.is_object()) return;
  if (row.is_array() && row.count == query.columns.size()) return;
  throw Error(
      ErrorKind::protocol,
      row.is_array()
          ? fmt::format("a row has {} values for {} columns", row.count, query.columns.size())
          : fmt::format("a row of the answer is a {}", data::to_string(row.kind)));
}

std::vector<std::string> read_keys(const data::Node& rows, const Query& query,
                                   const std::string& key) {
  std::size_t index = 0;
  while (index < query.columns.size() && query.columns[index].key != key) ++index;
  std::vector<std::string> keys;
  for (const auto& row : rows.members()) {
    check_row(row.value, query);
    const auto* node = cell(row.value, query, index);
    keys.emplace_back(node == nullptr ? std::string_view() : node->scalar());
    if (keys.back().empty()) {
      throw Error(ErrorKind::protocol, fmt::format("a row has no \"{}\"", key))
          .hint("name a unique key that every row has in source.read.key");
    }
    const bool falls = keys.size() > 1 && cursor_less(keys.back(), keys[keys.size() - 2]);
    // Texts follow the database's collation, which is not ours to check.
    if (falls && keys.back().find_first_not_of("0123456789") == std::string::npos) {
      throw Error(ErrorKind::protocol, fmt::format("rows are not ordered by \"{}\"", key))
          .hint("the platform ignores OrderString for this form; set source.read.key to \"\"");
    }
  }
  return keys;
}

// Rows to keep of a page that was cut off: those whose key is surely complete.
std::size_t complete_rows(const std::vector<std::string>& keys, const std::string& key) {
  std::size_t count = keys.size();
  while (count > 0 && keys[count - 1] == keys.back()) --count;
  if (count > 0) return count;
  throw Error(ErrorKind::config,
              fmt::format("all {} rows of a page have the same \"{}\"", keys.size(), key))
      .hint("raise the page size, or name the line's own id in source.read.key");
}

data::Node name_row(data::DocumentBuilder& builder, const data::Node& row, const Query& query,
                    const std::vector<std::string_view>& names) {
  std::vector<data::Member> members;
  for (std::size_t i = 0; i < query.columns.size(); ++i) {
    if (query.columns[i].key == query.hidden) continue;
    const auto* node = cell(row, query, i);
    if (node != nullptr) members.push_back({names[i], copy(builder, *node)});
  }
  data::Node out;
  out.kind = data::Kind::object;
  out.count = static_cast<std::uint32_t>(members.size());
  out.first = builder.keep(members);
  return out;
}

}  // namespace

data::Page name_columns(const data::Node& rows, const Query& query, const PageRule& rule) {
  if (!rows.is_array()) throw Error(ErrorKind::protocol, "the answer is no list of rows");
  std::size_t count = rows.count;
  const bool cut = count > 0 && cut_off(static_cast<std::int64_t>(count), rule.limit);
  data::Page page;
  if (rule.key.empty()) {
    if (cut && static_cast<std::int64_t>(count) < rule.limit) {
      throw Error(ErrorKind::config, fmt::format("the platform caps a page at {} rows", count))
          .hint(fmt::format("set pagination.pageSize to {}", count));
    }
    page.has_next = cut;
  } else if (count > 0) {
    const auto keys = read_keys(rows, query, rule.key);
    if (cut) {
      count = complete_rows(keys, rule.key);
      page.next = keys[count - 1];
    }
  }
  data::DocumentBuilder builder;
  std::vector<std::string_view> names;
  for (const auto& column : query.columns) names.push_back(builder.keep(column.name));
  std::vector<data::Member> records;
  for (std::size_t i = 0; i < count; ++i) {
    check_row(rows.first[i].value, query);
    records.push_back({"", name_row(builder, rows.first[i].value, query, names)});
  }
  data::Node list;
  list.kind = data::Kind::array;
  list.count = static_cast<std::uint32_t>(records.size());
  list.first = builder.keep(records);
  page.document = std::make_shared<const data::Document>(builder.finish(list));
  for (const auto& record : page.document->root().members()) {
    page.records.push_back(&record.value);
  }
  return page;
}

}  // namespace erp2mysql::source::kingdee
