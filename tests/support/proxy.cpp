// SPDX-License-Identifier: Apache-2.0
// A TCP proxy for tests and measurements: every byte later by the same time, and one fault at an
// exact place of each connection and direction. It knows no protocol.
//
//   erp2mysql-proxy --to HOST:PORT|/SOCKET --port-file FILE [--delay-us N] [--fault SPEC]…
//
// SPEC is CONNECTION:DIRECTION:PLACE:ACTION, e.g. 2:up:1500:reset or 1:up:COMMIT/3:close-after
//   CONNECTION  its number from 1, or * for every one
//   DIRECTION   up (from the tool) or down
//   PLACE       a number of bytes that still pass, or TEXT/n: the piece that holds the n-th TEXT
//   ACTION      close, reset or stall; with -after the message of a TEXT passes first, and what the
//               other side answers to it is lost
// FILE.struck gets a line for each fault that struck, FILE.lost one for each answer that was lost.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Fault {
  int connection = 0;  // 0: every one
  bool up = true;
  std::size_t bytes = 0;
  std::string text;  // instead of bytes
  int nth = 1;
  std::string action;
  bool after = false;
};

struct Settings {
  std::string to, port_file;
  std::chrono::microseconds delay{0};
  std::vector<Fault> faults;
};

[[noreturn]] void usage(const std::string& what) {
  std::cerr << "erp2mysql-proxy: " << what << "\n";
  std::exit(64);
}

Fault parse_fault(const std::string& spec) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  for (std::size_t next; (next = spec.find(':', at)) != std::string::npos; at = next + 1)
    parts.push_back(spec.substr(at, next - at));
  parts.push_back(spec.substr(at));
  if (parts.size() != 4 || (parts[1] != "up" && parts[1] != "down")) usage("bad fault " + spec);
  Fault fault;
  fault.connection = parts[0] == "*" ? 0 : std::atoi(parts[0].c_str());
  fault.up = parts[1] == "up";
  if (parts[2].find_first_not_of("0123456789") == std::string::npos) {
    fault.bytes = std::strtoull(parts[2].c_str(), nullptr, 10);
  } else {
    const auto slash = parts[2].rfind('/');
    fault.text = parts[2].substr(0, slash);
    if (slash != std::string::npos) fault.nth = std::atoi(parts[2].c_str() + slash + 1);
  }
  fault.action = parts[3].substr(0, parts[3].find('-'));
  fault.after = parts[3].ends_with("-after");
  if (fault.action != "close" && fault.action != "reset" && fault.action != "stall")
    usage("unknown action " + parts[3]);
  if (fault.after && fault.text.empty()) usage("-after takes the place of a TEXT: " + spec);
  return fault;
}

// A pipe has one fault: a second one would never strike.
void add_fault(std::vector<Fault>& faults, const std::string& spec) {
  const Fault fault = parse_fault(spec);
  for (const auto& one : faults) {
    const bool same = one.connection == fault.connection;
    if (one.up == fault.up && (same || one.connection == 0 || fault.connection == 0))
      usage("a second fault for the same connection and direction: " + spec);
  }
  faults.push_back(fault);
}

// Both ends of one connection; closed once, by whoever comes first.
struct Pair {
  int client = -1, server = -1;
  std::atomic<bool> muted = false;  // what still comes from the side that answers is dropped
  std::atomic<bool> lost = false;   // something was
  std::mutex mutex;
  bool closed = false;

  ~Pair() {
    close(client);
    close(server);
  }
  void end(bool reset) {
    const std::lock_guard lock(mutex);
    if (closed) return;
    closed = true;
    const linger hard{1, 0};
    for (const int socket : {client, server}) {
      if (reset) setsockopt(socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
    // With the linger above the close in the destructor sends the reset; a reader must wake first.
    shutdown(client, reset ? SHUT_RD : SHUT_RDWR);
    shutdown(server, reset ? SHUT_RD : SHUT_RDWR);
  }
};

// One direction: pieces wait here until they are due.
class Pipe {
 public:
  Pipe(std::shared_ptr<Pair> pair, bool up, const Settings& settings, int number)
      : pair_(std::move(pair)), up_(up), delay_(settings.delay), file_(settings.port_file) {
    for (const auto& fault : settings.faults) {
      if (fault.up == up && (fault.connection == 0 || fault.connection == number)) fault_ = fault;
    }
  }

  void read() {
    std::vector<char> buffer(1 << 16);
    while (true) {
      const auto got = recv(up_ ? pair_->client : pair_->server, buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      const std::lock_guard lock(mutex_);
      pieces_.push_back({Clock::now() + delay_, {buffer.data(), static_cast<std::size_t>(got)}});
      changed_.notify_one();
    }
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_one();
  }

  void write() {
    while (auto piece = next()) {
      if (!pass(*piece)) return;
    }
    pair_->end(false);
  }

 private:
  struct Piece {
    Clock::time_point due;
    std::string bytes;
  };

  bool ready() {
    const std::lock_guard lock(mutex_);
    return ended_ || !pieces_.empty();
  }

  std::optional<std::string> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended_ || !pieces_.empty(); });
    if (pieces_.empty()) return std::nullopt;
    auto piece = std::move(pieces_.front());
    pieces_.pop_front();
    lock.unlock();
    std::this_thread::sleep_until(piece.due);
    return std::move(piece.bytes);
  }

