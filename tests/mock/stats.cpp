// SPDX-License-Identifier: Apache-2.0
#include "stats.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mock {
namespace {

constexpr std::array counter_names{"limit_violations", "signature_failures", "drifted",
                                   "touched",          "sign_ins",           "duplicates"};
static_assert(counter_names.size() == static_cast<std::size_t>(Counter::count_of_counters));

}  // namespace

void Stats::Peak::add(std::int64_t now_ms) {
  recent.push_back(now_ms);
  while (recent.front() <= now_ms - window_ms) recent.pop_front();
  highest = std::max(highest, recent.size());
}

void Stats::request(const std::string& method, std::int64_t now_ms) {
  if (all_ != nullptr) all_->request(method, now_ms);
  const std::lock_guard lock(mutex_);
  ++requests_;
  ++methods_[method];
  second_.add(now_ms);
  minute_.add(now_ms);
}

void Stats::page(std::int64_t rows) {
  if (all_ != nullptr) all_->page(rows);
  const std::lock_guard lock(mutex_);
  ++pages_;
  rows_ += rows;
}

void Stats::error(const std::string& code) {
  if (all_ != nullptr) all_->error(code);
  const std::lock_guard lock(mutex_);
  ++errors_[code];
}

void Stats::fault(const std::string& name) {
  if (all_ != nullptr) all_->fault(name);
  const std::lock_guard lock(mutex_);
  ++faults_[name];
}

void Stats::bytes(std::size_t sent) {
  if (all_ != nullptr) all_->bytes(sent);
  const std::lock_guard lock(mutex_);
  bytes_ += static_cast<std::int64_t>(sent);
}

void Stats::issued(const std::string& secret) {
  if (all_ != nullptr) all_->issued(secret);
  const std::lock_guard lock(mutex_);
  issued_.push_back(secret);
}

void Stats::count(Counter counter, std::int64_t times) {
  if (all_ != nullptr) all_->count(counter, times);
  counters_[index(counter)] += times;
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
  out["issued"] = issued_;
  for (std::size_t i = 0; i < counters_.size(); ++i) out[counter_names[i]] = counters_[i].load();
  out["peak_per_second"] = second_.highest;
  out["peak_per_minute"] = minute_.highest;
  // A method name is the client's text and may be anything.
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace mock
