// SPDX-License-Identifier: Apache-2.0
// What a platform's error codes and texts mean, as data: one table per platform, one way to look
// it up. It knows no platform and no shape of an answer.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "erp2mysql/http/transport.hpp"

namespace erp2mysql::source {

/// Matches when both the code and the text do; an empty one matches all.
struct VerdictRule {
  std::string_view code;
  std::string_view text;  // part of the message
  http::Verdict::Action action = http::Verdict::Action::permanent;
  base::ErrorKind kind = base::ErrorKind::source;
  std::string_view meaning = {};
  std::string_view hint = {};
  int wait_seconds = 0;  // when the peer does not say
  bool clock = false;    // the peer complains about our time
};

/// A complaint of the peer: its texts are shortened and quoted before they go into a message.
struct Complaint {
  std::string_view code;
  std::string_view text;
};

/// The text of a permanent complaint says that the request asks for too much: too many rows, too
/// deep a page, too long a time. The platforms document no code for it.
bool says_too_big(std::string_view text);
/// The text of a complaint that passes says that time ran out.
bool says_time_out(std::string_view text);

/// The first rule that matches; without one the complaint is permanent: an unknown code is an
/// error and never an empty page.
http::Verdict judge_complaint(std::span<const VerdictRule> rules, std::string_view platform,
                              const Complaint& complaint);

/// A verdict that is no success.
http::Verdict failure(http::Verdict::Action action, base::ErrorKind kind, std::string message,
                      std::string_view hint = {});

}  // namespace erp2mysql::source
