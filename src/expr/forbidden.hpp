// SPDX-License-Identifier: Apache-2.0
// The server's functions that an expression must not call, with the reason. It refuses to know
// the functions that it may.
#pragma once

#include <string_view>

namespace erp2mysql::expr {

/// Empty when the name is not forbidden.
std::string_view forbidden_reason(std::string_view name);

}  // namespace erp2mysql::expr
