// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/mysql/hosts.hpp"

#include <atomic>

#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/stop.hpp"

namespace erp2mysql::mysql {
namespace {

class Servers {
 public:
  explicit Servers(std::vector<Server> servers) : servers_(std::move(servers)) {}

  std::unique_ptr<Connection> connect() {
    const std::size_t begin = begin_;
    std::string told;
    std::optional<SqlError> error;
    for (std::size_t i = 0; i < servers_.size(); ++i) {
      base::throw_if_stopped();
      const std::size_t at = (begin + i) % servers_.size();
      const auto& server = servers_[at];
      try {
        auto connection = server.connect();
        if (begin_.exchange(at) != at)
          base::log_warning("{} takes the place of the server before: {}", server.name, told);
        return connection;
      } catch (SqlError& failed) {
        if (failed.kind() != base::ErrorKind::temporary) {
          failed.at(server.name);
          throw;
        }
        told += (told.empty() ? "" : "; ") + server.name + ": " + failed.message();
        // A server that answers, but not yet, is worth waiting for; one that is away is not.
        if (!error || failed.action() != Action::temporary) error = failed;
      }
    }
    if (servers_.size() == 1) throw SqlError(*error);
    throw SqlError(error->action(), error->number(), error->sqlstate(),
                   "none of the servers can be used: " + told, "", "");
  }

 private:
  std::vector<Server> servers_;
  std::atomic<std::size_t> begin_ = 0;
};

}  // namespace

Connector first_usable(std::vector<Server> servers) {
  return [all = std::make_shared<Servers>(std::move(servers))] { return all->connect(); };
}

}  // namespace erp2mysql::mysql
