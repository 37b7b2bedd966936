// SPDX-License-Identifier: Apache-2.0
// What may be the name of a job: it becomes part of a lock's name, of rows and of file names.
#pragma once

#include <string>
#include <string_view>

namespace erp2mysql::job {

inline constexpr std::string_view k_name_rule =
    "1 to 64 letters of any script, digits, - _ . and nothing else";

/// Empty when the name is fine, else what is wrong with it.
std::string wrong_name(std::string_view name);

}  // namespace erp2mysql::job
