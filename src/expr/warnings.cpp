// SPDX-License-Identifier: Apache-2.0
#include "warnings.hpp"

#include <fmt/format.h>

#include "erp2mysql/base/text.hpp"
#include "item.hpp"

namespace erp2mysql::expr {
namespace {

// Conversions happen deep inside of values; handing the receiver down to each would blur them all.
thread_local std::vector<Warning>* t_sink = nullptr;

}  // namespace

void fail(int number, std::string message) {
  throw ServerError(base::ErrorKind::data, number, std::move(message));
}

void check_size(std::size_t bytes) {
  if (bytes > k_max_result)
    throw ServerError(base::ErrorKind::data, 1301, "the result is longer than 16 MiB");
}

WarningSink::WarningSink(std::vector<Warning>* sink) : before_(t_sink) { t_sink = sink; }
WarningSink::~WarningSink() { t_sink = before_; }

void warn(int number, std::string_view message) {
  constexpr std::size_t k_most = 64;
  if (t_sink != nullptr && t_sink->size() < k_most)
    t_sink->push_back({number, std::string(message)});
}

void warn_truncated(std::string_view type, std::string_view value) {
  if (t_sink == nullptr) return;
  warn(k_bad_value, fmt::format("Truncated incorrect {} value: {}", type,
                                base::quoted(base::shorten(value, 64))));
}

}  // namespace erp2mysql::expr
