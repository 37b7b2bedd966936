// SPDX-License-Identifier: Apache-2.0
#include "stats.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mock {

void Stats::Peak::add(std::int64_t now_ms) {
  recent.push_back(now_ms);
  while (recent.front() <= now_ms - window_ms) recent.pop_front();
  highest = std::max(highest, recent.size());
}

void Stats::request(const std::string& method, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  ++requests_;
  ++methods_[method];
  second_.add(now_ms);
  minute_.add(now_ms);
}

void Stats::page(std::int64_t rows) {
  const std::lock_guard lock(mutex_);
  ++pages_;
  rows_ += rows;
}

void Stats::error(int code) {
  const std::lock_guard lock(mutex_);
  ++errors_[std::to_string(code)];
}

void Stats::fault(const std::string& name) {
  const std::lock_guard lock(mutex_);
  ++faults_[name];
}

void Stats::bytes(std::size_t sent) {
  const std::lock_guard lock(mutex_);
  bytes_ += static_cast<std::int64_t>(sent);
}

std::string Stats::json() const {
  const std::lock_guard lock(mutex_);
  nlohmann::ordered_json out;
  out["requests"] = requests_;
  out["methods"] = methods_;
  out["pages"] = pages_;
  out["rows"] = rows_;
  out["bytes"] = bytes_;
  out["errors"] = errors_;
  out["faults"] = faults_;
  out["limit_violations"] = limit_violations.load();
  out["signature_failures"] = signature_failures.load();
  out["peak_per_second"] = second_.highest;
  out["peak_per_minute"] = minute_.highest;
  out["drifted"] = drifted.load();
  out["touched"] = touched.load();
  // A method name is the client's text and may be anything.
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace mock
