// SPDX-License-Identifier: Apache-2.0
// A login page, a captive portal or a firewall's block page comes with status 200, too. Judges ask
// this before they parse. It knows nothing else about HTML.
#pragma once

#include <string_view>

namespace erp2mysql::http {

/// The first non-blank character (after a byte order mark) is '<'.
bool looks_like_html(std::string_view body);

}  // namespace erp2mysql::http
