// SPDX-License-Identifier: Apache-2.0
// Does to connections what the HTTP library cannot: drop one without an answer, wake all at the
// end. Finds them among the open descriptors of the process; refuses to know HTTP.
#pragma once

namespace mock {

// Resets (RST) the TCP connection to this peer port; the descriptor stays valid and goes nowhere.
void reset_connection(int peer_port);
// Shuts every connected TCP socket of the process down, so that threads that wait on one wake up.
void shut_connections();

}  // namespace mock
