// SPDX-License-Identifier: Apache-2.0
#include "lanes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

#include "abandoned.hpp"
#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/seeded_bug.hpp"
#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/base/unforeseen.hpp"

namespace erp2mysql::run {
namespace {

using base::Error;
using base::ErrorKind;

// A peer that fails this often in a row has no better answer for the next window either.
constexpr int k_failures_in_a_row = 3;
// One that does not say why it cannot answer is asked for less this often.
constexpr int k_doubtful_halvings = 3;

// Errors that every other window would meet as well, or that end the run by themselves.
bool ends_all(ErrorKind kind) {
  return kind != ErrorKind::data && kind != ErrorKind::source && kind != ErrorKind::protocol &&
         kind != ErrorKind::temporary;
}

void warn_of_fewer(const std::exception& error) {
  base::log_warning("one window less at a time, no further connection: {}", error.what());
}

std::string show(const base::Range& time, const base::Zone& zone) {
  return fmt::format("[{}, {})", base::format_datetime(time.from, zone),
                     base::format_datetime(time.to, zone));
}

}  // namespace

void Lanes::run(const Work& work, std::size_t parallel, RunResult& result) {
  work_ = &work;
  result_ = &result;
  waiting_.clear();
  for (const auto& window : work.windows) waiting_.push_back({window});
  std::vector<std::thread> others;
  if (wiring_.another_transport && session_ != nullptr) {
    const auto lanes = work.help ? parallel : std::min(parallel, work.windows.size());
    for (std::size_t i = 1; i < lanes; ++i) {
      try {
        auto& transport = wiring_.another_transport();
        others.emplace_back([this, &transport] { add_lane(transport); });
      } catch (const std::exception& error) {
        warn_of_fewer(error);  // threads that run already must be waited for
        break;
      }
    }
  }
  std::exception_ptr refused;
  try {
    drive(wiring_.transport, session_);
  } catch (const std::exception&) {
    refused = std::current_exception();
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  for (auto& other : others) other.join();
  if (refused) std::rethrow_exception(refused);
}

// A lane that cannot start leaves its windows to the others.
void Lanes::add_lane(http::Transport& transport) {
  try {
    auto session = session_->beside();
    drive(transport, &session);
  } catch (const std::exception& error) {
    if (!base::stop_requested()) warn_of_fewer(error);
  }
}

void Lanes::drive(http::Transport& transport, store::Session* session) {
  std::unique_ptr<store::RowSink> sink;
  if (session == nullptr) {
    sink = target_.dry();
  } else {
    sink = target_.writer(*session);
  }
  source::Client client(*job_.source, transport, wiring_.clock, wiring_.tokens, signed_in_);
  auto current = reading(client, *sink, next());
  while (current) {
    std::unique_ptr<Reading> following;
    read(*current, session, [&] { following = begun(client, *sink); });
    if (following && !goes_on()) {
      const auto late = std::exchange(following, nullptr);
      if (!base::seeded_bug("late-window-lost")) give_back(late->piece);
    }
    current = following ? std::move(following) : reading(client, *sink, next());
  }
  if (work_->help && session != nullptr) {
    while (const auto late = reading(client, *sink, next_of_others(*session)))
      read(*late, session, {});
  }
  const std::lock_guard lock(mutex_);
  result_->affected += sink->affected();
  if (session == nullptr) return;
  result_->target_wait += session->waited();
  const auto watermark = session->job().watermark;
  if (watermark && (!result_->watermark_after || *result_->watermark_after < *watermark))
    result_->watermark_after = watermark;
}

std::unique_ptr<Lanes::Reading> Lanes::reading(source::Client& client, store::RowSink& sink,
                                               const std::optional<Piece>& piece) {
  if (!piece) return nullptr;
  std::unique_ptr<Reading> out(
      new Reading{*piece, {job_, client, wiring_.clock, sink, piece->window, work_->seen}});
  out->work.tell(wiring_.progress);
  return out;
}

// The next window, whose rows may come while those of the one before are written. What keeps it
// from beginning is told when its turn has come.
std::unique_ptr<Lanes::Reading> Lanes::begun(source::Client& client, store::RowSink& sink) {
  if (sink.whole_windows() || !goes_on()) return nullptr;
  auto out = reading(client, sink, next());
  try {
    if (out) out->work.start();
  } catch (const std::exception& error) {
    base::log_debug("the next window begins later: {}", error.what());
  }
  return out;
}

// Whether a window may begin, or one that has begun to ask may be written.
bool Lanes::goes_on() {
  const std::lock_guard lock(mutex_);
  return !stopped_ && !base::stop_requested() && !late();
}

// One window is always read, or a short time would never come to an end.
bool Lanes::late() const {
  return started_ && work_->deadline && wiring_.clock.monotonic() >= *work_->deadline;
}

void Lanes::give_back(const Piece& piece) {
  const std::lock_guard lock(mutex_);
  waiting_.push_front(piece);
}

std::optional<Lanes::Piece> Lanes::next() {
  const std::lock_guard lock(mutex_);
  if (stopped_ || waiting_.empty()) return std::nullopt;
  if (base::stop_requested()) {
    stopped_ = true;
    if (!result_->error) result_->error = Error(ErrorKind::interrupted, "stopped by a signal");
    return std::nullopt;
  }
  if (late()) {
    stopped_ = true;
    if (!result_->error) {
      result_->error = Error(ErrorKind::temporary, "--max-runtime is over")
                           .hint("run again; it goes on at the next window");
    }
    return std::nullopt;
  }
  const auto piece = waiting_.front();
  waiting_.pop_front();
  started_ = true;
  return piece;
}

std::optional<Lanes::Piece> Lanes::next_of_others(store::Session& session) {
  const std::lock_guard alone(helping_);
  // A lane that still works may have halved its window meanwhile.
  if (auto piece = next()) return piece;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return std::nullopt;
  }
  const auto found =
      find_abandoned(session, work_->kind, *work_->help, wiring_.clock, work_->deadline);
  const std::lock_guard lock(mutex_);
  result_->others_at_work = found.others;
  if (!found.window) return std::nullopt;
  base::log_info("window {} of a process that stopped is read by this one",
                 show(found.window->time, job_.job.zone));
  ++result_->windows_inherited;
  ++result_->windows_planned;
  if (auto* told = wiring_.progress) ++told->windows_planned;
  started_ = true;
  return Piece{*found.window};
}

// Its rows count where it is done.
void Lanes::taken(const Piece& piece, const WindowJob& work) {
  base::log_info("window {} was taken over by another process",
                 show(piece.window.time, job_.job.zone));
  const std::lock_guard lock(mutex_);
  result_->pages += work.counts().pages;
  result_->records += work.counts().records;
  ++result_->windows_lost;
  --result_->windows_planned;
  if (auto* told = wiring_.progress) --told->windows_planned;
}

void Lanes::read(Reading& reading, store::Session* session, const std::function<void()>& asked) {
  auto& [piece, work] = reading;
  const auto& window = piece.window;
  std::optional<Error> error;
  bool in_halves = false;
  try {
    try {
      work.run(work_->kind, work_->first, asked);
    } catch (const http::TooBig& reason) {
      in_halves = halved(session, piece, reason);
      if (!in_halves) throw;
    }
  } catch (const store::WindowTaken&) {
    return taken(piece, work);
  } catch (const Error& caught) {
    error = caught;
  } catch (const std::exception& caught) {
    error = base::unforeseen(caught);
  }
  if (error && error->kind() == ErrorKind::interrupted) leave_to_others(session, window);
  const std::lock_guard lock(mutex_);
  const auto& counts = work.counts();
  if (!in_halves) result_->rows += counts.books;
  result_->pages += counts.pages;
  result_->records += counts.records;
  result_->scans += work.scans();
  if (in_halves) return;
  result_->expected += counts.expected;
  result_->warnings += counts.warnings;
  result_->mapped += work.mapped();
  result_->nulls.resize(work.nulls().size());
  for (std::size_t i = 0; i < work.nulls().size(); ++i) result_->nulls[i] += work.nulls()[i];
  if (auto* told = wiring_.progress) ++(error ? told->windows_failed : told->windows_done);
  if (error) return failed(window, std::move(*error));
  done(piece);
  base::log_info("window {} done: {} rows", show(window.time, job_.job.zone), counts.books.written);
}

void Lanes::leave_to_others(store::Session* session, const data::Window& window) noexcept {
  if (!work_->help || session == nullptr) return;
  try {
    store::Ledger(session->state(), work_->kind)
        .reopen(session->connection(), session->job(), window);
  } catch (const std::exception& error) {
    base::log_debug("the window stays noted as failed: {}", error.what());
  }
}

void Lanes::done(const Piece& piece) {
  ++result_->windows_done;
  failures_in_a_row_ = 0;
  const auto length = piece.window.time.to - piece.window.time.from;
  auto& longest = result_->longest_window;
  longest = std::max(longest.value_or(length), length);
  auto& shortest = result_->shortest_part;
  if (piece.part) shortest = std::min(shortest.value_or(length), length);
}

// False: it cannot be halved, or that has not helped so far.
bool Lanes::halved(store::Session* session, const Piece& piece, const http::TooBig& reason) {
  const int doubtful = reason.certain() ? 0 : piece.doubtful + 1;
  if (doubtful > k_doubtful_halvings || work_->seen) return false;
  const auto halves = plan::halve(piece.window, job_.source->spec().resolution,
                                  [&](const base::Range& window) { return job_.coverage(window); });
  if (!halves) return false;
  if (session != nullptr) {
    session->repeat([&](mysql::Connection& connection) {
      store::Ledger(session->state(), work_->kind)
          .replace(connection, session->job(), piece.window, {halves->first, halves->second});
    });
  }
  base::log_info("window {} is too big, it is read in halves: {}",
                 show(piece.window.time, job_.job.zone), reason.what());
  const std::lock_guard lock(mutex_);
  waiting_.push_front({halves->second, true, doubtful});
  waiting_.push_front({halves->first, true, doubtful});
  ++result_->windows_halved;
  ++result_->windows_planned;
  if (auto* told = wiring_.progress) ++told->windows_planned;
  started_ = false;  // none was read to its end yet
  return true;
}

void Lanes::failed(const data::Window& window, Error error) {
  error.at("window " + show(window.time, job_.job.zone));
  const auto kind = error.kind();
  if (kind != ErrorKind::interrupted) ++result_->windows_failed;
  if (ends_all(kind) || !work_->past_failures || ++failures_in_a_row_ >= k_failures_in_a_row)
    stopped_ = true;
  if (work_->past_failures && !ends_all(kind)) base::log_warning("{}", error.what());
  // The error that ended the run is told, else that of the earliest window.
  const bool worse = result_->error && !ends_all(kind) && ends_all(result_->error->kind());
  const bool later = result_->failed_window && ends_all(kind) == ends_all(result_->error->kind()) &&
                     result_->failed_window->time.from < window.time.from;
  if (worse || later) return;
  result_->error = std::move(error);
  result_->failed_window = window;
}

}  // namespace erp2mysql::run
