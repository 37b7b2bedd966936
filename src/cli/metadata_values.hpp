// SPDX-License-Identifier: Apache-2.0
// What publishing does to the texts inside metadata: pipes lost to tables, blanks and breaks in
// braces, typographic quotes in SQL. It knows templates, no keys.
#pragma once

#include <string>

#include "metadata_text.hpp"

namespace erp2mysql::cli {

/// A template or _function as it was before it was published.
std::string repair_value(std::string text, Repairs& repairs);
/// The same for a statement.
std::string repair_sql(std::string text, Repairs& repairs);

}  // namespace erp2mysql::cli
