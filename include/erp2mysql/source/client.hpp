// SPDX-License-Identifier: Apache-2.0
// One peer in conversation: keeps the session and the difference of the clocks between requests,
// signs in when it must, and asks the same page again after that. It knows no ERP; what to send and
// what an answer means is the source's.
#pragma once

#include <memory>
#include <mutex>

#include "erp2mysql/source/source.hpp"
#include "erp2mysql/source/token_store.hpp"

namespace erp2mysql::source {

/// What the clients of one run share: where a user has one session, a second sign-in ends the
/// first.
struct SharedSession {
  std::mutex mutex;
  Session session;
};

class Client {
 public:
  /// Borrows everything. `tokens` may be null when no platform of the run has tokens to keep;
  /// without `shared` the client signs in for itself. One thread per client.
  Client(const Source& source, http::Transport& transport, base::Clock& clock,
         TokenStore* tokens = nullptr, std::shared_ptr<SharedSession> shared = nullptr);

  const Source& source() const { return source_; }
  /// Signs in, when the platform wants that and no session is known yet. Throws base::Error.
  void open() { ensure_session(); }
  /// One page. Throws base::Error.
  data::Page fetch(const data::Arguments& arguments, const data::PageToken& token);

 private:
  struct Attempts {
    bool session_lost = false;
    bool clock_corrected = false;
  };
  data::Page ask(const data::Arguments& arguments, const data::PageToken& token,
                 Attempts& attempts);
  void correct(http::Verdict& verdict, const std::string& date, Attempts& attempts);
  Moment moment();
  void ensure_session();
  void renew();
  void sign_in();
  Session request_session(const SignIn& way, const Session& old);

  const Source& source_;
  http::Transport& transport_;
  base::Clock& clock_;
  TokenStore* tokens_;
  std::shared_ptr<SharedSession> shared_;
  Session session_;
  base::Millis skew_{0};  // the peer's clock minus ours
};

}  // namespace erp2mysql::source
