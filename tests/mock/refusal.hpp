// SPDX-License-Identifier: Apache-2.0
// Why a platform does not answer a call with rows, in the union of the words they use for it.
// Refuses to know how a refusal is written down.
#pragma once

#include <string>

namespace mock {

struct Refusal {
  std::string code{};
  std::string message{};
  std::string sub_code{};
  std::string sub_message{};
  bool signature = false;     // counted as a signature failure
  bool top_shape = false;     // error_response instead of response
  bool code_as_text = false;  // the code in quotes
  bool xml = false;
};

}  // namespace mock
