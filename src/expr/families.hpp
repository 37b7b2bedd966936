// SPDX-License-Identifier: Apache-2.0
// The function families, one per file. It refuses to know what they hold.
#pragma once

#include <vector>

#include "tree.hpp"

namespace erp2mysql::expr {

const std::vector<Function>& control_functions();
const std::vector<Function>& aggregate_functions();
const std::vector<Function>& cast_functions();
const std::vector<Function>& text_functions();
const std::vector<Function>& search_functions();
const std::vector<Function>& padding_functions();
const std::vector<Function>& regexp_functions();
const std::vector<Function>& number_functions();
const std::vector<Function>& math_functions();
const std::vector<Function>& date_part_functions();
const std::vector<Function>& date_sum_functions();
const std::vector<Function>& date_text_functions();
const std::vector<Function>& clock_functions();
const std::vector<Function>& json_functions();
const std::vector<Function>& json_change_functions();
const std::vector<Function>& digest_functions();
const std::vector<Function>& encoding_functions();
const std::vector<Function>& address_functions();

// A family of their own size, shown among the choices.
Item greatest_of(const Call& call);
Item least_of(const Call& call);

}  // namespace erp2mysql::expr
