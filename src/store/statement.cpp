// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/statement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/error.hpp"
#include "erp2mysql/base/text.hpp"
#include "statement_text.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::string_view k_end_at_values =
    "end the statement at VALUES; the rows are appended in the order of the request items";

// A printed "(?, ?, …)" is redundant but common; it must then agree with the columns.
void check_marks(Cursor& in, std::size_t columns) {
  if (!in.take_mark('(')) return;
  std::size_t marks = 0;
  const auto take = [&] {
    const auto& token = in.peek();
    if (token.kind != Token::Kind::placeholder || !token.text.empty()) {
      throw Error(ErrorKind::config,
                  fmt::format("a batch takes only ? marks after VALUES but found {}", show(token)))
          .hint(k_end_at_values);
    }
    in.skip(1);
    ++marks;
  };
  do {
    take();
  } while (in.take_mark(','));
  if (!in.take_mark(')')) take();
  if (marks != columns) {
    throw Error(ErrorKind::config, fmt::format("{} columns but {} ? marks", columns, marks))
        .hint(k_end_at_values);
  }
}

// True when every assignment is `column = VALUES(column)`, so that a row sent twice changes
// nothing.
bool repeats_values(Tokens assignments) {
  for (const Tokens part : split(assignments, ",")) {
    constexpr std::size_t k_length = 6;  // column = VALUES ( column )
    const bool plain = part.size() == k_length && part[0].is_name() && part[1].is_mark('=') &&
                       part[2].is_word("values") && part[3].is_mark('(') && part[4].is_name() &&
                       part[5].is_mark(')') && base::equal_ignore_case(part[0].text, part[4].text);
    if (!plain) return false;
  }
  return true;
}

void take_update_tail(Cursor& in, std::string_view sql, Statement& out) {
  if (out.kind != Statement::Kind::insert)
    throw Error(ErrorKind::config, "ON DUPLICATE KEY UPDATE belongs to a plain INSERT");
  out.kind = Statement::Kind::insert_or_update;
  out.sent.tail = " " + text_of(sql, in.rest());
  for (const std::string_view word : {"on", "duplicate", "key", "update"}) {
    if (in.take_word(word)) continue;
    throw Error(ErrorKind::config,
                fmt::format("expected ON DUPLICATE KEY UPDATE but found {}", show(in.peek())));
  }
  for (const auto& token : in.rest()) {
    if (token.kind == Token::Kind::placeholder)
      throw Error(ErrorKind::config, "a batch takes no placeholder after ON DUPLICATE KEY UPDATE")
          .hint("write VALUES(column)");
  }
  out.repeatable_update = repeats_values(in.rest());
}

}  // namespace

Statement parse_batch(std::string_view sql) {
  const auto tokens = tokens_of(sql);
  Cursor in(tokens);
  Statement out;
  out.kind = take_verb(in, "REPLACE and INSERT in a batch");
  in.take_table(out);
  out.columns = in.take_columns();
  if (!in.take_word("values") && !in.take_word("value")) {
    throw Error(ErrorKind::config, fmt::format("expected VALUES but found {}", show(in.peek())));
  }
  check_marks(in, out.columns.size());
  if (in.peek().is_word("on")) {
    take_update_tail(in, sql, out);
  } else if (!in.at_end()) {
    throw Error(ErrorKind::config, fmt::format("found {} after VALUES", show(in.peek())))
        .hint("end the statement at VALUES");
  }
  out.sent.head = insert_head(out);
  out.sent.repeats = true;
  out.cells = out.columns.size();
  for (std::size_t i = 0; i < out.columns.size(); ++i) {
    out.sent.tuple += i == 0 ? "(?" : ",?";
    out.sent.slots.push_back({i, false});
    out.marks.push_back({"", std::nullopt, out.columns[i], false});
  }
  out.sent.tuple += ')';
  return out;
}

void bind_marks(Statement& statement, const std::vector<std::string>& items) {
  std::size_t position = 0;
  statement.sent.slots.clear();
  statement.cells = items.size();
  for (const auto& mark : statement.marks) {
    if (mark.name.empty()) {
      statement.sent.slots.push_back({position++, false});
      continue;
    }
    const auto at = std::find(items.begin(), items.end(), mark.name);
    if (at == items.end()) {
      const std::vector<std::string_view> known(items.begin(), items.end());
      throw Error(ErrorKind::config,
                  fmt::format("no request item gives a value for {}", base::quoted(mark.name)))
          .hint(base::nearest(mark.name, known));
    }
    statement.sent.slots.push_back({static_cast<std::size_t>(at - items.begin()), false});
  }
  if (position > items.size()) {
    throw Error(ErrorKind::config,
                fmt::format("{} ? marks but {} request items", position, items.size()));
  }
}

}  // namespace erp2mysql::store
