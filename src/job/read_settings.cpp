// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "check.hpp"
#include "erp2mysql/base/text.hpp"
#include "job_name.hpp"
#include "parts.hpp"

namespace erp2mysql::job {
namespace {

void read_name(const Reader& root, Job& job) {
  auto& context = root.context();
  const bool given = root.node()->find("name") != nullptr && !root.node()->find("name")->is_null();
  if (given) {
    job.name = root.text("name").value_or("");
    const auto wrong = root.has("name") ? wrong_name(job.name) : "";
    if (!wrong.empty()) context.problem(root.pointer("name"), wrong, std::string(k_name_rule));
    return;
  }
  job.name = std::filesystem::path(job.file).stem().string();
  if (const auto wrong = wrong_name(job.name); !wrong.empty()) {
    context.problem("",
                    "the key \"name\" is missing, and the file's name cannot stand in: " + wrong,
                    std::string(k_name_rule));
  }
}

void read_sync(const Reader& sync, Sync& out) {
  out.start = sync.text("start");
  out.overlap = sync.duration("overlap").value_or(out.overlap);
  out.lag = sync.duration("lag").value_or(out.lag);
  out.window = sync.duration("window").value_or(out.window);
  out.parallel = sync.integer("parallel").value_or(out.parallel);
  out.parallel_accounts = sync.integer("parallelAccounts").value_or(out.parallel_accounts);
  out.paging = sync.lower("paging").value_or(out.paging);
  out.lease = sync.duration("lease").value_or(out.lease);
}

void read_rate_limits(const Reader& parent, std::string_view key, Job& job) {
  const auto* list = parent.find(key);
  if (list == nullptr || !list->is_array()) return;
  if (list->count == 0) {
    parent.context().problem(parent.pointer(key), "expected at least one limit",
                             "remove the key to use the platform's limits");
  }
  job.rate_limits.emplace();
  for (const auto& entry : parent.elements(key)) {
    job.rate_limits->push_back({entry.integer("requests").value_or(1),
                                entry.duration("per").value_or(base::Millis(1000))});
  }
}

void read_rate_limit(const Reader& root, Job& job) {
  read_rate_limits(root, "rateLimit", job);
  const auto* node = root.find("rateLimit");
  if (node == nullptr || !node->is_object()) return;
  const Reader rates = root.object("rateLimit");
  read_rate_limits(rates, "limits", job);
  job.rate_shared_in_target = rates.lower("shared") == "target";
}

struct RetryPlace {
  Reader parent;
  std::string_view key;
};

void read_one_retry(const Reader& retry, std::string_view key, Retry& out) {
  if (key == "retry_policy") {
    const auto retries = retry.integer("max_retries");
    if (retries) out.max_attempts = *retries + 1;
    return;
  }
  out.max_attempts = retry.integer("maxAttempts").value_or(out.max_attempts);
  const auto delay = key == "retry" ? retry.duration("delay") : retry.time("delay", 1);
  out.delay = delay.value_or(out.delay);
  const auto longest = retry.duration("maxDelay");
  out.max_delay = longest.value_or(std::max(out.max_delay, out.delay));
  if (longest && out.delay > out.max_delay) {
    retry.context().problem(
        retry.pointer("maxDelay"),
        fmt::format("maxDelay is below delay, {} against {}", base::format_duration(out.max_delay),
                    base::format_duration(out.delay)));
  }
}

// The spellings that circulate stand at the top, in the source or in the target.
void read_retry(const Reader& root, Retry& out) {
  const Reader source = root.object("source");
  const Reader target = root.object("target");
  const RetryPlace places[] = {{root, "retry"},          {root, "retryPolicy"},
                               {root, "retry_policy"},   {source, "retryPolicy"},
                               {source, "retry_policy"}, {target, "retryPolicy"},
                               {target, "retry_policy"}};
  std::string first;
  for (const auto& [parent, key] : places) {
    const Reader retry = parent.object(key);
    if (!retry.exists()) continue;
    if (!first.empty()) {
      root.context().key_problem(retry.pointer(), "retry is given twice, first at " + first,
                                 "keep one of them");
      continue;
    }
    first = retry.pointer();
    read_one_retry(retry, key, out);
  }
}

void read_page_delay(const Reader& root, Source& out) {
  const Reader source = root.object("source");
  if (root.has("delay") && source.has("delay")) {
    root.context().key_problem(source.pointer("delay"), "delay is given twice, first at /delay",
                               "keep one of them");
  }
  const auto top = root.time("delay", 1000);
  out.page_delay = source.time("delay", 1000).value_or(top.value_or(out.page_delay));
}

void read_state(const Reader& root, Job& job) {
  const Reader state = root.object("state");
  job.state_database = state.text("database").value_or("");
  const bool given = state.has("database");
  constexpr std::size_t k_longest = 64;
  const bool fits = base::utf8_length(job.state_database) <= k_longest &&
                    base::trim(job.state_database) == job.state_database;
  if (given && (job.state_database.empty() || !fits)) {
    state.context().problem(state.pointer("database"),
                            "expected the name of a database, 1 to 64 characters");
  }
}

void read_write(const Reader& write, Write& out) {
  out.on_no_match = write.lower("onNoMatch").value_or(out.on_no_match);
  out.method = write.lower("method").value_or(out.method);
  out.skip_unchanged = write.boolean("skipUnchanged").value_or(out.skip_unchanged);
}

}  // namespace

void read_settings(const Reader& root, Job& job) {
  read_name(root, job);
  job.uuid = base::shorten(root.text("uuid").value_or(""), 64);
  job.zone_name = root.text("timezone").value_or(job.zone_name);
  job.zone = base::Zone::parse(job.zone_name).value_or(base::Zone());
  read_sync(root.object("sync"), job.sync);
  read_rate_limit(root, job);
  read_retry(root, job.retry);
  read_page_delay(root, job.source);
  read_quality(root.object("quality"), job.quality);
  read_write(root.object("write"), job.write);
  read_state(root, job);
  read_alerts(root, job);
}

}  // namespace erp2mysql::job
