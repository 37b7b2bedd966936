// SPDX-License-Identifier: Apache-2.0
// Where the tokens of a page start: simdjson's first stage, which also checks UTF-8, quotes and
// control characters. It knows no value. Private to the data floor.
#pragma once

#include <simdjson.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace erp2mysql::data {

/// Throws base::Error{protocol}; `what` never quotes the text.
[[noreturn]] void refuse_page(const std::string& what);

/// Kept by each thread from page to page: fresh memory costs more page faults than parsing costs
/// cycles. One thread at a time.
class PageScanner {
 public:
  PageScanner();
  /// Offsets at which tokens start, and behind them that of the end; valid until the next call.
  std::span<const std::uint32_t> tokens(std::string_view text);
  /// Decodes the string that begins behind its quote at `raw`; `to` has room for it and simdjson's
  /// padding.
  std::string_view unescape(const char* raw, char* to) const;

 private:
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage_;
  simdjson::ondemand::parser unescaper_;
};

}  // namespace erp2mysql::data
