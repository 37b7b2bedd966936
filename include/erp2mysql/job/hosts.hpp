// SPDX-License-Identifier: Apache-2.0
// "a:3306, b, [::1]:3307" as addresses: the one form of `hosts`. It resolves no name and opens
// nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace erp2mysql::job {

struct Host {
  std::string name;
  unsigned port = 0;
  /// As it may be written again.
  std::string text() const;
};

struct Hosts {
  std::vector<Host> list;
  std::string wrong;  // empty when the text is fine
};

/// Parts are divided by commas; one without a port has `port`.
Hosts parse_hosts(std::string_view text, unsigned port);

}  // namespace erp2mysql::job
