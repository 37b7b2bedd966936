// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/compiled_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "erp2mysql/base/text.hpp"
#include "erp2mysql/map/template.hpp"
#include "erp2mysql/map/variables.hpp"
#include "erp2mysql/run/anomaly.hpp"

namespace erp2mysql::run {
namespace {

std::string source_names() {
  std::vector<std::string> names;
  for (const auto* entry : source::registry()) names.emplace_back(entry->name);
  return base::join(names, ", ");
}

// The literal in the request is what goes on the wire; then pagination.pageSize; then the default.
std::int64_t choose_page_size(const job::Job& job, const source::PlatformSpec& spec,
                              job::Loaded& loaded) {
  std::vector<const job::Item*> items;
  for (const auto* list : {&job.source.request, &job.source.other_request}) {
    for (const auto& item : *list) items.push_back(&item);
  }
  std::int64_t size = job.source.page_size.value_or(spec.default_page_size);
  std::string pointer = "/source/pagination/pageSize";
  for (const auto* item : items) {
    if (item->field != spec.size_field || !item->value) continue;
    std::int64_t literal = 0;
    const auto& text = *item->value;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), literal);
    if (failed != std::errc() || end != text.data() + text.size()) continue;
    size = literal;
    pointer = item->pointer + "/value";
  }
  if (size < 1 || size > spec.max_page_size) {
    loaded.add_problem(pointer, fmt::format("page size {} is outside 1 to {}, which {} allows",
                                            size, spec.max_page_size, job.source.platform));
  }
  return size;
}

// Where the statement stands in the job file.
std::string statement_pointer(const job::Target& target) {
  const auto at = target.other_pointer.find("main_sql");
  return at == target.other_pointer.end() ? "/target/otherRequest" : at->second;
}

std::string record_sql(const job::Job& job) {
  std::string table = "erp2mysql_record";
  if (!job.state_database.empty()) table = mysql::quote_name(job.state_database) + "." + table;
  return "REPLACE INTO " + table + " (job, record_id, number, content) VALUES";
}

store::Statement parse_statement(const job::Job& job) {
  if (job.target.no_op()) return store::parse_batch(record_sql(job));
  const auto& sql = job.target.other_request.at("main_sql");
  return job.target.api == "batchexecute" ? store::parse_batch(sql) : store::parse_execute(sql);
}

// The default of <{name: default}> is that of the item which gives the value.
void take_fallbacks(const store::Statement& statement, std::vector<job::Item>& items) {
  for (auto& item : items) {
    take_fallbacks(statement, item.children);
    for (const auto& mark : statement.marks) {
      if (mark.name == item.field && mark.fallback && !item.default_value)
        item.default_value = mark.fallback;
    }
  }
}

// False when a statement cannot be read.
bool compile_statement(CompiledJob& out, job::Loaded& loaded) {
  auto& target = out.job.target;
  const std::size_t before = loaded.problems.size();
  try {
    out.statement = parse_statement(out.job);
    take_fallbacks(out.statement, target.request);
  } catch (const base::Error& error) {
    loaded.add_problem(statement_pointer(target), "main_sql: " + error.message(), error.hint());
  }
  for (auto& extension : target.extensions) {
    try {
      out.extensions.push_back(store::parse_execute(extension.sql));
      take_fallbacks(out.extensions.back(), extension.items);
    } catch (const base::Error& error) {
      loaded.add_problem(extension.pointer, extension.name + ": " + error.message(), error.hint());
    }
  }
  return loaded.problems.size() == before;
}

void bind_execute(CompiledJob& out, job::Loaded& loaded) {
  try {
    store::bind_marks(out.statement, out.mapper.columns());
  } catch (const base::Error& error) {
    loaded.add_problem(statement_pointer(out.job.target), "main_sql: " + error.message(),
                       error.hint());
  }
  for (std::size_t i = 0; i < out.extensions.size(); ++i) {
    auto names = out.mapper.line_columns()[i];
    names.emplace_back("lastInsertId");
    const auto& extension = out.job.target.extensions[i];
    try {
      store::bind_marks(out.extensions[i], names);
    } catch (const base::Error& error) {
      loaded.add_problem(extension.pointer, extension.name + ": " + error.message(), error.hint());
    }
  }
  if (out.extensions.empty()) return;
  if (!out.mapper.flat().empty()) {
    loaded.add_problem("/source/beatFlat", "extend_sql takes the lines of a record, beatFlat too",
                       "use one of them");
  }
  if (out.job.write.skip_unchanged || out.statement.is_update()) {
    loaded.add_problem(statement_pointer(out.job.target),
                       "extend_sql follows an INSERT or REPLACE, without write.skipUnchanged");
  }
}

