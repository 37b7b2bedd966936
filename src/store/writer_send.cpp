// SPDX-License-Identifier: Apache-2.0
// One batch into the open transaction: rows that the table holds already stay behind, cells that
// the server would change silently are found first, and a failing statement is halved until the
// bad row stands alone.
#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/store/writer.hpp"
#include "unchanged.hpp"

namespace erp2mysql::store {
namespace {

using base::Error;
using base::ErrorKind;

// Fewer bad rows alike may be a few bad records.
constexpr std::size_t k_rows_of_a_mapping_error = 100;

constexpr std::size_t k_smallest_piece = 50;  // shorter statements cost more than rows

// MySQL holds the texts of a value list in columns of some 16,000 characters.
constexpr std::size_t k_most_joined_bytes = 8'000;

bool benign(unsigned warning) {
  // 1287: VALUES() deprecated in ON DUPLICATE KEY UPDATE; 1592: statement logged unsafely.
  return warning == 1287 || warning == 1592 || warning == 1050 || warning == 1051;
}

}  // namespace

std::optional<data::BadRow> WindowWriter::inspect(const data::Batch& batch, std::size_t row) const {
  for (const auto& [cell_index, column, compared] : watched_) {
    const auto cell = batch.cell(row, cell_index);
    if (!cell) continue;
    if (const auto problem = silent_change(*column, *cell))
      return bad_row(batch, row, *problem, "", column->name, 1265);
    if (compared && base::plain_number(*cell).empty())
      return bad_row(batch, row, "the value is compared with a number but is none", "",
                     column->name, 1366);
  }
  if (batch.row_bytes(row) <= max_bytes_) return std::nullopt;
  return bad_row(batch, row,
                 fmt::format("the row has {} bytes, more than half of the server's "
                             "max_allowed_packet",
                             batch.row_bytes(row)),
                 "", "", 1153);
}

void WindowWriter::send(const data::Batch& batch, Sent& sent) {
  const std::size_t bad_before = sent.bad.size();
  if (options_.skip_unchanged && !batch.empty()) {
    send_checked(without_unchanged(batch, sent), sent);
  } else {
    send_checked(batch, sent);
  }
  refuse_mapping_error(batch.rows(), std::span(sent.bad).subspan(bad_before));
}

data::Batch WindowWriter::without_unchanged(const data::Batch& batch, Sent& sent) {
  const auto same = unchanged_rows(session_.connection(), table_, statement_, batch);
  data::Batch out(batch.columns());
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    if (same[row]) {
      ++sent.unchanged;
    } else {
      out.append(batch, row);
    }
  }
  return out;
}

void WindowWriter::send_checked(const data::Batch& batch, Sent& sent) {
  std::size_t start = 0;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    auto bad = inspect(batch, row);
    if (!bad) continue;
    send_range(batch, start, row - start, sent);
    reject(std::move(*bad), sent);
    start = row + 1;
  }
  send_range(batch, start, batch.rows() - start, sent);
}

void WindowWriter::halve(const data::Batch& batch, std::size_t first, std::size_t count,
                         Sent& sent) {
  send_range(batch, first, count / 2, sent);
  send_range(batch, first + count / 2, count - count / 2, sent);
}

// Where the server says which row it was, that row stands alone between the ones before it and the
// rest. Where one is bad others are near, and each makes all rows of its piece go twice: pieces are
// as long as it took to find the last one.
void WindowWriter::split(const data::Batch& batch, std::size_t first, std::size_t count,
                         std::optional<std::size_t> bad, Sent& sent) {
  if (!bad || *bad >= count) return halve(batch, first, count, sent);
  send_range(batch, first, *bad, sent);
  send_range(batch, first + *bad, 1, sent);
  const std::size_t piece = std::max(k_smallest_piece, 2 * (*bad + 1));
  const std::size_t end = first + count;
  for (std::size_t at = first + *bad + 1; at < end; at += piece)
    send_range(batch, at, std::min(piece, end - at), sent);
}

