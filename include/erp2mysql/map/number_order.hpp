// SPDX-License-Identifier: Apache-2.0
// Order of values as people mean it: exact decimals of any length by value, everything else as
// bytes. Pure; costs no more than reading both texts.
#pragma once

#include <string_view>

namespace erp2mysql::map {

/// Negative, zero or positive. Both must be number texts to be compared as numbers.
int compare_values(std::string_view a, std::string_view b);

}  // namespace erp2mysql::map