  void send_all(std::string_view bytes) {
    const int to = up_ ? pair_->server : pair_->client;
    while (!bytes.empty()) {
      const auto sent = send(to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  void note(const char* what) const {
    std::ofstream(file_ + "." + what, std::ios::app) << what << "\n";
  }

  // What is being said passes to its end, and the link dies after the other side has done it, not
  // beside it.
  void pass_until_answered() {
    const auto end = Clock::now() + std::chrono::seconds(5);
    while (!pair_->lost && Clock::now() < end) {
      if (!ready()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      } else if (const auto piece = next()) {
        send_all(*piece);
      } else {
        return;
      }
    }
  }

  // False when the fault has struck.
  bool pass(const std::string& bytes) {
    if (pair_->muted) {
      if (!pair_->lost.exchange(true)) note("lost");
      return true;
    }
    if (!fault_) {
      send_all(bytes);
      return true;
    }
    std::size_t passes = bytes.size();
    bool strikes = false;
    if (fault_->text.empty()) {
      strikes = passed_ + bytes.size() > fault_->bytes;
      if (strikes) passes = fault_->bytes - passed_;
    } else {
      for (auto at = bytes.find(fault_->text); at != bytes.npos;
           at = bytes.find(fault_->text, at + 1))
        strikes = strikes || ++seen_ == fault_->nth;
      if (strikes && !fault_->after) passes = 0;
    }
    if (strikes && fault_->after) pair_->muted = true;  // before the other side can answer
    send_all(std::string_view(bytes).substr(0, passes));
    passed_ += passes;
    if (!strikes) return true;
    note("struck");
    if (fault_->after) pass_until_answered();
    if (fault_->action == "stall") {
      while (next()) {
      }
    } else {
      pair_->end(fault_->action == "reset");
    }
    return false;
  }

  std::shared_ptr<Pair> pair_;
  bool up_;
  std::chrono::microseconds delay_;
  std::string file_;
  std::optional<Fault> fault_;
  std::size_t passed_ = 0;
  int seen_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Piece> pieces_;
  bool ended_ = false;
};

int connect_to(const std::string& to) {
  if (to.starts_with('/')) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, to.c_str(), sizeof address.sun_path - 1);
    const int out = socket(AF_UNIX, SOCK_STREAM, 0);
    return connect(out, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ? out : -1;
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(&to[to.rfind(':') + 1])));
  const int out = socket(AF_INET, SOCK_STREAM, 0);
  return connect(out, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 ? out : -1;
}

void no_delay(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void serve(int client, int number, const Settings& settings) {
  auto pair = std::make_shared<Pair>();
  pair->client = client;
  pair->server = connect_to(settings.to);
  if (pair->server < 0) return;
  no_delay(client);
  no_delay(pair->server);
  for (const bool up : {true, false}) {
    auto pipe = std::make_shared<Pipe>(pair, up, settings, number);
    std::thread([pipe] { pipe->read(); }).detach();
    std::thread([pipe] { pipe->write(); }).detach();
  }
}

Settings parse(int argc, char** argv) {
  Settings out;
  for (int i = 1; i < argc; i += 2) {
    const std::string flag = argv[i];
    if (i + 1 >= argc) usage(flag + " takes a value");
    const std::string value = argv[i + 1];
    if (flag == "--to") {
      out.to = value;
    } else if (flag == "--port-file") {
      out.port_file = value;
    } else if (flag == "--delay-us") {
      out.delay = std::chrono::microseconds(std::atol(value.c_str()));
    } else if (flag == "--fault") {
      add_fault(out.faults, value);
    } else {
      usage("unknown flag " + flag);
    }
  }
  if (out.to.empty() || out.port_file.empty()) usage("--to and --port-file are needed");
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = parse(argc, argv);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener, 64) != 0)
    usage("no port to listen on");
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  // Whole or not at all: a reader may look at any moment.
  const std::string before = settings.port_file + ".new";
  std::ofstream(before) << ntohs(address.sin_port) << "\n";
  std::rename(before.c_str(), settings.port_file.c_str());
  for (int number = 1;; ++number) {
    const int client = accept(listener, nullptr, nullptr);
    if (client >= 0) serve(client, number, settings);
  }
}
