// SPDX-License-Identifier: Apache-2.0
// What a job says of those who watch it: which runs are unusual, and whom to tell.
#include <fmt/format.h>

#include "erp2mysql/base/text.hpp"
#include "parts.hpp"

namespace erp2mysql::job {
namespace {

constexpr base::Millis k_repeat = std::chrono::hours(6);

// Choices are read in any case and known in one.
std::vector<std::string> chosen(const Reader& place, std::string_view key,
                                std::initializer_list<std::string_view> known) {
  std::vector<std::string> out;
  for (const auto& text : place.texts(key)) {
    for (const auto word : known) {
      if (base::equal_ignore_case(text, word)) out.emplace_back(word);
    }
  }
  return out;
}

}  // namespace

void read_anomalies(const Reader& quality, Anomalies& out) {
  out.min_rows = quality.integer("minRows");
  out.max_rows = quality.integer("maxRows");
  if (out.min_rows && out.max_rows && *out.max_rows < *out.min_rows) {
    quality.context().problem(
        quality.pointer("maxRows"),
        fmt::format("maxRows is below minRows, {} against {}", *out.max_rows, *out.min_rows));
  }
  out.drop_below_millionths = read_share(quality, "dropBelow");
  out.drop_runs = quality.integer("dropRuns").value_or(out.drop_runs);
  out.max_lag = quality.duration("maxLag");
  for (const auto& place : quality.elements("nullShare")) {
    const auto share = read_share(place, "max");
    if (share) out.null_shares.push_back({place.text("field").value_or(""), *share});
  }
  out.fail_on =
      chosen(quality, "failOn", {"minRows", "maxRows", "dropBelow", "maxLag", "nullShare"});
}

void read_alerts(const Reader& root, Job& job) {
  for (const auto& place : root.elements("alerts")) {
    Alert alert;
    alert.type = place.lower("type").value_or("");
    alert.url = place.text("url").value_or("");
    alert.secret = place.text("secret").value_or("");
    alert.on = {"failure", "anomaly", "recovery"};
    if (place.has("on"))
      alert.on = chosen(place, "on", {"failure", "quarantine", "anomaly", "recovery", "success"});
    alert.lang = place.lower("lang").value_or("");
    alert.repeat = place.duration("repeat").value_or(k_repeat);
    const bool http = alert.url.starts_with("http://") || alert.url.starts_with("https://");
    if (!alert.url.empty() && !http) {
      place.context().problem(place.pointer("url"),
                              "expected an address that starts with http:// or https://");
    }
    if (alert.type == "wecom" && !alert.secret.empty()) {
      place.context().warning(place.pointer("secret"), "WeCom robots sign nothing",
                              "the key in the address is their only secret; remove \"secret\"");
    }
    job.alerts.push_back(std::move(alert));
  }
}

}  // namespace erp2mysql::job
