// SPDX-License-Identifier: Apache-2.0
// Rows of the quarantine once more through the job's present mapping and into the table. It asks
// no source: what is written is the record as it was kept.
#pragma once

#include "erp2mysql/run/sync.hpp"
#include "erp2mysql/store/writer.hpp"

namespace erp2mysql::run {

/// Tries these entries, oldest first, some at a time. Throws base::Error.
store::ReplayCounts replay(const CompiledJob& job, store::Session& session,
                           store::WindowWriter& writer, const store::QuarantineFilter& which);

/// What every run begins with: rows whose UPDATE found nothing may have their row by now.
store::ReplayCounts retry_unmatched(const CompiledJob& job, store::Session& session,
                                    store::WindowWriter& writer);

/// The whole of `quarantine replay`: takes the job's lock, tries, and notes it as a run. Throws
/// base::Error.
store::ReplayCounts replay_quarantine(const CompiledJob& job, const Wiring& wiring,
                                      const store::QuarantineFilter& which, bool preflight);

}  // namespace erp2mysql::run
