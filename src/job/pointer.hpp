// SPDX-License-Identifier: Apache-2.0
// JSON pointers (RFC 6901), step by step. It knows no document.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace erp2mysql::job {

/// The pointer of a member or an element below `pointer`.
std::string child_pointer(const std::string& pointer, std::string_view key);
std::string child_pointer(const std::string& pointer, std::size_t index);

}  // namespace erp2mysql::job
