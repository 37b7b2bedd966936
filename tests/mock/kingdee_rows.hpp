// SPDX-License-Identifier: Apache-2.0
// The fields of Kingdee's business objects: a few that jobs really read, and one that stands for
// any other FormId. Data only; knows no protocol.
#pragma once

#include <span>
#include <string_view>

#include "columns.hpp"

namespace mock::kingdee {

struct Form {
  std::string_view id;
  std::string_view key;
  std::int64_t first_key;
  std::span<const Column> head;
  const Column* lines = nullptr;  // a list, or none
};

// Nothing when no business object can have this name.
const Form* form_of(std::string_view id);

}  // namespace mock::kingdee