void check_batch_columns(const CompiledJob& out, job::Loaded& loaded) {
  const auto& mapped = out.mapper.columns();
  const auto& columns = out.statement.columns;
  if (mapped.size() != columns.size()) {
    loaded.add_problem(
        "/target/request",
        fmt::format("{} request items for {} columns of main_sql", mapped.size(), columns.size()),
        "item order is column order; every column needs its item");
    return;
  }
  for (std::size_t i = 0; i < mapped.size(); ++i) {
    if (base::equal_ignore_case(mapped[i], columns[i])) continue;
    loaded.add_warning(
        fmt::format("/target/request/{}", i),
        fmt::format("item \"{}\" fills column \"{}\" of main_sql", mapped[i], columns[i]),
        "item order is column order; check that this is meant");
    break;
  }
}

void bind_statement(CompiledJob& out, job::Loaded& loaded) {
  const auto& job = out.job;
  if (job.target.no_op()) {
    if (job.source.id.empty())
      loaded.add_problem("/source/id", "a no-op target stores records by their id",
                         "give source.id a path or a template");
  } else if (job.target.api == "execute") {
    bind_execute(out, loaded);
  } else {
    check_batch_columns(out, loaded);
  }
  if (job.write.skip_unchanged && out.statement.is_update())
    loaded.add_problem("/write/skipUnchanged", "skipUnchanged needs an INSERT or REPLACE");
  const bool loadable = out.statement.kind == store::Statement::Kind::replace ||
                        out.statement.kind == store::Statement::Kind::insert;
  if (job.write.method == "load" && !(loadable && out.statement.sent.tail.empty()))
    loaded.add_problem("/write/method", "LOAD DATA can do what a plain INSERT or REPLACE does only",
                       "auto chooses by itself");
}

// The loader has checked it and written it in plain digits.
std::size_t rows_per_statement(const job::Target& target, std::size_t otherwise) {
  const auto limit = target.other_request.find("limit");
  if (limit == target.other_request.end()) return otherwise;
  return static_cast<std::size_t>(std::stoull(limit->second));
}

// A request has no row: a name that is no variable gives nothing, unless --var gives it. Where it
// looks like one of ours, it was meant to be that.
void warn_misspelt(const std::vector<job::Item>& items, job::Loaded& loaded) {
  constexpr std::array<std::string_view, 8> k_known{
      "LAST_SYNC_TIME", "CURRENT_TIME",         "DAYS_AGO_1",           "HOURS_AGO_1",
      "MINUTES_AGO_1",  "PAGINATION_PAGE_SIZE", "PAGINATION_START_ROW", "PAGINATION_START_PAGE"};
  for (const auto& item : items) {
    warn_misspelt(item.children, loaded);
    const auto text = map::Template::compile(item.value.value_or(""));
    for (const auto& reference : text.references()) {
      const auto near = base::nearest(reference.name, k_known);
      if (map::is_variable(reference.name) || near.empty()) continue;
      loaded.add_warning(
          item.pointer + "/value",
          fmt::format("{} is no variable; nothing stands in its place", reference.name),
          fmt::format("did you mean \"{}\"?", near));
    }
  }
}

void check_remedy(const CompiledJob& out, const base::Range& window, job::Loaded& loaded) {
  if (!out.remedy) return;
  try {
    const auto asked = out.coverage(*out.remedy, window);
    if (!asked || !asked->empty()) return;
    loaded.add_problem("/source/omissionRemedy", "its time bounds cover nothing");
  } catch (const base::Error& error) {
    loaded.add_problem("/source/omissionRemedy", error.message(), error.hint());
  }
}

void check_coverage(const CompiledJob& out, job::Loaded& loaded) {
  // A stretch of a few windows at an ordinary time of day: bounds that cover nothing show here.
  const base::Instant from =
      base::Instant(std::chrono::sys_days(std::chrono::year(2024) / 1 / 10)) +
      std::chrono::hours(13);
  check_remedy(out, {from, from + out.job.sync.window}, loaded);
  if (!out.incremental()) return;
  try {
    const auto asked = out.coverage({from, from + out.job.sync.window});
    if (!asked) {
      loaded.add_problem("/source/request",
                         "the request names window variables but no time bounds of the platform",
                         "give both the lower and the upper bound a value");
      return;
    }
    plan::cut({{from, from + 3 * out.job.sync.window},
               out.job.sync.window,
               out.source->spec().max_window},
              [&](const base::Range& window) { return out.coverage(window); });
  } catch (const base::Error& error) {
    loaded.add_problem("/source/request", error.message(), error.hint());
  }
}

// The parameters of the remedy in the place of those of the request.
std::vector<job::Item> taken_over(std::vector<job::Item> items, const job::Remedy& remedy) {
  for (const auto& item : remedy.take_over) {
    const auto same = [&](const job::Item& other) { return other.field == item.field; };
    const auto at = std::find_if(items.begin(), items.end(), same);
    if (at == items.end()) {
      items.push_back(item);
    } else {
      *at = item;
    }
  }
  return items;
}

