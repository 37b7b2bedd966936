// SPDX-License-Identifier: Apache-2.0
// The signature of the Taobao open platform (TOP) and its Qimen gateway, written from the
// platform's description a second time, so that a mistake in the tool cannot agree with itself.
// Refuses to know the tool's sources, HTTP and the ERP behind the gateway.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mock {

using Params = std::map<std::string, std::string>;

// Name and value of every parameter but `sign`, in ASCII order of the names, nothing between.
std::string top_text(const Params& params);

// Upper-case hex of md5, hmac or hmac-sha256; nothing for another method.
std::optional<std::string> top_sign(std::string_view method, std::string_view secret,
                                    std::string_view text);

}  // namespace mock
