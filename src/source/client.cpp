// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/source/client.hpp"

#include <fmt/format.h>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/base/text.hpp"

namespace erp2mysql::source {
namespace {

using Action = http::Verdict::Action;
using base::Error;
using base::ErrorKind;

// Quotas of a day end at midnight in the platforms' zone.
base::Instant next_midnight(base::Instant now, const base::Zone& zone) {
  const auto day = std::chrono::floor<std::chrono::days>(zone.to_local(now));
  return zone.from_local(day + std::chrono::days(1));
}

void keep_secret(const Session& session) {
  base::register_secret(session.token);
  base::register_secret(session.refresh);
  base::register_secret(session.cookies);
}

}  // namespace

Client::Client(const Source& source, http::Transport& transport, base::Clock& clock,
               TokenStore* tokens, std::shared_ptr<SharedSession> shared)
    : source_(source),
      transport_(transport),
      clock_(clock),
      tokens_(tokens),
      shared_(shared ? std::move(shared) : std::make_shared<SharedSession>()) {}

Moment Client::moment() { return {clock_.now() + skew_, session_}; }

data::Page Client::fetch(const data::Arguments& arguments, const data::PageToken& token) {
  ensure_session();
  Attempts attempts;
  try {
    return ask(arguments, token, attempts);
  } catch (const Error&) {
    if (!attempts.session_lost || source_.sign_in() == nullptr) throw;
  }
  base::log_info("the session is lost; signing in again");
  renew();
  return ask(arguments, token, attempts);
}

data::Page Client::ask(const data::Arguments& arguments, const data::PageToken& token,
                       Attempts& attempts) {
  attempts.session_lost = false;
  std::optional<data::Page> page;
  const auto judge = [&](http::Response& answer) {
    const std::string date(base::trim(answer.header("Date")));
    auto reading = source_.interpret(std::move(answer));
    page = std::move(reading.page);
    correct(reading.verdict, date, attempts);
    return std::move(reading.verdict);
  };
  auto response =
      transport_.send({[&] { return source_.build(arguments, token, moment()); }, judge});
  if (page) return std::move(*page);
  // A bare transport judges nothing.
  const auto verdict = judge(response);
  if (verdict.action != Action::ok) throw Error(*verdict.error);
  return std::move(*page);
}

// What the platform's own verdict cannot know: our session, our clock, and when its day ends.
void Client::correct(http::Verdict& verdict, const std::string& date, Attempts& attempts) {
  attempts.session_lost = verdict.action == Action::sign_in;
  if (verdict.clock) {
    const auto theirs = http::parse_http_date(date);
    // One corrected attempt; the same complaint again is no matter of clocks.
    if (attempts.clock_corrected) verdict.action = Action::permanent;
    attempts.clock_corrected = true;
    if (theirs) skew_ = *theirs - clock_.now();
  }
  if (verdict.action == Action::quota_used_up && !verdict.wait) {
    const auto back = next_midnight(clock_.now() + skew_, source_.spec().zone);
    verdict.wait = back - (clock_.now() + skew_);
    verdict.error->retry_after(*verdict.wait)
        .hint(fmt::format("run again after {}", base::format_iso(back, source_.spec().zone)));
  }
}

void Client::ensure_session() {
  const SignIn* way = source_.sign_in();
  if (way == nullptr || !session_.token.empty()) return;
  const std::lock_guard lock(shared_->mutex);
  session_ = shared_->session;
  if (!session_.token.empty()) return;
  session_ = way->given();
  const auto name = way->kept_as();
  if (!name.empty() && tokens_ != nullptr) session_ = tokens_->load(name, session_);
  keep_secret(session_);
  if (session_.token.empty()) sign_in();
  shared_->session = session_;
}

// Another client of the run may have signed in meanwhile.
void Client::renew() {
  const std::lock_guard lock(shared_->mutex);
  if (shared_->session.token == session_.token) {
    sign_in();
    shared_->session = session_;
  }
  session_ = shared_->session;
}

void Client::sign_in() {
  const SignIn& way = *source_.sign_in();
  const auto name = way.kept_as();
  if (name.empty()) {
    session_ = request_session(way, session_);
    return;
  }
  if (tokens_ == nullptr) {
    throw Error(ErrorKind::local, "there is no place to keep renewed tokens");
  }
  auto guard = tokens_->lock(name);
  // Another process may have renewed the pair while this one waited.
  const auto kept = guard.load(way.given());
  if (kept.token != session_.token) {
    session_ = kept;
    keep_secret(session_);
    return;
  }
  guard.make_room();
  const auto fresh = request_session(way, session_);
  guard.save(way.given(), fresh);
  session_ = fresh;
}

Session Client::request_session(const SignIn& way, const Session& old) {
  try {
    const auto response = transport_.send(
        {[&] { return way.request(old, clock_.now() + skew_); },
         [&](const http::Response& answer) { return way.judge(answer); }, !way.kept_as().empty()});
    auto session = way.accept(response);
    if (session.refresh.empty()) session.refresh = old.refresh;
    keep_secret(session);
    return session;
  } catch (const Error& error) {
    // A plain error: no smaller window makes signing in easier.
    throw Error(error).at("sign-in");
  }
}

}  // namespace erp2mysql::source
