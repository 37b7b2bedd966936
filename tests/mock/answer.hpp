// SPDX-License-Identifier: Apache-2.0
// An HTTP answer before it is sent, with the ways in which sending can go wrong, and the faults
// that need no knowledge of the platform (broken bodies, foreign pages, HTTP errors). Refuses to
// know what the body means.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "faults.hpp"

namespace mock {

enum class Ending { whole, cut_short, reset };

struct Answer {
  int status = 200;
  std::string body;
  std::string type = "application/json;charset=UTF-8";
  std::string retry_after;
  std::string content_encoding;
  std::vector<std::pair<std::string, std::string>> headers;
  Ending ending = Ending::whole;
};

// True when the fault replaces any answer, whatever was asked; `answer` is then that answer.
bool replace_answer(const Fault& fault, Answer& answer);
// Puts strange members (or 64 MB of them) into the first JSON object of the body.
void pollute_answer(const Fault& fault, Answer& answer);
// Damages a finished answer; faults it does not know leave it alone.
void damage_answer(const Fault& fault, Answer& answer);

std::string gzip(std::string_view text);

}  // namespace mock
