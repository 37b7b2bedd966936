// SPDX-License-Identifier: Apache-2.0
// How the process deals with its memory as a whole: what is freed, and who may see it. It knows
// neither what is in it nor who put it there.
#pragma once

namespace erp2mysql::base {

/// Freed memory stays with the process, up to 64 MiB of it. Pages of an API come and go by hundreds
/// of kilobytes; given back to the kernel each time, half of the time of parsing goes into page
/// faults. The peak does not change. Call once, from main; does nothing without glibc.
void keep_freed_memory();

/// Passwords are in memory as long as they are used: a crash leaves no core file, not even for a
/// collector behind a pipe, and other processes of the same account can neither attach nor read
/// memory and environment. A debugger that starts the program itself still sees everything.
void hide_memory();

}  // namespace erp2mysql::base
