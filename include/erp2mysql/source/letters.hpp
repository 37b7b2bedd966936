// SPDX-License-Identifier: Apache-2.0
// Lower-casing of a text that is about to be hashed, as a peer written in Java does it, and a way
// round it: letters written as \uXXXX have no case that could be lost. Knows no platform.
#pragma once

#include <string>
#include <string_view>

namespace erp2mysql::source {

/// Lower case of ASCII, Latin, Greek, Cyrillic and full-width letters; all else is kept.
std::string lower_unicode(std::string_view utf8);
/// JSON text whose letters beyond ASCII that may have a case are written as \uXXXX. Chinese,
/// Japanese and Korean stay as they are.
std::string escape_cased(std::string_view json);

}  // namespace erp2mysql::source
