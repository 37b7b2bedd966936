// SPDX-License-Identifier: Apache-2.0
// LOAD DATA LOCAL from memory, the fastest way into MySQL. LOCAL turns errors into warnings and
// refused rows into skipped ones, so whatever is not exactly these rows without a warning is undone
// and goes as statements. A server may ask for any file of this host in answer to any statement;
// the handler looks at no name and has nothing but the rows of a running call.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "client_connection.hpp"
#include "erp2mysql/base/log.hpp"

namespace erp2mysql::mysql {
namespace {

// A stretch of bad batches costs each of them twice; statements alone are cheaper then.
constexpr int k_most_failures_in_a_row = 3;

constexpr std::string_view k_special{"\\\t\n\r\0", 5};

void append_cell(std::string& out, std::optional<std::string_view> cell) {
  if (!cell) {
    out += "\\N";
    return;
  }
  while (true) {
    const auto at = cell->find_first_of(k_special);
    out += cell->substr(0, at);
    if (at == std::string_view::npos) return;
    const char c = (*cell)[at];
    out += '\\';
    out += c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\0' ? '0' : c;
    cell->remove_prefix(at + 1);
  }
}

// "Records: 9  Deleted: 0  Skipped: 0  Warnings: 0", in the server's language.
std::array<std::uint64_t, 4> numbers_of(std::string_view info) {
  std::array<std::uint64_t, 4> out{};
  for (auto& number : out) {
    info.remove_prefix(std::min(info.find_first_of("0123456789"), info.size()));
    const auto read = std::from_chars(info.data(), info.data() + info.size(), number);
    info.remove_prefix(static_cast<std::size_t>(read.ptr - info.data()));
  }
  return out;
}

int begin_reading(void** state, const char*, void* connection) {
  *state = connection;
  return connection == nullptr ? 1 : 0;
}

void end_reading(void*) {}

int say_error(void*, char* text, unsigned size) {
  std::strncpy(text, "no rows to load", size);
  if (size > 0) text[size - 1] = 0;
  return 2000;
}

}  // namespace

void serve_no_file(MYSQL* link) {
  constexpr auto nothing = [](void*, char*, unsigned) { return -1; };
  mysql_set_local_infile_handler(link, begin_reading, nothing, end_reading, say_error, nullptr);
}

void ClientConnection::serve_rows() {
  constexpr auto read = [](void* connection, char* out, unsigned size) {
    return static_cast<ClientConnection*>(connection)->next_bytes(out, size);
  };
  mysql_set_local_infile_handler(link_.get(), begin_reading, read, end_reading, say_error, this);
}

// Called by C code, which no exception may cross.
int ClientConnection::next_bytes(char* out, unsigned size) noexcept {
  if (loading_ == nullptr) return -1;
  const Rows& rows = *loading_;
  try {
    load_text_.erase(0, load_sent_);
    load_sent_ = 0;
    while (load_text_.size() < size && load_row_ < rows.count) {
      for (const auto& slot : rows.statement.slots) {
        append_cell(load_text_, rows.batch.cell(rows.first + load_row_, slot.cell));
        load_text_ += '\t';
      }
      load_text_.back() = '\n';
      ++load_row_;
    }
  } catch (...) {
    return -1;
  }
  load_sent_ = std::min<std::size_t>(size, load_text_.size());
  std::memcpy(out, load_text_.data(), load_sent_);
  return static_cast<int>(load_sent_);
}

bool ClientConnection::write_load(const Rows& rows, Result& sum) {
  loading_ = &rows;
  load_text_.clear();
  load_sent_ = load_row_ = 0;
  const auto& sql = rows.statement.load;
  const bool failed =
      mysql_real_query(link_.get(), sql.data(), static_cast<unsigned long>(sql.size())) != 0;
  loading_ = nullptr;
  if (failed) {
    const auto error = make_error(mysql_errno(link_.get()), mysql_sqlstate(link_.get()),
                                  mysql_error(link_.get()), info_.flavour, phase_);
    // What the statements would meet as well is told by them.
    if (ends_transaction(error.action())) fail_link(phase_);
  } else {
    const char* info = mysql_info(link_.get());
    const auto [records, deleted, skipped, warnings] = numbers_of(info == nullptr ? "" : info);
    sum.affected = mysql_affected_rows(link_.get());
    if (records == rows.count && skipped == 0 && warnings == 0 &&
        mysql_warning_count(link_.get()) == 0) {
      load_failures_ = 0;
      return true;
    }
  }
  sum = {};
  undo_rows();
  refuse_when_broken();
  if (++load_failures_ >= k_most_failures_in_a_row) {
    load_ = false;
    base::log_info("LOAD DATA did not take {} batches in a row as they are; statements from now on",
                   load_failures_);
  }
  return false;
}

}  // namespace erp2mysql::mysql
