// SPDX-License-Identifier: Apache-2.0
// A small correct job, and edits of it. One key per line, so that a test can say where.
#pragma once

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "erp2mysql/job/load.hpp"

namespace erp2mysql::job::testing {

constexpr std::string_view k_sample = R"({
  "name": "orders",
  "source": {
    "platform": "jushuitan-qimen",
    "connection": {"app_key": "1", "app_secret": "${env:S}", "customer_id": "c"},
    "api": "jushuitan.saleout.list.query",
    "request": [{"field": "start_time", "value": "{{LAST_SYNC_TIME|datetime}}"}]
  },
  "target": {
    "connection": {"username": "etl", "password": "${env:S}", "database": "bi"},
    "api": "batchexecute",
    "request": [{"field": "id", "value": "{io_id}"}],
    "otherRequest": [{"field": "main_sql", "value": "INSERT INTO t (id) VALUES"}]
  }
}
)";

using Edits = std::initializer_list<std::pair<std::string_view, std::string_view>>;

inline std::string edited(Edits edits) {
  std::string text(k_sample);
  for (const auto& [from, to] : edits) {
    const auto at = text.find(from);
    if (at == std::string::npos) throw std::logic_error("no such text: " + std::string(from));
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Environment with S (a secret) and nothing else.
inline LoadOptions options() {
  LoadOptions out;
  out.env = [](const std::string& name) -> std::optional<std::string> {
    if (name == "S") return "s3cr3t-value";
    if (name == "PORT") return "3307";
    return std::nullopt;
  };
  return out;
}

inline Loaded load_sample(Edits edits = {}) {
  return load_text("jobs/orders.json", edited(edits), options());
}

inline std::string all_text(const std::vector<Problem>& problems) {
  std::string out;
  for (const auto& problem : problems) out += to_text(problem) + "\n";
  return out;
}

}  // namespace erp2mysql::job::testing