void warn_limits(const CompiledJob& out, job::Loaded& loaded) {
  if (!out.job.rate_limits) return;
  for (const auto& known : out.source->spec().rate_limits) {
    for (const auto& chosen : *out.job.rate_limits) {
      if (chosen.per == known.per && chosen.requests > known.requests) {
        loaded.add_warning("/rateLimit",
                           fmt::format("{} requests per {} exceed what {} is known to allow ({})",
                                       chosen.requests, base::format_duration(chosen.per),
                                       out.job.source.platform, known.requests));
      }
    }
  }
}

}  // namespace

map::Variables CompiledJob::variables(const base::Range& window) const {
  return {window, job.zone, page_size, extra_variables, records.get()};
}

// A bound that stays where it is when the window moves is a filter of the job, no window bound;
// only where both bounds belong together a fixed one counts for its side.
std::optional<base::Range> CompiledJob::coverage(const base::Range& window) const {
  return coverage(request, window);
}

std::optional<base::Range> CompiledJob::coverage(const map::RequestBuilder& asked,
                                                 const base::Range& window) const {
  const base::Millis far = std::chrono::hours(24 * 400);
  const auto bounds = source->bounds(asked.build(variables(window)));
  const auto moved = source->bounds(asked.build(variables({window.from + far, window.to + far})));
  if (bounds.size() != moved.size()) {
    throw base::Error(base::ErrorKind::config, "the request has other time bounds in other windows")
        .hint("write the bounds so that each of them is there in every window");
  }
  const auto side = [&](bool upper) {
    std::optional<base::Instant> fixed;
    std::optional<base::Instant> moving;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      if (bounds[i].upper != upper) continue;
      auto& at = bounds[i].at == moved[i].at ? fixed : moving;
      // Of several, the one that asks for less counts.
      if (!at || (upper ? bounds[i].at < *at : bounds[i].at > *at)) at = bounds[i].at;
    }
    return moving || source->spec().one_sided ? moving : fixed;
  };
  const auto from = side(false);
  const auto to = side(true);
  if (!from && !to) return std::nullopt;
  if (from.has_value() != to.has_value() && !source->spec().one_sided) {
    throw base::Error(base::ErrorKind::config, "the request has only one of its two time bounds")
        .hint("the platform wants both or none");
  }
  return base::Range{from.value_or(plan::k_no_start), to.value_or(plan::k_no_end)};
}

std::optional<CompiledJob> compile(job::Loaded& loaded) {
  if (!loaded.problems.empty()) return std::nullopt;
  CompiledJob out;
  out.job = loaded.job;
  out.extra_variables.insert(out.job.account_variables.begin(), out.job.account_variables.end());
  if (!out.job.account.empty()) out.extra_variables["ACCOUNT"] = out.job.account;
  const auto* platform = source::find_platform(out.job.source.platform);
  if (platform == nullptr) {
    loaded.add_problem("/source/platform",
                       fmt::format("source platform \"{}\" is not executable by this version",
                                   out.job.source.platform),
                       "executable: " + source_names());
    return std::nullopt;
  }
  out.page_size = choose_page_size(out.job, source::spec_of(*platform, out.job.source), loaded);
  out.source = source::make_source(*platform, out.job.source, out.page_size);
  for (const auto& finding : out.source->check()) {
    if (finding.warning) {
      loaded.add_warning(finding.pointer, finding.message, finding.hint);
    } else {
      loaded.add_problem(finding.pointer, finding.message, finding.hint);
    }
  }
  const bool readable = compile_statement(out, loaded);
  map::CompileProblems problems;
  // The metadata splits the request in two lists; what goes out is one.
  auto items = out.job.source.request;
  items.insert(items.end(), out.job.source.other_request.begin(),
               out.job.source.other_request.end());
  out.request = map::RequestBuilder::compile(items, problems);
  warn_misspelt(items, loaded);
  if (const auto& remedy = out.job.source.remedy)
    out.remedy = map::RequestBuilder::compile(taken_over(std::move(items), *remedy), problems);
  out.mapper = map::Mapper::compile(out.job, problems);
  check_anomaly_rules(out.job, out.mapper, loaded);
  for (auto& problem : problems) loaded.add_problem(problem.pointer, problem.message, problem.hint);
  if (readable) bind_statement(out, loaded);
  out.rows_per_statement = rows_per_statement(out.job.target, out.rows_per_statement);
  warn_limits(out, loaded);
  if (loaded.problems.empty()) check_coverage(out, loaded);
  if (!loaded.problems.empty()) return std::nullopt;
  return out;
}

}  // namespace erp2mysql::run
