// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/cli/alerts.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "alert.hpp"
#include "erp2mysql/base/log.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/summary_file.hpp"
#include "erp2mysql/http/curl_transport.hpp"
#include "erp2mysql/http/retrying_transport.hpp"
#include "erp2mysql/http/sign.hpp"
#include "erp2mysql/source/token_store.hpp"

namespace erp2mysql::cli {
namespace {

using Json = nlohmann::ordered_json;
using namespace std::chrono_literals;

// What was told of a job, by receiver; held from reading to writing.
class Memory {
 public:
  explicit Memory(const std::string& job)
      : file_(std::filesystem::path(source::default_token_directory()) / "alerts" /
              (http::sha256_hex(job).substr(0, 32) + ".json")) {
    std::filesystem::create_directories(file_.parent_path());
    std::filesystem::permissions(file_.parent_path(), std::filesystem::perms::owner_all);
    lock_ = ::open((file_.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_ >= 0) ::flock(lock_, LOCK_EX);
    std::ifstream in(file_);
    all_ = Json::parse(in, nullptr, false);
    if (!all_.is_object()) all_ = Json::object();
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() {
    if (lock_ >= 0) ::close(lock_);
  }

  Told load(const std::string& receiver) const {
    Told out;
    if (!all_.contains(receiver) || !all_[receiver].is_object()) return out;
    for (const auto& [name, at] : all_[receiver].items()) {
      if (at.is_number_integer())
        out[name] = {"", base::Instant(base::Millis(at.get<std::int64_t>()))};
    }
    return out;
  }

  void save(const std::string& receiver, const Told& told) {
    all_[receiver] = Json::object();
    for (const auto& [name, entry] : told)
      all_[receiver][name] = entry.second.time_since_epoch().count();
    write_file(file_.string(), all_.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
  }

 private:
  std::filesystem::path file_;
  int lock_ = -1;
  Json all_;
};

void send(const job::Alert& alert, const Event& event, const std::string& text,
          const std::string& json) {
  http::CurlOptions options;
  options.connect_timeout = 5s;
  options.total_timeout = 10s;
  http::CurlTransport curl(options);
  http::RetryOptions retry;
  retry.policy = {3, 500ms, 2s, 5s};
  http::RetryingTransport transport(curl, base::system_clock(), retry);
  transport.send(
      {[&] { return alert_request(alert, event, text, json, base::system_clock().now()); },
       [&](const http::Response& response) { return judge_alert(alert, response); }});
}

// The address is a secret; its digest tells receivers apart.
std::string name_of(const job::Alert& alert) {
  return alert.type + "-" + http::sha256_hex(alert.url).substr(0, 12);
}

}  // namespace

void send_alerts(const run::CompiledJob& job, const run::RunResult& result,
                 const std::string& repair, const std::string& inspect) noexcept {
  const auto& alerts = job.job.alerts;
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    const auto& alert = alerts[i];
    try {
      const auto events = events_of(result);
      if (events.empty()) return;
      Memory memory(job.job.name);
      auto told = memory.load(name_of(alert));
      const auto language = alert.lang.empty() ? spoken() : language_of(alert.lang);
      for (const auto& event : due(events, alert, told, base::system_clock().now())) {
        send(alert, event, alert_text(event, result, job.job.zone, repair, inspect, language),
             run::to_json(result, job.job.zone));
      }
      memory.save(name_of(alert), told);
    } catch (const std::exception& error) {
      base::log_warning("alert {} ({}) could not be sent: {}", i + 1, alert.type, error.what());
    }
  }
}

}  // namespace erp2mysql::cli
