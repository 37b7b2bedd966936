// SPDX-License-Identifier: Apache-2.0
// Reads application/x-www-form-urlencoded text: the query of the URL and the body of a POST.
// Stricter than the HTTP library on purpose: a broken escape or a name sent twice is noticed.
#pragma once

#include <string>
#include <string_view>

#include "top_sign.hpp"

namespace mock {

struct Form {
  Params params;
  std::string broken;    // first piece that cannot be decoded
  std::string repeated;  // first name that came twice

  void add(std::string_view encoded);
};

}  // namespace mock
