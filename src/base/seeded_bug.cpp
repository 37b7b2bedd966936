// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/seeded_bug.hpp"

#ifdef ERP2MYSQL_SEEDED_BUGS

#include <cstdlib>

namespace erp2mysql::base {

bool seeded_bug(std::string_view name) {
  static const char* const k_wanted = std::getenv("ERP2MYSQL_SEEDED_BUG");
  return k_wanted != nullptr && name == k_wanted;
}

}  // namespace erp2mysql::base

#endif
