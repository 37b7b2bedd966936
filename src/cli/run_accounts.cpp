// SPDX-License-Identifier: Apache-2.0
#include "run_accounts.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "child.hpp"
#include "erp2mysql/base/clock.hpp"
#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/base/stop.hpp"
#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/cli/language.hpp"
#include "erp2mysql/cli/progress.hpp"
#include "erp2mysql/cli/summary_file.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;
using Json = nlohmann::ordered_json;

// What a command makes of a job with accounts when none is named.
enum class Way { itself, each, first, named };

Way way_of(const Options& options) {
  const auto words =
      options.action.empty() ? options.command : options.command + " " + options.action;
  const auto is = [&](std::initializer_list<std::string_view> known) {
    return std::find(known.begin(), known.end(), words) != known.end();
  };
  if (is({"run", "backfill", "reconcile", "check", "state show", "quarantine list",
          "quarantine replay"}))
    return Way::each;
  if (is({"preview", "explain", "ddl"})) return Way::first;
  if (is({"state set", "state reset", "quarantine show", "quarantine drop"})) return Way::named;
  return Way::itself;
}

std::vector<std::string> accounts_of(const std::string& file, const Options& options) {
  job::LoadOptions load;
  load.connections_file = options.connections;
  return job::account_names(file, load);
}

bool reads(const Options& options) {
  return options.command == "run" || options.command == "backfill";
}

struct Ended {
  std::string account;
  int code = 0;
  bool started = false;
  std::string said;
};

class Accounts {
 public:
  Accounts(const Options& options, const std::vector<std::string>& names)
      : options_(options), progress_(progress_mode(options.progress)) {
    for (const auto& name : names) ended_.push_back({name, 0, false, {}});
  }

  int run() {
    check();
    const auto most = parallel();
    std::size_t next = 0;
    std::vector<Child> children;
    while (next < waiting_.size() || !children.empty()) {
      if (base::stop_requested()) stop(children, next);
      for (; next < waiting_.size() && children.size() < most; ++next)
        children.push_back(start(waiting_[next]));
      listen(
          children, [&](const Child& child, const std::string& line) { tell(child, line); }, 200);
      collect(children);
    }
    return report();
  }

 private:
  // Everything that can be known without a network, of all accounts, before the first of them runs.
  void check() {
    for (std::size_t i = 0; i < ended_.size(); ++i) {
      auto one = options_;
      one.account = ended_[i].account;
      const auto job = load_job(options_.jobs[0], one);
      if (!job) {
        ended_[i].code = base::exit_code(ErrorKind::config);
        continue;
      }
      parallel_ = static_cast<std::size_t>(job->job.sync.parallel_accounts);
      waiting_.push_back(i);
    }
    // With little time, it is not always the same ones that are left over.
    if (!options_.max_runtime.empty() && !waiting_.empty()) {
      const auto now = base::system_clock().now().time_since_epoch().count() / 1000;
      const auto turn = static_cast<std::size_t>(now) % waiting_.size();
      std::rotate(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(turn),
                  waiting_.end());
      deadline_ =
          base::system_clock().monotonic() + parse_time_span(options_.max_runtime, "--max-runtime");
    }
  }

  std::size_t parallel() const {
    if (!reads(options_)) return 1;
    return options_.parallel_accounts > 0 ? options_.parallel_accounts : parallel_;
  }

  Child start(std::size_t number) {
    auto& one = ended_[number];
    one.started = true;
    auto words = words_for(options_, one.account);
    if (deadline_) {
      const auto left = std::max(base::Millis(1), *deadline_ - base::system_clock().monotonic());
      words.insert(words.end(), {"--max-runtime", fmt::format("{}ms", left.count())});
    }
    return start_child(number, words);
  }

  void stop(std::vector<Child>& children, std::size_t& next) {
    next = waiting_.size();
    if (stopped_) return;
    stopped_ = true;
    for (const auto& child : children) kill(child.process, base::stop_signal());
  }

  void tell(const Child& child, const std::string& line) const {
    const bool bare = options_.log.format == base::LogFormat::json && line.starts_with('{');
    const auto text = bare ? line : fmt::format("[{}] {}", ended_[child.number].account, line);
    std::fputs((base::scrub(text) + "\n").c_str(), stderr);
  }

  void collect(std::vector<Child>& children) {
    for (auto& child : children) {
      if (child.out >= 0 || child.err >= 0) continue;
      auto& one = ended_[child.number];
      one.code = end_of(child);
      one.said = std::move(child.said);
      ++done_;
      if (progress_ != ProgressMode::none) show(one);
    }
    std::erase_if(children, [](const Child& child) { return !child.running(); });
  }

  void show(const Ended& one) const {
    const auto text = progress_ == ProgressMode::json
                          ? Json{{"account", one.account},
                                 {"exit_code", one.code},
                                 {"accounts_done", done_},
                                 {"accounts", ended_.size()}}
                                .dump()
                          : said(fmt::format("account {}: exit {}, {} of {}", one.account, one.code,
                                             done_, ended_.size()));
    std::fputs((text + "\n").c_str(), stderr);
  }

  int code() const {
    std::vector<int> codes;
    for (const auto& one : ended_) codes.push_back(one.code);
    if (stopped_) codes.push_back(128 + base::stop_signal());
    return worst_code(codes);
  }

