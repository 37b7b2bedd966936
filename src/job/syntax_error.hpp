// SPDX-License-Identifier: Apache-2.0
// Words for what is wrong at one byte of a JSON text. It never quotes the text: a broken file may
// hold a secret anywhere.
#pragma once

#include <string>
#include <string_view>

namespace erp2mysql::job {

struct Complaint {
  std::size_t offset = 0;
  std::string message;
  std::string hint;
};

/// `offset` is the start of the token that did not fit, `expected` what could have stood there.
Complaint explain_syntax(std::string_view text, std::size_t offset, std::string_view expected);

/// Byte offset of the first byte that is not UTF-8; npos when all is well.
std::size_t find_bad_utf8(std::string_view text);

}  // namespace erp2mysql::job
