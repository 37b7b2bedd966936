// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::store {

using base::Error;
using base::ErrorKind;

WindowWriter::WindowWriter(Session& session, const InsertStatement& statement, const Table& table,
                           WriteOptions options)
    : session_(session), statement_(statement), table_(table), options_(options) {
  for (std::size_t i = 0; i < statement.columns.size(); ++i) {
    const Column* column = table.find(statement.columns[i]);
    if (column != nullptr && may_change_silently(*column)) watched_.push_back({i, column});
  }
  // Half of the packet leaves room for the protocol's own bytes; 8 MiB is past any gain.
  const auto packet = session.connection().server().max_allowed_packet;
  max_bytes_ = static_cast<std::size_t>(std::min<std::uint64_t>(packet / 2, 8u << 20));
}

void WindowWriter::begin(std::string kind, const data::Window& window) {
  kind_ = std::move(kind);
  window_ = window;
  pending_.clear();
  mapping_bad_.clear();
  written_ = 0;
  window_bad_ = 0;
  open_batch();
  session_.state().window_started(session_.connection(), kind_, window_, session_.run_id());
}

void WindowWriter::open_batch() {
  pending_.push_back(std::make_unique<data::Batch>(statement_.columns.size()));
}

void WindowWriter::row_added() {
  const bool full = batch().rows() >= options_.rows_per_statement || batch().bytes() >= max_bytes_;
  if (!full) return;
  std::size_t rows = 0;
  std::size_t bytes = 0;
  for (const auto& one : pending_) {
    rows += one->rows();
    bytes += one->bytes();
  }
  if (!statement_.idempotent()) {
    // A part of the window must not be visible without its watermark: a second reading would
    // insert it again. So the whole window is one transaction and has to fit in memory.
    if (bytes >= 8 * options_.bytes_per_commit) {
      throw Error(ErrorKind::config,
                  "the window is too big for plain INSERT, which needs it in one transaction")
          .hint("use REPLACE, or a shorter sync.window");
    }
  } else if (rows >= options_.rows_per_commit || bytes >= options_.bytes_per_commit) {
    commit(nullptr, std::nullopt);
  }
  open_batch();
}

void WindowWriter::add_bad(data::BadRow row) {
  Sent sent;
  sent.bad = std::move(mapping_bad_);
  reject(std::move(row), sent);
  mapping_bad_ = std::move(sent.bad);
}

void WindowWriter::reject(data::BadRow row, Sent& sent) const {
  base::log_info("bad row, key {}: {}", row.key.empty() ? "unknown" : base::quoted(row.key),
                 row.summary);
  sent.bad.push_back(std::move(row));
  const auto total = bad_total_ + sent.bad.size();
  if (total <= static_cast<std::uint64_t>(options_.max_bad_rows)) return;
  const auto& last = sent.bad.back();
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

void WindowWriter::finish(WindowCounts& counts, std::optional<base::Instant> watermark) {
  commit(&counts, watermark);
  counts.books.written = written_;
  counts.books.quarantined = window_bad_;
}

void WindowWriter::fail(const WindowCounts& counts) noexcept {
  try {
    session_.connection().rollback();
    session_.state().window_ended(session_.connection(), kind_, window_, "failed", counts);
  } catch (const std::exception& error) {
    base::log_warning("could not note the failed window: {}", error.what());
  }
}

void WindowWriter::commit(const WindowCounts* last, std::optional<base::Instant> watermark) {
  Sent in_doubt;
  for (int tries = 1;; ++tries) {
    Sent sent;
    try {
      attempt(last, watermark, sent, in_doubt);
      session_.committed(watermark);
      written_ += sent.written;
      affected_ += sent.affected;
      window_bad_ += sent.bad.size();
      bad_total_ += sent.bad.size();
      pending_.clear();
      mapping_bad_.clear();
      return;
    } catch (const mysql::SqlError& error) {
      if (error.action() == mysql::Action::ambiguous) in_doubt = std::move(sent);
      recover(error, tries);
    }
  }
}

void WindowWriter::attempt(const WindowCounts* last, std::optional<base::Instant> watermark,
                           Sent& sent, const Sent& in_doubt) {
  auto& connection = session_.connection();
  const auto& state = session_.state();
  try {
    connection.begin();
    if (state.advance(connection, session_.job(), watermark) == State::Advance::already_committed) {
      // The COMMIT whose answer was lost did take effect; its counts stand.
      connection.rollback();
      sent = in_doubt;
      return;
    }
    sent.bad = mapping_bad_;
    for (const auto& one : pending_) send(*one, sent);
    state.quarantine(connection, window_, session_.run_id(), sent.bad);
    if (last != nullptr) {
      WindowCounts counts = *last;
      counts.books.written = written_ + sent.written;
      counts.books.quarantined = window_bad_ + sent.bad.size();
      if (!counts.books.balanced()) {
        throw Error(
            ErrorKind::data,
            fmt::format(
                "the books do not balance: read {} but written {} + filtered {} + duplicate {} "
                "+ quarantined {}",
                counts.books.read, counts.books.written, counts.books.filtered,
                counts.books.duplicate, counts.books.quarantined));
      }
      state.window_ended(connection, kind_, window_, "done", counts);
    }
    connection.commit();
  } catch (const std::exception&) {
    connection.rollback();
    throw;
  }
}

void WindowWriter::recover(const mysql::SqlError& error, int tries) {
  using mysql::Action;
  const bool again = error.action() == Action::retry || error.action() == Action::reconnect ||
                     error.action() == Action::ambiguous;
  if (!again || tries >= options_.max_attempts) throw error;
  base::log_info("transaction failed (attempt {} of {}): {}", tries, options_.max_attempts,
                 error.what());
  session_.back_off(tries);
  if (error.action() == Action::retry) return;
  for (;; ++tries) {
    try {
      session_.reconnect();
      return;
    } catch (const mysql::SqlError& failed) {
      if (failed.kind() != ErrorKind::temporary || tries >= options_.max_attempts) throw;
      session_.back_off(tries);
    }
  }
}

}  // namespace erp2mysql::store
