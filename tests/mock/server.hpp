// SPDX-License-Identifier: Apache-2.0
// Puts the imitated gateway and the test's own endpoints (/_mock/…) on HTTP.
// The only place that knows the HTTP library; refuses to know what an order or a signature is.
#pragma once

#include <memory>

#include "options.hpp"

namespace mock {

class Server {
 public:
  // Loads the fault plan and makes the orders; throws OptionError when the plan is bad.
  explicit Server(const Options& options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The port in use, or throws.
  int bind();
  // Serves until stop() is called from another thread.
  void run();
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace mock
