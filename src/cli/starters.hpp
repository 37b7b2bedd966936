// SPDX-License-Identifier: Apache-2.0
// One small job per platform to start from, as data: an API that most accounts may call and a few
// columns of its records.
#pragma once

#include <span>
#include <string_view>

namespace erp2mysql::cli {

struct StarterColumn {
  std::string_view name, type, value;
};

struct Starter {
  std::string_view platform;
  std::string_view what;  // the records, in words
  std::string_view api;
  std::string_view id;  // source.id
  std::string_view table;
  std::string_view bounds;  // how the request names the window, in words
  std::span<const std::string_view> request, other_request;  // items as JSON, a line each
  std::span<const StarterColumn> columns;                    // the first one is the key
};

/// Null for an unknown platform.
const Starter* find_starter(std::string_view platform);

}  // namespace erp2mysql::cli
