// SPDX-License-Identifier: Apache-2.0
// A small local file, replaced as a whole or not at all. Knows nothing of its content.
#pragma once

#include <string>
#include <string_view>

namespace erp2mysql::cli {

/// Writes beside the file, syncs and renames. Throws base::Error{local}.
void write_file(const std::string& path, std::string_view content);

}  // namespace erp2mysql::cli
