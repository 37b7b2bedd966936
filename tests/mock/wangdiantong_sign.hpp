// SPDX-License-Identifier: Apache-2.0
// The two signatures of Wangdiantong: `wdt_sign` inside a Qimen call, which flattens JSON, and the
// `sign` of its own open API, which covers query and body. Written from the platform's description.
// Refuses to know HTTP and the sources of the tool under test.
#pragma once

#include <string>
#include <string_view>

#include "top_sign.hpp"

namespace mock {

// What `wdt_sign` covers, without the secret on both sides.
std::string wdt_text(const Params& params);
std::string wdt_qimen_sign(const Params& params, std::string_view secret);
// `query` without its sign is joined by the pseudo-parameter `body`.
std::string wdt_direct_sign(Params query, std::string_view body, std::string_view secret);

}  // namespace mock
