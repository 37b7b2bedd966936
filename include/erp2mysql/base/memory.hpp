// SPDX-License-Identifier: Apache-2.0
// How the process deals with freed memory. It knows neither what is freed nor by whom.
#pragma once

namespace erp2mysql::base {

/// Freed memory stays with the process, up to 64 MiB of it. Pages of an API come and go by hundreds
/// of kilobytes; given back to the kernel each time, half of the time of parsing goes into page
/// faults. The peak does not change. Call once, from main; does nothing without glibc.
void keep_freed_memory();

}  // namespace erp2mysql::base
