// SPDX-License-Identifier: Apache-2.0
// Texts of the job file to numbers and times; shared by the check and the reading, so that both
// agree on what is acceptable.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "erp2mysql/base/clock.hpp"

namespace erp2mysql::job {

/// Whole number in any notation ("50", "5e1"); nothing when it does not fit.
std::optional<std::int64_t> to_integer(std::string_view text);
/// true/false in any case, 1/0.
std::optional<bool> to_boolean(std::string_view text);
/// A number of `unit` milliseconds (a fraction is allowed down to whole milliseconds), or a
/// duration with its unit.
std::optional<base::Millis> to_time(std::string_view text, std::int64_t unit);

}  // namespace erp2mysql::job
