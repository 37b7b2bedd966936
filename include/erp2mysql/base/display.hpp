// SPDX-License-Identifier: Apache-2.0
// How wide a text is on a terminal, where a Chinese character takes two cells, and texts cut,
// filled and wrapped by that measure. Knows no terminal, no locale and no escape sequence.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace erp2mysql::base {

/// Cells of a UTF-8 text on one line; controls and combining marks take none. A byte that is not
/// UTF-8 takes one.
std::size_t display_width(std::string_view text);

/// Blanks added behind, up to `width` cells; a longer text stays as it is.
std::string pad_display(std::string_view text, std::size_t width);

/// At most `width` cells: what is longer is cut and ends in "…".
std::string fit_display(std::string_view text, std::size_t width);

/// Lines of at most `width` cells, broken behind blanks where there are some, else anywhere. Never
/// empty. `width` below 2 counts as 2.
std::vector<std::string> wrap_display(std::string_view text, std::size_t width);

}  // namespace erp2mysql::base
