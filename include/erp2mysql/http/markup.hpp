// SPDX-License-Identifier: Apache-2.0
// A login page, a captive portal or a firewall's block page comes with status 200, too. Judges ask
// this before they parse. It looks at the first tag and knows nothing else about HTML.
#pragma once

#include <string_view>

namespace erp2mysql::http {

enum class Markup { none, html, xml };

/// What the body begins with, behind a byte order mark and blanks.
Markup markup_of(std::string_view body);

}  // namespace erp2mysql::http
