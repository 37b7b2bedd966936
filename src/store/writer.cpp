// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/store/transaction.hpp"
#include "joined_update.hpp"
#include "load_statement.hpp"
#include "unchanged.hpp"

namespace erp2mysql::store {

using base::Error;
using base::ErrorKind;

namespace {

// A replaced row counts as two, before and after; the rest is for quarantine and ledger.
void keep_transactions_small(WriteOptions& options, const mysql::ServerInfo& server) {
  const auto bound = [](std::size_t& value, std::uint64_t limit) {
    if (limit > 0) value = std::min<std::uint64_t>(value, std::max<std::uint64_t>(limit / 4, 1));
  };
  bound(options.rows_per_commit, server.transaction_rows);
  bound(options.bytes_per_commit, server.transaction_bytes);
  options.rows_per_statement = std::min(options.rows_per_statement, options.rows_per_commit);
}

}  // namespace

WindowWriter::WindowWriter(Session& session, Statement statement, const Table& table,
                           WriteOptions options, std::vector<Statement> extensions)
    : session_(session),
      statement_(std::move(statement)),
      extensions_(std::move(extensions)),
      table_(table),
      options_(std::move(options)),
      quarantine_(session.state()) {
  if (!options_.bad_rows) options_.bad_rows = std::make_shared<std::atomic<std::uint64_t>>(0);
  send_by_column_type(statement_, table_);
  loaded_ = statement_.sent;
  loaded_.load = load_statement(statement_, table_);
  matches_countable_ = statement_.repeatable_update && compares_unique_key(table_, statement_);
  // Ignored rows would hide that a key came twice.
  if (matches_countable_ && options_.on_no_match != NoMatch::ignore)
    joined_ = joined_update(statement_, table_, session.connection().server());
  if (options_.on_no_match == NoMatch::insert && statement_.is_update()) {
    if (!statement_.keyed_update) {
      throw Error(ErrorKind::config,
                  "write.onNoMatch \"insert\" needs an UPDATE of the form SET column = value, … "
                  "WHERE column = value AND …");
    }
    instead_ = insert_instead(statement_);
  }
  key_cells_ = key_cells(table_, statement_);
  for (std::size_t i = 0; i < statement_.marks.size(); ++i) {
    const auto& slot = statement_.sent.slots[i];
    const Column* column = table_.find(statement_.marks[i].column);
    if (column == nullptr) continue;
    const bool assigned = !statement_.marks[i].condition;
    if ((assigned && may_change_silently(*column)) || slot.as_decimal)
      watched_.push_back({slot.cell, column, slot.as_decimal});
  }
  // Half of the packet leaves room for the protocol's own bytes; 8 MiB is past any gain.
  const auto packet = session.connection().server().max_allowed_packet;
  max_bytes_ = static_cast<std::size_t>(std::min<std::uint64_t>(packet / 2, 8u << 20));
  keep_transactions_small(options_, session.connection().server());
}

void WindowWriter::begin(std::string kind, const data::Window& window) {
  ledger_.emplace(session_.state(), std::move(kind));
  window_ = window;
  pending_.clear();
  mapping_bad_.clear();
  begun_ = false;
  early_ = true;
  done_ = {};
  retry(session_, options_.max_attempts, [&] {
    token_ = ledger_->start(session_.connection(), session_.job(), window_);
    waiting_ = !key_cells_.empty() && quarantine_.waits(session_.connection());
  });
  if (base::seeded_bug("watermark-early"))
    session_.state().set_watermark(session_.connection(), window_.time.to);
}

data::MappedRows WindowWriter::piece() const {
  data::MappedRows out(statement_.cells);
  // The last cell of an extension is the generated key, which no mapping gives.
  for (const auto& one : extensions_) out.lines.emplace_back(one.cells - 1);
  return out;
}

void WindowWriter::take(data::MappedRows piece) {
  for (auto& row : std::exchange(piece.bad, {})) add_bad(std::move(row));
  if (piece.main.empty()) return;
  pending_.push_back(std::move(piece));
  std::size_t rows = 0;
  std::size_t bytes = 0;
  for (const auto& one : pending_) {
    rows += one.main.rows();
    bytes += one.bytes();
  }
  if (whole_windows()) {
    // A part of the window must not be visible without its watermark: a second reading would
    // insert it again. So the whole window is one transaction and has to fit in memory.
    if (bytes >= 8 * options_.bytes_per_commit) {
      throw Error(ErrorKind::config,
                  "the window is too big for a statement that must not run twice for a row, since "
                  "all of it has to be one transaction")
          .hint("use REPLACE, or a shorter sync.window");
    }
  } else if (rows >= options_.rows_per_commit || bytes >= options_.bytes_per_commit) {
    commit(nullptr, std::nullopt);
  } else if (early_) {
    send_early();
  }
}

void WindowWriter::pause() {
  if (begun_) commit(nullptr, std::nullopt);
}

// The server is at work while further pieces are on their way. This is the first attempt of the
// commit to come; a fault that passes is left to its others, which wait and reconnect.
void WindowWriter::send_early() {
  auto& connection = session_.connection();
  try {
    if (!begun_) {
      connection.begin();
      begun_ = true;
      sent_ = {};
      sent_pieces_ = 0;
      fence(connection);
    }
    send_pending();
  } catch (const std::exception& error) {
    connection.rollback();
    begun_ = early_ = false;
    const auto* sql = dynamic_cast<const mysql::SqlError*>(&error);
    if (sql == nullptr || !passes(*sql)) throw;
    base::log_info("transaction failed before its commit, which repeats it: {}", error.what());
  }
}

void WindowWriter::send_pending() {
  for (; sent_pieces_ < pending_.size(); ++sent_pieces_) {
    const auto& one = pending_[sent_pieces_];
    extensions_.empty() ? send(one.main, sent_) : send_records(one.main, one.lines, sent_);
    check_bad_rows(sent_);
  }
}

void WindowWriter::add_bad(data::BadRow row) {
  Sent sent;
  sent.bad = std::move(mapping_bad_);
  reject(std::move(row), sent);
  check_bad_rows(sent);
  mapping_bad_ = std::move(sent.bad);
}

void WindowWriter::reject(data::BadRow row, Sent& sent) {
  base::log_info("bad row, key {}: {}", row.key.empty() ? "unknown" : base::quoted(row.key),
                 row.summary);
  sent.bad.push_back(std::move(row));
}

void WindowWriter::check_bad_rows(const Sent& sent) const {
  const auto is_bad = [](const data::BadRow& row) { return !row.unmatched; };
  const auto found =
      static_cast<std::uint64_t>(std::count_if(sent.bad.begin(), sent.bad.end(), is_bad));
  const auto total = *options_.bad_rows + found;
  if (base::seeded_bug("bad-rows-unlimited")) return;
  if (found == 0 || total <= static_cast<std::uint64_t>(options_.max_bad_rows)) return;
  const auto& last = *std::find_if(sent.bad.rbegin(), sent.bad.rend(), is_bad);
  throw Error(ErrorKind::data,
              fmt::format("{}{}", last.summary,
                          options_.max_bad_rows == 0
                              ? std::string()
                              : fmt::format(" ({} bad rows, quality.maxBadRows is {})", total,
                                            options_.max_bad_rows)))
      .at(last.key.empty() ? "a row" : "record " + base::quoted(base::shorten(last.key, 120)))
      .hint(
          "repair the row at its source, the mapping or the column; or allow bad rows with "
          "quality.maxBadRows");
}

void WindowWriter::finish(WindowCounts& counts, std::optional<base::Instant> first) {
  commit(&counts, first);
  fill(counts, done_);
}

void WindowWriter::fill(WindowCounts& counts, const Totals& totals) {
  counts.books.written = totals.written;
  counts.books.unchanged = totals.unchanged;
  counts.books.quarantined = totals.quarantined;
  counts.unmatched = totals.unmatched;
}

void WindowWriter::Totals::add(const Sent& sent) {
  written += sent.written;
  unchanged += sent.unchanged;
  unmatched += sent.unmatched;
  quarantined += sent.bad.size();
}

void WindowWriter::fail(const WindowCounts& counts) noexcept {
  try {
    begun_ = false;
    session_.connection().rollback();
    ledger_->end(session_.connection(), session_.job(), window_,
                 base::seeded_bug("failed-is-done") ? "done" : "failed", counts);
  } catch (const std::exception& error) {
    base::log_warning("could not note the failed window: {}", error.what());
  }
}

State::Advance WindowWriter::fence(mysql::Connection& connection) {
  if (base::seeded_bug("doubt-uncounted")) sent_ = {};
  return ledger_->step(connection, session_.job(), window_, token_);
}

void WindowWriter::commit(const WindowCounts* last, std::optional<base::Instant> first) {
  const auto work = [&] {
    if (!std::exchange(begun_, false)) {
      sent_ = {};
      sent_pieces_ = 0;
    }
    write_pending(last, first);
  };
  transact(
      session_, options_.max_attempts,
      [&](mysql::Connection& connection) { return fence(connection); }, work, begun_);
  ++token_;
  if (sent_.watermark) session_.moved(*sent_.watermark);
  done_.add(sent_);
  affected_ += sent_.affected;
  *options_.bad_rows += static_cast<std::uint64_t>(std::count_if(
      sent_.bad.begin(), sent_.bad.end(), [](const auto& row) { return !row.unmatched; }));
  waiting_ = waiting_ || (!key_cells_.empty() && !sent_.bad.empty());
  early_ = true;
  pending_.clear();
  mapping_bad_.clear();
}

void WindowWriter::write_pending(const WindowCounts* last, std::optional<base::Instant> first) {
  auto& connection = session_.connection();
  const auto& state = session_.state();
  send_pending();
  sent_.bad.insert(sent_.bad.begin(), mapping_bad_.begin(), mapping_bad_.end());
  check_bad_rows(sent_);
  if (waiting_) quarantine_.supersede(connection, pending_keys());
  if (!base::seeded_bug("quarantine-lost"))
    state.quarantine(connection, window_, session_.run_id(), sent_.bad);
  if (last == nullptr) return;
  WindowCounts counts = *last;
  Totals totals = done_;
  totals.add(sent_);
  fill(counts, totals);
  check_ratio(counts);
  const auto& books = counts.books;
  if (!books.balanced()) {
    throw Error(ErrorKind::data,
                fmt::format("the books do not balance: read {} but written {} + unchanged {} + "
                            "filtered {} + duplicate {} + quarantined {}",
                            books.read, books.written, books.unchanged, books.filtered,
                            books.duplicate, books.quarantined));
  }
  ledger_->end(connection, session_.job(), window_, "done", counts);
  if (first) sent_.watermark = ledger_->move_watermark(connection, session_.job(), *first);
}

void WindowWriter::check_ratio(const WindowCounts& counts) const {
  if (!options_.max_bad_millionths || counts.books.read == 0) return;
  const auto bad = counts.books.quarantined;
  if (bad * 1'000'000 <= counts.books.read * *options_.max_bad_millionths) return;
  throw Error(ErrorKind::data, fmt::format("{} of {} rows of the window are bad, more than "
                                           "quality.maxBadRatio allows",
                                           bad, counts.books.read))
      .hint("see the log for the rows; repair the mapping, the column or the source");
}

}  // namespace erp2mysql::store
