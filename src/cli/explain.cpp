// SPDX-License-Identifier: Apache-2.0
// `explain`: the whole of a run before anything is sent. It opens no socket.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "erp2mysql/base/display.hpp"
#include "erp2mysql/base/secrets.hpp"
#include "erp2mysql/cli/commands.hpp"
#include "erp2mysql/cli/language.hpp"
#include "erp2mysql/source/arguments.hpp"
#include "resolved.hpp"

namespace erp2mysql::cli {
namespace {

using base::Error;
using base::ErrorKind;
using Json = nlohmann::ordered_json;

constexpr std::size_t k_most_windows = 10;

struct Windows {
  std::string why;
  std::vector<data::Window> list;
};

std::vector<data::Window> cut(const run::CompiledJob& job, const base::Range& stretch,
                              std::size_t parallel) {
  const auto coverage = [&](const base::Range& window) { return job.coverage(window); };
  const auto& spec = job.source->spec();
  const auto longest = job.job.sync.window;
  const auto part = plan::parallel_window(stretch, longest, parallel, spec.resolution);
  try {
    return plan::cut({stretch, part, spec.max_window}, coverage);
  } catch (const Error&) {
    // Bounds that are cut to days cannot cover less.
    if (part == longest) throw;
    return plan::cut({stretch, longest, spec.max_window}, coverage);
  }
}

// The server knows the watermark, and explain asks no server: without a stretch of its own it
// shows the first run.
Windows windows_of(const run::CompiledJob& job, const Options& options, base::Instant now) {
  if (!job.incremental())
    return {"the job names no window variable: every run reads everything",
            {{{base::Instant{}, now - job.job.sync.lag}}}};
  auto parallel = static_cast<std::size_t>(job.job.sync.parallel);
  if (options.parallel > 0) parallel = options.parallel;
  if (options.from) {
    const auto run = reading_options(options, job);
    return {"the stretch of --from and --to", cut(job, *run.explicit_stretch, parallel)};
  }
  if (!job.job.sync.start)
    return {"without a watermark and sync.start a run fails; this is the newest window",
            {{preview_window(job, now)}}};
  plan::Incremental in;
  in.start = base::parse_datetime(*job.job.sync.start, job.job.zone);
  in.now = now;
  in.overlap = job.job.sync.overlap;
  in.lag = job.job.sync.lag;
  in.resolution = job.source->spec().resolution;
  return {"a first run, from sync.start; later ones begin at the watermark minus overlap",
          cut(job, plan::incremental_stretch(in), parallel)};
}

std::string statement_text(const store::Statement& statement) {
  const auto& sent = statement.sent;
  return sent.head + (sent.tuple.empty() ? "" : " " + sent.tuple) + sent.tail;
}

struct Method {
  std::string server, how;
};

// explain asks no server, so it says what each kind of server gets.
std::vector<Method> write_methods(const run::CompiledJob& job) {
  using Kind = store::Statement::Kind;
  if (!job.extensions.empty())
    return {
        {"any server", "one transaction per record: main_sql, then the lines of each extension"}};
  const auto& chosen = job.job.write.method;
  const auto kind = job.statement.kind;
  const bool plain = kind == Kind::insert || kind == Kind::replace;
  const std::string load = "LOAD DATA LOCAL from memory";
  const std::string without = job.statement.sent.repeats ? "prepared statements of many rows"
                                                         : "prepared statements, one per row";
  std::string with = without;
  if (job.statement.keyed_update)
    with = "one UPDATE … JOIN (VALUES …) for many rows where the key is unique, from 8.0.19";
  if (plain && chosen != "statement") with = load;
  return {{"MariaDB", chosen == "load" && plain ? load : "bulk arrays, many rows in one packet"},
          {"MySQL with local_infile", with},
          {"MySQL without", chosen == "load"             ? "stops with 78"
                            : job.statement.keyed_update ? with
                                                         : without}};
}

struct Sent {
  data::Arguments arguments;
  std::optional<http::Request> sign_in;
  http::Request first;
  std::string signed_text;
};

Sent first_page(const run::CompiledJob& job, const base::Range& window) {
  const auto clock = base::system_clock().now();
  Sent out;
  out.arguments = job.request.build(job.variables(window));
  if (const auto* way = job.source->sign_in(); way != nullptr && way->given().token.empty())
    out.sign_in = way->request({}, clock);
  out.first = job.source->build(out.arguments, {}, clock);
  out.signed_text = job.source->signed_text(out.arguments, {}, clock);
  return out;
}

Json to_json(const http::Request& request) {
  Json headers = Json::object();
  for (const auto& [name, value] : request.headers) headers[name] = value;
  return {{"method", request.method},
          {"url", request.url},
          {"headers", headers},
          {"body", request.body}};
}

Json to_json(const Windows& windows, const base::Zone& zone) {
  Json list = Json::array();
  for (std::size_t i = 0; i < std::min(windows.list.size(), k_most_windows); ++i) {
    const auto& time = windows.list[i].time;
    list.push_back(
        {{"from", base::format_iso(time.from, zone)}, {"to", base::format_iso(time.to, zone)}});
  }
  return {{"count", windows.list.size()}, {"why", windows.why}, {"first", list}};
}

Json to_json(const run::CompiledJob& job, const Options& options, const Windows& windows,
             const Sent& sent) {
  Json out{{"job", job.job.name}};
  for (const auto& setting : resolved(job, options)) {
    out["settings"].push_back(
        {{"key", setting.key}, {"value", setting.value}, {"from", setting.from}});
  }
  out["windows"] = to_json(windows, job.job.zone);
  out["sign_in"] = sent.sign_in ? to_json(*sent.sign_in) : Json();
  out["request"] = to_json(sent.first);
  for (const auto& argument : sent.arguments) {
    out["request"]["arguments"][argument.name] =
        argument.kind == data::Argument::Kind::text ? argument.text : source::to_json(argument);
  }
  out["request"]["signed"] = sent.signed_text;
  out["sql"] = Json::array({statement_text(job.statement)});
  for (const auto& extension : job.extensions) out["sql"].push_back(statement_text(extension));
  out["rows_per_statement"] = job.rows_per_statement;
  for (const auto& method : write_methods(job))
    out["write"].push_back({{"server", method.server}, {"how", method.how}});
  out["paging"] = page_order(job);
  out["rate_key"] = job.source->rate_key();
  return out;
}

void print_windows(const run::CompiledJob& job, const Windows& windows) {
  const auto& zone = job.job.zone;
  print("\n" + said(fmt::format("Windows: {}; {}", windows.list.size(), windows.why)) + "\n");
  const auto shown = std::min(windows.list.size(), k_most_windows);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& time = windows.list[i].time;
    print(fmt::format("  [{}, {})\n", base::format_datetime(time.from, zone),
                      base::format_datetime(time.to, zone)));
  }
  if (shown < windows.list.size()) {
    print(said(fmt::format("  … and {} more, the last one up to {}\n", windows.list.size() - shown,
                           base::format_datetime(windows.list.back().time.to, zone))));
  }
  if (job.incremental())
    print(
        said("  A run that learned that these are too big for the API uses shorter ones; status "
             "shows how long.\n"));
}

void print_request(std::string_view title, const http::Request& request) {
  print(fmt::format("\n{}\n  {} {}\n", said(title), request.method, request.url));
  for (const auto& [name, value] : request.headers) print(fmt::format("  {}: {}\n", name, value));
  if (!request.body.empty()) print(fmt::format("\n  {}\n", request.body));
}

// What the tool put there itself; a value out of the job file stays as it is.
std::string said_value(const std::string& value) {
  const auto label = said_label(value);
  return label == said(value) ? said_result(value) : label;
}

void print_settings(std::vector<Setting> settings) {
  for (auto& setting : settings)
    setting.value = said_value(base::scrub(setting.value));  // before it is aligned
  std::size_t keys = 0;
  std::size_t values = 0;
  for (const auto& setting : settings) {
    keys = std::max(keys, base::display_width(said(setting.key)));
    values = std::max(values, std::min<std::size_t>(40, base::display_width(setting.value)));
  }
  print(said("Settings") + "\n");
  for (const auto& setting : settings)
    print(fmt::format("  {}  {}  {}\n", base::pad_display(said(setting.key), keys),
                      base::pad_display(setting.value, values), said_label(setting.from)));
}

void print_text(const run::CompiledJob& job, const Options& options, const Windows& windows,
                const Sent& sent) {
  print_settings(resolved(job, options));
  print_windows(job, windows);
  if (sent.sign_in) print_request("Sign-in, before the first page", *sent.sign_in);
  print_request("First page, as it would leave now", sent.first);
  print("\n" + said("With these arguments") + "\n");
  for (const auto& argument : sent.arguments) {
    print(fmt::format(
        "  {} = {}\n", argument.name,
        argument.kind == data::Argument::Kind::text ? argument.text : source::to_json(argument)));
  }
  if (!sent.signed_text.empty())
    print(fmt::format("\n{}\n  {}\n", said("Signed text"), sent.signed_text));
  print(fmt::format("\nSQL\n  {}\n", statement_text(job.statement)));
  for (const auto& extension : job.extensions)
    print(fmt::format("  then {}\n", statement_text(extension)));
  print(said(fmt::format("  up to {} rows at a time", job.rows_per_statement)) + "\n");
  for (const auto& method : write_methods(job))
    print(fmt::format("  {}: {}\n", said(method.server), said(method.how)));
}

}  // namespace

int explain(const Options& options) {
  const auto job = load_job(options.jobs[0], options);
  if (!job) return base::exit_code(ErrorKind::config);
  const auto now =
      options.now ? parse_time(*options.now, job->job.zone, "--now") : base::system_clock().now();
  const auto windows = windows_of(*job, options, now);
  const auto window = windows.list.empty() ? preview_window(*job, now) : windows.list.front().time;
  const auto sent = first_page(*job, window);
  if (options.json) {
    print(
        to_json(*job, options, windows, sent).dump(2, ' ', false, Json::error_handler_t::replace) +
        "\n");
  } else {
    print_text(*job, options, windows, sent);
  }
  return 0;
}

}  // namespace erp2mysql::cli
