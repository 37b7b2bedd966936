// SPDX-License-Identifier: Apache-2.0
// Several servers that hold the same data: which of them a connection goes to. It knows no cluster
// software and decides nothing about what is done again after a server was lost.
#pragma once

#include <string>
#include <vector>

#include "erp2mysql/mysql/connection.hpp"

namespace erp2mysql::mysql {

struct Server {
  std::string name;  // for messages
  Connector connect;
};

/// Connects to the first of the servers that can be used now, and from then on begins with that
/// one. A server that fails for a reason that may pass (no answer, not ready, takes no writes)
/// makes way for the next; every other error is thrown at once. Each server is tried once per call.
/// The connector may be copied and called from any thread; the copies remember together.
Connector first_usable(std::vector<Server> servers);

}  // namespace erp2mysql::mysql
