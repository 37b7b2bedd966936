// SPDX-License-Identifier: Apache-2.0
// JSON text to nodes that remember where they stood, so that every later complaint has a line. It
// knows no key of the job file.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "erp2mysql/data/node.hpp"
#include "erp2mysql/job/load.hpp"

namespace erp2mysql::job {

struct Located {
  std::optional<data::Document> document;   // nothing when the text is no JSON document
  std::vector<Problem> problems;            // one syntax error, or the duplicate keys
  std::map<std::string, Place> places;      // JSON pointer → its value
  std::map<std::string, Place> key_places;  // JSON pointer → its key
};

inline constexpr std::size_t k_most_bytes = 16u << 20;
inline constexpr std::size_t k_most_depth = 64;
inline constexpr std::size_t k_most_nodes = 100'000;
inline constexpr std::size_t k_longest_key = 256;

/// Strict JSON in UTF-8; one byte order mark is skipped and counts as no column. `text` is only
/// needed during the call.
Located parse_located(const std::string& file, std::string_view text);

}  // namespace erp2mysql::job
