// SPDX-License-Identifier: Apache-2.0
#include "faults.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace mock {
namespace {

constexpr auto known = std::to_array<std::string_view>({"html",
                                                        "html502",
                                                        "truncated_json",
                                                        "truncated_transfer",
                                                        "reset",
                                                        "empty_page",
                                                        "missing_list",
                                                        "repeat_page",
                                                        "throttle",
                                                        "quota",
                                                        "isp",
                                                        "isv",
                                                        "error_response",
                                                        "code_as_text",
                                                        "slow",
                                                        "http500",
                                                        "http429",
                                                        "http504",
                                                        "too_big",
                                                        "bad_gzip",
                                                        "not_utf8",
                                                        "dup_key",
                                                        "deep",
                                                        "huge",
                                                        "xml",
                                                        "unknown_code",
                                                        "duplicate_rows",
                                                        "type_switch",
                                                        "bom",
                                                        "no_total",
                                                        "control_character",
                                                        "business",
                                                        "session_lost",
                                                        "total_moves",
                                                        "truncated_inner",
                                                        "no_cursor"});

std::int64_t whole(const nlohmann::json& value, const std::string& key) {
  if (!value.is_number_integer()) throw FaultError("\"" + key + "\" must be a whole number");
  return value.get<std::int64_t>();
}

Fault parse_fault(const nlohmann::json& entry) {
  if (!entry.is_object()) throw FaultError("every fault must be an object");
  Fault fault;
  for (const auto& [key, value] : entry.items()) {
    if (key == "fault" && value.is_string()) {
      fault.name = value.get<std::string>();
    } else if (key == "sub_code" && value.is_string()) {
      fault.sub_code = value.get<std::string>();
    } else if (key == "code" && value.is_string()) {
      fault.code = value.get<std::string>();
    } else if (key == "message" && value.is_string()) {
      fault.message = value.get<std::string>();
    } else if (key == "platform" && value.is_string()) {
      fault.platform = value.get<std::string>();
    } else if (key == "at" && value.is_object() && value.size() == 1 && value.contains("page")) {
      fault.page = whole(value["page"], "page");
    } else if (key == "at") {
      fault.at = whole(value, key);
    } else if (key == "page") {
      fault.page = whole(value, key);
    } else if (key == "times") {
      fault.times = whole(value, key);
    } else if (key == "seconds") {
      fault.seconds = whole(value, key);
    } else if (key == "ms") {
      fault.milliseconds = whole(value, key);
    } else if (key == "mb") {
      fault.megabytes = whole(value, key);
    } else if (key == "retry_after") {
      fault.retry_after = whole(value, key);
    } else {
      throw FaultError("unknown or ill-typed key \"" + key + "\"");
    }
  }
  if (std::find(known.begin(), known.end(), fault.name) == known.end()) {
    throw FaultError("unknown fault \"" + fault.name + "\"");
  }
  return fault;
}

}  // namespace

std::string fault_names() { return nlohmann::json(known).dump(); }

void FaultPlan::load(std::string_view json) {
  const auto plan = nlohmann::json::parse(json, nullptr, false);
  if (!plan.is_array()) throw FaultError("a fault plan is a JSON array of objects");
  std::vector<Fault> faults;
  for (const auto& entry : plan) faults.push_back(parse_fault(entry));
  const std::lock_guard lock(mutex_);
  faults_ = std::move(faults);
  requests_ = 0;
}

std::optional<Fault> FaultPlan::next(std::int64_t page_index, std::string_view platform) {
  const std::lock_guard lock(mutex_);
  ++requests_;
  for (Fault& fault : faults_) {
    if (fault.times == 0 || requests_ < fault.at) continue;
    if (fault.page != 0 && fault.page != page_index) continue;
    if (!fault.platform.empty() && fault.platform != platform) continue;
    if (fault.times > 0) --fault.times;
    return fault;
  }
  return std::nullopt;
}

}  // namespace mock
