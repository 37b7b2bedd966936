// SPDX-License-Identifier: Apache-2.0
// The part of a URL that may appear in messages. Private to this floor.
#pragma once

#include <string>
#include <string_view>

namespace erp2mysql::http {

/// "host" or "host:port"; never user, password, path or query.
inline std::string host_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#\\"));
  const auto user = url.rfind('@');
  if (user != std::string_view::npos) url.remove_prefix(user + 1);
  return std::string(url);
}

}  // namespace erp2mysql::http
