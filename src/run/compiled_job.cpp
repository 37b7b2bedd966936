// SPDX-License-Identifier: Apache-2.0
#include "erp2mysql/run/compiled_job.hpp"

#include <fmt/format.h>

#include <charconv>

#include "erp2mysql/base/text.hpp"

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

void compile_statement(CompiledJob& out, job::Loaded& loaded) {
  const auto& target = out.job.target;
  if (target.api != "batchexecute") {
    loaded.add_problem(
        "/target/api",
        fmt::format("target api \"{}\" is not executable by this version", target.api),
        "executable is batchexecute");
    return;
  }
  const auto sql = target.other_request.find("main_sql");
  const auto at = target.other_pointer.find("main_sql");
  const std::string pointer =
      at == target.other_pointer.end() ? "/target/otherRequest" : at->second;
  if (sql == target.other_request.end()) return;
  try {
    out.statement = store::parse_insert(sql->second);
  } catch (const base::Error& error) {
    loaded.add_problem(pointer, "main_sql: " + error.message(), error.hint());
    return;
  }
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

void compile_limit(CompiledJob& out, job::Loaded& loaded) {
  const auto limit = out.job.target.other_request.find("limit");
  if (limit == out.job.target.other_request.end() || limit->second.empty()) return;
  const auto& text = limit->second;
  std::size_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value < 1 || value > 10000) {
    loaded.add_problem("/target/otherRequest", "limit is not a number from 1 to 10000");
    return;
  }
  out.rows_per_statement = value;
}

void check_coverage(const CompiledJob& out, job::Loaded& loaded) {
  if (!out.incremental()) return;
  // A stretch of a few windows at an ordinary time of day: bounds that cover nothing show here.
  const base::Instant from =
      base::Instant(std::chrono::sys_days(std::chrono::year(2024) / 1 / 10)) +
      std::chrono::hours(13);
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
  return {window, job.zone, page_size, extra_variables};
}

// A bound that stays where it is when the window moves is a filter of the job, no window bound;
// only where both bounds belong together a fixed one counts for its side.
std::optional<base::Range> CompiledJob::coverage(const base::Range& window) const {
  const base::Millis far = std::chrono::hours(24 * 400);
  const auto bounds = source->bounds(request.build(variables(window)));
  const auto moved = source->bounds(request.build(variables({window.from + far, window.to + far})));
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
  map::CompileProblems problems;
  // The metadata splits the request in two lists; what goes out is one.
  auto items = out.job.source.request;
  items.insert(items.end(), out.job.source.other_request.begin(),
               out.job.source.other_request.end());
  out.request = map::RequestBuilder::compile(items, problems);
  out.mapper = map::Mapper::compile(out.job, problems);
  for (auto& problem : problems) loaded.add_problem(problem.pointer, problem.message, problem.hint);
  compile_statement(out, loaded);
  compile_limit(out, loaded);
  warn_limits(out, loaded);
  if (loaded.problems.empty()) check_coverage(out, loaded);
  if (!loaded.problems.empty()) return std::nullopt;
  return out;
}

}  // namespace erp2mysql::run
