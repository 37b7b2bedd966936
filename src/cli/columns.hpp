// SPDX-License-Identifier: Apache-2.0
// Text in two columns, for terminals that are wide enough. Pure; it asks no terminal.
#pragma once

#include <string>
#include <vector>

#include "erp2mysql/data/node.hpp"

namespace erp2mysql::cli {

using Lines = std::vector<std::string>;

/// Both sides beside each other in `width` cells, their titles on top; long lines are wrapped and
/// go on indented.
std::string side_by_side(const std::string& left_title, const Lines& left,
                         const std::string& right_title, const Lines& right, std::size_t width);

/// A record for reading: one value a line, nested ones indented.
Lines record_lines(const data::Node& record);

/// "name  value" with the values aligned.
Lines aligned(const std::vector<std::pair<std::string, std::string>>& pairs);

/// Columns of the terminal behind stdout; 0 when there is none.
std::size_t terminal_width();

}  // namespace erp2mysql::cli
