// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "options.hpp"
#include "server.hpp"

namespace {

// A reader never sees half a number: the file appears with its whole content.
void write_port_file(const std::string& path, int port) {
  const std::string fresh = path + ".new";
  {
    std::ofstream file(fresh);
    file << port << '\n';
    if (!file.flush()) throw std::runtime_error("cannot write " + fresh);
  }
  std::filesystem::rename(fresh, path);
}

int serve(const mock::Options& options) {
  // Blocked in every thread, so that only the waiting thread below takes them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  mock::Server server(options);
  const int port = server.bind();
  std::cout << "listening on http://" << options.host << ':' << port << std::endl;
  if (!options.port_file.empty()) write_port_file(options.port_file, port);
  std::thread serving([&server] { server.run(); });
  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
  serving.join();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const mock::Options options = mock::parse_options({argv + 1, argv + argc});
    if (options.help) {
      std::cout << mock::help_text();
      return 0;
    }
    return serve(options);
  } catch (const mock::OptionError& error) {
    std::cerr << "erp2mysql-mock: " << error.what() << '\n';
    return 64;
  } catch (const std::exception& error) {
    std::cerr << "erp2mysql-mock: " << error.what() << '\n';
    return 1;
  }
}
