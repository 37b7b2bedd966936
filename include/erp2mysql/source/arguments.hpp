// SPDX-License-Identifier: Apache-2.0
// Evaluated request arguments as the wire forms that platforms share. Knows no platform.
#pragma once

#include <string>

#include "erp2mysql/data/flow.hpp"

namespace erp2mysql::source {

/// One text form field: scalars as they are, lists and objects as compact JSON.
std::string flat_text(const data::Argument& argument);

/// The top-level argument of that name, null when absent or empty.
const std::string* find_text(const data::Arguments& arguments, std::string_view name);

}  // namespace erp2mysql::source
