// SPDX-License-Identifier: Apache-2.0
// The tests have to show that they would see a mistake: a program built with ERP2MYSQL_SEEDED_BUGS
// makes the one that the variable ERP2MYSQL_SEEDED_BUG names, and tests/support/mutation.py looks
// who notices. In every other build the question is the constant false, and nothing of it stays in
// the program. What a bug does stands where it does it; this knows names only.
#pragma once

#include <string_view>

namespace erp2mysql::base {

#ifdef ERP2MYSQL_SEEDED_BUGS
bool seeded_bug(std::string_view name);
#else
constexpr bool seeded_bug(std::string_view) { return false; }
#endif

}  // namespace erp2mysql::base
