// SPDX-License-Identifier: Apache-2.0
#include "sockets.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>

namespace mock {
namespace {

constexpr int highest_descriptor = 4096;

int peer_port_of(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return -1;
  if (address.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
  }
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
  }
  return -1;
}

void for_connections(const std::function<void(int descriptor, int peer_port)>& act) {
  for (int descriptor = 3; descriptor < highest_descriptor; ++descriptor) {
    const int port = peer_port_of(descriptor);
    if (port > 0) act(descriptor, port);
  }
}

}  // namespace

void reset_connection(int peer_port) {
  for_connections([&](int descriptor, int port) {
    if (port != peer_port) return;
    const linger at_once{1, 0};
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere < 0) return;
    dup2(nowhere, descriptor);  // closes the socket; the library's own writes then fail
    close(nowhere);
  });
}

void shut_connections() {
  for_connections([](int descriptor, int) { shutdown(descriptor, SHUT_RDWR); });
}

}  // namespace mock
