// SPDX-License-Identifier: Apache-2.0
#include "resolved.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/job/field_table.hpp"

namespace erp2mysql::cli {
namespace {

using Json = nlohmann::json;
using Pointers = std::vector<std::string>;

class Resolver {
 public:
  Resolver(const run::CompiledJob& job, const Options& options)
      : job_(job), options_(options), platform_("default of " + job.job.source.platform) {
    std::ifstream in(job.job.file, std::ios::binary);
    file_ = Json::parse(in, nullptr, false);
  }

  std::vector<Setting> all() {
    head();
    connection("source", job_.job.source.platform, job_.job.source.connection);
    source();
    connection("target", "mysql", job_.job.target.connection);
    target();
    sync();
    limits();
    quality();
    alerts();
    for (const auto& [name, value] : options_.variables)
      out_.push_back({"{{" + name + "}}", value, "flag --var"});
    return std::move(out_);
  }

 private:
  // The first of these places that the file has.
  std::string place(const Pointers& pointers, const std::string& otherwise) const {
    for (const auto& pointer : pointers) {
      const Json::json_pointer at(pointer);
      if (!file_.contains(at) || file_.at(at).is_null()) continue;
      const auto& value = file_.at(at);
      const bool reference = value.is_string() && value.get<std::string>().starts_with("${");
      return fmt::format("job file {}{}", pointer,
                         reference ? ", " + value.get<std::string>() : std::string());
    }
    return otherwise;
  }

  void add(std::string key, std::string value, const Pointers& pointers,
           const std::string& otherwise = "default") {
    out_.push_back({std::move(key), std::move(value), place(pointers, otherwise)});
  }

  void add(std::string key, base::Millis value, const Pointers& pointers) {
    add(std::move(key), base::format_duration(value), pointers);
  }

  void head() {
    add("name", job_.job.name, {"/name"}, "name of the file");
    add("uuid", job_.job.uuid.empty() ? "none" : job_.job.uuid, {"/uuid"});
    add("timezone", job_.job.zone_name, {"/timezone"});
  }

  // Where the connection of the account stands in the job file; empty when it does not.
  std::string account_place() const {
    const auto accounts = file_.find("accounts");
    if (accounts == file_.end() || !accounts->is_array()) return {};
    for (std::size_t i = 0; i < accounts->size(); ++i) {
      const auto& one = accounts->at(i);
      if (one.value("name", "") == job_.job.account && one.at("connection").is_object())
        return fmt::format("/accounts/{}/connection", i);
    }
    return {};
  }

  void connection(const std::string& side, const std::string& platform,
                  const job::Connection& keys) {
    add(side + ".platform", platform, {fmt::format("/{}/platform", side)});
    const std::string at = fmt::format("/{}/connection", side);
    const auto* section = job::connection_section(platform);
    std::string named;
    if (const auto& given = file_.at(Json::json_pointer(at)); given.is_string()) {
      named = fmt::format("{}, {}",
                          options_.connections.empty() ? "connections.json" : options_.connections,
                          given.get<std::string>());
    }
    const auto& account = job_.job.account;
    const auto own = side == "source" ? account_place() : "";
    if (side == "source" && !account.empty() && own.empty())
      named = fmt::format("source.connection or account {}", account);
    for (const auto& [name, value] : keys) {
      Pointers pointers{at + "/" + name};
      if (!own.empty()) pointers.insert(pointers.begin(), own + "/" + name);
      for (const auto& field : section->fields) {
        if (field.alias_of == name) pointers.push_back(fmt::format("{}/{}", at, field.name));
      }
      const auto* field = section->find(name);
      const bool secret = field != nullptr && field->secret;
      const auto shown = secret ? std::string("***") : value;
      out_.push_back({side + ".connection." + name, shown,
                      named.empty() ? place(pointers, "default") : named});
    }
  }

  std::string size_pointer() const {
    for (const auto* list : {&job_.job.source.request, &job_.job.source.other_request}) {
      for (const auto& item : *list) {
        if (item.field == job_.source->spec().size_field &&
            item.value == std::to_string(job_.page_size))
          return item.pointer + "/value";
      }
    }
    return "/source/pagination/pageSize";
  }

  void source() {
    const auto& source = job_.job.source;
    const auto& spec = job_.source->spec();
    add("source.api", source.api, {"/source/api"});
    add("source.id", source.id.empty() ? "none" : source.id, {"/source/id"});
    add("source.idCheck", source.id_check ? "true" : "false", {"/source/idCheck"});
    if (!source.beat_flat.empty())
      add("source.beatFlat", base::join(source.beat_flat, ", "),
          {"/source/beatFlat", "/source/otherRequestParams/beatFlat"});
    add("page size", fmt::format("{} (at most {})", job_.page_size, spec.max_page_size),
        {size_pointer()}, platform_);
    add("page order", std::string(page_order(job_)), {"/sync/paging"}, platform_);
    add("records at", spec.list.empty() ? "the answer itself" : spec.list, {"/source/read/list"},
        platform_);
    add("total at", spec.total.empty() ? "never told" : spec.total, {"/source/read/total"},
        platform_);
    add("longest window", spec.max_window ? base::format_duration(*spec.max_window) : "any",
        {"/source/read/maxWindow"}, platform_);
    add("source.delay", source.page_delay, {"/source/delay", "/delay"});
  }

  void target() {
    const auto& target = job_.job.target;
    add("target.api", target.api, {"/target/api"});
    const auto limit = target.other_pointer.find("limit");
    add("rows per statement", std::to_string(job_.rows_per_statement),
        {limit == target.other_pointer.end() ? "/target/limit" : limit->second});
    const auto& state = job_.job.state_database;
    const auto database = target.connection.find("database");
    add("state.database",
        state.empty() && database != target.connection.end() ? database->second : state,
        {"/state/database"}, "the target's");
    add("write.method", job_.job.write.method, {"/write/method"});
    add("write.onNoMatch", job_.job.write.on_no_match, {"/write/onNoMatch"});
    add("write.skipUnchanged", job_.job.write.skip_unchanged ? "true" : "false",
        {"/write/skipUnchanged"});
  }

