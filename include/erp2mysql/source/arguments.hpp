// SPDX-License-Identifier: Apache-2.0
// Evaluated request arguments as the wire forms that platforms share. Knows no platform.
#pragma once

#include <initializer_list>
#include <string>

#include "erp2mysql/data/flow.hpp"

namespace erp2mysql::source {

/// Compact JSON; members in the order of the job file, numbers only where the type says so.
std::string to_json(const data::Argument& argument);
/// One JSON object of these members.
std::string to_json_object(const data::Arguments& arguments);

/// One text form field: scalars as they are, lists and objects as compact JSON.
std::string flat_text(const data::Argument& argument);

/// The top-level argument of that name, null when absent or empty.
const std::string* find_text(const data::Arguments& arguments, std::string_view name);
const data::Argument* find_argument(const data::Arguments& arguments, std::string_view name);
/// The arguments but for those names.
data::Arguments without(data::Arguments arguments, std::initializer_list<std::string_view> names);

data::Argument text_argument(std::string_view name, std::string_view text);
data::Argument number_argument(std::string_view name, std::int64_t number);

/// Sorted name+value pairs without separators; what most platforms hash.
std::string sorted_text(std::vector<std::pair<std::string, std::string>> fields);

}  // namespace erp2mysql::source
