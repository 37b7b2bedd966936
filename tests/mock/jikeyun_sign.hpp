// SPDX-License-Identifier: Apache-2.0
// Jikeyun's signature, which lowers every letter before it hashes, written from the platform's
// description. Refuses to know HTTP and the sources of the tool under test.
#pragma once

#include <string>
#include <string_view>

#include "top_sign.hpp"

namespace mock {

// Lower-case hex of the MD5 over the lower-cased sandwich secret + names and values + secret.
std::string jikeyun_sign(const Params& params, std::string_view secret);
// As the platform's Java does it: ASCII, Latin-1, Greek, Cyrillic and full-width letters.
std::string unicode_lower(std::string_view text);

}  // namespace mock
