// SPDX-License-Identifier: Apache-2.0
// The readers of the parts of a job file. Each gets an object that check_object has seen and adds
// the rules between keys. None of them knows a platform's protocol or SQL.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "connections_file.hpp"
#include "erp2mysql/job/job.hpp"
#include "reader.hpp"

namespace erp2mysql::job {

/// name, timezone, sync, rateLimit, retry (with its other spellings), quality, state, alerts.
void read_settings(const Reader& root, Job& job);
void read_quality(const Reader& quality, Quality& out);
void read_anomalies(const Reader& quality, Anomalies& out);
void read_alerts(const Reader& root, Job& job);
/// A share from 0 to 1 in millionths, exactly; a problem when the text is none.
std::optional<std::uint64_t> read_share(const Reader& place, std::string_view key);
void read_source(const Reader& source, Source& out);
void read_target(const Reader& target, Target& out);
/// A `request` list and its like.
std::vector<Item> read_items(const std::vector<Reader>& items);
/// The connection of a source or target; references are resolved, aliases made canonical. What an
/// account says takes the place of what the side says.
Connection read_connection(const Reader& side, const std::string& platform, ConnectionsFile& named,
                           const std::optional<Reader>& account = std::nullopt);

std::string make_fingerprint(const Job& job);

}  // namespace erp2mysql::job