  void sync() {
    const auto& sync = job_.job.sync;
    add("sync.start", sync.start.value_or("none"), {"/sync/start"});
    add("sync.overlap", sync.overlap, {"/sync/overlap"});
    add("sync.lag", sync.lag, {"/sync/lag"});
    add("sync.window", sync.window, {"/sync/window"});
    if (options_.parallel > 0) {
      out_.push_back({"sync.parallel", std::to_string(options_.parallel), "flag --parallel"});
    } else {
      add("sync.parallel", std::to_string(sync.parallel), {"/sync/parallel"});
    }
    if (job_.job.account.empty()) return;
    add("sync.parallelAccounts", std::to_string(sync.parallel_accounts),
        {"/sync/parallelAccounts"});
  }

  void limits() {
    std::string text;
    for (const auto& limit : limits_of(job_)) text += (text.empty() ? "" : ", ") + to_text(limit);
    const bool given = job_.job.rate_limits.has_value();
    add("rateLimit", text.empty() ? "none" : text,
        given ? Pointers{"/rateLimit/limits", "/rateLimit"} : Pointers{}, platform_);
    add("rateLimit.shared", job_.job.rate_shared_in_target ? "target" : "host",
        {"/rateLimit/shared"});
    const auto& retry = job_.job.retry;
    Pointers attempts{"/retry/maxAttempts"};
    Pointers delay{"/retry/delay"};
    for (const auto* parent : {"", "/source", "/target"}) {
      attempts.push_back(fmt::format("{}/retryPolicy/maxAttempts", parent));
      attempts.push_back(fmt::format("{}/retry_policy/max_retries", parent));
      delay.push_back(fmt::format("{}/retryPolicy/delay", parent));
    }
    add("retry.maxAttempts", std::to_string(retry.max_attempts), attempts);
    add("retry.delay", retry.delay, delay);
    add("retry.maxDelay", retry.max_delay, {"/retry/maxDelay"});
  }

  void quality() {
    const auto& quality = job_.job.quality;
    const bool by_ratio = quality.max_bad_millionths.has_value();
    if (by_ratio)
      add("quality.maxBadRatio",
          fmt::format("{} of a million rows of a window", *quality.max_bad_millionths),
          {"/quality/maxBadRatio"});
    const bool any = by_ratio && !file_.contains(Json::json_pointer("/quality/maxBadRows"));
    add("quality.maxBadRows", any ? "any number" : std::to_string(quality.max_bad_rows),
        {"/quality/maxBadRows"});
    add("quality.rules", std::to_string(quality.rules.size()), {"/quality/rules"});
    anomalies(quality.anomalies);
  }

  static std::string share(std::uint64_t millionths) {
    return fmt::format("{}", static_cast<double>(millionths) / 1'000'000);
  }

  // Only the rules that the job has: without them no run is unusual.
  void anomalies(const job::Anomalies& rules) {
    const auto rule = [&](std::string_view name, const std::string& value) {
      add(fmt::format("quality.{}", name), value, {fmt::format("/quality/{}", name)});
    };
    if (rules.min_rows) rule("minRows", std::to_string(*rules.min_rows));
    if (rules.max_rows) rule("maxRows", std::to_string(*rules.max_rows));
    if (rules.drop_below_millionths) {
      rule("dropBelow", share(*rules.drop_below_millionths));
      rule("dropRuns", std::to_string(rules.drop_runs));
    }
    if (rules.max_lag) rule("maxLag", base::format_duration(*rules.max_lag));
    for (std::size_t i = 0; i < rules.null_shares.size(); ++i) {
      const auto& one = rules.null_shares[i];
      add(fmt::format("quality.nullShare[{}]", i),
          fmt::format("{} at most {}", one.field, share(one.max_millionths)),
          {fmt::format("/quality/nullShare/{}", i)});
    }
    if (!rules.fail_on.empty()) rule("failOn", base::join(rules.fail_on, ", "));
  }

  // Neither address nor secret: a robot's address is its password.
  void alerts() {
    if (job_.job.alerts.empty()) add("alerts", "none", {"/alerts"});
    for (std::size_t i = 0; i < job_.job.alerts.size(); ++i) {
      const auto& alert = job_.job.alerts[i];
      add(fmt::format("alerts[{}]", i),
          fmt::format("{} on {}; again after {}", alert.type, base::join(alert.on, ", "),
                      base::format_duration(alert.repeat)),
          {fmt::format("/alerts/{}", i)});
    }
  }

  const run::CompiledJob& job_;
  const Options& options_;
  std::string platform_;
  Json file_;
  std::vector<Setting> out_;
};

}  // namespace

std::vector<Setting> resolved(const run::CompiledJob& job, const Options& options) {
  return Resolver(job, options).all();
}

std::string_view page_order(const run::CompiledJob& job) {
  const auto known = job.source->spec().paging;
  if (known == source::Paging::cursor) return "cursor";
  const bool forward = known == source::Paging::forward || job.job.sync.paging == "forward";
  return forward ? "forward" : "reverse";
}

std::string to_text(const job::RateLimit& limit) {
  return fmt::format("{} per {}", limit.requests, base::format_duration(limit.per));
}

const std::vector<job::RateLimit>& limits_of(const run::CompiledJob& job) {
  return job.job.rate_limits ? *job.job.rate_limits : job.source->spec().rate_limits;
}

}  // namespace erp2mysql::cli