// A single row goes by the statement as it was written, whatever a join made of it; and so do the
// parts of a batch that failed as a whole, since loading them would fail as often.
const mysql::RowStatement& WindowWriter::statement_for(const data::Batch& batch, std::size_t first,
                                                       std::size_t count) const {
  if (!loaded_.load.empty() && first == 0 && count == batch.rows()) return loaded_;
  if (!joined_ || count == 1) return statement_.sent;
  for (std::size_t row = first; row < first + count; ++row) {
    if (batch.row_bytes(row) > k_most_joined_bytes) return statement_.sent;
  }
  return *joined_;
}

void WindowWriter::send_range(const data::Batch& batch, std::size_t first, std::size_t count,
                              Sent& sent) {
  if (count == 0) return;
  const bool must_match = statement_.is_update() && options_.on_no_match != NoMatch::ignore;
  if (must_match && !matches_countable_ && count > 1) {
    for (std::size_t i = 0; i < count; ++i) send_range(batch, first + i, 1, sent);
    return;
  }
  mysql::Result result;
  try {
    result =
        session_.connection().write_rows(statement_for(batch, first, count), batch, first, count);
  } catch (const mysql::SqlError& error) {
    if (error.number() == 1213 && base::seeded_bug("deadlock-swallowed")) return;
    const bool halves =
        error.action() == mysql::Action::row || error.action() == mysql::Action::split;
    if (!halves) throw;
    if (count > 1) return split(batch, first, count, error.row(), sent);
    return reject(bad_row(batch, first, error), sent);
  }
  check_warnings(result);
  if (statement_.is_update() && result.affected < count) {
    // Halves are sent again: matches are countable only where that changes nothing.
    if (must_match && count > 1) return halve(batch, first, count, sent);
    return unmatched(batch, first, count, result.affected, sent);
  }
  check_affected(result, count);
  sent.written += count;
  sent.affected += result.affected;
}

// Rows whose UPDATE found nothing; a single one unless they are to be ignored.
void WindowWriter::unmatched(const data::Batch& batch, std::size_t first, std::size_t count,
                             std::uint64_t matched, Sent& sent) {
  sent.unmatched += count - matched;
  if (options_.on_no_match == NoMatch::ignore) {
    sent.written += matched;
    sent.affected += matched;
    sent.unchanged += count - matched;
  } else if (options_.on_no_match == NoMatch::insert) {
    try {
      sent.affected += session_.connection().write_rows(instead_.sent, batch, first, 1).affected;
      ++sent.written;
    } catch (const mysql::SqlError& error) {
      if (error.action() != mysql::Action::row) throw;
      reject(bad_row(batch, first, error), sent);
    }
  } else {
    auto row = bad_row(batch, first, "the UPDATE found no row with this key", "", "", 0);
    row.unmatched = true;
    sent.bad.push_back(std::move(row));
  }
}

void WindowWriter::check_warnings(const mysql::Result& result) {
  if (base::seeded_bug("warnings-ignored")) return;
  if (result.warnings == 0 || statement_.kind == Statement::Kind::insert_ignore) return;
  for (const auto& warning : session_.connection().warnings()) {
    if (benign(warning.number)) continue;
    throw Error(
        ErrorKind::data,
        fmt::format("the server changed a value on the way in (warning {})", warning.number))
        .hint("compare the mapped columns with the table's types");
  }
}

void WindowWriter::check_affected(const mysql::Result& result, std::size_t rows) const {
  // INSERT … SELECT and the like may rightly take none.
  const bool countable =
      statement_.sent.repeats && statement_.kind != Statement::Kind::insert_ignore;
  if (!countable || result.affected >= rows) return;
  throw Error(ErrorKind::bug, fmt::format("the server took {} of {} rows", result.affected, rows));
}

void WindowWriter::refuse_mapping_error(std::size_t rows, std::span<const data::BadRow> bad) {
  if (rows < k_rows_of_a_mapping_error || bad.size() != rows || bad[0].number == 0) return;
  const bool alike = std::all_of(bad.begin(), bad.end(), [&](const data::BadRow& row) {
    return row.number == bad[0].number && row.field == bad[0].field;
  });
  if (!alike) return;
  throw Error(ErrorKind::config,
              fmt::format("all {} rows of a batch fail alike: {}", rows, bad[0].summary))
      .hint("the mapping does not fit the table; compare request, main_sql and the column's type");
}

}  // namespace erp2mysql::store
