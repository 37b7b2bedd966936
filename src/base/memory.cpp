// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/base/memory.hpp"

#include <sys/prctl.h>

#include <cstdlib>  // tells which C library this is

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace erp2mysql::base {

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int k_kept = 64 * 1024 * 1024;
  constexpr int k_mapped_from = 4 * 1024 * 1024;  // what is larger than any usual page
  ::mallopt(M_TRIM_THRESHOLD, k_kept);
  ::mallopt(M_MMAP_THRESHOLD, k_mapped_from);
#endif
}

void hide_memory() { ::prctl(PR_SET_DUMPABLE, 0); }

}  // namespace erp2mysql::base