  Json to_json(int code) const {
    Json out{{"job", options_.jobs[0]}, {"exit_code", code}, {"accounts", Json::array()}};
    for (const auto& one : ended_) {
      Json line{{"account", one.account}, {"exit_code", one.code}, {"started", one.started}};
      const auto result = Json::parse(one.said, nullptr, false);
      line["result"] = result.is_discarded() ? Json() : result;
      out["accounts"].push_back(std::move(line));
    }
    return out;
  }

  // One line each; what a command of another kind printed stands behind its account.
  std::string to_text() const {
    std::string out;
    for (const auto& one : ended_) {
      const auto result = Json::parse(one.said, nullptr, false);
      if (!reads(options_)) {
        out += fmt::format("== {}\n{}", one.account, one.said);
      } else if (result.is_object() && result.contains("rows")) {
        out += said(fmt::format("{}: {}, {} rows written, {} in quarantine, exit {}", one.account,
                                result.value("status", ""), result["rows"].value("written", 0ULL),
                                result["rows"].value("quarantined", 0ULL), one.code)) +
               "\n";
      } else {
        out += said(fmt::format("{}: exit {}", one.account, one.code)) + "\n";
      }
    }
    return out;
  }

  int report() const {
    const int worst = code();
    const auto json = [&] {
      return to_json(worst).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    };
    if (options_.json) print(json());
    const bool to_terminal = isatty(STDOUT_FILENO) != 0;
    if (!options_.json && (options_.text || to_terminal || !reads(options_))) print(to_text());
    if (!options_.summary.empty()) write_file(options_.summary, json());
    return worst;
  }

  const Options& options_;
  ProgressMode progress_;
  std::vector<Ended> ended_;
  std::vector<std::size_t> waiting_;
  std::size_t parallel_ = 1, done_ = 0;
  std::optional<base::Millis> deadline_;
  bool stopped_ = false;
};

}  // namespace

std::vector<Options> for_each_account(const Options& options) {
  std::vector<Options> out;
  for (const auto& file : options.jobs) {
    auto one = options;
    one.jobs = {file};
    auto names = options.account.empty() ? accounts_of(file, options)
                                         : std::vector<std::string>{options.account};
    if (names.empty()) names.emplace_back();
    for (auto& name : names) {
      one.account = std::move(name);
      out.push_back(one);
    }
  }
  return out;
}

std::optional<int> run_accounts(const Options& options) {
  const auto way = way_of(options);
  if (way == Way::itself || !options.account.empty() || options.jobs.empty()) return std::nullopt;
  const auto names = accounts_of(options.jobs[0], options);
  if (names.empty()) return std::nullopt;
  if (way == Way::each) return Accounts(options, names).run();
  if (way == Way::first) {
    const auto text =
        fmt::format("this is account {}, the first of {}; --account NAME shows another", names[0],
                    names.size());
    std::fputs((said(text) + "\n").c_str(), stderr);
    return std::nullopt;
  }
  throw Error(ErrorKind::usage,
              fmt::format("the job has {} accounts; name one of them with --account", names.size()))
      .hint("there are: " + base::shorten(base::join(names, ", "), 200));
}

int worst_code(const std::vector<int>& codes) {
  // A mistake of ours first, then what a person must mend, then what passes by itself.
  static constexpr std::array k_order = {143, 130, 70, 78, 77, 74, 64, 76, 69, 65, 75, 11, 3, 0};
  const auto rank = [](int code) {
    return std::find(k_order.begin(), k_order.end(), code) - k_order.begin();
  };
  int worst = 0;
  for (const int code : codes) {
    const bool known = rank(code) < static_cast<std::ptrdiff_t>(k_order.size());
    const int counted = known ? code : base::exit_code(ErrorKind::bug);
    if (rank(counted) < rank(worst)) worst = counted;
  }
  return worst;
}

std::string file_for(const std::string& file, const std::string& account) {
  const auto name = file.rfind('/') == std::string::npos ? 0 : file.rfind('/') + 1;
  const auto dot = file.rfind('.');
  const auto end = dot == std::string::npos || dot <= name ? file.size() : dot;
  return file.substr(0, end) + "@" + account + file.substr(end);
}

std::vector<std::string> words_for(const Options& options, const std::string& account) {
  // These take a value, in the next word or behind an equals sign.
  constexpr std::array<std::string_view, 7> k_own = {
      "--summary",  "--metrics-file",      "--output",     "-o",
      "--progress", "--parallel-accounts", "--max-runtime"};
  const auto& words = options.words;
  const auto command = std::find(words.begin() + 1, words.end(), options.command);
  std::vector<std::string> out;
  bool rest = false;
  for (auto at = words.begin() + 1; at != words.end(); ++at) {
    rest = rest || *at == "--";
    const auto name = std::string_view(*at).substr(0, at->find('='));
    const bool own = !rest && std::find(k_own.begin(), k_own.end(), name) != k_own.end();
    if (own && name.size() == at->size()) ++at;
    if (at == words.end()) break;
    if (!own) out.push_back(*at);
    if (at != command) continue;
    out.insert(out.end(), options.action.empty() ? 0 : 1, options.action);
    if (!options.action.empty()) ++at;
    out.insert(out.end(), {"--account", account});
    if (reads(options)) out.insert(out.end(), {"--progress", "none"});
    if (options.json || reads(options)) out.insert(out.end(), {"--output", "json"});
    if (!options.metrics_file.empty())
      out.insert(out.end(), {"--metrics-file", file_for(options.metrics_file, account)});
  }
  return out;
}

}  // namespace erp2mysql::cli
