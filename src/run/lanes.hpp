// SPDX-License-Identifier: Apache-2.0
// Windows shared out to lanes, each with a thread, a transport and a writing connection of its own,
// under the one rate limiter. A window that the API finds too big is read in halves; when none is
// left, those of processes that died are. It decides which failure ends the others; it moves no
// watermark.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "erp2mysql/run/sync.hpp"
#include "erp2mysql/run/target.hpp"
#include "erp2mysql/run/window_job.hpp"
#include "erp2mysql/source/client.hpp"

namespace erp2mysql::run {

struct Work {
  std::vector<data::Window> windows;
  std::string kind;                    // of the ledger
  std::optional<base::Instant> first;  // where the watermark starts to follow; empty: it stays
  bool past_failures = false;          // windows are worth reading although one before them failed
  std::optional<base::Millis> deadline;  // monotonic; no window starts later
  std::optional<base::Range> seen;       // what the job's variables stand for; empty: each window
  std::optional<base::Range> help;       // where to look for windows of dead processes at the end
};

class Lanes {
 public:
  /// Borrows everything; without a session nothing is written.
  Lanes(const CompiledJob& job, const Wiring& wiring, const Target& target, store::Session* session)
      : job_(job), wiring_(wiring), target_(target), session_(session) {}

  /// Adds up what became of the windows; the worst error is in result.error. Throws only what keeps
  /// every window from starting. Several lanes only where the wiring has transports for them.
  void run(const Work& work, std::size_t parallel, RunResult& result);

 private:
  void add_lane(http::Transport& transport);
  // A window, or what is left of one after halving.
  struct Piece {
    data::Window window;
    bool part = false;
    int doubtful = 0;  // halvings in a row that the peer did not ask for
  };
  // Its rows may come already while those of the window before are written.
  struct Reading {
    Piece piece;
    WindowJob work;
  };
  void drive(http::Transport& transport, store::Session* session);
  std::unique_ptr<Reading> reading(source::Client& client, store::RowSink& sink,
                                   const std::optional<Piece>& piece);
  std::unique_ptr<Reading> begun(source::Client& client, store::RowSink& sink);
  bool goes_on();
  bool late() const;  // under the mutex
  void give_back(const Piece& piece);
  std::optional<Piece> next();
  std::optional<Piece> next_of_others(store::Session& session);
  void read(Reading& reading, store::Session* session, const std::function<void()>& asked);
  void leave_to_others(store::Session* session, const data::Window& window) noexcept;
  void taken(const Piece& piece, const WindowJob& work);
  bool halved(store::Session* session, const Piece& piece, const http::TooBig& reason);
  void done(const Piece& piece);
  void failed(const data::Window& window, base::Error error);

  const CompiledJob& job_;
  const Wiring& wiring_;
  const Target& target_;
  store::Session* session_;
  std::shared_ptr<source::SharedSession> signed_in_ = std::make_shared<source::SharedSession>();
  const Work* work_ = nullptr;
  std::mutex mutex_;  // guards what follows
  RunResult* result_ = nullptr;
  std::deque<Piece> waiting_;
  bool started_ = false, stopped_ = false;
  int failures_in_a_row_ = 0;
  std::mutex helping_;  // one lane at a time looks around
};

}  // namespace erp2mysql::run
