// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/store/quarantine.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/cli/assemble.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/cli/language.hpp"
#include "erp2mysql/run/replay.hpp"
#include "erp2mysql/run/target.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;
using Json = nlohmann::ordered_json;

constexpr std::size_t k_entries_at_a_time = 100;

// Entries that were named are meant, whatever became of them; but a row is not written twice.
store::QuarantineFilter filter_of(const Options& options) {
  store::QuarantineFilter out{options.ids, options.states};
  if (std::find(out.states.begin(), out.states.end(), "all") != out.states.end())
    out.states.clear();
  const bool named = !options.ids.empty() && options.action != "replay";
  if (options.states.empty() && !named) out.states = {"open", "unmatched"};
  return out;
}

std::string at(base::Instant time, const base::Zone& zone) {
  return base::format_datetime(time, zone);
}

Json to_json(const store::QuarantineEntry& entry, const base::Zone& zone, bool whole) {
  Json out{{"id", entry.id},
           {"state", entry.state},
           {"created_at", entry.created_at},
           {"run_id", entry.run_id},
           {"window",
            {{"from", base::format_iso(entry.window.time.from, zone)},
             {"to", base::format_iso(entry.window.time.to, zone)}}},
           {"line", entry.line ? Json(*entry.line) : Json()},
           {"key", entry.key},
           {"field", entry.field},
           {"error_number", entry.number},
           {"reason", entry.reason}};
  if (!whole) return out;
  out["record"] = entry.record;  // as text: its numbers must not pass through a double
  out["mapped"] = entry.mapped ? Json::parse(*entry.mapped, nullptr, false) : Json();
  return out;
}

std::string line_of(const store::QuarantineEntry& entry) {
  return fmt::format(
      "{:>8}  {:<10}  {}  key {}  {}{}{}\n", entry.id, entry.state, entry.created_at.substr(0, 19),
      base::shorten(entry.key, 60), entry.number == 0 ? "" : fmt::format("{} ", entry.number),
      entry.field.empty() ? "" : entry.field + ": ", base::shorten(entry.reason, 120));
}

std::string details_of(const store::QuarantineEntry& entry, const base::Zone& zone) {
  std::string out =
      fmt::format("entry     {}, {}\nkey       {}\nkept      {} by run {}\nwindow    [{}, {})\n",
                  entry.id, entry.state, entry.key, entry.created_at, entry.run_id,
                  at(entry.window.time.from, zone), at(entry.window.time.to, zone));
  if (entry.line) out += fmt::format("row       {} of the record\n", *entry.line + 1);
  if (!entry.field.empty()) out += fmt::format("column    {}\n", entry.field);
  if (entry.number != 0) out += fmt::format("errno     {}\n", entry.number);
  out += fmt::format("reason    {}\nmapped    {}\nraw       {}\n\n", entry.reason,
                     entry.mapped.value_or("(not mapped)"), entry.record);
  return out;
}

class Command {
 public:
  Command(const Options& options, const run::CompiledJob& job)
      : options_(options), job_(job), filter_(filter_of(options)) {
    const auto target = target_server(job.job);
    connection_ = target.connect();
    const auto state = run::state_of(job, target.options.database);
    if (state.tables_exist(*connection_)) store::Quarantine::upgrade(*connection_, state);
    quarantine_.emplace(state);
    check_ids();
  }

  int list(bool whole) {
    Json all = Json::array();
    std::uint64_t after = 0;
    for (;;) {
      const auto entries =
          quarantine_->read(*connection_, filter_, after, k_entries_at_a_time, whole);
      if (entries.empty()) break;
      after = entries.back().id;
      for (const auto& entry : entries) {
        if (options_.json) {
          all.push_back(to_json(entry, job_.job.zone, whole));
        } else {
          print(whole ? details_of(entry, job_.job.zone) : line_of(entry));
        }
      }
    }
    if (options_.json) print_json(all);
    return 0;
  }

  int replay() {
    connection_.reset();
    const Assembly assembly(job_);
    const auto counts =
        run::replay_quarantine(job_, assembly.wiring(), filter_, options_.preflight);
    if (options_.json) {
      print_json({{"job", job_.job.name},
                  {"done", counts.done},
                  {"filtered", counts.filtered},
                  {"open", counts.bad},
                  {"unmatched", counts.unmatched}});
    } else {
      print(fmt::format("{} written, {} filtered, {} still bad, {} still without a row\n",
                        counts.done, counts.filtered, counts.bad, counts.unmatched));
    }
    return counts.bad + counts.unmatched > 0 ? 3 : 0;
  }

  int drop() {
    const auto count = quarantine_->count(*connection_, filter_);
    if (count > 0 && !options_.yes && !confirmed(count))
      throw Error(ErrorKind::usage, "nothing was dropped").hint("answer y, or give --yes");
    const auto dropped = count == 0 ? 0 : quarantine_->drop(*connection_, filter_);
    if (options_.json) {
      print_json({{"job", job_.job.name}, {"dropped", dropped}});
    } else {
      print(fmt::format("{} dropped\n", dropped));
    }
    return 0;
  }

 private:
  void check_ids() const {
    for (const auto id : options_.ids) {
      if (quarantine_->count(*connection_, {{id}, {}}) > 0) continue;
      throw Error(ErrorKind::usage,
                  fmt::format("job \"{}\" has no entry {} in quarantine", job_.job.name, id))
          .hint("erp2mysql quarantine list " + options_.jobs[0] + " --state all");
    }
  }

  bool confirmed(std::uint64_t count) const {
    if (isatty(STDIN_FILENO) == 0) {
      throw Error(ErrorKind::usage, "drop asks before it forgets rows, and nobody can answer")
          .hint("give --yes");
    }
    std::fputs(
        said(fmt::format("Forget {} entries of job \"{}\"? [y/N] ", count, job_.job.name)).c_str(),
        stderr);
    const int answer = std::getchar();
    return answer == 'y' || answer == 'Y';
  }

  static void print_json(const Json& json) {
    print(json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  }

  const Options& options_;
  const run::CompiledJob& job_;
  store::QuarantineFilter filter_;
  std::unique_ptr<mysql::Connection> connection_;
  std::optional<store::Quarantine> quarantine_;
};

}  // namespace

int quarantine(const Options& options) {
  const auto job = load_job(options.jobs[0], options);
  if (!job) return base::exit_code(ErrorKind::config);
  Command command(options, *job);
  if (options.action == "list") return command.list(false);
  if (options.action == "show") return command.list(true);
  return options.action == "replay" ? command.replay() : command.drop();
}

}  // namespace erp2mysql::cli
