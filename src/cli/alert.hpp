// SPDX-License-Identifier: Apache-2.0
// What an alert says and how each receiver wants it: pure, but for the clock that the caller
// brings. It opens no socket and keeps nothing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "erp2mysql/cli/language.hpp"
#include "erp2mysql/http/transport.hpp"
#include "erp2mysql/job/job.hpp"
#include "erp2mysql/run/result.hpp"

namespace erp2mysql::cli {

/// Something worth telling. `key` is the same for the same trouble.
struct Event {
  std::string name;  // failure, quarantine, anomaly, recovery, success
  std::string key;
};

/// What a receiver was told of a job: the key of the trouble and when, by the event's name.
using Told = std::map<std::string, std::pair<std::string, base::Instant>>;

/// What happened in a run. Nothing for runs that a person stopped or that another run kept out.
std::vector<Event> events_of(const run::RunResult& result);

/// Those of the events that this receiver wants and has not been told within its `repeat`; what
/// was told is noted in `told`. A recovery is only told to whom the trouble was told, and once.
std::vector<Event> due(const std::vector<Event>& events, const job::Alert& alert, Told& told,
                       base::Instant now);

/// The message; `repair` is the command that reads the failed window again.
std::string alert_text(const Event& event, const run::RunResult& result, const base::Zone& zone,
                       const std::string& repair, const std::string& inspect, Language language);

/// The signed request. Scrubbed but for the address.
http::Request alert_request(const job::Alert& alert, const Event& event, const std::string& text,
                            const std::string& result_json, base::Instant now);

/// Did the receiver take it? HTTP 2xx, and the answer's own code is 0 where it has one.
http::Verdict judge_alert(const job::Alert& alert, const http::Response& response);

}  // namespace erp2mysql::cli
